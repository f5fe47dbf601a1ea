//! Rows as JSON, an object a line. `qd man` describes them; new versions may add fields, and rename and remove none.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::origin::Origin;
use crate::core::logs::{Divider, Gap, Level, Line};

/// One row.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(flatten)]
    what: What<'a>,
    #[serde(flatten)]
    whose: &'a Origin,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum What<'a> {
    Line {
        time: Timestamp,
        stream: &'static str,
        level: Option<&'static str>,
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        late_ms: Option<i64>,
        /// It only stands beside one that was asked for.
        #[serde(skip_serializing_if = "is_false")]
        context: bool,
    },
    Gap {
        time: Timestamp,
        seconds: u64,
        lines: Option<u64>,
        text: &'a str,
    },
    Divider {
        time: Timestamp,
        text: &'a str,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A line, with its text as it is to be shown.
pub(super) fn line(
    whose: &Origin,
    line: &Line<'_>,
    shown: &str,
    late: Option<SignedDuration>,
    context: bool,
) -> String {
    let what = What::Line {
        time: line.timestamp,
        stream: line.stream.word(),
        level: line.level.map(Level::word),
        text: shown,
        late_ms: late.map(|late| late.as_millis() as i64),
        context,
    };
    text(&Object { what, whose })
}

/// A place where lines are missing.
pub(super) fn gap(whose: &Origin, gap: &Gap) -> String {
    let Gap { timestamp: time, seconds, lines, why } = gap;
    text(&Object { what: What::Gap { time: *time, seconds: *seconds, lines: *lines, text: why }, whose })
}

/// Something that happened.
pub(super) fn divider(whose: &Origin, divider: &Divider) -> String {
    let what = What::Divider { time: divider.timestamp, text: &divider.text };
    text(&Object { what, whose })
}

fn text(object: &Object<'_>) -> String {
    // Plain data always serializes.
    let mut text = serde_json::to_string(object).unwrap_or_default();
    text.push('\n');
    text
}
