//! A masked text cut into what holds it together and what may differ between lines of one shape.

use super::kind::Kind;

/// A part of a masked text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word that other lines may have otherwise.
    Word(&'a [u8]),
    /// A placeholder.
    Kind(Kind),
    /// White space, punctuation, the name of a field, a level, the name of a class.
    Fixed(&'a [u8]),
}

/// The levels that programs write out; lines of two levels are never one shape.
const LEVELS: [&[u8]; 18] = [
    b"trace",
    b"debug",
    b"info",
    b"information",
    b"notice",
    b"warn",
    b"warning",
    b"error",
    b"err",
    b"severe",
    b"critical",
    b"crit",
    b"fatal",
    b"panic",
    b"alert",
    b"emerg",
    b"log",
    b"hint",
];

/// The byte that stands for a value in the structure of a text: a control character that is no placeholder.
const VALUE: u8 = 1;

/// The parts of a masked text, in order.
pub(super) fn tokens(masked: &[u8]) -> impl Iterator<Item = Token<'_>> {
    let mut rest = masked;
    std::iter::from_fn(move || {
        let first = *rest.first()?;
        let (token, length) = if let Some(kind) = Kind::of(first) {
            (Token::Kind(kind), 1)
        } else {
            let length = word_length(rest);
            let (word, after) = rest.split_at(length);
            let token = if length == 0 {
                Token::Fixed(&rest[..1])
            } else if is_fixed(word, after) {
                Token::Fixed(word)
            } else {
                Token::Word(word)
            };
            (token, length.max(1))
        };
        rest = &rest[length..];
        Some(token)
    })
}

/// Writes what `masked` is without its values into `structure`: texts with the same structure can be laid side by side.
pub(super) fn structure(masked: &[u8], structure: &mut Vec<u8>) {
    structure.clear();
    for token in tokens(masked) {
        match token {
            Token::Word(_) | Token::Kind(_) => structure.push(VALUE),
            Token::Fixed(text) => structure.extend_from_slice(text),
        }
    }
}

/// Whether a line with the masked text `masked` is of the shape `pattern`.
pub(super) fn fits(pattern: &[u8], masked: &[u8]) -> bool {
    let mut lines = tokens(masked);
    tokens(pattern).all(|part| match (part, lines.next()) {
        (Token::Kind(Kind::Any), Some(Token::Word(_))) => true,
        (Token::Kind(kind), Some(Token::Kind(other))) => kind.covers(other),
        (part, Some(other)) => part == other,
        (_, None) => false,
    }) && lines.next().is_none()
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn word_length(bytes: &[u8]) -> usize {
    if !bytes.first().is_some_and(|first| is_word_byte(*first)) {
        return 0;
    }
    let inner = |byte: &u8| is_word_byte(*byte) || matches!(byte, b'-' | b'.');
    let length = bytes.iter().take_while(|byte| inner(byte)).count();
    let ending = bytes[..length].iter().rev().take_while(|byte| !is_word_byte(**byte)).count();
    length - ending
}

fn is_fixed(word: &[u8], after: &[u8]) -> bool {
    matches!(after, [b'=', ..] | [b'"' | b'\'', b':', ..])
        || LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word))
        // com.example.Service
        || word.split(|byte| *byte == b'.').count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tokens_of_a_text_are_the_text() {
        let masked = b"ERROR [main] com.example.Foo user=\x15 said: \"well-done.\" -- a.b \x0e...";
        let mut whole = Vec::new();
        for token in tokens(masked) {
            match token {
                Token::Word(text) | Token::Fixed(text) => whole.extend_from_slice(text),
                Token::Kind(kind) => whole.push(kind.byte()),
            }
        }
        assert_eq!(whole, masked);
        let words: Vec<_> = tokens(masked)
            .filter_map(|token| if let Token::Word(word) = token { Some(word) } else { None })
            .collect();
        assert_eq!(words, [&b"main"[..], b"said", b"well-done", b"a.b"]);
    }

    #[test]
    fn a_line_fits_where_only_wildcards_differ() {
        let any = Kind::Any.byte();
        let pattern = [b"user ", &[any][..], b" left"].concat();
        assert!(fits(&pattern, b"user bob left") && fits(&pattern, &pattern));
        for other in ["user bob came", "user bob left.", "user bob", "user left", "", "user bob  left"] {
            assert!(!fits(&pattern, other.as_bytes()), "{other}");
        }
        assert!(!fits(b"user bob left", &pattern));
    }
}
