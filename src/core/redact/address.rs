//! Secrets by the place they stand in: addresses with a password, schemes of authorization, passwords in SQL.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::pair::Text;
use super::token::begins_here;
use super::{MARK, value};

/// How far the password of an address reaches at most, in bytes.
const LONGEST: usize = 512;
/// The shortest token after `Bearer` that is no word.
const SHORTEST_TOKEN: usize = 8;

/// The password of an address; `place` is that of its `://`.
pub(super) fn password(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    let start = place + 3;
    let word = &text.bytes[start..text.bytes.len().min(start + LONGEST)];
    let word = &word[..word.iter().position(|byte| ends_address(*byte)).unwrap_or(word.len())];
    let authority = word.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(word.len());
    let colon = memchr::memchr(b':', &word[..authority])?;
    let end = match memchr::memrchr(b'@', &word[..authority]) {
        Some(at) => at,
        // What stands behind the colon is no port: the password itself has a slash in it.
        None if !is_port(&word[colon + 1..authority]) => memchr::memrchr(b'@', word)?,
        None => return None,
    };
    secret(text, start + colon + 1..start + end)
}

fn is_port(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_digit)
}

/// The password of `user:password@tcp(host)/name`, as programs in Go write it; `place` is that of the `@`.
pub(super) fn password_before(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    let from = place.saturating_sub(LONGEST);
    let before = &text.bytes[from..place];
    let start = before.iter().rposition(|byte| ends_address(*byte)).map_or(0, |at| at + 1);
    let colon = memchr::memchr(b':', &before[start..])?;
    secret(text, from + start + colon + 1..place)
}

const fn ends_address(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'|')
}

fn secret(text: &Text<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let password = text.bytes.get(range.clone())?;
    let is_mask = password.iter().all(|byte| matches!(byte, b'*' | b'x'));
    (!is_mask && password != MARK.as_bytes()).then_some(range)
}

/// The token after `Bearer`, which stands at `place`, wherever it is written.
pub(super) fn bearer(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    let token = after_scheme(text, place)?;
    let word = &text.bytes[token.clone()];
    let (mut digits, mut capitals) = (0, 0);
    for byte in word {
        digits += usize::from(byte.is_ascii_digit());
        capitals += usize::from(byte.is_ascii_uppercase());
    }
    (word.len() >= SHORTEST_TOKEN && (digits > 0 || capitals > 1)).then_some(token)
}

/// The name and the password after `Basic`, which stands at `place`.
pub(super) fn basic(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    let token = after_scheme(text, place)?;
    let word = text.bytes.get(token.clone()).filter(|word| word.len() < LONGEST)?;
    let decoded = STANDARD.decode(word).or_else(|_| STANDARD_NO_PAD.decode(word)).ok()?;
    decoded.contains(&b':').then_some(token)
}

/// The token after the scheme at `place`.
fn after_scheme(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    let start = value::after_scheme(text.bytes, place);
    if start == place || !begins_here(text, place) {
        return None;
    }
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    let rest = &text.bytes[start..];
    let letters = rest.iter().take_while(|byte| is_letter(byte)).count();
    let padding = rest[letters..].iter().take_while(|byte| **byte == b'=').count();
    let length = letters + padding;
    // Behind an `=` nothing of a token follows: that is the next pair.
    (padding == 0 || !rest.get(length).is_some_and(is_letter)).then_some(start..start + length)
}

/// The password of `IDENTIFIED BY '…'`; `place` is that of ` by '`.
pub(super) fn identified_by(text: &Text<'_>, place: usize) -> Option<Range<usize>> {
    const VERB: &[u8] = b"identified";
    /// `WITH mysql_native_password AS` may stand between.
    const BETWEEN: usize = 48;
    let before = &text.bytes[place.saturating_sub(VERB.len() + BETWEEN)..place];
    let said = before.windows(VERB.len()).any(|window| window.eq_ignore_ascii_case(VERB));
    let start = place + b" by '".len();
    let rest = text.bytes.get(start..).filter(|_| said)?;
    let length = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
    secret(text, start..start + length).filter(|range| !range.is_empty())
}
