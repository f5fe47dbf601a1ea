//! Lines that are selected: from the one where that began to the one that the reader stands on. While lines are selected the
//! end is not followed, so that nothing of it slips away.

use std::ops::Range;

use super::lane::Shown;
use super::{Handled, LogState, Window};
use crate::core::logs::{Spot, Spots, forwards};

/// A button of the mouse that is held down on a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Press {
    pub(super) spot: Spot,
    /// Whether the end was followed when it went down.
    pub(super) followed: bool,
}

impl LogState {
    /// Begins to select lines, or ends it.
    pub(super) fn toggle_selecting(&mut self, window: Window) -> Handled {
        if self.is_selecting() {
            self.end_selecting();
            return Handled::Yes;
        }
        let Some(here) = self.cursor_or_nearest(window) else {
            return Handled::Fault("there is no line to select".to_owned());
        };
        self.stop_following(window);
        self.current = Some(here);
        self.selected_from = Some(here);
        Handled::Yes
    }

    /// Whether lines are being selected.
    pub const fn is_selecting(&self) -> bool {
        self.selected_from.is_some() && self.current.is_some()
    }

    /// Selects nothing any more.
    pub(super) const fn end_selecting(&mut self) {
        self.selected_from = None;
    }

    /// The first and the last line that is selected.
    pub fn selection(&self) -> Option<(Spot, Spot)> {
        let (from, to) = (self.selected_from?, self.current?);
        Some((from.min(to), from.max(to)))
    }

    /// How many rows are selected, with those that are folded into them.
    pub fn selected_rows(&self) -> Option<usize> {
        let (from, to) = self.selection()?;
        Some(self.ranges(from, to).map(|(number, range, shown)| self.lanes[number].count(range, shown)).sum())
    }

    /// The rows from one that is shown to another, with those that are folded into them.
    pub(super) fn between(&self, from: Spot, to: Spot) -> Spots<'_> {
        let spots = self.ranges(from, to).map(|(number, range, shown)| {
            let lane = &self.lanes[number];
            Box::new(lane.passing(range, shown).filter_map(move |row| lane.spot(number, row))) as Spots<'_>
        });
        forwards(spots.collect())
    }

    /// The number of each log, the numbers that these rows have in it, and which of them may be shown.
    fn ranges(&self, from: Spot, to: Spot) -> impl Iterator<Item = (usize, Range<i64>, Shown)> {
        let horizon = self.horizon();
        self.lanes.iter().enumerate().map(move |(number, lane)| {
            let shown = self.shown_of(number, horizon);
            let [start, end] = [from, to.next()].map(|spot| {
                let row = spot.start(number, &lane.store);
                // What is folded belongs to the row that it is folded into.
                if self.is_condensed { lane.behind_folded(row, shown) } else { row }
            });
            (number, start..end, shown)
        })
    }

    /// A button of the mouse goes down in that row of the window: the reader stands on the line there, and what is in sight
    /// stays until the button is let go.
    pub fn press(&mut self, row: u16, window: Window) {
        self.end_selecting();
        self.pressed = None;
        let Some(spot) = self.spot_at(row, window) else { return };
        self.stay();
        self.current = Some(spot);
        self.pressed = Some(Press { spot, followed: self.follow });
        self.stop_following(window);
    }

    /// The mouse is moved to that row, which may lie above or below the window, with the button held down: selects the lines
    /// from where it went down.
    pub fn drag(&mut self, row: i32, window: Window) {
        let Some(press) = self.pressed else { return };
        self.stop_following(window);
        if (0..i32::from(window.rows)).contains(&row) {
            let last = || self.window(window).last().map(|it| it.spot);
            let there = u16::try_from(row).ok().and_then(|row| self.spot_at(row, window)).or_else(last);
            self.current = there.or(self.current);
        } else {
            self.step(if row < 0 { -1 } else { 1 }, window);
        }
        // A hand that shakes on one line selects nothing.
        if self.current != Some(press.spot) {
            self.selected_from.get_or_insert(press.spot);
        }
    }

    /// The button is let go: where nothing was selected, the end is followed as it was before.
    pub fn release(&mut self) {
        if let Some(press) = self.pressed.take()
            && press.followed
            && !self.is_selecting()
        {
            self.go_to_end();
        }
    }
}
