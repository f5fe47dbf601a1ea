//! A stretch of a log: cleaned text and an index of its rows, in columns.
//!
//! A plain line costs thirteen bytes besides its text; what only some lines have (styles, raw bytes that differ from
//! the text, cut ends, gaps and dividers) lies in columns of its own. A chunk is filled by a `Batch`, never changed
//! afterwards, and knows nothing of its place in a store, so that it can be made on any thread.

use std::ops::Range;

use jiff::Timestamp;

use super::limits::{CHUNK_BYTES, SHOWN_BYTES};
use super::line::{Level, RawLine};
use super::parse::Records;
use super::row::{Divider, Gap, Line, Row};
use super::tag::Tag;
use super::timestamp::{nanoseconds, timestamp_at};
use crate::core::text::{Run, clean_line};

/// Rows of a log, read by their index from 0.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    text: String,
    /// Where the text of each row ends.
    ends: Vec<u32>,
    /// The place of each row in the order of time, in nanoseconds from 1970: its time, unless that is before the one of
    /// the row before it.
    keys: Vec<i64>,
    /// The rows whose time is not their key, with their time.
    odd: Vec<(u32, i64)>,
    tags: Vec<Tag>,
    runs: Vec<Run>,
    raw: Vec<u8>,
    specials: Vec<Special>,
    cuts: Vec<Cut>,
    marks: Vec<Mark>,
}

/// What most work over many lines needs of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlainLine<'a> {
    /// Nanoseconds from 1970.
    pub(super) at: i64,
    pub(super) level: Option<Level>,
    pub(super) text: &'a str,
}

/// A line of which the text is not what the container wrote; its part of either column ends here and starts where the part of
/// the special line before it ends.
#[derive(Clone, Copy, Debug)]
struct Special {
    row: u32,
    runs_end: u32,
    raw_end: u32,
}

/// A line that is not shown whole.
#[derive(Clone, Copy, Debug)]
struct Cut {
    row: u32,
    hidden: u64,
    beyond: u64,
}

/// A row that is not a line.
#[derive(Clone, Debug)]
struct Mark {
    row: u32,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Gap(Gap),
    Divider(Divider),
}

impl Chunk {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many of its rows are lines.
    pub fn lines(&self) -> usize {
        self.ends.len() - self.marks.len()
    }

    /// The bytes it takes on the heap, itself included.
    pub fn heap_bytes(&self) -> usize {
        size_of::<Self>()
            + self.text.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.keys.capacity() * size_of::<i64>()
            + self.odd.capacity() * size_of::<(u32, i64)>()
            + self.tags.capacity() * size_of::<Tag>()
            + self.runs.capacity() * size_of::<Run>()
            + self.raw.capacity()
            + self.specials.capacity() * size_of::<Special>()
            + self.cuts.capacity() * size_of::<Cut>()
            + self.marks.capacity() * size_of::<Mark>()
            + self.marks.iter().map(Mark::heap_bytes).sum::<usize>()
    }

