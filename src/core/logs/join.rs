//! Messages of an engine's log, joined to lines: line feeds, fragments of long lines, lines without an end.
//!
//! What lives here: what a stream looks like once its frames are off. What does not: the frames (`frame`).

use jiff::Timestamp;
use memchr::{memchr, memmem};

use super::limits::KEPT_BYTES;
use super::line::{RawLine, Stream};
use super::timestamp::parse_docker_timestamp;

/// The shortest fragment that an engine makes of a long line.
const FRAGMENT: usize = 16 * 1024;

/// Room for the timestamp in front of a line of [`KEPT_BYTES`].
const PREFIX: usize = 64;

/// A line of which the end has not come yet.
#[derive(Debug, Default)]
pub(super) struct Unfinished {
    timestamp: Option<Timestamp>,
    bytes: Vec<u8>,
    beyond: u64,
}

impl Unfinished {
    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Adds `more`, as far as `bound` bytes allow, and counts the rest.
    fn extend(&mut self, more: &[u8], bound: usize) {
        let (kept, beyond) = more.split_at(more.len().min(bound - self.bytes.len()));
        self.bytes.extend_from_slice(kept);
        self.beyond += beyond.len() as u64;
    }

    /// Gives what came of a line of a multiplexed stream, if anything did.
    pub(super) fn finish(self, latest: Timestamp, stream: Stream, lines: &mut impl FnMut(RawLine<'_>)) {
        if !self.is_empty() {
            emit(self.timestamp.unwrap_or(latest), stream, &self.bytes, self.beyond, lines);
        }
    }

    /// Gives what came of a line of a raw stream, if anything did.
    pub(super) fn finish_raw(self, mut latest: Timestamp, lines: &mut impl FnMut(RawLine<'_>)) {
        if !self.is_empty() {
            emit_raw(&mut latest, &self.bytes, self.beyond, lines);
        }
    }

    /// Starts over. A long line's buffer is given back, not kept for the next one.
    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// One message of a multiplexed stream: a timestamp and a line, or a fragment of one.
pub(super) fn feed_message(
    latest: &mut Timestamp,
    stream: Stream,
    unfinished: &mut Unfinished,
    payload: &[u8],
    lines: &mut impl FnMut(RawLine<'_>),
) {
    let mut text = payload;
    if let Some((timestamp, rest)) = parse_docker_timestamp(payload) {
        *latest = timestamp;
        text = rest;
    }
    while let Some(end) = memchr(b'\n', text) {
        let line = &text[..end];
        if unfinished.is_empty() {
            emit(*latest, stream, line, 0, lines);
        } else {
            unfinished.extend(line, KEPT_BYTES);
            let timestamp = unfinished.timestamp.unwrap_or(*latest);
            emit(timestamp, stream, &unfinished.bytes, unfinished.beyond, lines);
            unfinished.clear();
        }
        text = &text[end + 1..];
    }
    if !text.is_empty() {
        unfinished.timestamp.get_or_insert(*latest);
        unfinished.extend(text, KEPT_BYTES);
    }
}

pub(super) fn feed_raw(
    latest: &mut Timestamp,
    unfinished: &mut Unfinished,
    mut bytes: &[u8],
    lines: &mut impl FnMut(RawLine<'_>),
) {
    while let Some(end) = memchr(b'\n', bytes) {
        let line = &bytes[..end];
        if unfinished.is_empty() {
            emit_raw(latest, line, 0, lines);
        } else {
            unfinished.extend(line, KEPT_BYTES + PREFIX);
            emit_raw(latest, &unfinished.bytes, unfinished.beyond, lines);
            unfinished.clear();
        }
        bytes = &bytes[end + 1..];
    }
    unfinished.extend(bytes, KEPT_BYTES + PREFIX);
}

/// One line of a raw stream, with the timestamp still in front and, of a long line, in front of every fragment.
fn emit_raw(latest: &mut Timestamp, line: &[u8], beyond: u64, lines: &mut impl FnMut(RawLine<'_>)) {
    let Some((timestamp, text)) = parse_docker_timestamp(line) else {
        return emit(*latest, Stream::Console, line, beyond, lines);
    };
    *latest = timestamp;
    let prefix = &line[..line.len() - text.len()];
    if text.len() <= FRAGMENT {
        return emit(timestamp, Stream::Console, text, beyond, lines);
    }
    // All fragments of a line carry the very same timestamp, to the nanosecond; nothing else marks where they meet.
    // Of a line that is not kept whole, the timestamps in the rest were counted with its bytes: 0.2 % too many.
    let mut joined = Vec::with_capacity(text.len());
    let mut rest = text;
    while rest.len() > FRAGMENT
        && let Some(at) = memmem::find(&rest[FRAGMENT..], prefix)
    {
        joined.extend_from_slice(&rest[..FRAGMENT + at]);
        rest = &rest[FRAGMENT + at + prefix.len()..];
    }
    joined.extend_from_slice(rest);
    emit(timestamp, Stream::Console, &joined, beyond, lines);
}

/// A whole line; returns before the line feed belong to the line ending (a terminal makes two of a program's one).
fn emit(
    timestamp: Timestamp,
    stream: Stream,
    bytes: &[u8],
    beyond: u64,
    lines: &mut impl FnMut(RawLine<'_>),
) {
    let returns = if beyond == 0 { bytes.iter().rev().take_while(|&&byte| byte == b'\r').count() } else { 0 };
    let bytes = &bytes[..bytes.len() - returns];
    let (bytes, over) = bytes.split_at(bytes.len().min(KEPT_BYTES));
    lines(RawLine { timestamp, stream, bytes, beyond: beyond + over.len() as u64 });
}

#[cfg(test)]
impl Unfinished {
    pub(super) fn held_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}
