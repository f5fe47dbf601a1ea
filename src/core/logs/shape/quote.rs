//! Quoted texts: where they end, and what their look says about them.

use memchr::memchr;

use super::class::{DIGIT, JOINT, LETTER, class};
use super::key::KEY_BYTES;

/// Where the quoted text that starts at `from` ends; a backslash takes the meaning of the mark behind it.
pub(super) fn closing(bytes: &[u8], mut from: usize, mark: u8) -> Option<usize> {
    let start = from;
    loop {
        let end = from + memchr(mark, &bytes[from..])?;
        let escapes = bytes[start..end].iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some(end);
        }
        from = end + 1;
    }
}

/// Whether a quoted text before a colon can be the name of a field.
pub(super) fn is_field_name(content: &[u8]) -> bool {
    !content.is_empty()
        && content.len() <= KEY_BYTES
        && content
            .iter()
            .all(|byte| class(*byte) & (LETTER | DIGIT | JOINT) != 0 || matches!(byte, b'@' | b'$'))
}

/// `GET /path HTTP/1.1`.
pub(super) fn is_request(content: &[u8]) -> bool {
    let method = content.iter().take(8).take_while(|byte| byte.is_ascii_uppercase()).count();
    method >= 3 && content[method..].starts_with(b" /")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_ends_at_the_first_mark_that_means_itself() {
        for (text, end) in [
            (r#"ab" c"#, Some(2)),
            (r#"a\"b" c"#, Some(4)),
            (r#"a\\" c"#, Some(3)),
            (r#"" "#, Some(0)),
            (r#"ab\""#, None),
            ("", None),
        ] {
            assert_eq!(closing(text.as_bytes(), 0, b'"'), end, "{text}");
        }
    }

    #[test]
    fn names_of_fields_and_requests_are_known_by_their_look() {
        for name in ["msg", "@timestamp", "http.request-id", "größe"] {
            assert!(is_field_name(name.as_bytes()), "{name}");
        }
        for text in ["", "a b", "a:b", &"x".repeat(65)] {
            assert!(!is_field_name(text.as_bytes()), "{text}");
        }
        assert!(is_request(b"GET / HTTP/1.1") && is_request(b"OPTIONS /x"));
        assert!(!is_request(b"Get /") && !is_request(b"GET x") && !is_request(b""));
    }
}
