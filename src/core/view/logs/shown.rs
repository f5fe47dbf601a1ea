//! Which rows of a log are shown.

use std::ops::Range;

use super::hits::Stretches;
use super::lane::{Lane, Shown};
use crate::core::logs::{Level, Row};

impl Lane {
    /// How many of the rows in `range` may be shown.
    pub(super) fn count(&self, range: Range<i64>, shown: Shown) -> usize {
        let range = range.start.max(shown.first)..range.end;
        match shown.filtered {
            None => self.store.count(&range),
            Some(0) => self.filter.within(&range).len(),
            Some(around) => {
                let all = self.store.range();
                let within = range.start.max(all.start)..range.end.min(all.end);
                // Of a hole that stands in the range, one row is shown.
                let gone = self.store.holes().map(|hole| {
                    let is_one = range.contains(&hole.start) && self.is_shown(hole.start, shown);
                    let hole = hole.start.max(within.start)..hole.end.min(within.end);
                    self.filter.around(around.into(), &hole) - usize::from(is_one)
                });
                self.filter.around(around.into(), &within) - gone.sum::<usize>()
            }
        }
    }

    /// The numbers of the rows in `range` that are shown: without those that are folded into another, where they are to be.
    pub(super) fn shown(
        &self,
        range: Range<i64>,
        shown: Shown,
        is_condensed: bool,
    ) -> Box<dyn DoubleEndedIterator<Item = i64> + '_> {
        let rows = self.passing(range, shown);
        if is_condensed { Box::new(rows.filter(move |number| !self.is_folded(*number, shown))) } else { rows }
    }

    /// Whether a row may be shown.
    pub(super) fn is_shown(&self, number: i64, shown: Shown) -> bool {
        match shown.filtered {
            _ if number < shown.first => false,
            None => true,
            Some(0) => self.filter.has(number),
            Some(_) => self.passing(number..number + 1, shown).next().is_some(),
        }
    }

    /// The numbers of the rows in `range` that may be shown.
    pub(super) fn passing(
        &self,
        range: Range<i64>,
        shown: Shown,
    ) -> Box<dyn DoubleEndedIterator<Item = i64> + '_> {
        let range = range.start.max(shown.first)..range.end;
        match shown.filtered {
            None => Box::new(self.store.rows(range).map(|(number, _)| number)),
            Some(0) => Box::new(self.filter.within(&range).iter().copied()),
            Some(around) => {
                let stretches = Stretches::new(&self.filter.rows, around.into(), range);
                // A hole that begins before a stretch stands in the one before, or is none of its rows.
                Box::new(stretches.flat_map(|it| {
                    let start = it.start;
                    self.store.rows(it).map(|(number, _)| number).filter(move |number| *number >= start)
                }))
            }
        }
    }

    /// The first row in `range` that is an error or worse and passes the filter, where there is one; or the last.
    pub(super) fn error(&self, range: Range<i64>, shown: Shown, forward: bool) -> Option<i64> {
        let range = range.start.max(shown.first)..range.end;
        if shown.filtered.is_none() {
            return self.store.line_of(Level::Error, range, forward);
        }
        let is_error = |number: &&i64| matches!(self.store.row(**number), Some(Row::Line(line)) if line.level >= Some(Level::Error));
        let mut rows = self.filter.within(&range).iter();
        if forward { rows.find(is_error).copied() } else { rows.rfind(is_error).copied() }
    }

    /// How many of the rows from that one on came since the reader left the end, as far as they are shown.
    pub(super) fn came_since(&self, row: i64, shown: Shown) -> u64 {
        let range = row.max(self.seen)..self.store.range().end;
        match shown.filtered {
            // Those that had to make room came as well.
            None => u64::try_from(range.end.saturating_sub(range.start)).unwrap_or(0),
            Some(_) => self.count(range, shown) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::sync::Arc;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::lane::Opening;
    use super::*;
    use crate::core::id::{EntityId, Kind, TargetId};
    use crate::core::logs::{Batch, RawLine, Stream};

    /// A log of which most made room, except for what lies around `reader` and the end.
    fn lane(rows: i64, reader: i64, matches: &[i64]) -> Lane {
        let target = TargetId::new("here");
        let opening = Opening { number: 1, tail: 100, budget: 300_000 };
        let mut lane =
            Lane::new(opening, None, EntityId::new(Kind::Workload, &target, "x"), Arc::from("x"), false);
        lane.store.read_at(Some(reader));
        for _ in (0..rows).step_by(100) {
            let mut batch = Batch::new();
            for _ in 0..100 {
                let bytes = &[b'x'; 500];
                let timestamp = Timestamp::UNIX_EPOCH;
                batch.line(&RawLine { timestamp, stream: Stream::Stdout, bytes, beyond: 0 });
            }
            lane.newer(batch, None, None, None);
        }
        let is_held = |row: &i64| matches!(lane.store.row(*row), Some(Row::Line(_)));
        lane.filter.rows = matches.iter().copied().filter(is_held).collect();
        lane
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn as_many_rows_are_counted_as_are_met(
            reader in 0_i64..3000,
            matches in prop::collection::btree_set(0_i64..3000, 0..60),
            ranges in prop::collection::vec((-10_i64..3010, 0_i64..3000), 20),
            context in prop::option::of(0_u32..40),
            first in prop_oneof![Just(i64::MIN), 0_i64..3000],
        ) {
            let lane = lane(3000, reader, &matches.into_iter().collect::<Vec<_>>());
            prop_assert!(lane.store.holes().next().is_some());
            let holes: Vec<_> = lane.store.holes().flat_map(|it| [it.start - 3, it.start, it.end, it.end + 3]).collect();
            let edges = holes.iter().map(|it| (*it, 60));
            let shown = Shown { first, filtered: context };
            for (start, length) in ranges.into_iter().chain(edges) {
                let range = start..start + length;
                let met = lane.passing(range.clone(), shown).count();
                prop_assert_eq!(lane.count(range.clone(), shown), met, "{:?} {:?}", range, shown);
                let back = lane.passing(range, shown).rev().count();
                prop_assert_eq!(back, met);
            }
        }
    }
}
