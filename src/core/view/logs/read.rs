//! Finding things in a log.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::lane::Shown;
use super::window::Window;
use super::{Anchor, Handled, Lane, LogState, Use};
use crate::core::logs::{Spot, nanoseconds};
use crate::core::time::{Now, moment};

impl LogState {
    /// A line begins to be typed that searches or filters: leaving it comes back to here.
    pub fn begin_line(&mut self, window: Window) {
        let here = self.here(window);
        self.anchor = Some(Anchor { follow: self.follow, top: self.top, current: self.current, here });
    }

    /// Searches for `text`, from where the line began to be typed on.
    pub fn set_search(&mut self, text: &str) {
        self.set_pattern(text);
        self.hunting = None;
        self.expecting = self.search.query.is_some();
        if !self.expecting {
            self.return_to_anchor();
        }
    }

    /// The line is left: the reader is back where it was when it was begun. What was in force then has to be set again.
    pub fn leave_line(&mut self) {
        self.expecting = false;
        self.hunting = None;
        self.return_to_anchor();
        self.anchor = None;
    }

    /// The line is accepted. A search that has found nothing goes on in what is older.
    pub fn accept_line(&mut self, purpose: Use) {
        self.anchor = None;
        if self.count(purpose).is_some_and(|(count, _)| purpose == Use::Search && count == 0) {
            self.hunt();
        }
    }

    fn return_to_anchor(&mut self) {
        let Some(Anchor { follow, top, current, .. }) = self.anchor else { return };
        self.top = top;
        self.current = current;
        // They may have made room meanwhile.
        self.settle();
        if follow {
            self.go_to_end();
        } else {
            self.leave_end();
        }
    }

