//! The line that the reader stands on.

use super::{Handled, LogState, Window};
use crate::core::logs::Spot;

impl LogState {
    /// Stands on a line, which comes into sight; where it is folded into another one, it is unfolded.
    pub(super) fn go_to(&mut self, spot: Spot, window: Window) {
        let shown = self.shown_of(spot.lane, self.horizon());
        if self.is_condensed && self.lanes[spot.lane].is_folded(spot.number, shown) {
            self.lanes[spot.lane].unfold(spot.number, shown);
        }
        self.current = Some(spot);
        if !self.is_in_sight(spot, window) {
            self.show(spot, window);
        }
    }

    fn is_in_sight(&self, spot: Spot, window: Window) -> bool {
        self.window(window).iter().any(|it| it.spot == spot)
    }

    /// The line that the reader stands on, while it is in sight.
    pub(super) fn cursor(&self, window: Window) -> Option<Spot> {
        self.current.filter(|spot| self.is_in_sight(*spot, window))
    }

    /// The line that the reader stands on, or else the nearest there is: the last one where the end is followed, the first in
    /// sight where it is not.
    pub(super) fn cursor_or_nearest(&self, window: Window) -> Option<Spot> {
        self.cursor(window).or_else(|| {
            let placed = self.window(window);
            let nearest = if self.follow { placed.last() } else { placed.first() };
            nearest.map(|it| it.spot)
        })
    }

    /// The row of the log that is drawn in that row of the window.
    pub(super) fn spot_at(&self, row: u16, window: Window) -> Option<Spot> {
        let mut below = 0;
        self.window(window).into_iter().find_map(|it| {
            below += it.height;
            (row < below).then_some(it.spot)
        })
    }

    /// Moves the line that the reader stands on by so many that are shown.
    pub(super) fn step(&mut self, by: isize, window: Window) {
        let Some(here) = self.current else { return };
        let steps = by.unsigned_abs();
        let there = if by < 0 {
            self.shown_before(here).take(steps).last()
        } else {
            self.shown_behind(here).take(steps).last()
        };
        self.current = there.or(self.current);
        self.keep_in_sight(window);
        if by < 0 && self.shown_before(self.top).nth(steps).is_none() {
            self.ask_older();
        }
    }

    /// Stands on the first line that is held, or on the last one.
    pub(super) fn step_to_end(&mut self, forward: bool, window: Window) {
        let end =
            if forward { self.shown_before(Spot::LAST).next() } else { self.shown_from(Spot::FIRST).next() };
        self.current = end.or(self.current);
        self.keep_in_sight(window);
        if !forward {
            self.ask_older();
        }
    }

    /// Scrolls no farther than has to be for the line that the reader stands on.
    pub(super) fn keep_in_sight(&mut self, window: Window) {
        let Some(here) = self.current.filter(|it| !self.is_in_sight(*it, window)) else { return };
        let is_above = self.window(window).first().is_some_and(|first| here < first.spot);
        if is_above {
            self.top = here;
        } else {
            let placed = self.before(here.next(), window.rows, window);
            // Of a line that has no room for all its rows, the first ones are in sight.
            let whole = placed.iter().rev().find(|it| it.skipped == 0);
            self.top = whole.map_or(here, |it| it.spot);
        }
        self.read_here();
    }

    /// Lines are laid out in another way: the one that the reader stands on stays in sight.
    pub(super) fn lay_out(&mut self, window: Window, change: impl FnOnce(&mut Self)) {
        let was_in_sight = self.cursor(window).is_some();
        change(self);
        self.stand_on_heads();
        if was_in_sight && !self.follow {
            self.keep_in_sight(window);
        }
    }

    /// Who stands on a line that is folded into another one stands on that one.
    pub(super) fn stand_on_heads(&mut self) {
        if self.is_condensed {
            self.current = self.current.map(|it| self.head_of(it));
            self.selected_from = self.selected_from.map(|it| self.head_of(it));
        }
    }

    /// The row that is shown for one which may be folded.
    fn head_of(&self, spot: Spot) -> Spot {
        let (lane, shown) = (&self.lanes[spot.lane], self.shown_of(spot.lane, self.horizon()));
        let head = lane.is_folded(spot.number, shown).then(|| lane.head(spot.number, shown));
        head.and_then(|head| lane.spot(spot.lane, head)).unwrap_or(spot)
    }

    /// Rows may have made room. Who stood on one of them stands on the hole that they left.
    pub(super) fn settle(&mut self) {
        let pressed = self.pressed.as_mut().map(|it| &mut it.spot);
        let places = [Some(&mut self.top), self.current.as_mut(), self.selected_from.as_mut(), pressed];
        for spot in places.into_iter().flatten() {
            let settled = self.lanes.get(spot.lane).and_then(|lane| lane.row_around(spot.lane, spot.number));
            *spot = settled.unwrap_or(*spot);
        }
    }

    /// Unfolds what is folded into the line that the reader stands on, or folds it again.
    pub(super) fn toggle_fold(&mut self, window: Window) -> Handled {
        let Some(spot) = self.cursor_or_nearest(window) else {
            return Handled::Fault("there is no line to unfold".to_owned());
        };
        self.current = Some(spot);
        let (shown, mut is_any) = (self.shown_of(spot.lane, self.horizon()), false);
        self.lay_out(window, |log| {
            let lane = &mut log.lanes[spot.lane];
            is_any = lane.unfold(spot.number, shown) || lane.fold(spot.number, shown);
        });
        if is_any { Handled::Yes } else { Handled::Fault("nothing is folded into this line".to_owned()) }
    }
}
