//! Requests in logs of web servers and frameworks: the common and combined formats and what was made of them.
//!
//! What lives here: finding the request and its status in any of them ([`request`]), and the fields around it.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use memchr::memchr;

use super::super::quantity;
use super::cursor::{Cursor, is_blank};

/// How far into a line its request may begin.
const LEAD: usize = 512;
/// How many parts after a request are looked at.
const MOST_PARTS: usize = 16;
/// How long a request may be.
const LONGEST: usize = 16 * 1024;

const METHODS: [&[u8]; 9] =
    [b"GET", b"POST", b"PUT", b"HEAD", b"DELETE", b"PATCH", b"OPTIONS", b"CONNECT", b"TRACE"];

/// A request and what was answered; places are those in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Where it begins, its quote included.
    pub(super) start: usize,
    pub(super) method: Option<Range<usize>>,
    pub(super) path: Option<Range<usize>>,
    pub(super) status: u32,
    /// Where the status ends.
    pub(super) end: usize,
}

/// The request of a line from `from` on: in quotes with its status after it, or at `from` without quotes.
pub(super) fn request(bytes: &[u8], from: usize) -> Option<Request> {
    let bytes = &bytes[..bytes.len().min(from + LEAD + LONGEST)];
    if let Some(request) = bare(bytes, from) {
        return Some(request);
    }
    let start = from + memchr(b'"', bytes.get(from..bytes.len().min(from + LEAD))?)?;
    let end = closing_quote(bytes, start + 1)?;
    let mut cursor = Cursor::new(bytes, end + 1);
    if cursor.blanks() == 0 {
        return None;
    }
    let status = status(&mut cursor)?;
    let (method, path) = method_and_path(bytes, start + 1..end);
    // What is no request (a handshake at the wrong port, nothing at all) is one only where the common format has it.
    let is_common = bytes[..start].ends_with(b"] ");
    (method.is_some() || is_common).then_some(Request { start, method, path, status, end: cursor.at() })
}

/// `GET /path 200 …` of morgan and its like, `| 200 | … | GET "/path"` of Gin.
fn bare(bytes: &[u8], from: usize) -> Option<Request> {
    let mut cursor = Cursor::new(bytes, from);
    if bytes.starts_with(b"[GIN] ") {
        cursor = Cursor::new(bytes, 0);
        cursor.take_while(|byte| byte != b'|');
        cursor.eat(b'|');
        cursor.blanks();
        let start = cursor.at();
        let status = status(&mut cursor)?;
        let end = cursor.at();
        let quote = end + memchr(b'"', &bytes[end..])?;
        let path = quote + 1..closing_quote(bytes, quote + 1)?;
        let pipe = memchr::memrchr(b'|', &bytes[..quote])?;
        let name = bytes[pipe + 1..quote].trim_ascii();
        let method = quote - bytes[pipe + 1..quote].trim_ascii_start().len();
        return Some(Request {
            start,
            method: Some(method..method + name.len()),
            path: Some(path),
            status,
            end,
        });
    }
    let start = cursor.at();
    if !METHODS.contains(&cursor.take_while(|byte| byte.is_ascii_uppercase())) || !cursor.eat(b' ') {
        return None;
    }
    let path = cursor.at();
    if !(cursor.peek() == Some(b'/') || cursor.rest().starts_with(b"http")) {
        return None;
    }
    cursor.token();
    let (method, path) = (start..path - 1, path..cursor.at());
    cursor.blanks();
    let status = status(&mut cursor)?;
    Some(Request { start, method: Some(method), path: Some(path), status, end: cursor.at() })
}

fn status(cursor: &mut Cursor<'_>) -> Option<u32> {
    let status = cursor.number(3, 3)?;
    let ends_here = cursor.peek().is_none_or(|next| is_blank(next) || next == b',');
    ((100..600).contains(&status) && ends_here).then_some(status)
}

fn method_and_path(bytes: &[u8], content: Range<usize>) -> (Option<Range<usize>>, Option<Range<usize>>) {
    let mut cursor = Cursor::new(&bytes[..content.end], content.start);
    let method = cursor.take_while(|byte| byte.is_ascii_uppercase());
    let after = cursor.at();
    if !METHODS.contains(&method) && !(3..=16).contains(&method.len()) || !cursor.eat(b' ') {
        return (None, None);
    }
    let path = cursor.at();
    cursor.token();
    (Some(content.start..after), Some(path..cursor.at()))
}

