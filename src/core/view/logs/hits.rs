//! Which rows of one log match a pattern, as lines come and go.

use std::ops::Range;

/// What a pattern is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// Going from match to match.
    Search,
    /// Showing nothing but matches.
    Filter,
}

/// The rows of one log that are known to match a pattern.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// Their numbers, in order.
    pub(super) rows: Vec<i64>,
    /// The search over what was there is still under way.
    pub(super) busy: bool,
    /// It has to be begun (anew: older lines came in front).
    pub(super) due: bool,
    number: u64,
}

impl Hits {
    /// Begins with another pattern, where there `is_any`.
    pub(super) fn begin(&mut self, is_any: bool) {
        // A search that is under way answers with an old number, and is dropped.
        self.number += 1;
        self.busy = false;
        self.rows.clear();
        self.due = is_any;
    }

    /// Takes in whether a new line matches.
    pub(super) fn meet(&mut self, number: i64, is_match: bool) {
        if is_match {
            self.rows.push(number);
        }
    }

    /// Takes out the matches with these numbers.
    pub(super) fn forget(&mut self, rows: &Range<i64>) {
        let places = self.places(rows);
        self.rows.drain(places);
    }

    /// Whether the row with this number matches.
    pub(super) fn has(&self, number: i64) -> bool {
        self.rows.binary_search(&number).is_ok()
    }

    /// The matches among these numbers.
    pub(super) fn within(&self, rows: &Range<i64>) -> &[i64] {
        &self.rows[self.places(rows)]
    }

    /// How many rows of `range` stand `context` rows from a match at most.
    pub(super) fn around(&self, context: i64, range: &Range<i64>) -> usize {
        let near = range.start.saturating_sub(context)..range.end.saturating_add(context);
        let (mut behind, mut count) = (range.start, 0);
        for hit in self.within(&near) {
            let start = hit.saturating_sub(context).max(behind);
            let end = hit.saturating_add(context + 1).min(range.end);
            count += usize::try_from(end.saturating_sub(start)).unwrap_or(0);
            behind = end.max(behind);
        }
        count
    }

    /// Where they stand among all matches.
    fn places(&self, rows: &Range<i64>) -> Range<usize> {
        let place = |end: i64| self.rows.partition_point(|row| *row < end);
        let from = place(rows.start);
        from..place(rows.end).max(from)
    }

    /// The search over what is there is begun; the number that its result will have.
    pub(super) const fn search(&mut self) -> u64 {
        self.due = false;
        self.busy = true;
        self.number += 1;
        self.number
    }

    /// Takes in the result of that search, which did not look at the rows from `end` on; `false` where it is not the one that
    /// is waited for.
    pub(super) fn take(&mut self, number: u64, mut rows: Vec<i64>, end: i64, holes: &[Range<i64>]) -> bool {
        if self.number != number {
            return false;
        }
        let later = self.rows.partition_point(|row| *row < end);
        rows.extend_from_slice(self.rows.get(later..).unwrap_or_default());
        self.rows = rows;
        self.busy = false;
        for hole in holes {
            self.forget(hole);
        }
        true
    }
}

/// The rows around matches, as stretches of numbers that do not overlap; from either end.
#[derive(Clone, Debug)]
pub(super) struct Stretches<'a> {
    rows: &'a [i64],
    around: i64,
    left: Range<i64>,
}

impl<'a> Stretches<'a> {
    /// Those within `range` around each of `rows`, which are in order.
    pub(super) const fn new(rows: &'a [i64], around: i64, range: Range<i64>) -> Self {
        Self { rows, around, left: range }
    }
}

impl Iterator for Stretches<'_> {
    type Item = Range<i64>;

    fn next(&mut self) -> Option<Range<i64>> {
        let from = self.left.start.saturating_sub(self.around);
        let hit = *self.rows.get(self.rows.partition_point(|row| *row < from))?;
        let start = self.left.start.max(hit.saturating_sub(self.around));
        let end = self.left.end.min(hit.saturating_add(self.around + 1));
        self.left.start = end.max(self.left.start);
        (start < end).then_some(start..end)
    }
}

impl DoubleEndedIterator for Stretches<'_> {
    fn next_back(&mut self) -> Option<Range<i64>> {
        let to = self.left.end.saturating_add(self.around);
        let place = self.rows.partition_point(|row| *row < to).checked_sub(1)?;
        let hit = self.rows[place];
        let start = self.left.start.max(hit.saturating_sub(self.around));
        let end = self.left.end.min(hit.saturating_add(self.around + 1));
        self.left.end = start.min(self.left.end);
        (start < end).then_some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_lies_around_matches_is_met_once_in_order_from_either_end(
            rows in prop::collection::btree_set(0_i64..60, 0..12),
            around in 1_i64..6,
            start in -5_i64..40,
            length in 0_i64..60,
        ) {
            let range = start..start + length;
            let rows: Vec<i64> = rows.into_iter().collect();
            let wanted: BTreeSet<i64> = rows
                .iter()
                .flat_map(|row| row - around..=row + around)
                .filter(|row| range.contains(row))
                .collect();
            let stretches = Stretches::new(&rows, around, range.clone());
            let forwards: Vec<i64> = stretches.clone().flatten().collect();
            let mut backwards: Vec<i64> = stretches.rev().flat_map(Iterator::rev).collect();
            backwards.reverse();
            prop_assert_eq!(&backwards, &forwards);
            prop_assert_eq!(&forwards, &wanted.into_iter().collect::<Vec<_>>());
            let hits = Hits { rows, ..Hits::default() };
            prop_assert_eq!(hits.around(around, &(start..start + length)), forwards.len());
        }
    }
}
