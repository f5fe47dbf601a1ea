//! A name and its value in all the spellings that logs have: `NAME=value`, `"name": "value"`, `--name value`,
//! `?name=value&`, `<name>value</name>`, `{\"name\":\"value\"}`.
//!
//! What lives here: finding where the value stands. What does not: whether the value is a secret (`value`).

use std::cell::OnceCell;
use std::ops::Range;

use super::names::{Kind, LONGEST_NAME, Names, is_name};
use super::value::{self, Spelling, Value};

/// So many blanks, or backslashes, are skipped where one is meant.
const MOST_BLANKS: usize = 16;

/// Brackets and quotes that a value may end at, if one of their kind was opened before its name.
const OPENERS: [(u8, u8); 7] =
    [(b'(', b')'), (b'[', b']'), (b'{', b'}'), (b'<', b'>'), (b'\'', b'\''), (b'`', b'`'), (b'"', b'"')];

/// A text that is looked through.
pub(super) struct Text<'t> {
    pub(super) bytes: &'t [u8],
    /// Where the first of each of the openers stands.
    opened: OnceCell<[usize; OPENERS.len()]>,
}

impl<'t> Text<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, opened: OnceCell::new() }
    }

    pub(super) fn at(&self, place: usize) -> Option<u8> {
        self.bytes.get(place).copied()
    }

    /// The byte before `place`.
    pub(super) fn before(&self, place: usize) -> Option<u8> {
        place.checked_sub(1).and_then(|before| self.at(before))
    }

    /// Whether `closer` closes something that was opened before `place`.
    fn closes(&self, closer: u8, place: usize) -> bool {
        let opened = self.opened.get_or_init(|| {
            OPENERS.map(|(opener, _)| memchr::memchr(opener, self.bytes).unwrap_or(usize::MAX))
        });
        OPENERS.iter().zip(opened).any(|((_, known), first)| *known == closer && *first < place)
    }

    /// The end of the blanks that begin at `place`.
    fn after_blanks(&self, place: usize) -> usize {
        let rest = self.bytes.get(place..).unwrap_or_default();
        place + rest.iter().take(MOST_BLANKS).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    fn end_of_line(&self, place: usize) -> usize {
        let rest = self.bytes.get(place..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |at| place + at)
    }
}

/// The name that `place` stands in.
pub(super) fn name_around(text: &Text<'_>, place: usize) -> Range<usize> {
    let before = text.bytes[..place].iter().rev();
    let start = place - before.take(LONGEST_NAME / 2).take_while(|byte| is_name(**byte)).count();
    let behind = text.bytes[place..].iter().take(LONGEST_NAME / 2);
    let end = place + behind.take_while(|byte| is_name(**byte)).count();
    let name = &text.bytes[start..end];
    let edge = |byte: &&u8| matches!(**byte, b'-' | b'.');
    let (front, back) = (name.iter().take_while(edge).count(), name.iter().rev().take_while(edge).count());
    start + front..(end - back).max(start + front)
}

/// Where the secret of the pair stands whose name is `name`; nothing if it is no pair, or no secret.
pub(super) fn secret(text: &Text<'_>, name: &Range<usize>, names: &Names) -> Option<Range<usize>> {
    let kind = names.kind(text.bytes.get(name.clone())?)?;
    if name.start > 1 && text.bytes[..name.start].ends_with(b"::") {
        // A path of a programming language.
        return None;
    }
    let gap = gap(text, name, kind)?;
    let value = extent(text, name, &gap, kind)?;
    value::secret(text.bytes, kind, &value)
}

/// What stands between a name and its value.
struct Gap {
    /// Where the value begins.
    end: usize,
    spelling: Spelling,
    /// Whether blanks stand before the value.
    spaced: bool,
    /// Whether the name stands in quotes or brackets of its own.
    quoted: bool,
}

fn gap(text: &Text<'_>, name: &Range<usize>, kind: Kind) -> Option<Gap> {
    let before = text.before(name.start);
    let after = after_name(text, name);
    let at = text.after_blanks(after);
    let (spelling, from) = match text.at(at)? {
        b'=' => match text.at(at + 1) {
            // A comparison; a password may begin like one.
            Some(b'=' | b'~') if at > after || matches!(text.at(at + 2), Some(b' ')) => return None,
            Some(b'>') => (Spelling::Equals, at + 2),
            _ => (Spelling::Equals, at + 1),
        },
        b':' => match text.at(at + 1) {
            Some(b'=') => (Spelling::Equals, at + 2),
            Some(b':') => return None,
            Some(b'/') if text.at(at + 2) == Some(b'/') => return None,
            _ => (Spelling::Colon, at + 1),
        },
        b'>' if at == after && is_element(text, name.start) => (Spelling::Element, at + 1),
        b'%' if at == after => match text.bytes.get(at + 1..at + 3)? {
            b"3D" | b"3d" => (Spelling::Equals, at + 3),
            b"3A" | b"3a" => (Spelling::Colon, at + 3),
            _ => return None,
        },
        // `--password x`, and SQL's `PASSWORD 'x'`.
        b'\'' | b'"' if at > after && (kind == Kind::Password || before == Some(b'-')) => {
            (Spelling::Word, at)
        }
        b'-' => return None,
        _ if at > after && before == Some(b'-') => (Spelling::Word, at),
        _ => return None,
    };
    if kind == Kind::Query && !matches!(before, Some(b'?' | b'&' | b';')) {
        return None;
    }
    if kind == Kind::Cookie && spelling != Spelling::Colon {
        return None;
    }
    let end = text.after_blanks(from);
    Some(Gap { end, spelling, spaced: end > from || spelling == Spelling::Word, quoted: after > name.end })
}

