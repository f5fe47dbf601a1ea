//! Finding things in a log, and taking them out of it.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::window::{Placed, Window};
use super::{Anchor, Handled, LogState, Use};
use crate::core::logs::Row;
use crate::core::redact::Veil;
use crate::core::time::{Now, age, moment};

impl LogState {
    /// A line begins to be typed that searches or filters: leaving it comes back to here.
    pub fn begin_line(&mut self, window: Window) {
        let here = self.here(window);
        self.anchor = Some(Anchor { follow: self.follow, top: self.top, current: self.current, here });
    }

    /// Searches for `text`, from where the line began to be typed on.
    pub fn set_search(&mut self, text: &str) {
        self.search.set(text);
        self.current = None;
        self.hunting = None;
        self.expecting = self.search.query.is_some();
        if !self.expecting {
            self.return_to_anchor();
        }
    }

    /// The line is left: what was in force `before` is again, and the reader is back.
    pub fn leave_line(&mut self, purpose: Use, before: &str) {
        match purpose {
            Use::Search => self.search.set(before),
            Use::Filter => self.filter.set(before),
        }
        self.expecting = false;
        self.hunting = None;
        self.return_to_anchor();
        self.anchor = None;
    }

    /// The line is accepted. A search that has found nothing goes on in what is older.
    pub fn accept_line(&mut self, purpose: Use) {
        self.anchor = None;
        if purpose == Use::Search && self.search.query.is_some() && self.search.rows.is_empty() {
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
            self.store.read_at(Some(top));
        }
    }

    /// The search through what is held is done: goes to the match that is waited for, or looks for it in older pages.
    pub(super) fn go_on(&mut self, window: Window) -> Option<&'static str> {
        if self.hunting.is_some() {
            if self.go_to_match(false, window) || self.current.is_none() && self.go_to_match(true, window) {
                self.hunting = None;
                self.expecting = false;
            } else if self.reached_start {
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
        if !self.search.busy && !self.search.due {
            self.ask_older();
            if self.older.is_none() {
                self.end_hunt();
            }
        }
    }

    /// No match was found: who was at the end is there again.
    pub(super) fn end_hunt(&mut self) {
        match self.hunting.take() {
            Some(true) => self.go_to_end(),
            Some(false) => self.store.read_at(Some(self.top)),
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
    fn here(&self, window: Window) -> i64 {
        let below = || self.window(window).last().map_or(i64::MAX, |it| it.number.saturating_add(1));
        self.current.unwrap_or_else(below)
    }

    /// Goes to the match nearest to where the reader is; `false` when there is none that way.
    pub(super) fn go_to_match(&mut self, forward: bool, window: Window) -> bool {
        let here = match (self.current, self.anchor) {
            (None, Some(anchor)) => anchor.here,
            _ => self.here(window),
        };
        let rows = &self.search.rows;
        let hit = if forward {
            rows.get(rows.partition_point(|row| *row <= here))
        } else {
            rows.partition_point(|row| *row < here).checked_sub(1).and_then(|place| rows.get(place))
        };
        let Some(hit) = hit.copied() else { return false };
        self.current = Some(hit);
        if !self.window(window).iter().any(|it| it.number == hit) {
            self.show(hit, window);
        }
        true
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
        self.floor = i64::MIN;
        self.stop_following(window);
        self.since = Some(moment);
        self.sought = Some(moment);
        self.seek(moment);
        Handled::Yes
    }

    /// Puts the first line from `moment` on at the top, as soon as the lines before it are known.
    pub(super) fn seek(&mut self, moment: Timestamp) {
        let mut rows = self.store.rows(i64::MIN..i64::MAX);
        let first =
            rows.find(|(_, row)| row.timestamp().is_some_and(|at| at >= moment)).map(|(number, _)| number);
        let Some(first) = first else {
            // Nothing came since: what comes next is what is waited for.
            return self.go_to_end();
        };
        self.top = first;
        self.store.read_at(Some(self.top));
        if first == self.store.first_held() {
            self.ask_older();
        }
        if self.older.is_none() {
            self.sought = None;
        }
    }

    /// The text of rows, as the workload wrote it but for what acts on terminals and for secrets.
    pub(super) fn text_of(&self, rows: &[Placed], with_times: bool) -> String {
        let mut text = String::new();
        for placed in rows {
            if let Some(row) = self.store.row(placed.number) {
                write_row(&mut text, &row, with_times || self.timestamps, &self.veil);
            }
        }
        text
    }

    /// All that is held and passes the filter, as a file.
    pub(super) fn export(&self, argument: Option<&str>) -> Handled {
        let json = argument == Some("json");
        let mut text = String::new();
        let filtered = self.filter.query.is_some();
        for (number, row) in self.store.rows(self.floor..i64::MAX) {
            if filtered && self.filter.rows.binary_search(&number).is_err() {
                continue;
            }
            if !json {
                write_row(&mut text, &row, true, &self.veil);
            } else if let Row::Line(line) = row {
                let shown = self.veil.over(line.text);
                let value = serde_json::json!({ "time": line.timestamp.to_string(), "text": shown });
                let _ = writeln!(text, "{value}");
            }
        }
        let ending = if json { "jsonl" } else { "log" };
        Handled::Export { name: self.name.to_string(), ending, text }
    }
}

fn write_row(text: &mut String, row: &Row<'_>, with_time: bool, veil: &Veil) {
    let _ = match row {
        Row::Line(line) if with_time => writeln!(text, "{} {}", line.timestamp, veil.over(line.text)),
        Row::Line(line) => writeln!(text, "{}", veil.over(line.text)),
        Row::Gap(gap) => writeln!(text, "--- {} missing: {}", age(gap.seconds), gap.why),
        Row::Divider(divider) => writeln!(text, "--- {}", divider.text),
        Row::Gone(gone) => writeln!(text, "--- {} lines no longer held", gone.lines),
    };
}
