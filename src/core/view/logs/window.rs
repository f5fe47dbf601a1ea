//! Which rows of a log are in sight, and moving that window.

use std::borrow::Cow;

use jiff::Timestamp;

use super::lane::Shown;
use super::{Lane, LogState, Times};
use crate::core::logs::parse::pretty;
use crate::core::logs::{Row, Spot, Spots, backwards, forwards, nanoseconds};
use crate::core::text::{broken_at, width};

/// Columns of the mark between the time and the text.
pub const MARK_COLUMNS: u16 = 1;

/// Columns of a field that has one of its own, with the blank after it.
pub const FIELD_COLUMNS: u16 = 13;

/// The name of a workload before its lines takes at most so many columns.
const NAME_COLUMNS: usize = 24;

/// The room for rows on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows of the screen.
    pub rows: u16,
    /// Columns of the screen.
    pub columns: u16,
}

/// A row of the log with the rows of the screen that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which row.
    pub spot: Spot,
    /// Rows of the screen that it takes before those that are in sight: at the upper edge only its end may be.
    pub skipped: u16,
    /// Rows of the screen.
    pub height: u16,
}

impl LogState {
    /// The rows in sight, from the top. While the end is followed, they end with the last row.
    pub fn window(&self, window: Window) -> Vec<Placed> {
        if self.follow {
            let mut placed = self.before(Spot::LAST, window.rows, window);
            placed.reverse();
            return placed;
        }
        let mut placed = Vec::new();
        let mut room = window.rows;
        let mut spots = self.shown_from(self.top);
        while room > 0
            && let Some(spot) = spots.next()
        {
            let height = self.height(spot, window);
            placed.push(Placed { spot, skipped: 0, height: height.min(room) });
            room = room.saturating_sub(height);
        }
        drop(spots);
        // The end has come up from below: the window stays full as long as there is something above.
        if room > 0
            && let Some(first) = placed.first().map(|it| it.spot)
        {
            let mut above = self.before(first, room, window);
            above.reverse();
            above.extend(placed);
            return above;
        }
        placed
    }

    /// The shown rows right before `end`, nearest first, as many as fit into `room`; of the last one maybe only its end.
    pub(super) fn before(&self, end: Spot, room: u16, window: Window) -> Vec<Placed> {
        let mut placed = Vec::new();
        let mut left = room;
        for spot in self.shown_before(end) {
            let whole = self.height(spot, window);
            let height = whole.min(left);
            placed.push(Placed { spot, skipped: whole - height, height });
            left -= height;
            if left == 0 {
                break;
            }
        }
        placed
    }

