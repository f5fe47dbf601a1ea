//! What a line says, taken apart: its own moment, its message, its named fields.
//!
//! For lines that are in sight and for filters by field on worker threads: one walk over the line, texts borrowed where
//! they can be. Everything that was written as an escape and is decoded here is cleaned again, so that a value is as
//! safe to show as the line it came from.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use jiff::Timestamp;

use super::super::quantity;
use super::access;
use super::json::{Member, Members};
use super::lead::Lead;
use super::logfmt::Pairs;
use super::nginx;
use super::time::{Stamp, epoch};
use super::walk;
use crate::core::text::clean;

/// The most fields that are read of one line, also by filters: each may have a name as long as the line.
pub const MAX_FIELDS: usize = 256;

/// A line taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields<'a> {
    /// The moment that the line itself names.
    pub time: Option<OwnTime>,
    /// Where its message stands, in bytes: what comes after the moment, the level and the names before it. Of JSON, the
    /// value of `msg` or `message`; the whole object if it has none.
    pub message: Range<usize>,
    /// Its named fields, in their order.
    pub fields: Vec<Field<'a>>,
}

/// A moment that a line names itself. The order of a log is that of the engine; this is for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTime {
    /// Where it stands, in bytes: what may be dimmed or left out.
    pub range: Range<usize>,
    /// Which moment it is, taken as UTC if it has no zone; `None` if the text does not say (a year or a zone is missing).
    pub moment: Option<Timestamp>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name; inside of objects the names are joined by dots.
    pub name: Cow<'a, str>,
    /// Its value.
    pub value: Value<'a>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// What kind of value it is.
    pub kind: Kind,
    /// It in words, on one line and clean.
    pub text: Cow<'a, str>,
}

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// Anything else; arrays as they are written.
    Text,
}

impl<'a> Fields<'a> {
    /// Takes a line apart.
    pub fn of(text: &'a str) -> Self {
        let lead = walk::read(text.as_bytes());
        let mut fields = Vec::new();
        each(text, &lead, &mut |name, value| {
            fields.push(Field { name, value });
            ControlFlow::Continue(())
        });
        let own = |(range, stamp): (Range<usize>, Stamp)| OwnTime { range, moment: stamp.moment() };
        let mut time = lead.time.map(own);
        let mut message = lead.message.min(text.len())..text.len();
        if let Some(members) = Members::new(text, lead.end) {
            let (own, said) = time_and_message(members);
            time = time.or(own);
            message = said.unwrap_or(lead.end..text.len());
        } else if time.is_none() {
            time = Pairs::new(text, 0)
                .find(|pair| is_time(pair.key))
                .and_then(|pair| OwnTime::of_value(pair.value, pair.start));
        }
        Self { time, message, fields }
    }

    /// The value of the field with that name; the first one, if several have it.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }
}

impl OwnTime {
    fn of_value(value: &str, start: usize) -> Option<Self> {
        let moment = match quantity::number(value) {
            Some(number) => epoch(number)?.into(),
            None => Stamp::read(value.as_bytes(), 0)?.moment(),
        };
        Some(Self { range: start..start + value.len(), moment })
    }
}

impl<'a> Value<'a> {
    /// A value as it is written, without quotes.
    fn bare(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let kind = match &*text {
            "null" => Kind::Null,
            "true" | "false" => Kind::Bool,
            other if quantity::number(other).is_some() => Kind::Number,
            _ => Kind::Text,
        };
        Self { kind, text }
    }

    /// A value as it is written between quotes.
    fn quoted(text: &'a str) -> Self {
        Self { kind: Kind::Text, text: decoded(text) }
    }

    /// The number that it is, also where it stands in quotes.
    pub fn number(&self) -> Option<f64> {
        quantity::number(&self.text)
    }
}

/// What is told of each field; it may end the walk.
pub(in crate::core::logs) type Visit<'v, 'a> = dyn FnMut(Cow<'a, str>, Value<'a>) -> ControlFlow<()> + 'v;

/// Tells of the fields of a cleaned line, one after the other, until it is told to end.
pub(in crate::core::logs) fn visit<'a>(text: &'a str, visit: &mut Visit<'_, 'a>) {
    each(text, &walk::read(text.as_bytes()), visit);
}

