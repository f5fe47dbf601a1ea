//! The log of one stream, as far as it is held: rows by number, within a budget of bytes.
//!
//! Row 0 is the first that was received; older pages get negative numbers; a number never changes its row. What had to
//! make room leaves a counted hole ([`Gone`]) with its numbers, into which the same rows can be put back later.
//! What lives here: placing, dropping, counting. What does not: reading in order (`rows`), searching (`snapshot`).

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::batch::Batch;
use super::chunk::Chunk;
use super::limits::STREAM_BUDGET;
use super::row::{Divider, Gone, Row};

/// The rows of one stream.
#[derive(Clone, Debug)]
pub struct Store {
    slots: VecDeque<Slot>,
    tail: Chunk,
    /// The number of the tail's first row.
    tail_first: i64,
    sealed_bytes: usize,
    budget: usize,
    reader: Option<i64>,
}

/// Consecutive rows and the number of the first. Slots follow each other without a break; never two holes in a row.
#[derive(Clone, Debug)]
struct Slot {
    first: i64,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Held(Arc<Chunk>),
    Gone(Gone),
}

/// How many lines a store knows of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Lines that can be read.
    pub held: u64,
    /// Lines that had to make room.
    pub gone: u64,
}

impl Slot {
    fn rows(&self) -> i64 {
        match &self.content {
            Content::Held(chunk) => chunk.len() as i64,
            Content::Gone(gone) => gone.rows as i64,
        }
    }

    fn end(&self) -> i64 {
        self.first + self.rows()
    }

    fn chunk(&self) -> Option<&Arc<Chunk>> {
        match &self.content {
            Content::Held(chunk) => Some(chunk),
            Content::Gone(_) => None,
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new(STREAM_BUDGET)
    }
}

impl Store {
    /// An empty store that may hold `budget` bytes of heap. The newest rows, up to one chunk, stay whatever the
    /// budget says.
    pub fn new(budget: usize) -> Self {
        Self {
            slots: VecDeque::new(),
            tail: Chunk::default(),
            tail_first: 0,
            sealed_bytes: 0,
            budget,
            reader: None,
        }
    }

    /// Adds newer rows, and drops what no longer fits.
    pub fn append(&mut self, batch: Batch) {
        self.append_until(i64::MAX, batch);
    }

    /// Adds a line that somebody draws behind the newest row. It takes that row's place in the order of time, not its own:
    /// lines from before it that are still on their way come behind it as they would without it.
    pub fn append_mark(&mut self, mark: Divider) {
        let mut batch = Batch::new();
        batch.divider(mark);
        let newest = self.newest_key();
        self.append_until(if newest == i64::MIN { i64::MAX } else { newest }, batch);
    }

    /// Adds rows that take no place behind `to` in the order of time, unless the newest row does.
    fn append_until(&mut self, to: i64, batch: Batch) {
        for mut chunk in batch.into_chunks() {
            chunk.straighten(self.newest_key(), to);
            if chunk.is_full() {
                self.seal_tail();
                self.tail_first += chunk.len() as i64;
                self.push_slot(chunk, self.tail_first);
            } else {
                self.tail.absorb(&chunk, 0..chunk.len());
                if self.tail.is_full() {
                    self.seal_tail();
                }
            }
        }
        self.shrink_to(self.budget);
    }