/// Where the quote that was opened before `from` closes.
pub(super) fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// What is told of each field; it may end the walk.
type Put<'p, 'a> = dyn FnMut(&'static str, Cow<'a, str>) -> ControlFlow<()> + 'p;

/// Tells of what stands around a request, in the order of the line.
pub(super) fn fields<'a>(text: &'a str, request: &Request, put: &mut Put<'_, 'a>) -> ControlFlow<()> {
    let path = request.path.clone().unwrap_or_default();
    if let Some(remote) = remote(text, request.start.max(path.start)) {
        put("remote", Cow::Borrowed(remote))?;
    }
    let status = Some(request.end - 3..request.end);
    for (name, place) in [("method", &request.method), ("path", &request.path), ("status", &status)] {
        if let Some(part) = place.clone().and_then(|place| text.get(place)) {
            put(name, Cow::Borrowed(part))?;
        }
    }
    let mut cursor = Cursor::new(text.as_bytes(), request.end);
    let mut quoted = ["referer", "agent"].into_iter();
    for place in 0..MOST_PARTS {
        cursor.take_while(|byte| is_blank(byte) || byte == b'|');
        let start = cursor.at();
        let (name, end) = match cursor.peek() {
            None => break,
            Some(b'"') => {
                let Some(end) = closing_quote(text.as_bytes(), start + 1) else { break };
                cursor.skip(end + 1 - start);
                let is_path = start + 1 == path.start;
                (if is_path { None } else { quoted.next() }, end)
            }
            Some(_) => {
                let token = cursor.token();
                let is_size = place == 0 && token.iter().all(u8::is_ascii_digit);
                let name = if is_size {
                    Some("bytes")
                } else {
                    is_duration(token, &mut cursor).then_some("duration")
                };
                (name, cursor.at())
            }
        };
        let start = start + usize::from(text.as_bytes()[start] == b'"');
        if let (Some(name), Some(part)) =
            (name, text.get(start..end).filter(|part| !matches!(*part, "" | "-")))
        {
            // nginx leaves out that it means seconds.
            let has_unit = name != "duration" || quantity::number(part).is_none();
            put(name, if has_unit { Cow::Borrowed(part) } else { Cow::Owned(format!("{part}s")) })?;
        }
    }
    ControlFlow::Continue(())
}

/// Whether `token` is a duration: with its unit, with `ms` behind a blank, which is read too, or seconds to the milli- or
/// microsecond (nginx).
fn is_duration(token: &[u8], cursor: &mut Cursor<'_>) -> bool {
    let Ok(part) = std::str::from_utf8(token) else { return false };
    if quantity::seconds(part).is_some() {
        return true;
    }
    if quantity::number(part).is_none() {
        return false;
    }
    if cursor.rest().starts_with(b" ms") {
        cursor.skip(3);
        return true;
    }
    matches!(part.rsplit_once('.'), Some((_, decimals)) if decimals.len() == 3 || decimals.len() == 6)
}

/// Who asked: the first address of the lead, with or without a port.
fn remote(text: &str, end: usize) -> Option<&str> {
    let lead = text.get(..end)?;
    // Names instead of addresses stand first in the common format.
    let first =
        || lead.ends_with("] ").then(|| lead.split(' ').next()).flatten().filter(|it| !it.starts_with('['));
    lead.split([' ', ','])
        .filter(|part| !part.is_empty())
        .take(12)
        .find(|part| is_address(part))
        .or_else(first)
}

/// Whether `part` looks like an address of IPv4 or IPv6, with or without a port.
fn is_address(part: &str) -> bool {
    let count = |sign: u8| part.bytes().filter(|byte| *byte == sign).count();
    let only =
        |signs: &[u8], is_digit: fn(&u8) -> bool| part.bytes().all(|it| is_digit(&it) || signs.contains(&it));
    let is_v4 = || count(b'.') == 3 && count(b':') <= 1 && only(b".:", u8::is_ascii_digit);
    let is_v6 = || count(b':') >= 2 && only(b".:[]", u8::is_ascii_hexdigit) && !is_clock(part);
    part.len() <= 60 && (is_v4() || is_v6())
}

/// `10:11:12` has the signs of an address.
fn is_clock(part: &str) -> bool {
    part.split(':').count() == 3 && part.split(':').all(|it| (1..=2).contains(&it.len()))
}
