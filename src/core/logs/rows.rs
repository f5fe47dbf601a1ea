//! Reading a store in order, from either end: what a screen, a filter or an export walks along.

use std::ops::Range;

use super::row::Row;
use super::store::Store;

/// Rows and their numbers. A hole is one row, under the number of its first.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    store: &'a Store,
    left: Range<i64>,
}

impl Store {
    /// The rows with numbers in `range`, as far as the store knows of them. From the last with `.rev()`.
    pub fn rows(&self, range: Range<i64>) -> Rows<'_> {
        let all = self.range();
        Rows { store: self, left: range.start.max(all.start)..range.end.min(all.end) }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = (i64, Row<'a>);

    fn next(&mut self) -> Option<(i64, Row<'a>)> {
        if self.left.is_empty() {
            return None;
        }
        let (numbers, row) = self.store.covering(self.left.start)?;
        self.left.start = numbers.end;
        Some((numbers.start, row))
    }
}

impl DoubleEndedIterator for Rows<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.left.is_empty() {
            return None;
        }
        let (numbers, row) = self.store.covering(self.left.end - 1)?;
        self.left.end = numbers.start;
        Some((numbers.start, row))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::batch::Batch;
    use super::super::line::{RawLine, Stream};
    use super::super::row::Gone;
    use super::super::store::Totals;
    use super::*;

    /// Lines that say their own numbers, each of about `bytes` bytes.
    fn numbered(numbers: Range<i64>, bytes: usize) -> Batch {
        let mut batch = Batch::new();
        for number in numbers {
            let text = format!("{number} {}", "x".repeat(bytes));
            let stream = Stream::Stdout;
            batch.line(&RawLine {
                timestamp: Timestamp::UNIX_EPOCH,
                stream,
                bytes: text.as_bytes(),
                beyond: 0,
            });
        }
        batch
    }

    /// What is held: the number that each line says, under the number it has. Fails where the two differ.
    fn held(store: &Store) -> Vec<i64> {
        let mut numbers = Vec::new();
        for (number, row) in store.rows(i64::MIN..i64::MAX) {
            if let Row::Line(line) = row {
                let said: i64 = line.text.split(' ').next().unwrap().parse().unwrap();
                assert_eq!(said, number);
                numbers.push(number);
            }
        }
        numbers
    }

