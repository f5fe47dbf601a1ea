//! What a reader of a log sees, from the top to the bottom: lines, and everything that says where lines are missing.

use std::sync::Arc;

use jiff::Timestamp;

use super::line::{Level, Stream};
use crate::core::text::{Run, clean};

/// One row of a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row<'a> {
    /// A line of the log.
    Line(Line<'a>),
    /// Lines that never reached us.
    Gap(&'a Gap),
    /// Something that happened between two lines.
    Divider(&'a Divider),
    /// Rows that were here and had to make room.
    Gone(Gone),
}

/// One line, cleaned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line<'a> {
    /// When the engine received it, to the nanosecond from the year 1677 to 2262.
    pub timestamp: Timestamp,
    /// Where it came from.
    pub stream: Stream,
    /// How serious it says it is, where that is known; of a line that continues, what its record says.
    pub level: Option<Level>,
    /// Whether it belongs to the record of the line before it on the same stream: a stack trace, a statement.
    pub continues: bool,
    /// Its text, safe to show, without a line ending.
    pub text: &'a str,
    /// What of it does not look plain, in order.
    pub runs: &'a [Run],
    /// What the container wrote, as far as it is kept. Not safe to show.
    pub raw: &'a [u8],
    /// Bytes of the line that `text` does not show; `raw` may hold some of them.
    pub hidden: u64,
    /// Bytes of the line that are not kept at all.
    pub beyond: u64,
}

/// A place where lines are missing from what was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The time of the first line after it.
    pub timestamp: Timestamp,
    /// How long it lasted, rounded up.
    pub seconds: u64,
    /// How many lines are missing, where that is known.
    pub lines: Option<u64>,
    /// Why, in words that fit behind "lines missing:". Clean text.
    pub why: Arc<str>,
}

/// Something that happened to the container, between two lines of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divider {
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened: "exited with code 137 (out of memory) after 3h 5m". Clean text.
    pub text: Arc<str>,
    /// Whether it is no event of the container, but a line that the reader drew.
    pub is_mark: bool,
}

impl Gap {
    /// A gap; `why` is cleaned.
    pub fn new(timestamp: Timestamp, seconds: u64, lines: Option<u64>, why: &str) -> Self {
        Self { timestamp, seconds, lines, why: Arc::from(clean(why)) }
    }
}

impl Divider {
    /// A divider; `text` is cleaned.
    pub fn new(timestamp: Timestamp, text: &str) -> Self {
        Self { timestamp, text: Arc::from(clean(text)), is_mark: false }
    }

    /// A line that the reader draws.
    pub fn mark(timestamp: Timestamp) -> Self {
        Self { timestamp, text: Arc::from("mark"), is_mark: true }
    }
}

/// Rows that are no longer held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// How many rows; as many row numbers are left out.
    pub rows: u64,
    /// How many of them were lines.
    pub lines: u64,
}

impl Row<'_> {
    /// When it happened; rows that are gone have no time.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Row::Line(line) => Some(line.timestamp),
            Row::Gap(gap) => Some(gap.timestamp),
            Row::Divider(divider) => Some(divider.timestamp),
            Row::Gone(_) => None,
        }
    }
}
