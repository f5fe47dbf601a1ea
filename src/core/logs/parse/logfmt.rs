//! `key=value` pairs, wherever they stand in a line: logfmt, and what was mixed into prose.

use memchr::memchr;

use super::super::line::Level;
use super::access::closing_quote;
use super::cursor::{Cursor, is_blank};
use super::word;

/// How far into a line its level is looked for.
const LEVEL_WITHIN: usize = 1024;

/// A pair, as it is written; the value without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
    pub(super) is_quoted: bool,
    /// Where the value begins.
    pub(super) start: usize,
}

/// A walk over the pairs of a line from some place on.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Pairs<'a> {
    /// Over the pairs from `at` on.
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            // What is quoted is a value of its own, and has no pairs.
            let found = self.at + memchr::memchr2(b'=', b'"', bytes.get(self.at..)?)?;
            if bytes[found] == b'"' {
                self.at = closing_quote(bytes, found + 1)? + 1;
                continue;
            }
            let length = bytes[self.at..found].iter().rev().take_while(|byte| is_of_key(**byte)).count();
            let start = found - length;
            let before = start.checked_sub(1).map(|at| bytes[at]);
            let is_key = length > 0 && before.is_none_or(|byte| is_blank(byte) || b",;([{".contains(&byte));
            self.at = found + 1;
            if !is_key || bytes[start].is_ascii_digit() {
                continue;
            }
            let key = self.text.get(start..found)?;
            let (is_quoted, start, end) = if bytes.get(self.at) == Some(&b'"') {
                let start = self.at + 1;
                let end = closing_quote(bytes, start).unwrap_or(bytes.len());
                self.at = bytes.len().min(end + 1);
                (true, start, end)
            } else {
                let mut cursor = Cursor::new(bytes, self.at);
                let value = cursor.token();
                let signs = value.iter().rev().take_while(|byte| b",;)".contains(byte)).count();
                let start = self.at;
                self.at = cursor.at();
                (false, start, cursor.at() - signs)
            };
            let value = self.text.get(start..end)?;
            return Some(Pair { key, value, is_quoted, start });
        }
    }
}

/// The level of a line of pairs: `level=…` or one of the other names for it; that of a request follows from its status.
pub(super) fn level(text: &str, at: usize) -> Option<Level> {
    let text = &text[..text.floor_char_boundary(at + LEVEL_WITHIN)];
    // The usual line has no pairs.
    memchr(b'=', text.as_bytes().get(at..)?)?;
    let (mut status, mut is_request) = (None, false);
    for pair in Pairs::new(text, at) {
        match pair.key {
            "level" | "lvl" | "severity" | "loglevel" | "log_level" | "log.level" | "levelname" | "at" => {
                if let Some(level) = word::value(pair.value.as_bytes()) {
                    return Some(level);
                }
            }
            "status" | "status_code" | "code" => {
                status = pair.value.parse().ok().filter(|status| (100..600).contains(status));
            }
            "method" | "path" | "uri" => is_request = true,
            _ => {}
        }
    }
    status.filter(|_| is_request).map(word::status)
}

const fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}