    /// Rows of the screen that a row of the log takes.
    fn height(&self, spot: Spot, window: Window) -> u16 {
        if !self.wrap && !self.is_pretty {
            return 1;
        }
        let Some(Row::Line(line)) = self.row(spot) else { return 1 };
        let columns = usize::from(self.text_columns(window));
        let most = usize::from(window.rows.max(1));
        let veiled = self.veil.over(line.text);
        let parts = self.parts(&veiled);
        let rows = if self.wrap {
            parts.iter().flat_map(|part| broken_at(part, columns)).take(most).count()
        } else {
            parts.len().min(most)
        };
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// The lines that a line is shown as: of JSON that is to be pretty, several.
    pub fn parts<'t>(&self, text: &'t str) -> Vec<Cow<'t, str>> {
        let pretty = if self.is_pretty { pretty(text) } else { None };
        pretty.map_or_else(|| vec![Cow::Borrowed(text)], |parts| parts.into_iter().map(Cow::Owned).collect())
    }

    /// The columns before the text of a line: for its time, the name of its workload, its fields and the mark of its
    /// stream.
    pub fn columns_before_text(&self) -> u16 {
        let fields = FIELD_COLUMNS * u16::try_from(self.fields.len()).unwrap_or(0);
        self.times.columns() + self.name_columns() + fields + MARK_COLUMNS
    }

    /// The columns for the text of a line.
    pub fn text_columns(&self, window: Window) -> u16 {
        window.columns.saturating_sub(self.columns_before_text())
    }

    /// The columns for the names of the workloads, with the blank after them: none where there is only one.
    pub fn name_columns(&self) -> u16 {
        if self.lanes.len() < 2 {
            return 0;
        }
        let widest = self.lanes.iter().map(|lane| width(&lane.name)).max().unwrap_or(0);
        u16::try_from(widest.min(NAME_COLUMNS) + 1).unwrap_or(0)
    }

    /// Before this, lines of some log are not held yet, and those of the others would stand there alone.
    pub(super) fn horizon(&self) -> i64 {
        self.lanes
            .iter()
            .filter_map(Lane::known_from)
            .max()
            .filter(|_| self.lanes.len() > 1)
            .unwrap_or(i64::MIN)
    }

    /// How many lines around those that pass are shown, where a filter is set.
    fn filtered(&self) -> Option<u32> {
        self.filters.sieve().map(|_| self.filters.context())
    }

    /// Which rows of a log may be shown, where all of them are known from `horizon` on.
    pub(super) fn shown_of(&self, lane: usize, horizon: i64) -> Shown {
        let first = self
            .lanes
            .get(lane)
            .map_or(i64::MIN, |it| it.floor.max(Spot::at(horizon).start(lane, &it.store)));
        Shown { first, filtered: self.filtered() }
    }

    /// How many rows behind a row are folded into it.
    pub fn folded_into(&self, spot: Spot) -> u64 {
        let lane = self.lanes.get(spot.lane).filter(|_| self.is_condensed);
        lane.map_or(0, |lane| lane.folded_behind(spot.number, self.shown_of(spot.lane, self.horizon())))
    }

    /// Whether a row is shown only because it stands beside one that passes.
    pub fn is_beside(&self, spot: Spot) -> bool {
        self.filtered().is_some_and(|around| around > 0)
            && self.lanes.get(spot.lane).is_some_and(|lane| !lane.filter.has(spot.number))
    }

    /// Whether a row came when the reader could have been past its place, or its time is before the one of a row above it
    /// in the same log.
    pub fn is_late(&self, spot: Spot) -> bool {
        self.lanes.get(spot.lane).is_some_and(|lane| lane.late.has(spot.number))
            || self.row(spot).is_some_and(|row| match row {
                // Nobody waited for a line that the reader drew.
                Row::Divider(divider) if divider.is_mark => false,
                row => row.timestamp().is_some_and(|at| nanoseconds(at) < spot.key),
            })
    }

    /// The time of the line that is shown before a row, where times are told as distances.
    pub fn time_before(&self, spot: Spot) -> Option<Timestamp> {
        if self.times != Times::Distance {
            return None;
        }
        self.shown_before(spot).find_map(|before| self.row(before)?.timestamp())
    }

    /// All rows that are held, whatever is shown of them.
    pub(super) fn held(&self) -> Spots<'_> {
        let spots = self.lanes.iter().enumerate().map(|(number, lane)| {
            let rows = lane.store.rows(i64::MIN..i64::MAX);
            Box::new(rows.filter_map(move |(row, _)| lane.spot(number, row))) as Spots<'_>
        });
        forwards(spots.collect())
    }

    pub(super) fn shown_from(&self, from: Spot) -> Spots<'_> {
        self.from(from, self.is_condensed)
    }

    /// The rows that are shown behind one of them.
    pub(super) fn shown_behind(&self, spot: Spot) -> Spots<'_> {
        // Of a hole, the number behind its first one is still within it.
        Box::new(self.shown_from(spot.next()).filter(move |it| *it > spot))
    }

    /// The rows that are shown, and those that are folded into them.
    pub(super) fn passing_from(&self, from: Spot) -> Spots<'_> {
        self.from(from, false)
    }

    fn from(&self, from: Spot, is_condensed: bool) -> Spots<'_> {
        let horizon = self.horizon();
        let spots = self.lanes.iter().enumerate().map(|(number, lane)| {
            let shown = self.shown_of(number, horizon);
            let rows = lane.shown(from.start(number, &lane.store)..i64::MAX, shown, is_condensed);
            Box::new(rows.filter_map(move |row| lane.spot(number, row))) as Spots<'_>
        });
        forwards(spots.collect())
    }

    pub(super) fn shown_before(&self, end: Spot) -> Spots<'_> {
        let horizon = self.horizon();
        let spots = self.lanes.iter().enumerate().map(|(number, lane)| {
            let rows = i64::MIN..end.start(number, &lane.store);
            let rows = lane.shown(rows, self.shown_of(number, horizon), self.is_condensed).rev();
            Box::new(rows.filter_map(move |row| lane.spot(number, row))) as Spots<'_>
        });
        backwards(spots.collect())
    }

    /// Says to all logs where the reader is, so that what is far from there makes room.
    pub(super) fn read_here(&mut self) {
        let top = (!self.follow).then_some(self.top);
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            let row = top.map(|top| top.start(number, &lane.store));
            lane.store.read_at(row);
        }
    }

    /// Moves the window by `by` rows of the log. Going up leaves the end; coming down to it follows it again.
    pub(super) fn scroll(&mut self, by: isize, window: Window) {
        if by < 0 {
            self.stop_following(window);
            // At the end the window is filled up from above: there its first row is not the one that was put there.
            let first = self.window(window).first().map_or(self.top, |it| it.spot);
            let steps = by.unsigned_abs();
            self.top = self.shown_before(first).take(steps).last().unwrap_or(first);
            let near = self.shown_before(self.top).take(steps * 2).count() < steps * 2;
            if near {
                self.ask_older();
            }
        } else if !self.follow {
            let in_sight = self.window(window);
            let (first, last) = (in_sight.first().map(|it| it.spot), in_sight.last().map(|it| it.spot));
            let steps = by.unsigned_abs();
            let below = last.map_or(0, |last| self.shown_behind(last).take(steps + 1).count());
            if below > steps {
                let new = first.and_then(|first| self.shown_from(first).nth(steps));
                self.top = new.unwrap_or(self.top);
            } else if self.is_selecting() {
                // What is selected must not slip away.
                let end = self.before(Spot::LAST, window.rows, window);
                let whole = end.iter().rev().find(|it| it.skipped == 0);
                self.top = whole.map_or(self.top, |it| it.spot);
            } else {
                return self.go_to_end();
            }
        }
        self.read_here();
    }

    /// Leaves the end; what is in sight stays.
    pub(super) fn stop_following(&mut self, window: Window) {
        if self.follow {
            self.top = self.window(window).first().map_or(Spot::FIRST, |it| it.spot);
            self.leave_end();
        }
    }

    pub(super) fn leave_end(&mut self) {
        if self.follow {
            self.follow = false;
            for lane in &mut self.lanes {
                lane.seen = lane.store.range().end;
            }
        }
        self.read_here();
    }

    /// How many lines have come below those in sight since the end was left, as far as they are shown.
    pub fn unseen(&self, in_sight: &[Placed]) -> u64 {
        let Some(last) = in_sight.last().map(|it| it.spot.next()).filter(|_| !self.follow) else {
            return 0;
        };
        let horizon = self.horizon();
        let came = |(number, lane): (usize, &Lane)| {
            lane.came_since(last.start(number, &lane.store), self.shown_of(number, horizon))
        };
        self.lanes.iter().enumerate().map(came).sum()
    }

    /// Goes to the end and follows it.
    pub(super) fn go_to_end(&mut self) {
        self.end_selecting();
        self.follow = true;
        self.sought = None;
        self.read_here();
    }

    /// Goes to the oldest row that is held, and asks for older ones.
    pub(super) fn go_to_top(&mut self) {
        let first = self.shown_from(Spot::FIRST).next();
        self.top = first.unwrap_or(Spot::FIRST);
        self.leave_end();
        self.ask_older();
    }

    /// Puts a row into the upper third of the window.
    pub(super) fn show(&mut self, spot: Spot, window: Window) {
        self.stop_following(window);
        let above = usize::from(window.rows / 3);
        let top = self.shown_before(spot).take(above).last();
        self.top = top.unwrap_or(spot);
        self.read_here();
    }
}
