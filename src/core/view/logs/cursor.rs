//! The line that the reader stands on, the lines that are selected from there, and marks.

use super::{Handled, LogState, Window};
use crate::core::logs::{Batch, Divider, Spot};
use crate::core::time::{Now, clock};
use jiff::tz::TimeZone;

/// Beyond so many the selected lines are not counted.
pub const MOST_COUNTED: usize = 10_000;

impl LogState {
    /// Stands on a line, which comes into sight; where it is folded into another one, it is unfolded.
    pub(super) fn go_to(&mut self, spot: Spot, window: Window) {
        let is_filtered = self.filters.sieve().is_some();
        if self.is_condensed && self.lanes[spot.lane].is_folded(spot.number, is_filtered) {
            self.lanes[spot.lane].unfold(spot.number, is_filtered);
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
    fn cursor(&self, window: Window) -> Option<Spot> {
        self.current.filter(|spot| self.is_in_sight(*spot, window))
    }

    /// The line that the reader stands on, or else the nearest there is: the last one where the end is followed, the first in
    /// sight where it is not.
    fn cursor_or_nearest(&self, window: Window) -> Option<Spot> {
        self.cursor(window).or_else(|| {
            let placed = self.window(window);
            let nearest = if self.follow { placed.last() } else { placed.first() };
            nearest.map(|it| it.spot)
        })
    }

    /// Stands on the line in that row of the window.
    pub fn click(&mut self, row: u16, window: Window) {
        self.selected_from = None;
        self.current = self.spot_at(row, window);
    }

    /// Selects from the line that was clicked on to the one in that row of the window.
    pub fn drag(&mut self, row: u16, window: Window) {
        let Some(from) = self.current else { return };
        // What is selected must not slip away.
        self.stop_following(window);
        self.selected_from.get_or_insert(from);
        self.current = self.spot_at(row, window).or(self.current);
    }

    fn spot_at(&self, row: u16, window: Window) -> Option<Spot> {
        let mut below = 0;
        self.window(window).into_iter().find_map(|it| {
            below += it.height;
            (row < below).then_some(it.spot)
        })
    }

    /// Begins to select lines, or ends it.
    pub(super) fn toggle_selecting(&mut self, window: Window) {
        if self.selected_from.take().is_none() {
            let here = self.cursor_or_nearest(window);
            self.stop_following(window);
            self.current = here.or(self.current);
            self.selected_from = here;
        }
    }

    /// Whether lines are being selected.
    pub const fn is_selecting(&self) -> bool {
        self.selected_from.is_some()
    }

    /// Selects nothing any more.
    pub const fn end_selecting(&mut self) {
        self.selected_from = None;
    }

    /// The first and the last line that is selected.
    pub fn selection(&self) -> Option<(Spot, Spot)> {
        let (from, to) = (self.selected_from?, self.current?);
        Some((from.min(to), from.max(to)))
    }

    /// The rows from one to another, with what is folded into the last one.
    pub(super) fn selected(&self, from: Spot, to: Spot) -> impl Iterator<Item = Spot> {
        let end = self.lanes.get(to.lane).and_then(|lane| {
            let behind = i64::try_from(self.folded_into(to)).unwrap_or(0);
            lane.spot(to.lane, to.number + behind)
        });
        let end = end.unwrap_or(to);
        self.passing_from(from).take_while(move |it| *it <= end)
    }

    /// How many rows are selected, counted up to [`MOST_COUNTED`].
    pub fn selected_rows(&self) -> Option<usize> {
        let (from, to) = self.selection()?;
        Some(self.selected(from, to).take(MOST_COUNTED).count())
    }

    /// Moves the line that the reader stands on by so many that are shown.
    pub(super) fn step(&mut self, by: isize, window: Window) {
        let Some(here) = self.current else { return };
        let steps = by.unsigned_abs();
        let there = if by < 0 {
            self.shown_before(here).take(steps).last()
        } else {
            self.shown_from(here.next()).take(steps).last()
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
    fn keep_in_sight(&mut self, window: Window) {
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

    /// Unfolds what is folded into the line that the reader stands on, or folds it again.
    pub(super) fn toggle_fold(&mut self, window: Window) -> Handled {
        let is_filtered = self.filters.sieve().is_some();
        let Some(spot) = self.cursor_or_nearest(window) else { return Handled::Yes };
        if !self.is_condensed {
            return Handled::Fault("nothing is folded: condense folds repeated lines and records".to_owned());
        }
        self.current = Some(spot);
        let lane = &mut self.lanes[spot.lane];
        if lane.unfold(spot.number, is_filtered) {
            return Handled::Yes;
        }
        match lane.fold(spot.number, is_filtered) {
            Some(head) => {
                self.current = self.lanes[spot.lane].spot(spot.lane, head);
                self.keep_in_sight(window);
                Handled::Yes
            }
            None => Handled::Fault("nothing is folded into this line".to_owned()),
        }
    }

    /// Marks the line that the reader stands on, or takes its mark away. Where there is none: draws a line below the last
    /// one at the end that is followed, or else marks the first one in sight.
    pub(super) fn mark(&mut self, now: Now, zone: &TimeZone, window: Window) {
        if let Some(spot) =
            self.cursor(window).or_else(|| self.cursor_or_nearest(window).filter(|_| !self.follow))
        {
            self.current = Some(spot);
            let marks = &mut self.lanes[spot.lane].marks;
            if !marks.remove(&spot.number) {
                marks.insert(spot.number);
            }
        } else if let Some(lane) = self.lanes.first_mut() {
            let mut batch = Batch::new();
            batch.divider(Divider::new(now.0, &format!("mark {}", clock(now.0, zone))));
            lane.marks.insert(lane.store.range().end);
            lane.store.append(batch);
        }
    }

    /// Whether a row is marked.
    pub fn is_marked(&self, spot: Spot) -> bool {
        self.lanes.get(spot.lane).is_some_and(|lane| lane.marks.contains(&spot.number))
    }

    /// Goes to the next mark, or to the one before.
    pub(super) fn next_mark(&mut self, forward: bool, window: Window) -> Handled {
        let here = self.here(window);
        let marks = self.lanes.iter().enumerate().filter_map(|(number, lane)| {
            let row = if forward {
                lane.marks.range(here.next().start(number, &lane.store)..).next()
            } else {
                lane.marks.range(..here.start(number, &lane.store)).next_back()
            };
            lane.spot(number, *row?)
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