    /// Puts a page of older rows directly before `row`: the first row of all, or the first one after a hole. What
    /// does not fit into the hole is there already, and is left out. Returns how many rows were placed; none if
    /// `row` is no such place (any more).
    ///
    /// Where the store is full, the page goes at the cost of rows far from the reader ([`Store::read_at`]).
    pub fn insert_before(&mut self, row: i64, page: Batch) -> u64 {
        let at = self.slots.partition_point(|slot| slot.first < row);
        let starts = self.slots.get(at).map_or(self.tail_first, |slot| slot.first);
        if starts != row || self.slots.get(at).is_some_and(|slot| slot.chunk().is_none()) {
            return 0;
        }
        let hole = at.checked_sub(1).and_then(|before| match self.slots[before].content {
            Content::Gone(gone) => Some((before, gone)),
            Content::Held(_) => None,
        });
        let mut chunks: VecDeque<Chunk> = page.into_chunks().into();
        let oldest = hole.map_or(i64::MIN, |(index, _)| self.key_before(index));
        straighten(&mut chunks, oldest, self.key(row).unwrap_or(i64::MAX));
        let room = match hole {
            // Beyond the oldest row there is always room.
            None if at == 0 => u64::MAX,
            Some((0, _)) => u64::MAX,
            Some((_, gone)) => gone.rows,
            None => return 0,
        };
        let rows = keep_last(&mut chunks, room);
        let mut place = at;
        if let Some((index, gone)) = hole
            && rows > 0
        {
            let left = lessened(gone, rows, lines_of(&chunks));
            if left.rows == 0 {
                self.slots.remove(index);
                place -= 1;
            } else {
                self.slots[index].content = Content::Gone(left);
            }
        }
        self.place(place, row - rows as i64, chunks);
        rows
    }

    /// Puts a page of newer rows directly after `row`, the last one before a hole. What does not fit into the hole is
    /// there already, and is left out. Returns how many rows were placed; none if `row` is no such place (any more).
    pub fn insert_after(&mut self, row: i64, page: Batch) -> u64 {
        let start = row.saturating_add(1);
        let at = self.slots.partition_point(|slot| slot.first < start);
        let Some(Slot { first, content: Content::Gone(gone) }) = self.slots.get(at).cloned() else {
            return 0;
        };
        if first != start || at == 0 {
            return 0;
        }
        let mut chunks: VecDeque<Chunk> = page.into_chunks().into();
        straighten(&mut chunks, self.key_before(at), self.key_behind(at));
        let rows = keep_first(&mut chunks, gone.rows);
        if rows > 0 {
            let left = lessened(gone, rows, lines_of(&chunks));
            if left.rows == 0 {
                self.slots.remove(at);
            } else {
                self.slots[at] = Slot { first: start + rows as i64, content: Content::Gone(left) };
            }
        }
        self.place(at, start, chunks);
        rows
    }

    /// Says where the reader is, so that what lies farthest from there makes room; `None` (the reader follows the end)
    /// drops the oldest rows.
    pub fn read_at(&mut self, row: Option<i64>) {
        self.reader = row;
    }

    /// Drops chunks until at most `bytes` are held or only the newest rows are left.
    pub fn shrink_to(&mut self, bytes: usize) {
        while self.heap_bytes() > bytes && self.drop_one() {}
    }

    /// The bytes it holds on the heap. A snapshot that is still in use keeps what was dropped meanwhile.
    pub fn heap_bytes(&self) -> usize {
        self.sealed_bytes + self.tail.heap_bytes() + self.slots.capacity() * size_of::<Slot>()
    }

    /// The numbers of all rows it knows of, those that are gone included.
    pub fn range(&self) -> Range<i64> {
        let first = self.slots.front().map_or(self.tail_first, |slot| slot.first);
        first..self.tail_first + self.tail.len() as i64
    }

    /// The number of the oldest row that is held: before it, older pages are put. The end if nothing is held.
    pub fn first_held(&self) -> i64 {
        self.slots.iter().find(|slot| slot.chunk().is_some()).map_or(self.tail_first, |slot| slot.first)
    }

    /// How many rows have numbers in `range`; a hole is one.
    pub fn count(&self, range: &Range<i64>) -> usize {
        let all = self.range();
        let within = |it: &Range<i64>| it.start.max(range.start)..it.end.min(range.end);
        let inside = |it: &Range<i64>| usize::try_from(it.end.saturating_sub(it.start)).unwrap_or(0);
        let holes = self.holes().map(|it| inside(&within(&it)).saturating_sub(1));
        inside(&within(&all)).saturating_sub(holes.sum())
    }

    /// The numbers of the rows that had to make room.
    pub fn holes(&self) -> impl Iterator<Item = Range<i64>> {
        let gone = self.slots.iter().filter(|slot| slot.chunk().is_none());
        gone.map(|slot| slot.first..slot.end())
    }

    /// The row with this number; of a hole, all of it.
    pub fn row(&self, number: i64) -> Option<Row<'_>> {
        self.covering(number).map(|(_, row)| row)
    }

