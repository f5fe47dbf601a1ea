//! Taking lines out of a log: for the clipboard, a file, a pager.

use std::fmt::Write as _;

use super::{Handled, LogState, Times, Window};
use crate::core::logs::{Level, Row, Spot, Spots};
use crate::core::redact::Veil;
use crate::core::text::clean;
use crate::core::time::age;

/// Bytes that are copied at most: terminals drop what is much longer, and nobody pastes it.
const MOST_COPIED: usize = 1 << 20;

impl LogState {
    /// Copies the lines that are selected, or the record that the reader stands on, or all that is in sight: as the workload
    /// wrote it, but for what acts on terminals and for secrets. Once it is copied nothing is selected any more.
    pub(super) fn copy(&mut self, window: Window) -> Handled {
        let with_times = self.times != Times::Off;
        let spots: Spots<'_> = match (self.selection(), self.cursor(window)) {
            (Some((from, to)), _) => self.between(from, to),
            (None, Some(spot)) => Box::new(self.record(spot).into_iter()),
            (None, None) => {
                let placed = self.window(window);
                let ends = placed.first().zip(placed.last());
                ends.map_or_else(
                    || Box::new(std::iter::empty()) as _,
                    |(first, last)| self.between(first.spot, last.spot),
                )
            }
        };
        let mut text = String::new();
        for spot in spots {
            if let Some(row) = self.row(spot) {
                write_row(&mut text, &row, self.name_before(spot), with_times, &self.veil);
            }
            if text.len() > MOST_COPIED {
                let text = "more than 1 MB is too much for a clipboard: export it into a file";
                return Handled::Fault(text.to_owned());
            }
        }
        self.end_selecting();
        Handled::Copy(text)
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

    /// All that is held, as a text: what is selected, or passes the filter, or everything. What is folded belongs to it.
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
                    "time": line.timestamp.to_string(), "workload": workload, "stream": line.stream.word(),
                    "level": line.level.map(Level::word), "text": shown,
                });
                let _ = writeln!(text, "{value}");
            }
        };
        match self.selection() {
            _ if everything => self.held().for_each(&mut write),
            Some((from, to)) => self.between(from, to).for_each(&mut write),
            None => self.passing_from(Spot::FIRST).for_each(&mut write),
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
        Row::Divider(divider) if divider.is_mark => {
            writeln!(text, "--- {} {}", divider.timestamp, divider.text)
        }
        Row::Divider(divider) => writeln!(text, "--- {name}{blank}{}", divider.text),
        Row::Gone(gone) => writeln!(text, "--- {name}{blank}{} lines no longer held", gone.lines),
    };
}
