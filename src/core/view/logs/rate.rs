//! The lines of a log screen over time: the panel above the lines, and the stretch of time that is shown.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::{SignedDuration, Timestamp};

use super::hits::Use;
use super::{Handled, LogState, Window};
use crate::core::logs::{Histogram, Row, Snapshot};
use crate::core::time::Now;

/// Rows of the panel: bars, and the line of times below them.
const PANEL_ROWS: u16 = 4;

/// A lower screen has no room for the panel.
const LEAST_ROWS: u16 = 3 * PANEL_ROWS;

/// How often it is counted anew at most, in milliseconds.
const PACE: u64 = 1_000;

/// Zooming in leaves one part in so many of the time.
const ZOOM: i64 = 4;

/// The shortest stretch that can be zoomed to.
const SHORTEST: SignedDuration = SignedDuration::from_millis(10);

/// The panel, while it is shown.
#[derive(Debug, Default)]
pub(super) struct Rate {
    histogram: Option<Histogram>,
    /// What it was counted of, as far as one has to know to say whether that is another by now.
    state: Option<State>,
    counted_at: Option<Now>,
    busy: bool,
}

/// Lines that are known, lines that pass, columns.
type State = (u64, Option<usize>, u16);

/// Counting to be done off the loop.
#[derive(Clone, Debug)]
pub struct Rating {
    /// The screen, by its number.
    pub log: u64,
    /// What is held of each log; of a filtered one, the rows that pass.
    logs: Vec<(Snapshot, Option<Arc<[i64]>>)>,
    /// What time the buckets cover; `None`: all that there is.
    range: Option<Range<Timestamp>>,
    columns: u16,
    state: State,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Rated {
    /// The screen, by its number.
    pub log: u64,
    histogram: Option<Histogram>,
    state: State,
}

impl Rating {
    /// Counts.
    pub(super) fn done(self, stop: &AtomicBool) -> Rated {
        let Self { log, logs, range, columns, state } = self;
        let range = range.or_else(|| {
            let first =
                logs.iter().filter_map(|(snapshot, rows)| end_of(snapshot, rows.as_deref(), false)).min()?;
            let last =
                logs.iter().filter_map(|(snapshot, rows)| end_of(snapshot, rows.as_deref(), true)).max()?;
            Some(first..last.checked_add(SignedDuration::from_nanos(1)).unwrap_or(last))
        });
        let histogram = range.map(|range| {
            let mut histogram = Histogram::new(&range, columns.into());
            for (snapshot, rows) in &logs {
                match rows {
                    None => {
                        histogram.add_snapshot(snapshot, stop);
                    }
                    Some(rows) => rows.iter().for_each(|number| {
                        if let Some(Row::Line(line)) = snapshot.row(*number) {
                            histogram.add(line.timestamp, line.level);
                        }
                    }),
                }
            }
            histogram
        });
        Rated { log, histogram, state }
    }
}

/// The time of the first line, or of the last.
fn end_of(snapshot: &Snapshot, rows: Option<&[i64]>, last: bool) -> Option<Timestamp> {
    let at = |number: i64| snapshot.row(number).and_then(|row| row.timestamp());
    match rows {
        Some(rows) => if last { rows.last() } else { rows.first() }.and_then(|number| at(*number)),
        None if last => at(snapshot.range().end - 1),
        None => at(snapshot.range().start),
    }
}

impl LogState {
    /// Shows the panel, or hides it.
    pub(super) fn toggle_rate(&mut self) {
        self.rate = self.rate.is_none().then(Rate::default);
    }

    /// How many of so many rows of the screen the panel takes.
    pub fn panel_rows(&self, rows: u16) -> u16 {
        if self.rate.is_some() && rows >= LEAST_ROWS { PANEL_ROWS } else { 0 }
    }

    /// What the panel shows, once it is counted.
    pub fn histogram(&self) -> Option<&Histogram> {
        self.rate.as_ref()?.histogram.as_ref()
    }

