//! JSON in a line: a walk over its members that allocates nothing and forgives a missing end, and the level in it.
//!
//! A line that was cut still has its first fields; so this reads as far as it can, and never more than once.

use super::super::line::Level;
use super::access::closing_quote;
use super::cursor::Cursor;
use super::word;

/// How deep objects are entered; deeper ones are skipped.
pub(super) const DEEPEST: usize = 8;
/// How far into an object its level is looked for.
const LEVEL_WITHIN: usize = 8 * 1024;

/// A member of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member<'a> {
    /// A value; texts without their quotes, everything as it is written. Arrays are one value.
    Value { key: &'a str, value: &'a str, is_text: bool, start: usize },
    /// An object begins; its members follow.
    Open(&'a str),
    /// It ends.
    Close,
}

/// A walk over the members of the object that begins at a place.
#[derive(Clone, Debug)]
pub(super) struct Members<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    depth: usize,
}

impl<'a> Members<'a> {
    /// Over the object that begins at `at`; `None` if none begins there.
    pub(super) fn new(text: &'a str, at: usize) -> Option<Self> {
        let mut cursor = Cursor::new(text.as_bytes(), at);
        if !cursor.eat(b'{') {
            return None;
        }
        cursor.take_while(|byte| byte.is_ascii_whitespace());
        matches!(cursor.peek(), Some(b'"' | b'}')).then_some(Self { text, cursor, depth: 1 })
    }

    /// How many objects it is inside of.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Goes on behind the text that begins at the next quote; returns it without its quotes.
    fn quoted(&mut self) -> Option<&'a str> {
        let from = self.cursor.at() + 1;
        let bytes = self.text.as_bytes();
        let end = closing_quote(bytes, from).unwrap_or(bytes.len());
        self.cursor = Cursor::new(bytes, end + 1);
        self.text.get(from..end)
    }

    /// Goes on behind the array or object that begins here.
    fn nested(&mut self) {
        let mut open = 0_usize;
        loop {
            self.cursor.take_while(|byte| !b"[]{}\"".contains(&byte));
            match self.cursor.peek() {
                None => return,
                Some(b'"') => {
                    self.quoted();
                    continue;
                }
                Some(b'[' | b'{') => open += 1,
                Some(_) => open = open.saturating_sub(1),
            }
            self.cursor.skip(1);
            if open == 0 {
                return;
            }
        }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let is_between = |byte: u8| byte.is_ascii_whitespace() || byte == b',';
        if self.depth == 0 {
            return None;
        }
        self.cursor.take_while(is_between);
        if self.cursor.eat(b'}') {
            self.depth -= 1;
            return Some(Member::Close);
        }
        if self.cursor.peek() != Some(b'"') {
            self.depth = 0;
            return None;
        }
        let key = self.quoted()?;
        self.cursor.take_while(|byte| byte.is_ascii_whitespace() || byte == b':');
        let start = self.cursor.at();
        match self.cursor.peek()? {
            b'"' => {
                let value = self.quoted()?;
                Some(Member::Value { key, value, is_text: true, start: start + 1 })
            }
            b'{' if self.depth < DEEPEST => {
                self.cursor.skip(1);
                self.depth += 1;
                Some(Member::Open(key))
            }
            first => {
                if first == b'[' || first == b'{' {
                    self.nested();
                } else {
                    self.cursor.take_while(|byte| !is_between(byte) && byte != b'}');
                }
                let value = self.text.get(start..self.cursor.at())?;
                Some(Member::Value { key, value, is_text: false, start })
            }
        }
    }
}

/// The level of the object that begins at `at`: its member `level` or one of the other names for it; that of a request
/// follows from its status.
pub(super) fn level(text: &str, at: usize) -> Option<Level> {
    let text = &text[..text.floor_char_boundary(at + LEVEL_WITHIN)];
    let mut members = Members::new(text, at)?;
    let (mut in_log, mut status, mut is_request) = (false, None, false);
    while let Some(member) = members.next() {
        match member {
            Member::Value { key, value, is_text, .. } if members.depth() == 1 || in_log => {
                if let Some(level) = level_of(key, value, is_text) {
                    return Some(level);
                }
                match key {
                    "status" | "status_code" | "statusCode" | "http_status" => {
                        status = value.parse().ok().filter(|status| (100..600).contains(status));
                    }
                    "method" | "request" | "request_method" | "request_uri" | "uri" | "path" => {
                        is_request = true;
                    }
                    _ => {}
                }
            }
            // `{"log":{"level":"error"}}` of the Elastic Common Schema.
            Member::Open(key) => in_log = members.depth() == 2 && key == "log",
            Member::Close => in_log = false,
            Member::Value { .. } => {}
        }
    }
    status.filter(|_| is_request).map(word::status)
}

fn level_of(key: &str, value: &str, is_text: bool) -> Option<Level> {
    const NAMES: [&str; 12] = [
        "level",
        "severity",
        "lvl",
        "log.level",
        "levelname",
        "level_name",
        "loglevel",
        "log_level",
        "logLevel",
        "@level",
        "@l",
        "L",
    ];
    match key {
        // MongoDB.
        "s" if is_text && value.len() == 1 => value.bytes().next().and_then(word::letter),
        "s" if is_text && value.len() == 2 && value.starts_with('D') => Some(Level::Debug),
        "PRIORITY" => value.parse().ok().and_then(word::severity),
        _ => NAMES
            .iter()
            .any(|name| name.eq_ignore_ascii_case(key))
            .then(|| word::value(value.as_bytes()))
            .flatten(),
    }
}
