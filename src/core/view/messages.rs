//! The messages of this session, newest first.

use jiff::tz::TimeZone;

use super::timeline::weight_meaning;
use crate::core::meaning::Meaning;
use crate::core::message::Messages;
use crate::core::page::Line;
use crate::core::time::clock;

/// Columns of the time, with the blanks behind it.
const TIME: u16 = 10;

/// All messages.
pub fn lines(messages: &Messages, zone: &TimeZone) -> Vec<Line> {
    if messages.iter().len() == 0 {
        return vec![Line::new(Meaning::Muted, "Nothing was said yet.")];
    }
    let line = |it: &crate::core::message::Message| {
        Line::new(Meaning::Time, format!("{}  ", clock(it.at.0, zone)))
            .and(weight_meaning(it.weight), it.text.to_string())
            .hang(TIME)
    };
    messages.iter().rev().map(line).collect()
}