    /// The place of a row in the order of time, in nanoseconds from 1970: it never goes down from one row to the next. That of a
    /// hole is the one of the row behind it.
    pub fn key(&self, number: i64) -> Option<i64> {
        if number >= self.tail_first {
            let index = usize::try_from(number - self.tail_first).ok()?;
            return (index < self.tail.len()).then(|| self.tail.key(index));
        }
        let at = self.slots.partition_point(|slot| slot.first <= number).checked_sub(1)?;
        match &self.slots[at].content {
            Content::Held(chunk) => Some(chunk.key((number - self.slots[at].first) as usize)),
            Content::Gone(_) => Some(self.key_behind(at)),
        }
    }

    /// The number of the first row whose key is `key` or more; the end where there is none.
    pub fn first_from(&self, key: i64) -> i64 {
        let mut slots = 0..self.slots.len();
        while !slots.is_empty() {
            let middle = slots.start.midpoint(slots.end);
            if self.last_key(middle) < key { slots.start = middle + 1 } else { slots.end = middle }
        }
        match self.slots.get(slots.start) {
            Some(Slot { first, content: Content::Held(chunk) }) => first + chunk.rows_before(key) as i64,
            Some(slot) => slot.first,
            None => self.tail_first + self.tail.rows_before(key) as i64,
        }
    }

    /// The key of the newest row.
    fn newest_key(&self) -> i64 {
        let tail = self.tail.key_range().map(|(_, last)| last);
        tail.unwrap_or_else(|| self.key_before(self.slots.len()))
    }

    fn last_key(&self, slot: usize) -> i64 {
        match &self.slots[slot].content {
            Content::Held(chunk) => chunk.key_range().map_or(i64::MIN, |(_, last)| last),
            Content::Gone(_) => self.key_behind(slot),
        }
    }

    /// The last key that is held before a slot.
    fn key_before(&self, slot: usize) -> i64 {
        let held = self.slots.range(..slot).rev().find_map(Slot::chunk);
        held.and_then(|chunk| chunk.key_range()).map_or(i64::MIN, |(_, last)| last)
    }

    /// The first key that is held behind a slot.
    fn key_behind(&self, slot: usize) -> i64 {
        let held = self.slots.range(slot + 1..).find_map(Slot::chunk).map(|chunk| &**chunk);
        held.unwrap_or(&self.tail).key_range().map_or(i64::MAX, |(first, _)| first)
    }

