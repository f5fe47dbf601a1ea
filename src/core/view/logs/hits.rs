//! Which rows of one log match a pattern, as lines come and go.

use std::ops::Range;

use crate::core::logs::Query;

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

    /// Looks at a new line; whether it matches.
    pub(super) fn meet(&mut self, query: Option<&Query>, number: i64, text: &str) -> bool {
        let is_match = query.is_some_and(|query| query.is_match(text));
        if is_match {
            self.rows.push(number);
        }
        is_match
    }

    /// Takes out the matches with these numbers.
    pub(super) fn forget(&mut self, rows: &Range<i64>) {
        let places = self.places(rows);
        self.rows.drain(places);
    }

    /// The matches among these numbers.
    pub(super) fn within(&self, rows: &Range<i64>) -> &[i64] {
        &self.rows[self.places(rows)]
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
