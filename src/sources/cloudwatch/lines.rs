//! Events as lines: one event may hold several.

use jiff::Timestamp;

use crate::clients::aws::logs::LogEvent;
use crate::core::logs::{KEPT_BYTES, RawLine, Stream};

/// The lines of an event, each at its moment.
pub(super) fn lines(event: &LogEvent) -> impl Iterator<Item = RawLine<'_>> + Clone {
    let timestamp = moment(event.at);
    // An empty event is an empty line; a line feed at the end begins no other.
    let message = event.message.strip_suffix('\n').unwrap_or(&event.message);
    message.split('\n').map(move |line| {
        let all = line.strip_suffix('\r').unwrap_or(line).as_bytes();
        let bytes = all.get(..KEPT_BYTES).unwrap_or(all);
        RawLine { timestamp, stream: Stream::Stdout, bytes, beyond: (all.len() - bytes.len()) as u64 }
    })
}

/// A moment of CloudWatch's, in milliseconds since 1970.
pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(message: &str) -> Vec<String> {
        let event = LogEvent { message: message.to_owned(), ..LogEvent::default() };
        lines(&event).map(|it| String::from_utf8_lossy(it.bytes).into_owned()).collect()
    }

    #[test]
    fn an_event_is_as_many_lines_as_it_has() {
        assert_eq!(texts("one"), ["one"]);
        assert_eq!(texts(""), [""]);
        assert_eq!(texts("Error: x\r\n  at y\n"), ["Error: x", "  at y"]);
        assert_eq!(texts("a\n\nb"), ["a", "", "b"]);
    }

    #[test]
    fn a_line_that_is_too_long_says_by_how_much() {
        let event = LogEvent { message: "x".repeat(KEPT_BYTES + 7), ..LogEvent::default() };
        let beyond: Vec<_> = lines(&event).map(|it| (it.bytes.len(), it.beyond)).collect();
        assert_eq!(beyond, [(KEPT_BYTES, 7)]);
    }
}