    /// How many lines it knows of.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals { held: self.tail.lines() as u64, gone: 0 };
        for slot in &self.slots {
            match &slot.content {
                Content::Held(chunk) => totals.held += chunk.lines() as u64,
                Content::Gone(gone) => totals.gone += gone.lines,
            }
        }
        totals
    }

    /// The row with this number, and all numbers that it stands for.
    pub fn covering(&self, number: i64) -> Option<(Range<i64>, Row<'_>)> {
        let single = number..number.saturating_add(1);
        if number >= self.tail_first {
            let index = usize::try_from(number - self.tail_first).ok()?;
            return Some((single, self.tail.row(index)?));
        }
        let at = self.slots.partition_point(|slot| slot.first <= number).checked_sub(1)?;
        let slot = &self.slots[at];
        match &slot.content {
            Content::Held(chunk) => Some((single, chunk.row((number - slot.first) as usize)?)),
            Content::Gone(gone) => Some((slot.first..slot.end(), Row::Gone(*gone))),
        }
    }

    /// The chunks that are held, with the numbers of their first rows, and the open end.
    pub(super) fn held(&self) -> (impl Iterator<Item = (i64, &Arc<Chunk>)>, (i64, &Chunk)) {
        let sealed = self.slots.iter().filter_map(|slot| slot.chunk().map(|chunk| (slot.first, chunk)));
        (sealed, (self.tail_first, &self.tail))
    }

    fn seal_tail(&mut self) {
        if !self.tail.is_empty() {
            let mut chunk = std::mem::take(&mut self.tail);
            chunk.seal();
            self.tail_first += chunk.len() as i64;
            self.push_slot(chunk, self.tail_first);
        }
    }

    /// Adds a sealed chunk of which the last row is the one before `end`.
    fn push_slot(&mut self, chunk: Chunk, end: i64) {
        self.sealed_bytes += chunk.heap_bytes();
        self.slots
            .push_back(Slot { first: end - chunk.len() as i64, content: Content::Held(Arc::new(chunk)) });
    }

    /// Puts chunks in before the slot at `index`; their first row is `first`.
    fn place(&mut self, mut index: usize, mut first: i64, chunks: VecDeque<Chunk>) {
        for mut chunk in chunks {
            chunk.seal();
            self.sealed_bytes += chunk.heap_bytes();
            let rows = chunk.len() as i64;
            self.slots.insert(index, Slot { first, content: Content::Held(Arc::new(chunk)) });
            index += 1;
            first += rows;
        }
        self.shrink_to(self.budget);
    }

    /// Drops the oldest chunk or, with a reader, whichever end is farther from there.
    fn drop_one(&mut self) -> bool {
        let mut held = self.slots.iter().enumerate().filter(|(_, slot)| slot.chunk().is_some());
        let Some((oldest, front)) = held.next() else { return false };
        let victim = match (self.reader, held.next_back()) {
            (Some(reader), Some((newest, back))) if back.first - reader > reader - front.end() => newest,
            _ => oldest,
        };
        let slot = &mut self.slots[victim];
        let Content::Held(chunk) = &slot.content else { return false };
        self.sealed_bytes -= chunk.heap_bytes();
        let gone = Gone { rows: chunk.len() as u64, lines: chunk.lines() as u64 };
        slot.content = Content::Gone(gone);
        self.join_holes(victim + 1);
        self.join_holes(victim);
        true
    }

    /// Makes one hole of the slot at `index` and the one before it, if both are.
    fn join_holes(&mut self, index: usize) {
        let Some(before) = index.checked_sub(1) else { return };
        let (Some(Content::Gone(first)), Some(Content::Gone(second))) = (
            self.slots.get(before).map(|slot| &slot.content),
            self.slots.get(index).map(|slot| &slot.content),
        ) else {
            return;
        };
        let both = Gone { rows: first.rows + second.rows, lines: first.lines + second.lines };
        self.slots[before].content = Content::Gone(both);
        self.slots.remove(index);
    }
}

/// Makes the keys of consecutive chunks grow from `from` to `to`.
fn straighten(chunks: &mut VecDeque<Chunk>, from: i64, to: i64) {
    let mut least = from.min(to);
    for chunk in chunks {
        chunk.straighten(least, to);
        least = chunk.key_range().map_or(least, |(_, last)| last);
    }
}

fn lines_of(chunks: &VecDeque<Chunk>) -> u64 {
    chunks.iter().map(|chunk| chunk.lines() as u64).sum()
}

/// What is left of a hole when rows were put back.
fn lessened(gone: Gone, rows: u64, lines: u64) -> Gone {
    let rows = gone.rows.saturating_sub(rows);
    // The engine may cut its log otherwise than before; a hole never has more lines than rows.
    Gone { rows, lines: gone.lines.saturating_sub(lines).min(rows) }
}

/// Leaves out the first rows, so that at most `room` stay; returns how many stay.
fn keep_last(chunks: &mut VecDeque<Chunk>, room: u64) -> u64 {
    let mut rows = chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>();
    while rows > room
        && let Some(chunk) = chunks.pop_front()
    {
        rows -= chunk.len() as u64;
        if rows < room {
            let mut part = Chunk::default();
            let missing = (room - rows) as usize;
            part.absorb(&chunk, chunk.len() - missing..chunk.len());
            chunks.push_front(part);
            return room;
        }
    }
    rows
}

/// Leaves out the last rows, so that at most `room` stay; returns how many stay.
fn keep_first(chunks: &mut VecDeque<Chunk>, room: u64) -> u64 {
    let mut rows = chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>();
    while rows > room
        && let Some(chunk) = chunks.pop_back()
    {
        rows -= chunk.len() as u64;
        if rows < room {
            let mut part = Chunk::default();
            part.absorb(&chunk, 0..(room - rows) as usize);
            chunks.push_back(part);
            return room;
        }
    }
    rows
}