    /// The row at `index`.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        let tag = *self.tags.get(index)?;
        if tag.is_mark() {
            let mark = &self.marks[self.marks.partition_point(|mark| (mark.row as usize) < index)];
            return Some(match &mark.what {
                What::Gap(gap) => Row::Gap(gap),
                What::Divider(divider) => Row::Divider(divider),
            });
        }
        let text = self.text_of(index);
        let mut line = Line {
            timestamp: timestamp_at(self.time(index)),
            stream: tag.stream(),
            level: tag.level(),
            continues: tag.continues(),
            text,
            runs: &[],
            raw: text.as_bytes(),
            hidden: 0,
            beyond: 0,
        };
        if tag.is_special() {
            let at = self.specials.partition_point(|special| (special.row as usize) < index);
            let (runs, raw) = self.parts_of_special(at);
            (line.runs, line.raw) = (&self.runs[runs], &self.raw[raw]);
            if let Ok(at) = self.cuts.binary_search_by_key(&index, |cut| cut.row as usize) {
                (line.hidden, line.beyond) = (self.cuts[at].hidden, self.cuts[at].beyond);
            }
        }
        Some(Row::Line(line))
    }

    /// Its lines in order, without what it takes to draw them.
    pub(super) fn plain_lines(&self) -> impl Iterator<Item = PlainLine<'_>> {
        let mut start = 0;
        self.ends.iter().zip(&self.keys).zip(&self.tags).filter_map(move |((end, at), tag)| {
            let end = *end as usize;
            let text = &self.text[std::mem::replace(&mut start, end)..end];
            (!tag.is_mark()).then(|| PlainLine { at: *at, level: tag.level(), text })
        })
    }

    /// The text of the row at `index`, which must exist; empty for what is not a line.
    pub(super) fn text_of(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[index] as usize]
    }

    /// The first of `rows` that begins a record, or is a line by itself, and is at least so serious; or the last.
    pub(super) fn line_of(&self, least: Level, mut rows: Range<usize>, forward: bool) -> Option<usize> {
        let fits = |index: &usize| {
            let tag = self.tags[*index];
            !tag.is_mark() && !tag.continues() && tag.level() >= Some(least)
        };
        if forward { rows.find(fits) } else { rows.rfind(fits) }
    }

    /// Whether the row at `index`, which must exist, is a line.
    pub(super) fn is_line(&self, index: usize) -> bool {
        !self.tags[index].is_mark()
    }

    fn parts_of_special(&self, at: usize) -> (Range<usize>, Range<usize>) {
        let special = self.specials[at];
        let (runs, raw) = at.checked_sub(1).map_or((0, 0), |before| {
            let before = self.specials[before];
            (before.runs_end as usize, before.raw_end as usize)
        });
        (runs..special.runs_end as usize, raw..special.raw_end as usize)
    }

    /// The time of the row at `index`, which must exist.
    fn time(&self, index: usize) -> i64 {
        match self.odd.binary_search_by_key(&index, |(row, _)| *row as usize) {
            Ok(at) => self.odd[at].1,
            Err(_) => self.keys[index],
        }
    }

    /// The place of the row at `index`, which must exist, in the order of time.
    pub(super) fn key(&self, index: usize) -> i64 {
        self.keys[index]
    }

    /// The first and the last of its keys; `None` when it has no rows.
    pub(super) fn key_range(&self) -> Option<(i64, i64)> {
        Some((*self.keys.first()?, *self.keys.last()?))
    }

    /// How many of its rows have a lower key.
    pub(super) fn rows_before(&self, key: i64) -> usize {
        self.keys.partition_point(|it| *it < key)
    }

    /// Makes its keys grow from `from` to `to`, which is no less: they are the order in which several logs are read as one, and
    /// the lines of one log keep theirs.
    pub(super) fn straighten(&mut self, from: i64, to: i64) {
        let is_straight =
            self.keys.is_sorted() && self.key_range().is_none_or(|(first, last)| first >= from && last <= to);
        if is_straight {
            return;
        }
        let (mut least, mut odd) = (from, Vec::new());
        for index in 0..self.keys.len() {
            let time = self.time(index);
            let key = time.clamp(least, to.max(least));
            if key != time {
                odd.push((index as u32, time));
            }
            self.keys[index] = key;
            least = key;
        }
        self.odd = odd;
    }

    /// Whether it holds as much as a chunk should. It never holds more than one more line.
    pub(super) fn is_full(&self) -> bool {
        let index = self.ends.len() * (size_of::<u32>() + size_of::<i64>() + size_of::<Tag>());
        let extra =
            self.runs.len() * size_of::<Run>() + self.raw.len() + self.marks.len() * size_of::<Mark>();
        self.text.len() + index + extra >= CHUNK_BYTES
    }

    /// Gives back the memory that it does not need. What is large is copied to where it fits: shrunk in place, it would
    /// leave rests between the chunks into which nothing that grows fits (measured over twenty fast logs: 425 MB
    /// for 256, instead of 314).
    pub(super) fn seal(&mut self) {
        self.text = self.text.as_str().to_owned();
        self.ends = self.ends.as_slice().to_owned();
        self.keys = self.keys.as_slice().to_owned();
        self.tags = self.tags.as_slice().to_owned();
        self.odd.shrink_to_fit();
        self.runs.shrink_to_fit();
        self.raw.shrink_to_fit();
        self.specials.shrink_to_fit();
        self.cuts.shrink_to_fit();
        self.marks.shrink_to_fit();
    }

    /// Cleans a line, judges it and adds it.
    pub(super) fn push_line(&mut self, line: &RawLine<'_>, records: &mut Records) {
        let row = self.ends.len() as u32;
        let start = self.text.len();
        let shown = shown_part(line.bytes);
        // Whatever makes a run changes the text.
        let changed = clean_line(shown, &mut self.text, &mut self.runs);
        let hidden = (line.bytes.len() - shown.len()) as u64 + line.beyond;
        let special = changed || hidden > 0;
        if special {
            self.raw.extend_from_slice(line.bytes);
            if hidden > 0 {
                self.cuts.push(Cut { row, hidden, beyond: line.beyond });
            }
            self.push_special(row);
        }
        let judged = records.judge(line.stream, &self.text[start..]);
        self.push_row(line.timestamp, Tag::line(line.stream, judged, special));
    }

    /// Adds a place where lines are missing.
    pub(super) fn push_gap(&mut self, gap: Gap) {
        self.push_mark(gap.timestamp, What::Gap(gap));
    }

    /// Adds something that happened.
    pub(super) fn push_divider(&mut self, divider: Divider) {
        self.push_mark(divider.timestamp, What::Divider(divider));
    }

    /// Adds rows of another chunk as they are.
    pub(super) fn absorb(&mut self, other: &Self, rows: Range<usize>) {
        for index in rows {
            let tag = other.tags[index];
            let row = self.ends.len() as u32;
            match other.row(index) {
                Some(Row::Line(line)) if tag.is_special() => {
                    self.text.push_str(line.text);
                    self.runs.extend_from_slice(line.runs);
                    self.raw.extend_from_slice(line.raw);
                    if line.hidden > 0 {
                        self.cuts.push(Cut { row, hidden: line.hidden, beyond: line.beyond });
                    }
                    self.push_special(row);
                }
                Some(Row::Line(line)) => self.text.push_str(line.text),
                Some(Row::Gap(gap)) => self.marks.push(Mark { row, what: What::Gap(gap.clone()) }),
                Some(Row::Divider(divider)) => {
                    self.marks.push(Mark { row, what: What::Divider(divider.clone()) });
                }
                Some(Row::Gone(_)) | None => continue,
            }
            if let Ok(at) = other.odd.binary_search_by_key(&index, |(row, _)| *row as usize) {
                self.odd.push((row, other.odd[at].1));
            }
            self.ends.push(self.text.len() as u32);
            self.keys.push(other.keys[index]);
            self.tags.push(tag);
        }
    }

    fn push_special(&mut self, row: u32) {
        self.specials.push(Special { row, runs_end: self.runs.len() as u32, raw_end: self.raw.len() as u32 });
    }

    fn push_mark(&mut self, timestamp: Timestamp, what: What) {
        self.marks.push(Mark { row: self.ends.len() as u32, what });
        self.push_row(timestamp, Tag::mark());
    }

    fn push_row(&mut self, timestamp: Timestamp, tag: Tag) {
        self.ends.push(self.text.len() as u32);
        self.keys.push(nanoseconds(timestamp));
        self.tags.push(tag);
    }
}