    /// The search through what is held is done: goes to the match that is waited for, or looks for it in older pages.
    pub(super) fn go_on(&mut self, window: Window) -> Option<&'static str> {
        if self.hunting.is_some() {
            if self.go_to_match(false, window) || self.place().is_none() && self.go_to_match(true, window) {
                self.hunting = None;
                self.expecting = false;
            } else if self.reached_start() {
                self.end_hunt();
                return Some("nothing else in the whole log matches");
            } else {
                self.hunt();
            }
        } else if self.expecting {
            self.expecting = false;
            if !self.go_to_match(false, window) && !self.go_to_match(true, window) {
                self.return_to_anchor();
            }
        }
        None
    }

    /// Reads older pages until one has a match.
    fn hunt(&mut self) {
        self.hunting.get_or_insert(self.follow);
        // What is held goes first.
        if !self.is_searching() {
            self.ask_older();
            if !self.is_asking() {
                self.end_hunt();
            }
        }
    }

    /// Whether older lines are being searched, page by page. Going anywhere ends that.
    pub const fn is_hunting(&self) -> bool {
        self.hunting.is_some()
    }

    /// Searches no further; a page that is on its way for that is not waited for.
    pub(super) fn give_up(&mut self) {
        self.expecting = false;
        for lane in &mut self.lanes {
            lane.stop_asking();
        }
        self.end_hunt();
    }

    /// No match was found: who was at the end is there again.
    pub(super) fn end_hunt(&mut self) {
        match self.hunting.take() {
            Some(true) => self.go_to_end(),
            Some(false) => self.read_here(),
            None => {}
        }
    }

    /// Goes to the next match of the search, or to the one before.
    pub(super) fn next_match(&mut self, forward: bool, window: Window) -> Handled {
        if self.search.query.is_none() {
            return Handled::Fault("nothing is searched for yet".to_owned());
        }
        self.expecting = false;
        if self.go_to_match(forward, window) {
            return Handled::Yes;
        }
        if forward {
            return Handled::Fault("no later match".to_owned());
        }
        self.hunt();
        let text = match self.hunting {
            Some(_) => "no earlier match in the lines held: older ones are being searched",
            None => "no earlier match",
        };
        Handled::Fault(text.to_owned())
    }

    /// Where the reader is: on a line in sight, or else at the end of what is.
    pub(super) fn here(&self, window: Window) -> Spot {
        let below = || self.window(window).last().map_or(Spot::LAST, |it| it.spot.next());
        self.cursor(window).unwrap_or_else(below)
    }

    /// Goes to the match nearest to where the reader is; `false` when there is none that way.
    pub(super) fn go_to_match(&mut self, forward: bool, window: Window) -> bool {
        // Who has looked around goes on from the match where they were.
        let on_match = self.current.filter(|_| self.place().is_some());
        let here = match self.anchor {
            Some(anchor) => anchor.here,
            None => on_match.unwrap_or_else(|| self.here(window)),
        };
        let Some(hit) = self.match_near(here, forward) else { return false };
        self.go_to(hit, window);
        true
    }

    /// The first match behind a spot that is shown, or the last one before it.
    fn match_near(&self, here: Spot, forward: bool) -> Option<Spot> {
        self.nearest(here, forward, |lane, range, shown| {
            let mut rows = lane.search.within(&range).iter().copied();
            let is_shown = |row: &i64| lane.is_shown(*row, shown);
            if forward { rows.find(is_shown) } else { rows.rfind(is_shown) }
        })
    }

    /// The first one behind a spot of what is found in each log, or the last one before it.
    fn nearest(
        &self,
        here: Spot,
        forward: bool,
        find: impl Fn(&Lane, Range<i64>, Shown) -> Option<i64>,
    ) -> Option<Spot> {
        let horizon = self.horizon();
        let found = self.lanes.iter().enumerate().filter_map(|(number, lane)| {
            let shown = self.shown_of(number, horizon);
            let range = if forward {
                here.next().start(number, &lane.store)..i64::MAX
            } else {
                shown.first..here.start(number, &lane.store)
            };
            lane.spot(number, find(lane, range, shown)?)
        });
        if forward { found.min() } else { found.max() }
    }

    /// Goes to the next line that is an error or worse, or to the one before; of a record, to its first.
    pub(super) fn next_error(&mut self, forward: bool, window: Window) -> Handled {
        self.expecting = false;
        let here = self.here(window);
        let found = self.nearest(here, forward, |lane, range, shown| lane.error(range, shown, forward));
        let Some(spot) = found else {
            let text = match forward {
                true => "no later error",
                false if self.reached_start() => "no earlier error",
                false => {
                    "no earlier error in the lines held: older ones are read with the first line in sight"
                }
            };
            return Handled::Fault(text.to_owned());
        };
        self.go_to(spot, window);
        Handled::Yes
    }

    /// Goes to the first line of a time: `15m` ago, `09:10` today, a timestamp; `all` goes to the beginning.
    pub(super) fn since(
        &mut self,
        argument: Option<&str>,
        now: Now,
        zone: &TimeZone,
        window: Window,
    ) -> Handled {
        let moment = match argument {
            None | Some("all") => Timestamp::MIN,
            Some(text) => match moment(text, now, zone) {
                Ok(moment) => moment,
                Err(error) => return Handled::Fault(format!("{error}; `all` goes to the beginning")),
            },
        };
        for lane in &mut self.lanes {
            lane.floor = i64::MIN;
        }
        self.go_to_time(moment, window);
        Handled::Yes
    }

    /// Goes to the first line of a time.
    pub(super) fn go_to_time(&mut self, moment: Timestamp, window: Window) {
        self.stop_following(window);
        self.since = Some(moment);
        self.sought = Some(moment);
        self.seek(moment);
    }

    /// Puts the first line from `moment` on at the top, as soon as the lines before it are known.
    pub(super) fn seek(&mut self, moment: Timestamp) {
        let key = nanoseconds(moment);
        for lane in &mut self.lanes {
            if lane.known_from().is_some_and(|from| from >= key) {
                lane.ask_older();
            }
        }
        let Some(first) = self.shown_from(Spot::at(key)).next() else {
            // Nothing came since: what comes next is what is waited for.
            return self.go_to_end();
        };
        self.top = first;
        self.read_here();
        if !self.is_asking() {
            self.sought = None;
        }
    }
}