    fn holes(store: &Store) -> BTreeMap<i64, Gone> {
        store
            .rows(i64::MIN..i64::MAX)
            .filter_map(|(number, row)| match row {
                Row::Gone(gone) => Some((number, gone)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn rows_are_numbered_from_the_first_received_and_older_pages_go_below() {
        let mut store = Store::default();
        store.append(numbered(0..3, 10));
        assert_eq!(store.insert_before(0, numbered(-2..0, 10)), 2);
        assert_eq!(store.insert_before(-2, numbered(-5..-2, 10)), 3);
        store.append(numbered(3..5, 10));
        assert_eq!(held(&store), (-5..5).collect::<Vec<_>>());
        assert_eq!(store.range(), -5..5);
        let back: Vec<i64> = store.rows(-1..2).rev().map(|(number, _)| number).collect();
        assert_eq!(back, [1, 0, -1]);
        assert_eq!(store.row(5), None);
        assert_eq!(store.row(-6), None);
        assert_eq!(store.insert_before(2, numbered(0..2, 10)), 0, "there is no hole before row 2");
    }

    #[test]
    fn over_budget_the_oldest_go_and_leave_a_counted_hole() {
        let mut store = Store::new(300 * 1024);
        for from in (0..10_000).step_by(100) {
            store.append(numbered(from..from + 100, 100));
            assert!(store.heap_bytes() <= 300 * 1024);
        }
        let held = held(&store);
        let first = held[0];
        assert!(first > 0 && held.len() > 1500, "{first} {}", held.len());
        assert_eq!(held, (first..10_000).collect::<Vec<_>>());
        let gone = Gone { rows: first as u64, lines: first as u64 };
        assert_eq!(holes(&store), BTreeMap::from([(0, gone)]));
        assert_eq!(store.totals(), Totals { held: held.len() as u64, gone: first as u64 });
        assert_eq!(store.rows(0..10_000).next(), Some((0, Row::Gone(gone))));
        assert_eq!(store.rows(5..6).next(), Some((0, Row::Gone(gone))));
    }

    #[test]
    fn what_the_reader_looks_at_stays_and_the_hole_can_be_filled_again() {
        let mut store = Store::new(300 * 1024);
        store.append(numbered(0..2000, 100));
        store.read_at(Some(0));
        store.append(numbered(2000..10_000, 100));
        assert_eq!(store.row(0).and_then(|row| row.timestamp()), Some(Timestamp::UNIX_EPOCH));
        let (&hole, &gone) = holes(&store).first_key_value().unwrap();
        let end = hole + gone.rows as i64;
        assert!(store.insert_after(hole - 1, numbered(hole..hole + 10, 100)) == 10);
        assert_eq!(store.insert_before(end, numbered(end - 20..end, 100)), 20);
        assert_eq!(store.row(hole).and_then(|row| row.timestamp()), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(store.insert_before(end, numbered(end - 20..end, 100)), 0, "it is there already");
        held(&store);
    }

    #[test]
    fn a_page_larger_than_its_hole_fills_it_exactly() {
        for after in [false, true] {
            let mut store = Store::new(usize::MAX);
            store.append(numbered(0..3000, 100));
            store.read_at(Some(0));
            store.shrink_to(store.heap_bytes() - 1);
            let (&hole, &gone) = holes(&store).first_key_value().unwrap();
            let end = hole + gone.rows as i64;
            let placed = if after {
                store.insert_after(hole - 1, numbered(hole..end + 700, 100))
            } else {
                store.insert_before(end, numbered(hole - 700..end, 100))
            };
            assert_eq!(placed, gone.rows);
            assert_eq!(held(&store), (0..3000).collect::<Vec<_>>());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn whatever_happens_every_number_keeps_its_line(
            budget in 1_usize..600_000,
            deeds in prop::collection::vec((0_u8..5, 1_i64..900, 0_usize..300), 1..40),
        ) {
            let mut store = Store::new(budget);
            let mut appended = 0;
            for (deed, count, bytes) in deeds {
                match deed {
                    0 | 1 => {
                        store.append(numbered(appended..appended + count, bytes));
                        appended += count;
                    }
                    2 => {
                        let first = store.first_held();
                        assert_eq!(held(&store).first().copied().unwrap_or(appended), first);
                        store.insert_before(first, numbered(first - count..first, bytes));
                    }
                    3 => store.read_at((count > 100).then_some(count - 500)),
                    _ => {
                        if let Some((&hole, &gone)) = holes(&store).last_key_value() {
                            let end = hole + gone.rows as i64;
                            if count % 2 == 0 {
                                store.insert_before(end, numbered(end - count..end, bytes));
                            } else {
                                store.insert_after(hole - 1, numbered(hole..hole + count, bytes));
                            }
                        }
                    }
                }
                let numbers = held(&store);
                let totals = store.totals();
                prop_assert_eq!(numbers.len() as u64, totals.held);
                prop_assert_eq!(store.range().end, appended);
                prop_assert_eq!((store.range().end - store.range().start) as u64, totals.held + totals.gone);
                let backwards: Vec<i64> = store.rows(i64::MIN..i64::MAX).rev().map(|(number, _)| number).collect();
                let mut forwards: Vec<i64> = store.rows(i64::MIN..i64::MAX).map(|(number, _)| number).collect();
                forwards.reverse();
                prop_assert_eq!(backwards, forwards);
                // At most the open chunk stays beyond a budget that is too small for anything.
                prop_assert!(store.heap_bytes() <= budget.max(300_000), "{}", store.heap_bytes());
            }
        }
    }
}
