//! From a line to its masked text: one pass, no memory of earlier lines, nothing allocated.
//!
//! What lives here: walking over the line, fields, quotes, paths. What does not: how numbers, times and ids look.

use super::address::{address, colon_address, email};
use super::class::{BEYOND_HEX, DIGIT, JOINT, LETTER, SPACE, class};
use super::key::{KEY_BYTES, Rule, rule_of};
use super::kind::Kind;
use super::number::{is_hash, is_uuid, number_or_id};
use super::quote::{closing, is_field_name, is_request};
use super::time::{might_be_time, time};
use super::word::mask_parts;

/// How long a masked text grows, about; what the line has beyond is `‹…›`.
const MASKED_BYTES: usize = 1024;

/// A longer word is no word.
const WORD_BYTES: usize = 128;

/// How deep quoted texts in quoted texts are read.
const DEPTH: u8 = 3;

/// Where masked texts are made, again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Masker {
    masked: Vec<u8>,
}

impl Masker {
    /// The masked text of a cleaned line.
    pub(super) fn mask(&mut self, text: &str) -> &[u8] {
        let bytes = text.as_bytes();
        self.masked.clear();
        if is_frame(bytes) {
            self.masked.extend_from_slice(b"at ");
            Kind::Frame.push(&mut self.masked);
        } else {
            Scan { bytes, at: 0, rule: None, segment: None, unclosed: [false; 3], depth: 0 }
                .run(&mut self.masked);
            while self.masked.last() == Some(&b' ') {
                self.masked.pop();
            }
        }
        &self.masked
    }
}

/// A line of a Java or JavaScript stack trace. They are many and say nothing without the line above them.
fn is_frame(bytes: &[u8]) -> bool {
    let trimmed = bytes.trim_ascii_start();
    trimmed.len() < bytes.len()
        && trimmed.starts_with(b"at ")
        && match trimmed.last() {
            Some(b')') => true,
            Some(last) => last.is_ascii_digit() && trimmed.contains(&b':'),
            None => false,
        }
}

/// A walk over a line, or over a quoted text in it.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What becomes of the value that comes next, where a field has begun.
    rule: Option<Rule>,
    /// In a path or a URL: where its last segment starts in the masked text.
    segment: Option<usize>,
    /// Quotation marks that have no counterpart any more, so that each is searched for in vain but once.
    unclosed: [bool; 3],
    depth: u8,
}

impl<'a> Scan<'a> {
    fn run(&mut self, masked: &mut Vec<u8>) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if masked.len() >= MASKED_BYTES {
                Kind::Rest.push(masked);
                return;
            }
            let class = class(byte);
            if class & (LETTER | DIGIT) != 0 {
                self.word(masked);
            } else if class & SPACE != 0 {
                self.at += 1;
                self.segment = None;
                if masked.last().is_some_and(|last| *last != b' ') {
                    masked.push(b' ');
                }
            } else {
                self.mark(byte, masked);
            }
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The word at the start of what is left, and what its bytes are.
    fn next_word(&self) -> (&'a [u8], u8) {
        let rest = self.rest();
        let (mut end, mut classes) = (0, 0);
        while let Some(&byte) = rest.get(end) {
            let class = class(byte);
            if class & (LETTER | DIGIT | JOINT) == 0 {
                break;
            }
            classes |= class;
            end += 1;
        }
        while end > 0 && class(rest[end - 1]) & JOINT != 0 {
            end -= 1;
        }
        (&rest[..end], classes)
    }

    fn word(&mut self, masked: &mut Vec<u8>) {
        let (word, classes) = self.next_word();
        match self.rule.take() {
            Some(Rule::Hide) => return self.hide(masked),
            Some(Rule::Status) => {
                if let [class @ b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] = word {
                    masked.extend([*class, b'x', b'x']);
                    self.at += 3;
                    return;
                }
            }
            Some(Rule::Tell) | None => {}
        }
        if let Some((length, kind)) = self.single(word, classes) {
            kind.push(masked);
            self.at += length;
            return;
        }
        let rest = self.rest();
        self.at += word.len();
        if self.is_key(word) {
            masked.extend_from_slice(word);
            masked.push(b'=');
            self.at += 1;
            self.rule = Some(rule_of(word));
        } else if let Some(length) = email(rest, word.len()) {
            Kind::Email.push(masked);
            self.at += length - word.len();
        } else if word.len() > WORD_BYTES {
            Kind::Text.push(masked);
        } else if classes & DIGIT != 0 {
            mask_parts(word, masked);
        } else {
            masked.extend_from_slice(word);
        }
    }

    /// The one variable thing that starts here: how long it is (it may go on behind the word) and what it is.
    fn single(&self, word: &[u8], classes: u8) -> Option<(usize, Kind)> {
        let rest = self.rest();
        let has_digit = classes & DIGIT != 0;
        if (has_digit || word.len() == 3)
            && might_be_time(rest)
            && let Some(length) = time(rest)
        {
            return Some((length, Kind::Time));
        }
        if classes & BEYOND_HEX == 0 && rest.get(word.len()) == Some(&b':') {
            let found = colon_address(rest);
            if found.is_some() {
                return found;
            }
        }
        if !has_digit {
            // Sixteen letters from a to f are no word.
            return (word.len() >= 16 && is_hash(word)).then_some((word.len(), Kind::Id));
        }
        if classes & JOINT != 0 {
            if is_uuid(rest) {
                return Some((36, Kind::Id));
            }
            if word[0].is_ascii_digit()
                && let Some(length) = address(rest)
            {
                return Some((length, Kind::Address));
            }
        }
        number_or_id(word).map(|kind| (word.len(), kind))
    }

