//! Which fields of a structured line say what kind of line it is, by the names that loggers give them.

/// A longer name is no name of a field.
pub(super) const KEY_BYTES: usize = 64;

/// What becomes of the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// It is masked where it looks variable, as any text.
    Tell,
    /// A status of HTTP is kept by its class (`5xx`); anything else as any text.
    Status,
    /// It is masked whole: the user, the id of the request, the duration.
    Hide,
}

/// Fields of which the text is read, in small letters without `_` and `-`.
const TELLING: [&[u8]; 25] = [
    b"level",
    b"lvl",
    b"severity",
    b"loglevel",
    b"levelname",
    b"msg",
    b"message",
    b"event",
    b"error",
    b"err",
    b"exception",
    b"reason",
    b"cause",
    b"logger",
    b"component",
    b"action",
    b"operation",
    b"state",
    b"method",
    b"path",
    b"route",
    b"url",
    b"uri",
    b"outcome",
    b"result",
];

const STATUS: [&[u8]; 5] = [b"status", b"statuscode", b"code", b"httpstatus", b"responsecode"];

/// What becomes of the value of the field `key`. Of `http.request.method`, the last part counts.
pub(super) fn rule_of(key: &[u8]) -> Rule {
    let last = key.rsplit(|byte| *byte == b'.').next().unwrap_or(key);
    if TELLING.iter().any(|name| is_called(last, name)) {
        Rule::Tell
    } else if STATUS.iter().any(|name| is_called(last, name)) {
        Rule::Status
    } else {
        Rule::Hide
    }
}

/// Whether `key` is `name`, apart from capitals, `_`, `-` and a leading `@`.
fn is_called(key: &[u8], name: &[u8]) -> bool {
    key.len() >= name.len()
        && key
            .iter()
            .filter(|byte| !matches!(byte, b'_' | b'-' | b'@'))
            .map(u8::to_ascii_lowercase)
            .eq(name.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_however_they_are_written() {
        for key in ["msg", "Message", "@message", "log_level", "http.request.method", "levelName"] {
            assert_eq!(rule_of(key.as_bytes()), Rule::Tell, "{key}");
        }
        for key in ["status", "statusCode", "http.response.status_code"] {
            assert_eq!(rule_of(key.as_bytes()), Rule::Status, "{key}");
        }
        for key in ["", ".", "user", "request_id", "messages"] {
            assert_eq!(rule_of(key.as_bytes()), Rule::Hide, "{key}");
        }
    }
}
