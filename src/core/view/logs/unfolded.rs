//! Which rows of a log somebody unfolded.

use std::ops::Range;

/// What somebody unfolded: stretches of numbers, in order.
#[derive(Debug, Default)]
pub(super) struct Unfolded(Vec<Range<i64>>);

impl Unfolded {
    pub(super) fn has(&self, number: i64) -> bool {
        let place = self.0.partition_point(|it| it.end <= number);
        self.0.get(place).is_some_and(|it| it.contains(&number))
    }

    pub(super) fn open(&mut self, rows: Range<i64>) {
        let place = self.0.partition_point(|it| it.end <= rows.start);
        self.0.insert(place, rows);
    }

    pub(super) fn close(&mut self, rows: &Range<i64>) {
        self.0.retain(|it| it.end <= rows.start || rows.end <= it.start);
    }

    /// The last stretch, where it ends right before that row.
    pub(super) fn last_before(&mut self, number: i64) -> Option<&mut Range<i64>> {
        self.0.last_mut().filter(|it| it.end == number)
    }
}
