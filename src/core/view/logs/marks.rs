//! Marks that the reader puts on lines, to come back to them.

use super::{Handled, LogState, Window};
use crate::core::logs::{Divider, Spot};
use crate::core::time::Now;

impl LogState {
    /// Marks the line that the reader stands on, or takes its mark away. Where there is none: draws a line below the last
    /// one at the end that is followed, or else marks the first one in sight.
    pub(super) fn mark(&mut self, now: Now, window: Window) -> Handled {
        // A filter would hide a line that is drawn.
        let draws = self.follow && self.filters.sieve().is_none();
        let stood = self.cursor(window).or_else(|| self.cursor_or_nearest(window).filter(|_| !draws));
        if let Some(spot) = stood {
            self.current = Some(spot);
            let is_marked = self.lanes[spot.lane].toggle_mark(spot.number);
            return Handled::Done(if is_marked { "the line is marked" } else { "the mark is taken away" });
        }
        // Behind the last row, which is one of that log.
        let last = self.shown_before(Spot::LAST).next().map_or(0, |it| it.lane);
        let Some(lane) = self.lanes.get_mut(last).filter(|_| draws) else {
            return Handled::Fault("there is no line to mark".to_owned());
        };
        lane.draw_mark(Divider::mark(now.0));
        self.settle();
        Handled::Yes
    }

    /// Whether a row is marked, or one of those that made room there.
    pub fn is_marked(&self, spot: Spot) -> bool {
        self.lanes.get(spot.lane).is_some_and(|lane| lane.marked(spot.number).next().is_some())
    }

    /// Goes to the next mark that is shown, or to the one before. The mark of a line that made room stands for the hole.
    pub(super) fn next_mark(&mut self, forward: bool, window: Window) -> Handled {
        let here = self.here(window);
        let horizon = self.horizon();
        let marks = self.lanes.iter().enumerate().filter_map(|(number, lane)| {
            let shown = self.shown_of(number, horizon);
            let mut spots = lane
                .marks
                .iter()
                .filter(|row| lane.is_shown(**row, shown))
                .filter_map(|row| lane.row_around(number, *row))
                .filter(|spot| if forward { *spot > here } else { *spot < here });
            if forward { spots.next() } else { spots.next_back() }
        });
        let found = if forward { marks.min() } else { marks.max() };
        match found {
            Some(spot) => {
                self.go_to(spot, window);
                Handled::Yes
            }
            None if self.lanes.iter().all(|lane| lane.marks.is_empty()) => {
                Handled::Fault("nothing is marked yet".to_owned())
            }
            None => Handled::Fault(if forward { "no later mark" } else { "no earlier mark" }.to_owned()),
        }
    }
}
