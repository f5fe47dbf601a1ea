//! Paths and queries of requests.

use std::fmt::{Display, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What need not be encoded, in a path segment or in a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `text` as one segment of a path. An engine's ids and names come from that engine: a name like `../x` must not reach
/// another call.
pub(super) fn segment(text: &str) -> String {
    match text {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => utf8_percent_encode(text, RESERVED).to_string(),
    }
}

/// A path with its query, built part by part.
pub(super) struct Target {
    text: String,
    begun: bool,
}

impl Target {
    /// The path `path`, whose segments are already encoded.
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self { text: path.into(), begun: false }
    }

    /// With `name=value`.
    pub(super) fn with(mut self, name: &str, value: impl Display) -> Self {
        let separator = if self.begun { '&' } else { '?' };
        self.begun = true;
        let value = value.to_string();
        // Writing to a text cannot fail.
        let _ = write!(self.text, "{separator}{name}={}", utf8_percent_encode(&value, RESERVED));
        self
    }

    /// With `name=value`, where there is a value.
    pub(super) fn with_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The finished text.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_keeps_its_values_apart() {
        let target =
            Target::new("/events").with("a", "x&y=z w").with_some("b", None::<u8>).with_some("c", Some(7));
        assert_eq!(target.into_text(), "/events?a=x%26y%3Dz%20w&c=7");
    }

    #[test]
    fn a_name_stays_one_segment_of_the_path() {
        assert_eq!(segment("sha256:ab/../c?d#e"), "sha256%3Aab%2F..%2Fc%3Fd%23e");
        assert_eq!(segment(".."), "%2E%2E");
        assert_eq!(segment("."), "%2E");
        assert_eq!(segment("web-1_a.b~"), "web-1_a.b~");
    }
}
