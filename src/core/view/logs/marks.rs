//! Marks that the reader puts on lines, to come back to them.

use super::{Handled, LogState, Window};
use crate::core::logs::{Batch, Divider, Spot};
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
            let marks = &mut self.lanes[spot.lane].marks;
            if marks.remove(&spot.number) {
                return Handled::Done("the mark is taken away");
            }
            marks.insert(spot.number);
            return Handled::Done("the line is marked");
        }
        let Some(lane) = self.lanes.first_mut().filter(|_| draws) else {
            return Handled::Fault("there is no line to mark".to_owned());
        };
        let mut batch = Batch::new();
        batch.divider(Divider::mark(now.0));
        lane.marks.insert(lane.store.range().end);
        lane.store.append(batch);
        Handled::Yes
    }

    /// Whether a row is marked.
    pub fn is_marked(&self, spot: Spot) -> bool {
        self.lanes.get(spot.lane).is_some_and(|lane| lane.marks.contains(&spot.number))
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