impl Mark {
    fn heap_bytes(&self) -> usize {
        // The counters of the `Arc` and its text.
        2 * size_of::<usize>()
            + match &self.what {
                What::Gap(gap) => gap.why.len(),
                What::Divider(divider) => divider.text.len(),
            }
    }
}

/// The start of a line that is shown; not cut inside a character if it is UTF-8.
fn shown_part(bytes: &[u8]) -> &[u8] {
    if bytes.len() <= SHOWN_BYTES {
        return bytes;
    }
    let mut end = SHOWN_BYTES;
    // A character has at most three continuation bytes.
    while end > SHOWN_BYTES - 3 && bytes[end] & 0b1100_0000 == 0b1000_0000 {
        end -= 1;
    }
    &bytes[..end]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

    use super::super::line::Stream;
    use super::*;

    fn raw(bytes: &[u8]) -> RawLine<'_> {
        RawLine { timestamp: Timestamp::constant(7, 8), stream: Stream::Stderr, bytes, beyond: 0 }
    }

    /// Adds a line that is a record of its own.
    fn push(chunk: &mut Chunk, bytes: &[u8]) {
        chunk.push_line(&raw(bytes), &mut Records::default());
    }

    fn line(chunk: &Chunk, index: usize) -> Line<'_> {
        match chunk.row(index) {
            Some(Row::Line(line)) => line,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_comes_out_as_it_went_in() {
        let mut chunk = Chunk::default();
        push(&mut chunk, b"ERROR plain");
        push(&mut chunk, b"\x1b[1mbold\x1b[0m \x07");
        push(&mut chunk, b"");
        let plain = line(&chunk, 0);
        assert_eq!((plain.text, plain.raw, plain.runs), ("ERROR plain", &b"ERROR plain"[..], &[][..]));
        assert_eq!((plain.stream, plain.level), (Stream::Stderr, Some(Level::Error)));
        assert_eq!(plain.timestamp, Timestamp::constant(7, 8));
        let bold = line(&chunk, 1);
        assert_eq!(
            (bold.text, bold.raw, bold.runs.len()),
            ("bold \\x07", &b"\x1b[1mbold\x1b[0m \x07"[..], 2)
        );
        assert_eq!((line(&chunk, 2).text, line(&chunk, 2).level), ("", None));
        assert_eq!(chunk.row(3), None);
    }

    #[test]
    fn marks_stand_between_the_lines_and_are_not_counted_as_lines() {
        let mut chunk = Chunk::default();
        let (gap, divider) = (
            Gap::new(Timestamp::UNIX_EPOCH, 3, Some(12), "rotated\x1b"),
            Divider::new(Timestamp::UNIX_EPOCH, "started"),
        );
        chunk.push_gap(gap.clone());
        push(&mut chunk, b"INFO between");
        chunk.push_divider(divider.clone());
        assert_eq!(chunk.row(0), Some(Row::Gap(&gap)));
        assert_eq!(&*gap.why, "rotated\\x1b");
        assert_eq!(line(&chunk, 1).text, "INFO between");
        assert_eq!(chunk.row(2), Some(Row::Divider(&divider)));
        assert_eq!((chunk.len(), chunk.lines()), (3, 1));
        let plain: Vec<_> = chunk.plain_lines().map(|line| (line.at, line.level, line.text)).collect();
        assert_eq!(plain, [(7_000_000_008, Some(Level::Info), "INFO between")]);
    }

    #[test]
    fn a_long_line_is_shown_to_a_bound_and_kept_whole_for_export() {
        let long = "é".repeat(SHOWN_BYTES / 2 + 100);
        let bytes = [b"x", long.as_bytes()].concat();
        let mut chunk = Chunk::default();
        chunk.push_line(&RawLine { beyond: 5, ..raw(&bytes) }, &mut Records::default());
        let line = line(&chunk, 0);
        assert_eq!(line.text.len(), SHOWN_BYTES - 1);
        assert!(line.runs.is_empty());
        assert_eq!(line.raw, bytes);
        assert_eq!(line.hidden, (bytes.len() - (SHOWN_BYTES - 1)) as u64 + 5);
        assert_eq!(line.beyond, 5);
    }

    #[test]
    fn absorbed_rows_are_the_same_rows() {
        let mut from = Chunk::default();
        push(&mut from, b"first");
        push(&mut from, b"\x1b[31mWARN red");
        from.push_gap(Gap::new(Timestamp::UNIX_EPOCH, 1, None, "why"));
        from.push_line(&RawLine { beyond: 9, ..raw(b"cut") }, &mut Records::default());
        push(&mut from, b"\x1b[32mgreen \x1b[33myellow");
        let mut into = Chunk::default();
        push(&mut into, b"\x1b[35mown");
        into.absorb(&from, 1..5);
        for index in 1..5 {
            assert_eq!(into.row(index), from.row(index), "row {index}");
        }
        assert_eq!((into.len(), into.lines()), (5, 4));
    }

    #[test]
    fn a_plain_line_costs_at_most_24_bytes_besides_its_text() {
        let mut chunk = Chunk::default();
        while !chunk.is_full() {
            push(
                &mut chunk,
                b"a line of about a hundred bytes, as programs write them when they are well, more or less",
            );
        }
        chunk.seal();
        let text: usize = (0..chunk.len()).map(|index| chunk.text_of(index).len()).sum();
        assert!(chunk.heap_bytes() - text <= 24 * chunk.len(), "{}", chunk.heap_bytes());
    }
}