/// The end of the name with the quote or the bracket that it stands in.
fn after_name(text: &Text<'_>, name: &Range<usize>) -> usize {
    let Some(opener) = text.before(name.start) else { return name.end };
    if opener == b'[' && text.at(name.end) == Some(b']') {
        return name.end + 1;
    }
    let slashes = backslashes(text, name.end);
    let quote = text.at(name.end + slashes);
    let is_closed = matches!(opener, b'"' | b'\'' | b'`') && quote == Some(opener);
    if is_closed { name.end + slashes + 1 } else { name.end }
}

/// How many backslashes stand from `place` on.
fn backslashes(text: &Text<'_>, place: usize) -> usize {
    let rest = text.bytes.get(place..).unwrap_or_default();
    rest.iter().take(MOST_BLANKS).take_while(|byte| **byte == b'\\').count()
}

/// Where the value stands, without its quotes.
fn extent(text: &Text<'_>, name: &Range<usize>, gap: &Gap, kind: Kind) -> Option<Value> {
    let value = |range, quoted| Value { range, spelling: gap.spelling, spaced: gap.spaced, quoted };
    let first = text.at(gap.end)?;
    // `b'…'` of Python.
    let literal = usize::from(
        matches!(first, b'b' | b'r' | b'u') && matches!(text.at(gap.end + 1), Some(b'"' | b'\'')),
    );
    let slashes = backslashes(text, gap.end + literal);
    let inside = gap.end + literal + slashes + 1;
    if let Some(quote @ (b'"' | b'\'' | b'`')) = text.at(inside - 1) {
        return Some(value(inside..closing(text, inside, quote, slashes), true));
    }
    // A structure has names of its own.
    if matches!(first, b'{' | b'[') && (gap.quoted || gap.spaced) {
        return None;
    }
    let start = match kind {
        Kind::Authorization => value::after_scheme(text.bytes, gap.end),
        _ => gap.end,
    };
    let many = kind == Kind::Cookie || value::has_many_parts(&text.bytes[gap.end..start]);
    let end = if many { end_of_header(text, name, start) } else { unquoted(text, name, start, gap.spelling) };
    Some(value(gap.end..end, false))
}

/// The place of the quote that ends what begins at `start`; the end of the line where there is none.
fn closing(text: &Text<'_>, start: usize, quote: u8, slashes: usize) -> usize {
    let end = text.end_of_line(start);
    let mut escapes = 0;
    for (place, byte) in (start..end).zip(&text.bytes[start..end]) {
        match *byte {
            b'\\' => escapes += 1,
            byte if byte == quote && slashes == 0 && escapes % 2 == 0 => return place,
            byte if byte == quote && slashes > 0 && escapes <= slashes => return place - escapes,
            _ => escapes = 0,
        }
    }
    end
}

/// The end of a header's value: that of the line, or of the quotes that the whole header stands in.
fn end_of_header(text: &Text<'_>, name: &Range<usize>, start: usize) -> usize {
    let end = text.end_of_line(start);
    let is_end = |place: usize| {
        text.at(place)
            .is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`') && text.closes(byte, name.start))
            && text.before(place) != Some(b'\\')
    };
    (start..end).find(|place| is_end(*place)).unwrap_or(end)
}

/// The end of a value without quotes: a blank, or what separates it from the next pair.
fn unquoted(text: &Text<'_>, name: &Range<usize>, start: usize, spelling: Spelling) -> usize {
    let in_query = matches!(text.before(name.start), Some(b'?' | b'&'));
    let is_end = |place: usize, byte: u8| match byte {
        b' ' | b'\t' | b'\n' | b'\r' | b'"' => true,
        b'\'' | b'`' => text.closes(byte, name.start),
        b'<' => spelling == Spelling::Element,
        b'&' | b'#' if in_query => true,
        b'&' | b';' | b',' => begins_something(text, place + 1),
        _ => false,
    };
    let rest = &text.bytes[start..];
    let mut end =
        (start..).zip(rest).find(|(place, byte)| is_end(*place, **byte)).map_or(text.bytes.len(), |it| it.0);
    // Of an escaped quote, the backslashes are no part of the value either.
    if text.at(end) == Some(b'"') {
        while end > start && text.before(end) == Some(b'\\') {
            end -= 1;
        }
    }
    let closes = |place: usize| {
        let last = text.before(place).filter(|_| place > start);
        last.is_some_and(|last| {
            matches!(last, b',' | b';') || is_bracket(last) && text.closes(last, name.start)
        })
    };
    while closes(end) || text.before(end) == Some(b'.') && closes(end - 1) {
        end -= 1;
    }
    end
}

const fn is_bracket(byte: u8) -> bool {
    matches!(byte, b')' | b']' | b'}' | b'>')
}

/// Whether the name that begins at `start` is that of an element: `<name` or `<space:name`.
fn is_element(text: &Text<'_>, start: usize) -> bool {
    match text.before(start) {
        Some(b'<') => true,
        Some(b':') => {
            let space = text.bytes[..start - 1].iter().rev().take(LONGEST_NAME);
            let space = space.take_while(|byte| is_name(**byte)).count();
            text.before(start - 1 - space) == Some(b'<')
        }
        _ => false,
    }
}

/// Whether a separator at the place before is one: the end, a blank or the next pair follows it.
fn begins_something(text: &Text<'_>, place: usize) -> bool {
    let next = text.after_blanks(place);
    if next > place
        || text.at(place).is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b')' | b']' | b'}'))
    {
        return true;
    }
    let name = text.bytes[place..].iter().take(LONGEST_NAME).take_while(|byte| is_name(**byte)).count();
    name > 0 && matches!(text.at(place + name), Some(b'=' | b':'))
}
