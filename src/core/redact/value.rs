//! Whether a value is a secret, and which part of it: `null`, `${PASSWORD}`, `****` and the words of a sentence are none.

use std::ops::Range;

use super::MARK;
use super::names::{Kind, LONGEST_NAME, is_name};

/// How a value is joined to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `name=value`.
    Equals,
    /// `name: value`.
    Colon,
    /// `<name>value</name>`.
    Element,
    /// `--name value`.
    Word,
}

/// A value and how it is written.
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) spelling: Spelling,
    /// Whether blanks stand before it.
    pub(super) spaced: bool,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
}

/// The longest value without a digit that can be a word of a sentence.
const LONGEST_WORD: usize = 48;
/// The shortest value of a vague name that looks like a secret.
const SHORTEST_VAGUE: usize = 6;

/// Words that say something about a secret, instead of being one.
const WORDS: &[&str] = &[
    "accepted",
    "argument",
    "authentication",
    "bad",
    "blank",
    "changed",
    "created",
    "deleted",
    "denied",
    "disabled",
    "empty",
    "enabled",
    "error",
    "expected",
    "expired",
    "expires",
    "fail",
    "failed",
    "false",
    "field",
    "flag",
    "forbidden",
    "found",
    "generated",
    "granted",
    "hidden",
    "incorrect",
    "instead",
    "invalid",
    "is",
    "issued",
    "loaded",
    "malformed",
    "masked",
    "match",
    "mismatch",
    "missing",
    "must",
    "needed",
    "never",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "off",
    "ok",
    "on",
    "option",
    "optional",
    "or",
    "parameter",
    "passed",
    "prompt",
    "received",
    "redacted",
    "refreshed",
    "rejected",
    "removed",
    "renewed",
    "required",
    "reset",
    "revoked",
    "rotated",
    "set",
    "skipped",
    "string",
    "success",
    "true",
    "unauthorized",
    "undefined",
    "unknown",
    "unset",
    "unspecified",
    "updated",
    "used",
    "valid",
    "verified",
    "was",
    "wrong",
    "yes",
];

/// How what is said about a secret begins, in quotes.
const SAYINGS: &[&[u8]] = &[b"is ", b"must ", b"should ", b"can't ", b"cannot ", b"has ", b"does not "];

/// Schemes of the header `Authorization`; the last ones go on with several parts.
const SCHEMES: &[&str] =
    &["bearer", "basic", "token", "negotiate", "ntlm", "apikey", "digest", "aws4-hmac-sha256"];
const SCHEMES_OF_MANY_PARTS: &[&str] = &["digest", "aws4-hmac-sha256"];

/// The part of a value of that kind of name that is a secret.
pub(super) fn secret(text: &[u8], kind: Kind, value: &Value) -> Option<Range<usize>> {
    let mut range = value.range.clone();
    if kind == Kind::Authorization {
        range.start = after_scheme(text, range.start).min(range.end);
    }
    let bytes = &text[range.clone()];
    let said = is_said(bytes)
        || value.quoted && SAYINGS.iter().any(|saying| bytes.starts_with(saying))
        || !value.quoted && value.spaced && is_prose(text, &range, value.spelling);
    let fits = match kind {
        Kind::Password | Kind::Query => true,
        Kind::Secret | Kind::Authorization => !is_small_number(bytes),
        Kind::Vague => bytes.len() >= SHORTEST_VAGUE && bytes.iter().any(|byte| !byte.is_ascii_digit()),
        Kind::Cookie => bytes.contains(&b'='),
    };
    (!said && fits && !after_unexpected(text, kind, &range)).then_some(range)
}

/// Where what follows the scheme of a header begins.
pub(super) fn after_scheme(text: &[u8], start: usize) -> usize {
    let rest = &text[start..];
    let scheme = SCHEMES.iter().find(|it| {
        rest.get(..it.len()).is_some_and(|word| word.eq_ignore_ascii_case(it.as_bytes()))
            && matches!(rest.get(it.len()), Some(b' ' | b'\t'))
    });
    scheme.map_or(start, |scheme| {
        let blanks = rest[scheme.len()..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        start + scheme.len() + blanks
    })
}

/// Whether what follows that scheme has several parts.
pub(super) fn has_many_parts(scheme: &[u8]) -> bool {
    let scheme = scheme.trim_ascii();
    SCHEMES_OF_MANY_PARTS.iter().any(|it| scheme.eq_ignore_ascii_case(it.as_bytes()))
}

/// Whether it is a word about a secret, a mask, or a name for what is put there later.
fn is_said(value: &[u8]) -> bool {
    let word = value.trim_ascii();
    if !word.iter().any(u8::is_ascii_alphanumeric) && word.is_ascii() {
        // A mask, or nothing: a secret of signs alone is shorter than anybody's.
        return word.len() < 8 || word.iter().all(|byte| *byte == word[0]);
    }
    if word == MARK.as_bytes() || word.len() >= 3 && word.iter().all(|byte| matches!(byte, b'x' | b'X')) {
        return true;
    }
    let core = word.strip_suffix(b".").unwrap_or(word);
    let is_word = |core: &[u8]| WORDS.iter().any(|it| core.eq_ignore_ascii_case(it.as_bytes()));
    let bare = match core {
        [b'[', inner @ .., b']'] | [b'(', inner @ .., b')'] | [b'<', inner @ .., b'>'] => inner,
        core => core,
    };
    is_word(bare) || bare.eq_ignore_ascii_case(b"filtered") || is_placeholder(word)
}

/// `${PASSWORD}`, `$PASSWORD`, `{{ password }}`, `%s`.
fn is_placeholder(word: &[u8]) -> bool {
    match word {
        [b'$', b'{', inner @ .., b'}'] => {
            !inner.is_empty() && inner.iter().all(|byte| is_name(*byte) || matches!(byte, b':' | b'?'))
        }
        [b'{', b'{', .., b'}', b'}'] | [b'%', b's' | b'd' | b'v' | b'q'] => true,
        [b'$', inner @ ..] => {
            inner.len() > 2 && inner.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
        }
        _ => false,
    }
}

/// Whether a value after a blank is the first word of a sentence: a word without digits, and another after it that is
/// not the next name.
fn is_prose(text: &[u8], value: &Range<usize>, spelling: Spelling) -> bool {
    let word = &text[value.clone()];
    let plain = word.len() <= LONGEST_WORD && !word.iter().any(u8::is_ascii_digit);
    if spelling == Spelling::Equals || !plain || text.get(value.end) != Some(&b' ') {
        return false;
    }
    let rest = &text[value.end + 1..];
    // What is hidden already decides like the word that it was: else hiding one would make the word before it a secret.
    if rest.starts_with(MARK.as_bytes()) {
        return true;
    }
    let next = rest.iter().take(LONGEST_NAME).take_while(|byte| is_name(**byte)).count();
    matches!(rest.first(), Some(b'a'..=b'z')) && !matches!(rest.get(next), Some(b'=' | b':'))
}

/// A count: `token: 5`.
fn is_small_number(value: &[u8]) -> bool {
    value.len() <= 3 && value.iter().all(u8::is_ascii_digit)
}

/// What a parser did not expect is a word of its language.
fn after_unexpected(text: &[u8], kind: Kind, value: &Range<usize>) -> bool {
    const BEFORE: &[u8] = b"unexpected token";
    let near = &text[value.start.saturating_sub(BEFORE.len() + 4)..value.start];
    kind == Kind::Secret && near.to_ascii_lowercase().windows(BEFORE.len()).any(|window| window == BEFORE)
}
