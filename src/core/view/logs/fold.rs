//! Folding: a line that says what the one before it says, or goes on with its record, is shown in the one before, until
//! somebody wants to see it.

use std::ops::Range;

use super::Lane;
use super::lane::Shown;
use super::unfolded::Unfolded;
use crate::core::logs::Row;
use crate::core::logs::parse::without_time;

/// A line that is repeated without end, and a record that goes on without end, is shown again after so many rows: none has
/// to look farther than twice as far.
const LONGEST_RUN: i64 = 1_000;

impl Lane {
    /// Whether a row is folded into the one before it.
    pub(super) fn is_folded(&self, number: i64, shown: Shown) -> bool {
        !self.unfolded.has(number) && self.goes_on(number, shown)
    }

    /// Whether a row says again what the one before it says, or goes on with its record, where that one may be shown. Of
    /// what is filtered, the lines of a record each passed by themselves.
    fn goes_on(&self, number: i64, shown: Shown) -> bool {
        let Some(Row::Line(line)) = self.store.row(number) else { return false };
        let before = || match self.store.row(number - 1) {
            Some(Row::Line(before)) if self.is_shown(number - 1, shown) => Some(before),
            _ => None,
        };
        let may_end = number % LONGEST_RUN == 0;
        if line.continues && shown.filtered.is_none() {
            return before().is_some() && !(may_end && self.is_long_record(number));
        }
        !may_end
            && before().is_some_and(|before| {
                before.level == line.level && without_time(before.text) == without_time(line.text)
            })
    }

    /// Whether as many rows as one may have before it as the longest run all go on with the record that it goes on with.
    fn is_long_record(&self, number: i64) -> bool {
        let goes_on = |it| matches!(self.store.row(it), Some(Row::Line(line)) if line.continues);
        (number - LONGEST_RUN..number).rev().all(goes_on)
    }

    /// How many rows behind a row are folded into it.
    pub(super) fn folded_behind(&self, number: i64, shown: Shown) -> u64 {
        (number + 1..self.store.range().end).take_while(|it| self.is_folded(*it, shown)).count() as u64
    }

    /// The first one of the rows that a row is folded with.
    pub(super) fn head(&self, number: i64, shown: Shown) -> i64 {
        let start = self.store.range().start;
        (start..=number).rev().find(|it| !self.goes_on(*it, shown)).unwrap_or(number)
    }

    /// The first row from that one on that is not folded.
    pub(super) fn behind_folded(&self, number: i64, shown: Shown) -> i64 {
        let end = self.store.range().end;
        (number..end).find(|it| !self.is_folded(*it, shown)).unwrap_or(end)
    }

    /// The rows behind the first one of those that a row is folded with.
    fn fold_around(&self, number: i64, shown: Shown) -> Range<i64> {
        let end = self.store.range().end;
        let head = self.head(number, shown);
        let behind = (head + 1..end).find(|it| !self.goes_on(*it, shown)).unwrap_or(end);
        head + 1..behind
    }

    /// Shows the rows that a row is folded with. `false` where there are none.
    pub(super) fn unfold(&mut self, number: i64, shown: Shown) -> bool {
        let rows = self.fold_around(number, shown);
        let is_any = rows.clone().any(|it| self.is_folded(it, shown));
        if is_any {
            self.unfolded.close(&rows);
            self.unfolded.open(rows);
        }
        is_any
    }

    /// Folds what was unfolded around a row. `false` where there is none.
    pub(super) fn fold(&mut self, number: i64, shown: Shown) -> bool {
        let rows = self.fold_around(number, shown);
        self.unfolded.close(&rows);
        !rows.is_empty()
    }

    /// Folds everything again.
    pub(super) fn fold_all(&mut self) {
        self.unfolded = Unfolded::default();
    }

    /// What goes on with something that is unfolded is so, too; `first` is the first new row.
    pub(super) fn unfold_new(&mut self, first: i64, shown: Shown) {
        let end = self.store.range().end;
        if self.unfolded.last_before(first).is_none() {
            return;
        }
        let behind = (first..end).find(|it| !self.goes_on(*it, shown)).unwrap_or(end);
        if let Some(last) = self.unfolded.last_before(first) {
            last.end = behind;
        }
    }
}