/// The same with the lead at hand.
fn each<'a>(text: &'a str, lead: &Lead, visit: &mut Visit<'_, 'a>) {
    let mut left = MAX_FIELDS;
    // Whether it ended early does not matter.
    let _ = told(text, lead, &mut |name, value| {
        visit(name, value)?;
        left -= 1;
        if left > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
}

fn told<'a>(text: &'a str, lead: &Lead, visit: &mut Visit<'_, 'a>) -> ControlFlow<()> {
    let parts =
        [("host", &lead.host), ("program", &lead.program), ("pid", &lead.pid), ("source", &lead.source)];
    for (name, range) in parts {
        if let Some(part) = range.clone().and_then(|range| text.get(range)) {
            visit(Cow::Borrowed(name), Value::bare(part))?;
        }
    }
    if let Some(members) = Members::new(text, lead.end) {
        return of_members(members, visit);
    }
    let mut pairs_from = 0;
    if let Some(request) = access::request(text.as_bytes(), lead.end) {
        // What stands in the path is no field of the line.
        pairs_from = request.end;
        access::fields(text, &request, &mut |name, part| visit(Cow::Borrowed(name), Value::bare(part)))?;
    } else {
        nginx::fields(text, lead.message, &mut |name, part| visit(Cow::Borrowed(name), Value::bare(part)))?;
    }
    for pair in Pairs::new(text, pairs_from) {
        let value = if pair.is_quoted { Value::quoted(pair.value) } else { Value::bare(pair.value) };
        visit(Cow::Borrowed(pair.key), value)?;
    }
    ControlFlow::Continue(())
}

fn of_members<'a>(members: Members<'a>, visit: &mut Visit<'_, 'a>) -> ControlFlow<()> {
    let mut path = Vec::new();
    for member in members {
        match member {
            Member::Open(key) => path.push(key),
            Member::Close => {
                path.pop();
            }
            Member::Value { key, value, is_text, .. } => {
                let name = if path.is_empty() {
                    decoded(key)
                } else {
                    let whole = format!("{}.{key}", path.join("."));
                    Cow::Owned(decoded(&whole).into_owned())
                };
                visit(name, if is_text { Value::quoted(value) } else { Value::bare(value) })?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// The moment and the place of the message of an object.
fn time_and_message(mut members: Members<'_>) -> (Option<OwnTime>, Option<Range<usize>>) {
    let (mut time, mut message) = (None, None);
    while let Some(member) = members.next()
        && (time.is_none() || message.is_none())
    {
        let Member::Value { key, value, is_text, start } = member else { continue };
        if members.depth() > 1 {
            continue;
        }
        if time.is_none() && is_time(key) {
            time = OwnTime::of_value(value, start);
        } else if is_text && matches!(key, "msg" | "message" | "@message" | "MESSAGE" | "@m" | "M") {
            message.get_or_insert(start..start + value.len());
        }
    }
    (time, message)
}

fn is_time(key: &str) -> bool {
    const NAMES: [&str; 10] =
        ["time", "ts", "timestamp", "@timestamp", "t", "datetime", "asctime", "@t", "eventTime", "date"];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(key))
}

/// Text without the escapes of JSON and logfmt, cleaned: an escape may stand for anything.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (char, length) = match rest.as_bytes().first() {
            Some(b'n') => ('\n', 1),
            Some(b't') => ('\t', 1),
            Some(b'r') => ('\r', 1),
            Some(b'b') => ('\u{8}', 1),
            Some(b'f') => ('\u{c}', 1),
            Some(&sign @ (b'"' | b'\\' | b'/' | b'\'')) => (char::from(sign), 1),
            Some(b'u') => unicode(rest).unwrap_or(('\\', 0)),
            // An escape of the sanitizer, or of nobody: it stays as it is.
            _ => ('\\', 0),
        };
        plain.push(char);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    Cow::Owned(clean(&plain).into_owned())
}

/// The character of `u00e9`, or of two halves `ud83d\ude00`, and how long it is written.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u32::from_str_radix(text.get(1..5)?, 16).ok();
    let first = unit(text)?;
    if let Some(char) = char::from_u32(first) {
        return Some((char, 5));
    }
    let second = unit(text.get(5..)?.strip_prefix('\\').filter(|it| it.starts_with('u'))?)?;
    let mut chars = char::decode_utf16([first as u16, second as u16]);
    chars.next()?.ok().map(|char| (char, 11))
}
