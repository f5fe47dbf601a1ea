//! Which rows of a log are in sight, and moving that window.

use super::LogState;
use crate::core::logs::Row;
use crate::core::text::broken_at;

/// Columns that the time of a line takes, with the blank after it.
pub const TIME_COLUMNS: u16 = 13;

/// Columns of the mark between the time and the text.
pub const MARK_COLUMNS: u16 = 1;

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
    /// Its number.
    pub number: i64,
    /// Rows of the screen that it takes before those that are in sight: at the upper edge only its end may be.
    pub skipped: u16,
    /// Rows of the screen.
    pub height: u16,
}

impl LogState {
    /// The rows in sight, from the top. While the end is followed, they end with the last row.
    pub fn window(&self, window: Window) -> Vec<Placed> {
        if self.follow {
            let mut placed = self.before(i64::MAX, window.rows, window);
            placed.reverse();
            return placed;
        }
        let mut placed = Vec::new();
        let mut room = window.rows;
        let mut numbers = self.shown_from(self.top);
        while room > 0
            && let Some(number) = numbers.next()
        {
            let height = self.height(number, window);
            placed.push(Placed { number, skipped: 0, height: height.min(room) });
            room = room.saturating_sub(height);
        }
        drop(numbers);
        // The end has come up from below: the window stays full as long as there is something above.
        if room > 0
            && let Some(first) = placed.first().map(|it| it.number)
        {
            let mut above = self.before(first, room, window);
            above.reverse();
            above.extend(placed);
            return above;
        }
        placed
    }

    /// The shown rows right before `end`, nearest first, as many as fit into `room`; of the last one maybe only its end.
    fn before(&self, end: i64, room: u16, window: Window) -> Vec<Placed> {
        let mut placed = Vec::new();
        let mut left = room;
        for number in self.shown_before(end) {
            let whole = self.height(number, window);
            let height = whole.min(left);
            placed.push(Placed { number, skipped: whole - height, height });
            left -= height;
            if left == 0 {
                break;
            }
        }
        placed
    }

    /// Rows of the screen that a row of the log takes.
    fn height(&self, number: i64, window: Window) -> u16 {
        if !self.wrap {
            return 1;
        }
        let Some(Row::Line(line)) = self.store.row(number) else { return 1 };
        let columns = usize::from(self.text_columns(window));
        let most = usize::from(window.rows.max(1));
        let text = self.veil.over(line.text);
        u16::try_from(broken_at(&text, columns).take(most).count()).unwrap_or(u16::MAX)
    }

    /// The columns for the text of a line: what its time and the mark of its stream leave.
    pub fn text_columns(&self, window: Window) -> u16 {
        let time = if self.timestamps { TIME_COLUMNS } else { 0 };
        window.columns.saturating_sub(time + MARK_COLUMNS)
    }

    fn shown_from(&self, from: i64) -> Box<dyn Iterator<Item = i64> + '_> {
        let from = from.max(self.floor);
        if self.filter.query.is_some() {
            let first = self.filter.rows.partition_point(|row| *row < from);
            return Box::new(self.filter.rows[first..].iter().copied());
        }
        Box::new(self.store.rows(from..i64::MAX).map(|(number, _)| number))
    }

    fn shown_before(&self, end: i64) -> Box<dyn Iterator<Item = i64> + '_> {
        let floor = self.floor;
        if self.filter.query.is_some() {
            let last = self.filter.rows.partition_point(|row| *row < end);
            return Box::new(
                self.filter.rows[..last].iter().rev().copied().take_while(move |row| *row >= floor),
            );
        }
        Box::new(self.store.rows(floor..end).rev().map(|(number, _)| number))
    }

    /// Moves the window by `by` rows of the log. Going up leaves the end; coming down to it follows it again.
    pub(super) fn scroll(&mut self, by: isize, window: Window) {
        if by < 0 {
            self.stop_following(window);
            // At the end the window is filled up from above: there its first row is not the one that was put there.
            let first = self.window(window).first().map_or(self.top, |it| it.number);
            let steps = by.unsigned_abs();
            self.top = self.shown_before(first).take(steps).last().unwrap_or(first);
            let near = self.shown_before(self.top).take(steps * 2).count() < steps * 2;
            if near {
                self.ask_older();
            }
        } else if !self.follow {
            let in_sight = self.window(window);
            let (first, last) = (in_sight.first().map(|it| it.number), in_sight.last().map(|it| it.number));
            let steps = by.unsigned_abs();
            let below =
                last.map_or(0, |last| self.shown_from(last.saturating_add(1)).take(steps + 1).count());
            if below <= steps {
                return self.go_to_end();
            }
            let new = first.and_then(|first| self.shown_from(first).nth(steps));
            self.top = new.unwrap_or(self.top);
        }
        self.store.read_at((!self.follow).then_some(self.top));
    }

    /// Leaves the end; what is in sight stays.
    pub(super) fn stop_following(&mut self, window: Window) {
        if self.follow {
            self.top = self.window(window).first().map_or(0, |it| it.number);
            self.follow = false;
            self.unseen = 0;
            self.store.read_at(Some(self.top));
        }
    }

    /// Goes to the end and follows it.
    pub(super) fn go_to_end(&mut self) {
        self.follow = true;
        self.unseen = 0;
        self.sought = None;
        self.store.read_at(None);
    }

    /// Goes to the oldest row that is held, and asks for older ones.
    pub(super) fn go_to_top(&mut self) {
        self.follow = false;
        self.unseen = 0;
        let first = self.shown_from(i64::MIN).next();
        self.top = first.unwrap_or(0);
        self.store.read_at(Some(self.top));
        self.ask_older();
    }

    /// Puts a row into the upper third of the window.
    pub(super) fn show(&mut self, number: i64, window: Window) {
        self.stop_following(window);
        let above = usize::from(window.rows / 3);
        let top = self.shown_before(number).take(above).last();
        self.top = top.unwrap_or(number);
        self.store.read_at(Some(self.top));
    }
}
