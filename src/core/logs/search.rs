//! Searching what is held, on any thread, stoppable at any time.
//!
//! What lives here: finding from a row on, counting. What does not: searching further than what is held
//! (pages are asked for by the screen and searched as they come), filters.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chunk::Chunk;
use super::line::Level;
use super::query::Query;
use super::row::Row;
use super::sieve::Sieve;
use super::snapshot::Snapshot;
use super::store::Store;

/// Which way to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards newer rows, starting with the given one.
    Forwards,
    /// Towards older rows, starting with the one before the given one.
    Backwards,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The numbers of the lines, in the order in which they were met.
    pub rows: Vec<i64>,
    /// The numbers of the rows that were looked at. Shorter than asked for when there was enough, or on a stop.
    pub looked: Range<i64>,
}

/// How many lines match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Lines that match.
    pub matching: u64,
    /// Lines that were looked at.
    pub lines: u64,
    /// The numbers of the rows that were looked at. Shorter than asked for on a stop.
    pub looked: Range<i64>,
}

/// Which lines are looked for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Those that match a pattern.
    Pattern(Query),
    /// Those that pass.
    Sieve(Sieve),
}

impl Wanted {
    /// Whether the row at `index` of a chunk, which must exist, is one of them.
    fn has_row(&self, chunk: &Chunk, index: usize) -> bool {
        match self {
            // Only the text of most lines is needed.
            Self::Pattern(query) => chunk.is_line(index) && query.is_match(chunk.text_of(index)),
            Self::Sieve(sieve) => matches!(chunk.row(index), Some(Row::Line(line)) if sieve.passes(&line)),
        }
    }
}

/// Finds at most `limit` (one or more) wanted lines from row `from` on. Ends within a chunk of `stop` becoming true.
pub fn find(
    snapshot: &Snapshot,
    wanted: &Wanted,
    from: i64,
    direction: Direction,
    limit: usize,
    stop: &AtomicBool,
) -> Found {
    let mut found = Found { rows: Vec::new(), looked: from..from };
    let mut enough = |first: i64, chunk: &Chunk, index: usize| {
        if wanted.has_row(chunk, index) {
            found.rows.push(first + index as i64);
        }
        found.rows.len() >= limit
    };
    match direction {
        Direction::Forwards => {
            for (first, chunk) in snapshot.chunks() {
                if stop.load(Ordering::Relaxed) {
                    return found;
                }
                let mut rows = part(first, chunk, from..i64::MAX);
                if let Some(index) = rows.find(|&index| enough(first, chunk, index)) {
                    found.looked.end = first + index as i64 + 1;
                    return found;
                }
                found.looked.end = found.looked.end.max(first + chunk.len() as i64);
            }
        }
        Direction::Backwards => {
            for (first, chunk) in snapshot.chunks().rev() {
                if stop.load(Ordering::Relaxed) {
                    return found;
                }
                let mut rows = part(first, chunk, i64::MIN..from).rev();
                if let Some(index) = rows.find(|&index| enough(first, chunk, index)) {
                    found.looked.start = first + index as i64;
                    return found;
                }
                found.looked.start = found.looked.start.min(first);
            }
        }
    }
    found
}