    /// Counting that has to be done.
    pub(super) fn due_rate(&mut self, now: Now, columns: u16) -> Option<Rating> {
        self.rate.as_ref()?;
        let hits = self
            .filters
            .sieve()
            .map(|_| self.lanes.iter().map(|lane| lane.hits(Use::Filter).rows.len()).sum());
        let totals = self.totals();
        let state: State = (totals.held + totals.gone, hits, columns);
        let range = self.filters.range();
        let is_filtering = self.is_filtering();
        let rate = self.rate.as_mut()?;
        let is_early = rate.counted_at.is_some_and(|at| now.millis_since(at.0) < PACE);
        if rate.busy || is_filtering || rate.state == Some(state) || is_early {
            return None;
        }
        rate.busy = true;
        rate.counted_at = Some(now);
        let logs = self.lanes.iter().map(|lane| {
            (lane.store.snapshot(), hits.map(|_| Arc::from(lane.hits(Use::Filter).rows.as_slice())))
        });
        Some(Rating { log: self.opening.number, logs: logs.collect(), range, columns, state })
    }

    /// Takes in what was counted.
    pub(super) fn rated(&mut self, rated: Rated) {
        if let Some(rate) = &mut self.rate {
            rate.busy = false;
            rate.state = Some(rated.state);
            rate.histogram = rated.histogram;
        }
    }

    /// The columns of a bar, of so many of the screen.
    pub fn bar(histogram: &Histogram, bucket: usize, columns: u16) -> Range<u16> {
        let edge = |bucket: usize| bucket * usize::from(columns) / histogram.buckets().len().max(1);
        let column = |bucket| u16::try_from(edge(bucket)).unwrap_or(columns);
        column(bucket)..column(bucket + 1)
    }

    /// A click on a column of the panel: goes to the first line of that time; where it is there already, zooms into it.
    pub fn click_rate(&mut self, column: u16, window: Window) {
        let Some(histogram) = self.histogram() else { return };
        let is_hit = |bucket: &usize| Self::bar(histogram, *bucket, window.columns).contains(&column);
        let Some(bucket) = (0..histogram.buckets().len()).find(is_hit) else { return };
        let range = histogram.range_of(bucket, bucket);
        if self.since == Some(range.start) && self.sought.is_none() {
            self.zoom_to(&range, window);
        } else {
            self.go_to_time(range.start, window);
        }
    }

    /// Shows a shorter stretch of time, around the first line in sight.
    pub(super) fn zoom_in(&mut self, window: Window) -> Handled {
        let all = self.filters.range().or_else(|| {
            let ends = |newest: bool| {
                let ends =
                    self.lanes.iter().filter_map(|lane| if newest { lane.newest() } else { lane.oldest() });
                if newest { ends.max() } else { ends.min() }
            };
            Some(ends(false)?..ends(true)?)
        });
        let placed = self.window(window);
        let first = if self.follow { placed.last() } else { placed.first() };
        let at = first.and_then(|it| self.row(it.spot)?.timestamp());
        let (Some(all), Some(at)) = (all, at) else {
            return Handled::Fault("there are no lines to zoom into".to_owned());
        };
        let span = all.end.duration_since(all.start);
        let part = SignedDuration::from_nanos(i64::try_from(span.as_nanos()).unwrap_or(i64::MAX) / ZOOM);
        if part < SHORTEST {
            return Handled::Fault("this stretch of time is as short as can be".to_owned());
        }
        let earliest = all.start.max(at.checked_sub(part / 2).unwrap_or(all.start));
        let start = earliest.min(all.end.checked_sub(part).unwrap_or(all.start));
        self.zoom_to(&(start..start.checked_add(part).unwrap_or(all.end)), window);
        Handled::Yes
    }

    /// Shows only this stretch of time.
    fn zoom_to(&mut self, range: &Range<Timestamp>, window: Window) {
        self.zooms.push(self.filters.range());
        self.set_range(Some(range), window);
    }

    /// Goes back to the stretch of time that was shown before.
    pub(super) fn zoom_out(&mut self, window: Window) -> Handled {
        if self.filters.range().is_none() {
            self.zooms.clear();
            return Handled::Fault("all of the time is shown already".to_owned());
        }
        let before = self.zooms.pop().flatten();
        self.set_range(before.as_ref(), window);
        Handled::Yes
    }

    /// Other lines are shown: they are counted as soon as they are found.
    pub(super) fn count_anew(&mut self) {
        if let Some(rate) = &mut self.rate {
            (rate.state, rate.counted_at) = (None, None);
        }
    }
}
