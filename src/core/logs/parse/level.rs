//! How serious a line is: what it says itself, where it says so.
//!
//! Asked once of every line that arrives, so it allocates nothing, has no regular expression, and looks at a bounded
//! start of the line only.

use super::super::line::Level;
use super::{access, json, logfmt, walk, word};

/// The level that a line says it has; `None` if it says nothing of that kind. A line about a request is as serious as
/// its status: an error from 500 on, a warning from 400 on. Words in prose do not count ("no ERROR found").
///
/// `text` is a line as [`clean_line`](crate::core::text::clean_line) leaves it, without colours.
pub fn level(text: &str) -> Option<Level> {
    read(text).level
}

/// What is known of a line after one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) level: Option<Level>,
    /// Whether it names its own moment.
    pub(super) is_dated: bool,
    /// Whether it tells of one request, all on one line.
    pub(super) is_request: bool,
    /// Whether it adds to the record before it.
    pub(super) is_detail: bool,
    /// Whether the level is marked, rather than following from what the line tells.
    pub(super) is_marked: bool,
    /// Where its message begins.
    pub(super) message: usize,
}

/// Looks at a line.
pub(super) fn read(text: &str) -> Look {
    let bytes = text.as_bytes();
    let lead = walk::read(bytes);
    let mut look = Look {
        level: lead.level,
        is_dated: lead.time.is_some(),
        is_request: false,
        is_detail: lead.is_detail,
        is_marked: lead.level.is_some() && !lead.is_opener,
        message: lead.message,
    };
    if !matches!(lead.level, None | Some(Level::Info)) {
        return look;
    }
    let is_object = bytes.get(lead.end) == Some(&b'{');
    let request = if is_object { None } else { access::request(bytes, lead.end) };
    if let Some(request) = request {
        look.level = Some(word::status(request.status));
        look.is_request = true;
    } else if lead.level.is_none() {
        look.level = if is_object { json::level(text, lead.end) } else { logfmt::level(text, lead.message) };
        look.is_marked = look.level.is_some();
    }
    look
}