/// Counts the matching lines among `rows`. Ends within a chunk of `stop` becoming true.
pub fn count(snapshot: &Snapshot, wanted: &Wanted, rows: Range<i64>, stop: &AtomicBool) -> Counted {
    let all = snapshot.range();
    let start = rows.start.clamp(all.start, all.end);
    let mut counted = Counted { matching: 0, lines: 0, looked: start..start };
    for (first, chunk) in snapshot.chunks() {
        let part = part(first, chunk, rows.clone());
        if part.is_empty() {
            continue;
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
        counted.looked.end = first + part.end as i64;
        for index in part.filter(|&index| chunk.is_line(index)) {
            counted.lines += 1;
            counted.matching += u64::from(wanted.has_row(chunk, index));
        }
    }
    counted
}

impl Store {
    /// The number of the first line in `rows` that says it is at least so serious, or of the last; of a record, of its
    /// first line.
    pub fn line_of(&self, least: Level, rows: Range<i64>, forward: bool) -> Option<i64> {
        let (sealed, tail) = self.held();
        let sealed: Vec<_> = sealed.map(|(first, chunk)| (first, &**chunk)).collect();
        let find = |(first, chunk): (i64, &Chunk)| {
            let index = chunk.line_of(least, part(first, chunk, rows.clone()), forward)?;
            Some(first + index as i64)
        };
        let mut chunks = sealed.into_iter().chain([tail]);
        if forward { chunks.find_map(find) } else { chunks.rev().find_map(find) }
    }
}

/// The indices of a chunk's rows that lie in `rows`.
fn part(first: i64, chunk: &Chunk, rows: Range<i64>) -> Range<usize> {
    let index = |number: i64| (number.saturating_sub(first)).clamp(0, chunk.len() as i64) as usize;
    index(rows.start)..index(rows.end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use jiff::Timestamp;

    use super::super::batch::Batch;
    use super::super::line::{RawLine, Stream};
    use super::super::row::Gap;
    use super::super::store::Store;
    use super::*;

    static GO: AtomicBool = AtomicBool::new(false);

    /// 5,000 rows over several chunks; every hundredth line is an error, row 50 is a gap.
    fn store() -> Store {
        let mut batch = Batch::new();
        for number in 0..5000 {
            if number == 50 {
                batch.gap(Gap::new(Timestamp::UNIX_EPOCH, 1, None, "Error"));
                continue;
            }
            let what = if number % 100 == 0 { "Error" } else { "fine" };
            let text = format!("{what} {number} {}", "x".repeat(50));
            let stream = Stream::Stdout;
            batch.line(&RawLine {
                timestamp: Timestamp::UNIX_EPOCH,
                stream,
                bytes: text.as_bytes(),
                beyond: 0,
            });
        }
        let mut store = Store::default();
        store.append(batch);
        store
    }

    #[test]
    fn finding_goes_on_from_where_it_stopped_in_both_directions() {
        let snapshot = store().snapshot();
        let wanted = Wanted::Pattern(Query::plain("error").unwrap());
        let first = find(&snapshot, &wanted, 0, Direction::Forwards, 2, &GO);
        assert_eq!(first, Found { rows: vec![0, 100], looked: 0..101 });
        let next = find(&snapshot, &wanted, first.looked.end, Direction::Forwards, 1, &GO);
        assert_eq!(next, Found { rows: vec![200], looked: 101..201 });
        let last = find(&snapshot, &wanted, 5000, Direction::Backwards, 1, &GO);
        assert_eq!(last, Found { rows: vec![4900], looked: 4900..5000 });
        let before = find(&snapshot, &wanted, 150, Direction::Backwards, 10, &GO);
        assert_eq!(before, Found { rows: vec![100, 0], looked: 0..150 });
        let none = find(&snapshot, &wanted, 4901, Direction::Forwards, 10, &GO);
        assert_eq!(none, Found { rows: vec![], looked: 4901..5000 });
    }

    #[test]
    fn counting_counts_lines_and_nothing_else() {
        let snapshot = store().snapshot();
        let wanted = Wanted::Pattern(Query::plain("error").unwrap());
        let all = count(&snapshot, &wanted, i64::MIN..i64::MAX, &GO);
        assert_eq!(all, Counted { matching: 50, lines: 4999, looked: 0..5000 });
        let some = count(&snapshot, &wanted, 100..201, &GO);
        assert_eq!(some, Counted { matching: 2, lines: 101, looked: 100..201 });
    }

    #[test]
    fn a_stop_is_obeyed_and_says_that_nothing_was_looked_at() {
        let snapshot = store().snapshot();
        let wanted = Wanted::Pattern(Query::plain("error").unwrap());
        let stop = AtomicBool::new(true);
        assert_eq!(find(&snapshot, &wanted, 7, Direction::Forwards, 9, &stop).looked, 7..7);
        assert_eq!(find(&snapshot, &wanted, 7, Direction::Backwards, 9, &stop).looked, 7..7);
        assert_eq!(count(&snapshot, &wanted, 0..5000, &stop).looked, 0..0);
    }

    #[test]
    fn a_snapshot_stays_what_it_was() {
        let mut store = store();
        let snapshot = store.snapshot();
        store.shrink_to(0);
        assert_eq!(snapshot.range(), 0..5000);
        assert!(snapshot.row(0).is_some() && snapshot.row(4999).is_some() && snapshot.row(5000).is_none());
    }
}
