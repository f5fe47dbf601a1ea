//! Which rows of a log are in sight, and moving that window.

use super::{Lane, LogState};
use crate::core::logs::{Row, Spot, Spots, backwards, forwards};
use crate::core::text::{broken_at, width};

/// Columns that the time of a line takes, with the blank after it.
pub const TIME_COLUMNS: u16 = 13;

/// Columns of the mark between the time and the text.
pub const MARK_COLUMNS: u16 = 1;

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
    fn before(&self, end: Spot, room: u16, window: Window) -> Vec<Placed> {
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
        if !self.wrap {
            return 1;
        }
        let Some(Row::Line(line)) = self.row(spot) else { return 1 };
        let columns = usize::from(self.text_columns(window));
        let most = usize::from(window.rows.max(1));
        let veiled = self.veil.over(line.text);
        u16::try_from(broken_at(&veiled, columns).take(most).count()).unwrap_or(u16::MAX)
    }

    /// The columns for the text of a line: what its time, the name of its workload and the mark of its stream leave.
    pub fn text_columns(&self, window: Window) -> u16 {
        let time = if self.timestamps { TIME_COLUMNS } else { 0 };
        window.columns.saturating_sub(time + self.name_columns() + MARK_COLUMNS)
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

    pub(super) fn shown_from(&self, from: Spot) -> Spots<'_> {
        let from = from.max(Spot::at(self.horizon()));
        let is_filtered = self.filter.query.is_some();
        let spots = self.lanes.iter().enumerate().map(|(number, lane)| {
            let rows = lane.shown(from.start(number, &lane.store)..i64::MAX, is_filtered);
            Box::new(rows.filter_map(move |row| lane.spot(number, row))) as Spots<'_>
        });
        forwards(spots.collect())
    }

    pub(super) fn shown_before(&self, end: Spot) -> Spots<'_> {
        let from = Spot::at(self.horizon());
        let is_filtered = self.filter.query.is_some();
        let spots = self.lanes.iter().enumerate().map(|(number, lane)| {
            let rows = from.start(number, &lane.store)..end.start(number, &lane.store);
            let rows = lane.shown(rows, is_filtered).rev();
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
            let below = last.map_or(0, |last| self.shown_from(last.next()).take(steps + 1).count());
            if below <= steps {
                return self.go_to_end();
            }
            let new = first.and_then(|first| self.shown_from(first).nth(steps));
            self.top = new.unwrap_or(self.top);
        }
        self.read_here();
    }

    /// Leaves the end; what is in sight stays.
    pub(super) fn stop_following(&mut self, window: Window) {
        if self.follow {
            self.top = self.window(window).first().map_or(Spot::FIRST, |it| it.spot);
            self.follow = false;
            self.unseen = 0;
            self.read_here();
        }
    }

    /// Goes to the end and follows it.
    pub(super) fn go_to_end(&mut self) {
        self.follow = true;
        self.unseen = 0;
        self.sought = None;
        self.read_here();
    }

    /// Goes to the oldest row that is held, and asks for older ones.
    pub(super) fn go_to_top(&mut self) {
        self.follow = false;
        self.unseen = 0;
        let first = self.shown_from(Spot::FIRST).next();
        self.top = first.unwrap_or(Spot::FIRST);
        self.read_here();
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
