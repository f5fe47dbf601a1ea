//! The messages of this session, newest first.

use jiff::tz::TimeZone;

use super::timeline::weight_meaning;
use crate::core::change::Weight;
use crate::core::meaning::Meaning;
use crate::core::message::Messages;
use crate::core::page::Line;
use crate::core::time::clock;

/// Columns of the time and of the word for how bad it is, with the blanks behind them.
const BEFORE: u16 = 17;

/// All messages.
pub fn lines(messages: &Messages, zone: &TimeZone) -> Vec<Line> {
    if messages.iter().len() == 0 {
        return vec![Line::new(Meaning::Muted, "Nothing was said yet.")];
    }
    let line = |it: &crate::core::message::Message| {
        Line::new(Meaning::Time, format!("{}  ", clock(it.at.0, zone)))
            .and(weight_meaning(it.weight), format!("{:<7}{}", word(it.weight), it.text))
            .hang(BEFORE)
    };
    messages.iter().rev().map(line).collect()
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