    /// Whether the word before the place reached is the name of a field, written `name=`.
    fn is_key(&self, word: &[u8]) -> bool {
        word.len() <= KEY_BYTES
            && class(word[0]) & LETTER != 0
            && self.bytes.get(self.at) == Some(&b'=')
            && self
                .bytes
                .get(self.at + 1)
                .is_some_and(|next| class(*next) & SPACE == 0 && !matches!(next, b'=' | b'>' | b'~'))
    }

    /// Masks a value without quotation marks whole.
    fn hide(&mut self, masked: &mut Vec<u8>) {
        let rest = self.rest();
        let ends = |byte: &u8| {
            class(*byte) & SPACE != 0
                || matches!(byte, b',' | b';' | b')' | b']' | b'}' | b'"' | b'\'' | b'&' | b'|' | b'>')
        };
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        let (word, classes) = self.next_word();
        let (length, kind) = match &rest[..end] {
            b"true" | b"false" => (end, Kind::Bool),
            _ => match self.single(word, classes) {
                Some((length, kind)) if length >= end => (length, kind),
                _ => (end, Kind::Text),
            },
        };
        kind.push(masked);
        self.at += length;
    }

    /// Anything that is neither a word nor white space.
    fn mark(&mut self, byte: u8, masked: &mut Vec<u8>) {
        if matches!(byte, b'"' | b'\'' | b'`') && self.quoted(byte, masked) {
            return;
        }
        let next = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
        let before = self.at.checked_sub(1).map_or(b' ', |before| self.bytes[before]);
        if matches!(byte, b'-' | b'+') && next.is_ascii_digit() && b" \t=([,:".contains(&before) {
            // The sign of a number.
            self.at += 1;
        } else if self.rule.take() == Some(Rule::Hide)
            && matches!(byte, b'/' | b'-' | b'.' | b'*' | b'$' | b'~' | b'\\' | b'#' | b'@')
        {
            self.hide(masked);
        } else if !self.special(byte, next, before, masked) {
            self.at += 1;
            // Of a ruler, three.
            if !masked.ends_with(&[byte; 3]) {
                masked.push(byte);
            }
            match byte {
                b'/' => self.segment = Some(masked.len()),
                b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'|' => {
                    self.segment = None;
                }
                _ => {}
            }
        }
    }

    /// Masks what a mark begins that is more than itself; `false` if it is only itself.
    fn special(&mut self, byte: u8, next: u8, before: u8, masked: &mut Vec<u8>) -> bool {
        match (byte, self.segment) {
            (b':', _) if next == b':' && class(before) & (LETTER | DIGIT) == 0 => {
                let Some((length, kind)) = colon_address(self.rest()) else { return false };
                kind.push(masked);
                self.at += length;
            }
            (b'?', Some(_)) if class(next) & SPACE == 0 => {
                masked.push(b'?');
                Kind::Query.push(masked);
                self.skip_to(b"");
            }
            // An encoded character: the segment is somebody's text.
            (b'%', Some(segment)) => {
                masked.truncate(segment);
                Kind::Text.push(masked);
                self.skip_to(b"/?");
            }
            (b'\\', _) if self.depth > 0 && matches!(next, b'n' | b't' | b'r') => {
                masked.push(b' ');
                self.at += 2;
            }
            _ => return false,
        }
        true
    }

    /// Goes on behind the path or URL, or to one of `also` in it.
    fn skip_to(&mut self, also: &[u8]) {
        let ends = |byte: &u8| {
            class(*byte) & SPACE != 0
                || matches!(byte, b'"' | b'\'' | b'`' | b')' | b'>')
                || also.contains(byte)
        };
        let rest = self.rest();
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }

    /// Masks what the quotation mark here opens; `false` if it opens nothing.
    fn quoted(&mut self, mark: u8, masked: &mut Vec<u8>) -> bool {
        let which = usize::from(mark == b'\'') + 2 * usize::from(mark == b'`');
        let in_word = self.at > 0 && class(self.bytes[self.at - 1]) & (LETTER | DIGIT) != 0;
        // An apostrophe; and a quotation mark there is the end of something.
        if self.unclosed[which] || in_word {
            return false;
        }
        let start = self.at + 1;
        let Some(end) = closing(self.bytes, start, mark) else {
            self.unclosed[which] = true;
            return false;
        };
        let content = &self.bytes[start..end];
        let colon = match self.bytes[end + 1..] {
            [b':', ..] => 2,
            [b' ', b':', ..] => 3,
            _ => 0,
        };
        if colon > 0 && is_field_name(content) {
            masked.push(mark);
            masked.extend_from_slice(content);
            masked.extend([mark, b':']);
            self.at = end + colon;
            self.rule = Some(rule_of(content));
            return true;
        }
        let request = is_request(content);
        match self.rule.take() {
            rule @ (Some(Rule::Tell | Rule::Status) | None)
                if (rule.is_some() || request) && self.depth < DEPTH =>
            {
                masked.push(mark);
                let bytes = &self.bytes[..end];
                let depth = self.depth + 1;
                Scan { bytes, at: start, rule, segment: None, unclosed: [false; 3], depth }.run(masked);
                masked.push(mark);
            }
            _ => Kind::Text.push(masked),
        }
        // An access log says the status behind the request.
        self.rule = request.then_some(Rule::Status);
        self.at = end + 1;
        true
    }
}
