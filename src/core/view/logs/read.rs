//! Finding things in a log, and taking them out of it.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::window::Window;
use super::{Anchor, Handled, LogState, Times, Use};
use crate::core::logs::{Row, Spot, nanoseconds};
use crate::core::redact::Veil;
use crate::core::text::clean;
use crate::core::time::{Now, age, moment};

impl LogState {
    /// A line begins to be typed that searches or filters: leaving it comes back to here.
    pub fn begin_line(&mut self, window: Window) {
        let here = self.here(window);
        self.anchor = Some(Anchor { follow: self.follow, top: self.top, current: self.current, here });
    }

    /// Searches for `text`, from where the line began to be typed on.
    pub fn set_search(&mut self, text: &str) {
        self.set_pattern(text);
        self.current = None;
        self.hunting = None;
        self.expecting = self.search.query.is_some();
        if !self.expecting {
            self.return_to_anchor();
        }
    }

    /// Shows only the lines that fit these conditions, as they are typed.
    pub fn set_filter(&mut self, text: &str, now: Now, zone: &TimeZone) {
        self.filters.read(text, now, zone);
        self.begin(Use::Filter);
    }

    /// Switches on the conditions that are named, and all others off.
    pub fn show_only(&mut self, names: &[&str]) {
        self.filters.switch(names);
        self.begin(Use::Filter);
    }

    /// Shows all lines again.
    pub fn clear_filters(&mut self) {
        self.filters.clear();
        self.begin(Use::Filter);
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
        if follow {
            self.go_to_end();
        } else {
            self.follow = false;
            self.read_here();
        }
    }

