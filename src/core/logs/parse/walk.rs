//! Reading what stands before the message of a line ([`Lead`]).
//!
//! Nearly all formats are made of the same few parts in some order: moments, brackets, names with a sign or a digit in
//! them, and a word for the level. So this walks along such parts and stops where prose begins; a word for a level in
//! prose means nothing ("no ERROR found"). Formats that are made of other parts have a file of their own.

use super::super::line::Level;
use super::cursor::{Cursor, is_blank};
use super::lead::Lead;
use super::time::Stamp;
use super::{glog, opener, redis, word};

/// How many parts are walked along at most …
const MOST_PARTS: usize = 16;
/// … and how long what stands in brackets may be.
const LONGEST_GROUP: usize = 96;

/// What a cleaned line says before and behind its own time; all of it stands before where it has none.
pub fn without_time(text: &str) -> (&str, &str) {
    let time = read(text.as_bytes()).time.map_or(text.len()..text.len(), |(range, _)| range);
    match (text.get(..time.start), text.get(time.end..)) {
        (Some(before), Some(behind)) => (before, behind),
        _ => (text, ""),
    }
}

/// Reads the lead of a line.
pub(super) fn read(bytes: &[u8]) -> Lead {
    let mut cursor = Cursor::new(bytes, 0);
    cursor.blanks();
    if let Some(lead) = glog::read(bytes, cursor.at()).or_else(|| redis::read(bytes, cursor.at())) {
        return lead;
    }
    let mut walk = Walk {
        bytes,
        cursor,
        lead: Lead::default(),
        priority: None,
        names: 0,
        was_time: false,
        is_sure: false,
    };
    walk.priority();
    for _ in 0..MOST_PARTS {
        walk.rules();
        walk.lead.end = walk.cursor.at();
        if walk.is_sure {
            walk.lead.message = walk.lead.end;
        }
        if !walk.part() {
            break;
        }
    }
    walk.lead.level = walk.priority.or(walk.lead.level);
    walk.lead
}

struct Walk<'a> {
    bytes: &'a [u8],
    cursor: Cursor<'a>,
    lead: Lead,
    /// The level of a priority of syslog.
    priority: Option<Level>,
    /// How many plain words were taken as names.
    names: u8,
    /// Whether the part before was the moment.
    was_time: bool,
    /// Whether what was walked along is no part of the message.
    is_sure: bool,
}

