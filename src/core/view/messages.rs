//! What is wrong now, and the messages of this session, newest first.

use jiff::tz::TimeZone;

use super::timeline::weight_meaning;
use crate::core::change::Weight;
use crate::core::fleet::Fleet;
use crate::core::meaning::Meaning;
use crate::core::message::Messages;
use crate::core::page::Line;
use crate::core::time::clock;

/// Columns of the time and of the word for how bad it is, with the blanks behind them.
const BEFORE: u16 = 17;

/// Why targets cannot be reached, and all messages.
pub fn lines(messages: &Messages, fleet: &Fleet, zone: &TimeZone) -> Vec<Line> {
    let faults = fleet.targets.values().filter_map(|it| it.link.fault());
    let mut lines: Vec<Line> = faults
        .map(|fault| {
            Line::new(Meaning::Time, format!("{:<10}", "now"))
                .and(weight_meaning(Weight::Bad), format!("{:<7}{fault}", word(Weight::Bad)))
                .hang(BEFORE)
        })
        .collect();
    if messages.iter().len() == 0 && lines.is_empty() {
        return vec![Line::new(Meaning::Muted, "Nothing was said yet.")];
    }
    let line = |it: &crate::core::message::Message| {
        Line::new(Meaning::Time, format!("{}  ", clock(it.at.0, zone)))
            .and(weight_meaning(it.weight), format!("{:<7}{}", word(it.weight), it.text))
            .hang(BEFORE)
    };
    lines.extend(messages.iter().rev().map(line));
    lines
}

/// How bad a message is, where there are no colours.
const fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Quiet => "",
        Weight::Good => "done",
        Weight::Notable => "note",
        Weight::Bad => "error",
    }
}