    /// The search through what is held is done: goes to the match that is waited for, or looks for it in older pages.
    pub(super) fn go_on(&mut self, window: Window) -> Option<&'static str> {
        if self.hunting.is_some() {
            if self.go_to_match(false, window) || self.current.is_none() && self.go_to_match(true, window) {
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
    pub fn give_up(&mut self) {
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

    /// The row that a search begins at: the match that it stands on, or the end of what is in sight.
    fn here(&self, window: Window) -> Spot {
        let below = || self.window(window).last().map_or(Spot::LAST, |it| it.spot.next());
        self.current.unwrap_or_else(below)
    }

    /// Goes to the match nearest to where the reader is; `false` when there is none that way.
    pub(super) fn go_to_match(&mut self, forward: bool, window: Window) -> bool {
        let here = match (self.current, self.anchor) {
            (None, Some(anchor)) => anchor.here,
            _ => self.here(window),
        };
        let Some(hit) = self.match_near(here, forward) else { return false };
        self.go_to(hit, window);
        true
    }

    /// The first match behind a spot, or the last one before it.
    fn match_near(&self, here: Spot, forward: bool) -> Option<Spot> {
        let horizon = Spot::at(self.horizon());
        let matches = self.lanes.iter().enumerate().filter_map(|(number, lane)| {
            let range = if forward {
                here.next().start(number, &lane.store)..i64::MAX
            } else {
                horizon.start(number, &lane.store)..here.start(number, &lane.store)
            };
            let rows = lane.search.within(&range);
            let row = if forward { rows.first() } else { rows.last() };
            lane.spot(number, *row?)
        });
        if forward { matches.min() } else { matches.max() }
    }

    /// Goes to the next line that is an error or worse, or to the one before; of a record, to its first.
    pub(super) fn next_error(&mut self, forward: bool, window: Window) -> Handled {
        self.expecting = false;
        let here = self.here(window);
        let horizon = Spot::at(self.horizon());
        let errors = self.lanes.iter().enumerate().filter_map(|(number, lane)| {
            let range = if forward {
                here.next().start(number, &lane.store)..i64::MAX
            } else {
                horizon.start(number, &lane.store)..here.start(number, &lane.store)
            };
            lane.spot(number, lane.error(range, forward, self.filters.sieve().is_some())?)
        });
        let found = if forward { errors.min() } else { errors.max() };
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

    /// Stands on a line, which comes into sight; where it is folded into another one, all are unfolded.
    fn go_to(&mut self, spot: Spot, window: Window) {
        let is_filtered = self.filters.sieve().is_some();
        self.is_condensed &= !self.lanes[spot.lane].is_folded(spot.number, is_filtered);
        self.current = Some(spot);
        if !self.window(window).iter().any(|it| it.spot == spot) {
            self.show(spot, window);
        }
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
                Some(moment) => moment,
                None => {
                    let text = format!("`{text}` is no time: use 15m, 2h, 09:10, a timestamp or all");
                    return Handled::Fault(text);
                }
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

    /// What is to be copied: the record that the reader stands on, or all that is in sight. As the workload wrote it, but
    /// for what acts on terminals and for secrets.
    pub(super) fn text_to_copy(&self, window: Window) -> String {
        let with_times = self.times != Times::Off;
        let spots: Vec<Spot> = match self.current {
            Some(spot) => self.record(spot),
            None => self.window(window).into_iter().map(|it| it.spot).collect(),
        };
        let mut text = String::new();
        for spot in spots {
            if let Some(row) = self.row(spot) {
                write_row(&mut text, &row, self.name_before(spot), with_times, &self.veil);
            }
        }
        text
    }

    /// A line with all lines of its record.
    fn record(&self, spot: Spot) -> Vec<Spot> {
        let held = &self.lanes[spot.lane];
        let goes_on = |number: &i64| matches!(held.store.row(*number), Some(Row::Line(row)) if row.continues);
        let range = held.store.range();
        let first = (range.start..=spot.number).rev().find(|number| !goes_on(number)).unwrap_or(spot.number);
        let rest = (first + 1..range.end).take_while(goes_on);
        std::iter::once(first).chain(rest).filter_map(|number| held.spot(spot.lane, number)).collect()
    }

    /// All that is held, as a file: what passes the filter, or everything.
    pub(super) fn text(&self, json: bool, everything: bool) -> String {
        let mut text = String::new();
        let mut write = |spot: Spot| {
            let Some(row) = self.row(spot) else { return };
            if !json {
                write_row(&mut text, &row, self.name_before(spot), true, &self.veil);
            } else if let Row::Line(line) = row {
                let shown = self.veil.over(line.text);
                let workload = &*self.lanes[spot.lane].name;
                let value = serde_json::json!({
                    "time": line.timestamp.to_string(), "workload": workload, "text": shown,
                });
                let _ = writeln!(text, "{value}");
            }
        };
        if everything {
            self.held().for_each(&mut write);
        } else {
            self.shown_from(Spot::FIRST).for_each(&mut write);
        }
        text
    }

    /// A file of what is held: `text` or `json`, `all` for what the filter hides as well, `gz` for a compressed one.
    pub(super) fn export(&self, argument: &str) -> Handled {
        let (mut json, mut everything, mut gz) = (false, false, false);
        for word in argument.split_ascii_whitespace() {
            match word {
                "text" => json = false,
                "json" => json = true,
                "all" => everything = true,
                "gz" => gz = true,
                other => {
                    let text =
                        format!("a log is not exported as `{}`: use text or json, all, gz", clean(other));
                    return Handled::Fault(text);
                }
            }
        }
        let ending = match (json, gz) {
            (true, true) => "jsonl.gz",
            (true, false) => "jsonl",
            (false, true) => "log.gz",
            (false, false) => "log",
        };
        Handled::Export { name: self.name.to_string(), ending, text: self.text(json, everything) }
    }
}

fn write_row(text: &mut String, row: &Row<'_>, name: &str, with_time: bool, veil: &Veil) {
    let blank = if name.is_empty() { "" } else { " " };
    let _ = match row {
        Row::Line(line) if with_time => {
            writeln!(text, "{} {name}{blank}{}", line.timestamp, veil.over(line.text))
        }
        Row::Line(line) => writeln!(text, "{name}{blank}{}", veil.over(line.text)),
        Row::Gap(gap) => writeln!(text, "--- {name}{blank}{} missing: {}", age(gap.seconds), gap.why),
        Row::Divider(divider) => writeln!(text, "--- {name}{blank}{}", divider.text),
        Row::Gone(gone) => writeln!(text, "--- {name}{blank}{} lines no longer held", gone.lines),
    };
}