impl Walk<'_> {
    /// `<34>`, or `<34>1 ` of RFC 5424; `<3>` as services give it to systemd.
    fn priority(&mut self) {
        let mut ahead = self.cursor;
        if !ahead.eat(b'<') {
            return;
        }
        let Some(number @ 0..=191) = ahead.number(1, 3) else { return };
        if !ahead.eat(b'>') {
            return;
        }
        self.priority = word::severity(number % 8);
        self.cursor = ahead;
        self.is_sure = true;
        if ahead.eat(b'1') && ahead.eat(b' ') {
            self.cursor = ahead;
            self.rfc_5424();
        }
    }

    /// `2026-11-25T10:11:12Z host program 7 id - message`.
    fn rfc_5424(&mut self) {
        let Some(stamp) = Stamp::read(self.bytes, self.cursor.at()) else { return };
        self.time(stamp);
        let mut field = || {
            self.cursor.blanks();
            let from = self.cursor.at();
            let is_given = self.cursor.token() != b"-";
            is_given.then_some(from..self.cursor.at())
        };
        (self.lead.host, self.lead.program, self.lead.pid) = (field(), field(), field());
        field();
        self.is_sure = true;
    }

    /// Goes on over blanks and over what only parts: `-`, `|`, `---`, `:`.
    fn rules(&mut self) {
        loop {
            self.cursor.blanks();
            let mut ahead = self.cursor;
            let rule = ahead.take_while(|byte| b"-|:>".contains(&byte));
            if rule.is_empty() || !ahead.peek().is_none_or(is_blank) {
                return;
            }
            self.cursor = ahead;
        }
    }

    /// Goes on over the next part; says whether another one may follow.
    fn part(&mut self) -> bool {
        let was_time = std::mem::take(&mut self.was_time);
        self.is_sure = false;
        match self.cursor.peek() {
            Some(b'[') => self.group(b']'),
            Some(b'(') => self.group(b')'),
            Some(b'<') => self.group(b'>'),
            Some(b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'/') => self.name(was_time),
            _ => false,
        }
    }

    fn time(&mut self, stamp: Stamp) {
        let from = self.cursor.at();
        self.cursor = Cursor::new(self.bytes, stamp.end);
        self.lead.time.get_or_insert((from..stamp.end, stamp));
        (self.was_time, self.is_sure) = (true, true);
    }

    /// What stands in brackets.
    fn group(&mut self, close: u8) -> bool {
        let from = self.cursor.at() + 1;
        let window = &self.bytes[from..self.bytes.len().min(from + LONGEST_GROUP)];
        let Some(length) = memchr::memchr(close, window) else { return false };
        let content = &window[..length];
        self.cursor = Cursor::new(self.bytes, from + length + 1);
        self.cursor.eat(b':');
        self.lead.level = self.level_in(content, from);
        if self.lead.level.is_some() {
            self.after_level();
            return false;
        }
        // Without a moment before it or in it, what is in brackets belongs to the message.
        self.is_sure = self.lead.time.is_some();
        true
    }

    fn level_in(&mut self, content: &[u8], from: usize) -> Option<Level> {
        let word = content.trim_ascii();
        if let Some(level) = word::word(word) {
            return Some(level);
        }
        let start = from + content.len() - content.trim_ascii_start().len();
        match *word {
            // Tornado: `E 251125 10:11:12 web:12`.
            [letter @ b'A'..=b'Z', b' ', digit, ..] if digit.is_ascii_digit() => {
                self.lead.time =
                    Stamp::read(self.bytes, start + 2).map(|stamp| (start + 2..stamp.end, stamp));
                return word::letter(letter);
            }
            [b'p', b'i', b'd', b' ', ..] | [b'#', ..] => {
                self.pid_in(start + word.iter().position(u8::is_ascii_digit)?);
            }
            [digit, ..] if digit.is_ascii_digit() && word.iter().all(u8::is_ascii_digit) => {
                self.pid_in(start);
            }
            _ => {
                let end = start + word.len();
                let stamp = Stamp::read(self.bytes, start).filter(|stamp| stamp.end <= end);
                let Some(stamp) = stamp else { return level_of_module(word) };
                self.lead.time.get_or_insert((start..stamp.end, stamp));
                self.was_time = true;
                return self.level_after_time(stamp.end, end);
            }
        }
        None
    }

    /// The level beside the moment in the same brackets: `2026-11-25T10:11:12Z ERROR app`, `…,123: INFO/Worker-1`.
    fn level_after_time(&mut self, from: usize, end: usize) -> Option<Level> {
        let mut cursor = Cursor::new(&self.bytes[..end], from);
        cursor.eat(b':');
        cursor.blanks();
        if cursor.eat(b'#') {
            self.pid_in(cursor.at());
            return None;
        }
        let word = cursor.take_while(|byte| byte.is_ascii_uppercase());
        word::word(word).filter(|_| !cursor.peek().is_some_and(|next| next.is_ascii_alphanumeric()))
    }

    fn pid_in(&mut self, from: usize) {
        let mut cursor = Cursor::new(self.bytes, from);
        if !cursor.take_while(|byte| byte.is_ascii_digit()).is_empty() {
            self.lead.pid.get_or_insert(from..cursor.at());
        }
    }

    fn number(&mut self) -> bool {
        if let Some(stamp) = Stamp::read(self.bytes, self.cursor.at()) {
            self.time(stamp);
            let is_joined = self.cursor.eat(b':') || self.cursor.eat(b',');
            return !self.glog_letter(is_joined);
        }
        // An address, a process; but a count without a moment, a rule or a thread beside it begins prose ("0 ERROR
        // found").
        let is_count = self.cursor.token().iter().all(u8::is_ascii_digit);
        let after = self.cursor.rest().trim_ascii_start();
        self.lead.time.is_some() || !is_count || after.starts_with(b"[") || after.starts_with(b"- ")
    }

    /// A single letter for the level, after `12:34:56.789: ` (TensorFlow) or before ` | ` (etcd).
    fn glog_letter(&mut self, is_joined: bool) -> bool {
        let mut ahead = self.cursor;
        ahead.blanks();
        let Some(level) = ahead.peek().and_then(word::letter) else { return false };
        ahead.skip(1);
        if ahead.blanks() == 0 || !(is_joined || ahead.peek() == Some(b'|')) {
            return false;
        }
        self.lead.level = Some(level);
        self.cursor = ahead;
        self.after_level();
        true
    }

    /// A word: a level, a name, or the begin of prose.
    fn name(&mut self, was_time: bool) -> bool {
        let from = self.cursor.at();
        let mut ahead = self.cursor;
        let letters = ahead.take_while(|byte| byte.is_ascii_alphabetic());
        if let Some(level) = word::word(letters).filter(|_| self.is_level(letters, ahead, was_time)) {
            self.lead.level = Some(level);
            ahead.take_while(|byte| byte.is_ascii_digit());
            self.cursor = ahead;
            self.after_level();
            return false;
        }
        if self.lead.time.is_none()
            && letters.len() == 3
            && let Some(stamp) = Stamp::read(self.bytes, from)
        {
            self.time(stamp);
            if stamp.is_syslog {
                self.host_and_program();
            }
            return true;
        }
        if let Some(level) = opener::level(self.cursor.rest()) {
            (self.lead.level, self.lead.is_opener, self.lead.message) = (Some(level), true, from);
            return false;
        }
        let token = self.cursor.token();
        if is_detail(token) && self.lead.time.is_some() {
            self.lead.is_detail = true;
            return false;
        }
        // Laravel: `production.ERROR: `.
        if let [name @ .., b':'] = token
            && let Some(dot) = memchr::memrchr(b'.', name)
            && let level_name = &name[dot + 1..]
            && level_name.iter().all(u8::is_ascii_uppercase)
            && let Some(level) = word::word(level_name)
        {
            self.lead.level = Some(level);
            self.after_level();
            return false;
        }
        self.is_name(token)
    }

    /// Whether a word for a level stands where one is meant, given what follows it.
    fn is_level(&self, letters: &[u8], after: Cursor<'_>, was_time: bool) -> bool {
        let (next, second) = (after.peek(), after.peek_at(1));
        let is_apart = |it: Option<u8>| it.is_none_or(is_blank);
        let is_upper = letters.iter().all(u8::is_ascii_uppercase);
        let colon = next == Some(b':') && is_apart(second);
        if is_upper && word::is_ordinary(letters) {
            return colon || (next == Some(b' ') && second == Some(b'[')) || self.is_joined(next);
        }
        if is_upper {
            return match next {
                None | Some(b' ' | b'\t' | b':' | b']' | b'|' | b',' | b'[' | b'!' | b')') => true,
                // `DEBUG1` of Postgres.
                Some(b'1'..=b'5') => letters == b"DEBUG" && second == Some(b':'),
                _ => false,
            };
        }
        if word::is_ordinary(letters) {
            return letters == b"fail" && colon;
        }
        let is_lower = letters.iter().all(u8::is_ascii_lowercase);
        match next {
            Some(b':') => is_apart(second),
            // `error[E0425]: ` of a compiler.
            Some(b'[') => letters == b"error",
            Some(b'\t') => is_lower && self.lead.time.is_some(),
            Some(b' ') if was_time => is_lower && matches!(second, Some(b' ' | b'|' | b'-' | b'[')),
            // At the very beginning of a line, as command line tools write it; "warning" is too often prose.
            Some(b' ') => {
                self.cursor.at() == 0 && [&b"error"[..], b"warn", b"info", b"debug"].contains(&letters)
            }
            _ => false,
        }
    }

    /// Whether the word stands between colons: `…,123:NOTE:name:`.
    fn is_joined(&self, next: Option<u8>) -> bool {
        let before = self.cursor.at().checked_sub(1).and_then(|at| self.bytes.get(at));
        next == Some(b':') && before == Some(&b':')
    }

    /// Host and program of syslog: `web-1 nginx[12]: `.
    fn host_and_program(&mut self) {
        self.cursor.blanks();
        let from = self.cursor.at();
        self.cursor.token();
        self.lead.host = Some(from..self.cursor.at());
        self.cursor.blanks();
        let from = self.cursor.at();
        let mut ahead = self.cursor;
        let token = ahead.token();
        // What comes after the program is its message, not a name.
        self.names = 1;
        let [name @ .., b':'] = token else { return };
        let length = name.iter().position(|&byte| byte == b'[').unwrap_or(name.len());
        self.lead.program = Some(from..from + length);
        if length < name.len() {
            self.pid_in(from + length + 1);
        }
        self.cursor = ahead;
    }

    /// Whether a word is a name rather than the begin of prose.
    fn is_name(&mut self, token: &[u8]) -> bool {
        let inner = token.strip_suffix(b":").unwrap_or(token);
        let is_sign = |byte: &u8| byte.is_ascii_digit() || b"./:@_#[".contains(byte);
        let is_dated = self.lead.time.is_some();
        // Postgres may be told to name user and database so: `user=shop,db=orders`.
        let is_pair = is_dated && inner.contains(&b'=');
        let signs: &[u8] = if is_pair { b"'\"!?" } else { b"=,'\"!?" };
        // The end of a sentence, a value, a list, a quotation.
        let is_prose = inner.ends_with(b".") || inner.iter().any(|byte| signs.contains(byte));
        if !is_prose && (is_pair || inner.iter().any(is_sign) || inner.len() < token.len() || token == b"UTC")
        {
            return true;
        }
        // The letter of Ruby's logger: `E, [2026-…`.
        if token.len() == 2 && token[1] == b',' && self.cursor.rest().starts_with(b" [") {
            return true;
        }
        let is_alone = self.cursor.rest().starts_with(b" - ") || self.cursor.rest().starts_with(b" | ");
        let is_lower = inner.iter().all(|&byte| byte.is_ascii_lowercase() || byte == b'-');
        self.names += 1;
        is_dated && !is_prose && self.names == 1 && (is_lower || is_alone)
    }

    /// Goes on over what belongs to the level: its colon, the seconds of logrus, a process in brackets.
    fn after_level(&mut self) {
        let mut cursor = self.cursor;
        if cursor.peek() == Some(b'[') && cursor.peek_at(1).is_some_and(|digit| digit.is_ascii_digit()) {
            cursor.token();
        }
        if cursor.peek().is_some_and(|byte| b":|,!]".contains(&byte)) {
            cursor.skip(1);
        }
        self.cursor = cursor;
        self.rules();
        for _ in 0..2 {
            let from = self.cursor.at();
            let mut ahead = self.cursor;
            let token = ahead.token();
            let is_process = match token {
                b"[pid" => {
                    ahead.take_while(|byte| byte != b']');
                    ahead.eat(b']')
                }
                [b'[', digits @ .., b']'] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
                // nginx: `29#29:`.
                [digits @ .., b':'] => {
                    memchr::memchr(b'#', digits).is_some()
                        && digits.iter().all(|&byte| byte.is_ascii_digit() || byte == b'#')
                }
                _ => false,
            };
            if !is_process {
                break;
            }
            let digit = self.bytes[from..].iter().position(u8::is_ascii_digit).unwrap_or(0);
            self.pid_in(from + digit);
            self.cursor = ahead;
            self.cursor.blanks();
        }
        self.lead.end = self.cursor.at();
        self.lead.message = self.lead.end;
    }
}

/// The parts of a record that Postgres writes on lines of their own, each with the whole lead.
fn is_detail(token: &[u8]) -> bool {
    matches!(token, b"DETAIL:" | b"HINT:" | b"STATEMENT:" | b"CONTEXT:" | b"QUERY:" | b"LOCATION:")
}

/// The level of Apache's `module:level`, and of `ERROR module` as the logger of Rust writes it without a time.
fn level_of_module(content: &[u8]) -> Option<Level> {
    if let Some(blank) = memchr::memchr(b' ', content) {
        let first = &content[..blank];
        return first.iter().all(u8::is_ascii_uppercase).then(|| word::word(first)).flatten();
    }
    let colon = memchr::memrchr(b':', content)?;
    let is_module = content[..colon]
        .iter()
        .all(|&byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit());
    is_module.then(|| word::word(&content[colon + 1..])).flatten()
}
