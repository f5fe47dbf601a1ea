//! One of the logs of a screen: what is held of it, what is asked for, and which of its lines match.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::heard::Heard;
use super::hits::{Hits, Use};
use super::lag::Lag;
use super::late::Late;
use super::unfolded::Unfolded;
use crate::core::event::Link;
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::logs::{Arrival, Batch, Divider, Query, Row, Sieve, Spot, Store, Totals, nanoseconds};
use crate::core::subject::Subject;
use crate::core::time::Now;

/// How many lines an older page has at least.
const PAGE: u64 = 2_000;

/// The log of one workload.
#[derive(Debug)]
pub struct Lane {
    /// Whose.
    pub id: EntityId,
    /// Its name when it was opened.
    pub name: Arc<str>,
    /// Why it cannot be read, or read no further.
    pub fault: Option<Fault>,
    /// Whether the tail that was asked for is complete, or cannot be read.
    pub ready: bool,
    /// How new lines come, where it is not read with Docker.
    pub(super) arrival: Option<Arrival>,
    pub(super) heard: Heard,
    /// Whether the tail that was asked for is complete, and what comes now is new.
    pub(super) has_followed: bool,
    /// Rows from this one on came since the reader left the end.
    pub(super) seen: i64,
    /// How far the clock of its host is ahead of ours, in nanoseconds.
    pub(super) clock_ahead: i64,
    /// Whether the oldest line there is is held.
    pub reached_start: bool,
    /// It was opened beside logs that were read already, and how far back it goes is not known yet.
    joins: bool,
    pub(super) store: Store,
    /// Nothing before this row is shown.
    pub(super) floor: i64,
    pub(super) search: Hits,
    pub(super) filter: Hits,
    /// Rows that somebody marked.
    pub(super) marks: BTreeSet<i64>,
    pub(super) unfolded: Unfolded,
    pub(super) late: Late,
    lag: Lag,
    log: u64,
    pattern: Option<Arc<str>>,
    tail: u32,
    /// The page that is asked for, and the number of the row that it goes before.
    older: Option<(Subject, i64)>,
    /// How many lines had to make room when the matches were looked at last.
    gone: u64,
}

/// How logs are opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The number of the screen: no other has it.
    pub number: u64,
    /// How many lines of each to begin with.
    pub tail: u32,
    /// How many bytes each may take.
    pub budget: usize,
}

/// Which rows of a log may be shown, whatever of it is folded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// None before this one.
    pub(super) first: i64,
    /// Of those behind it all, or where a filter is set those that pass it with so many lines around each.
    pub(super) filtered: Option<u32>,
}

/// What came of an older page.
pub(super) struct Older {
    /// The row that it was put before, where it was put anywhere.
    pub(super) before: Option<i64>,
    /// There is no memory for what is older.
    pub(super) is_full: bool,
}

impl Lane {
    /// The log of a workload, or those of its lines that match a filter pattern. `joins`: beside others that are read already.
    pub(super) fn new(
        Opening { number: log, tail, budget }: Opening,
        pattern: Option<Arc<str>>,
        id: EntityId,
        name: Arc<str>,
        joins: bool,
    ) -> Self {
        Self {
            id,
            name,
            fault: None,
            ready: false,
            arrival: None,
            heard: Heard::default(),
            has_followed: false,
            seen: i64::MIN,
            clock_ahead: 0,
            reached_start: false,
            joins,
            store: Store::new(budget),
            floor: i64::MIN,
            search: Hits::default(),
            filter: Hits::default(),
            marks: BTreeSet::new(),
            unfolded: Unfolded::default(),
            late: Late::default(),
            lag: Lag::default(),
            log,
            pattern,
            tail,
            older: None,
            gone: 0,
        }
    }

    /// What must be read.
    pub(super) fn wanted(&self) -> impl Iterator<Item = Subject> {
        let pattern = self.pattern.clone();
        let log = Subject::Log { id: self.id.clone(), tail: self.tail, since: None, pattern, log: self.log };
        std::iter::once(log).chain(self.older.as_ref().map(|(page, _)| page.clone()))
    }

    /// Whether a source's answers are for it.
    pub(super) fn asks(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Log { id, log, .. } => *log == self.log && *id == self.id,
            page => self.older.as_ref().is_some_and(|(older, _)| older == page),
        }
    }

    /// Whether older lines are asked for.
    pub(super) const fn is_asking(&self) -> bool {
        self.older.is_some()
    }

    /// How many lines are held, and how many had to make room.
    pub fn totals(&self) -> Totals {
        self.store.totals()
    }

    /// Bytes that its lines take.
    pub fn heap_bytes(&self) -> usize {
        self.store.heap_bytes()
    }

    /// Gives up the lines farthest from the reader until it takes no more than `bytes`.
    pub(super) fn shrink_to(&mut self, bytes: usize) {
        self.store.shrink_to(bytes);
        self.forget_gone();
    }

    /// The time of the oldest line that is held.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.store.rows(i64::MIN..i64::MAX).find_map(|(_, row)| row.timestamp())
    }

    /// The time of the newest one.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.store.rows(i64::MIN..i64::MAX).rev().find_map(|(_, row)| row.timestamp())
    }

    /// From when on, as [`Store::key`] tells it, no line of it is missing above: `None` where none is, nothing is held, or it
    /// is not known yet.
    pub(super) fn known_from(&self) -> Option<i64> {
        if !self.misses_older() || self.floor > i64::MIN {
            None
        } else {
            self.store.key(self.store.first_held())
        }
    }

    /// Whether it is known that there may be lines before the oldest one that is held.
    pub(super) const fn misses_older(&self) -> bool {
        !self.reached_start && !self.joins
    }

    /// The tail that was asked for is complete.
    pub(super) fn caught_up(&mut self) {
        self.ready = true;
        if std::mem::replace(&mut self.has_followed, true) {
            return;
        }
        self.reached_start |= self.store.range().is_empty();
        if self.joins {
            // Nothing that the others have held back to now may be hidden for it.
            self.ask_older();
            self.joins = self.is_asking();
        }
    }

    /// The link behind it, or behind an older page of it, changed. What is wrong with a page is handed back: the log itself
    /// goes on.
    pub(super) fn set_link(&mut self, subject: &Subject, link: Link) -> Option<Fault> {
        let is_page = matches!(subject, Subject::OlderLog { .. });
        match link {
            Link::Lost { fault, .. } | Link::Ended(fault) => {
                self.stop_asking();
                if is_page {
                    return Some(fault);
                }
                self.fault = Some(fault);
                self.ready = true;
            }
            Link::Live if !is_page => self.fault = None,
            Link::Live | Link::Connecting => {}
        }
        None
    }

    /// Where its newest row stands in the order of time.
    pub(super) fn newest_key(&self) -> Option<i64> {
        self.store.key(self.store.range().end - 1)
    }

    /// Takes in new rows. Those from before `seen` come late for who reads several logs.
    pub(super) fn newer(
        &mut self,
        batch: Batch,
        search: Option<&Query>,
        filter: Option<&Sieve>,
        seen: Option<i64>,
    ) {
        let first = self.store.range().end;
        self.store.append(batch);
        if let Some(seen) = seen.filter(|_| self.has_followed) {
            self.late.note(first..self.store.first_from(seen));
        }
        // Nobody looks at the lines of a fast log before they are drawn, unless something is looked for.
        if search.is_some() || filter.is_some() {
            for (number, row) in self.store.rows(first..i64::MAX) {
                if let Row::Line(line) = row {
                    self.search.meet(number, search.is_some_and(|it| it.is_match(line.text)));
                    self.filter.meet(number, filter.is_some_and(|it| it.passes(&line)));
                }
            }
        }
        // What goes on is known only once it is known what passes.
        self.unfold_new(first, Shown { first: self.floor, filtered: filter.map(|it| it.context) });
        self.forget_gone();
    }

    /// Notes how old the newest line is that has just come. Of the tail that was asked for, that says nothing.
    pub(super) fn note_lag(&mut self, now: Now) {
        if let Some(newest) = self.newest().filter(|_| self.has_followed) {
            let age = nanoseconds(now.0).saturating_sub(nanoseconds(newest)).saturating_add(self.clock_ahead);
            self.lag.note(now, age);
        }
    }

    /// How many seconds the lines that come now are old, where that is more than the way from the engine takes.
    pub(super) fn seconds_behind(&self, now: Now) -> Option<u64> {
        self.lag.seconds(now)
    }

    /// Takes in the older page that was asked for. `is_hunting`: it was, to search it.
    pub(super) fn older(&mut self, page: Batch, reached_start: bool, is_hunting: bool) -> Older {
        let mut came = Older { before: None, is_full: false };
        let Some((_, before)) = self.older.take() else { return came };
        self.joins = false;
        // Where what it goes before had to make room meanwhile, something is missing between the page and what is held now.
        if self.store.first_held() == before {
            if is_hunting {
                // What makes room for the page must not be the page.
                self.store.read_at(Some(before));
            }
            let placed = self.store.insert_before(before, page);
            came.before = Some(before);
            // Where nothing could be had from before what is held, asking again would go on for ever.
            self.reached_start |= reached_start || placed == 0;
            // The page had to make room itself.
            came.is_full = placed > 0 && self.store.first_held() >= before;
        }
        self.forget_gone();
        came
    }

    /// Asks for the page before the oldest row that is held, unless nothing of it would be shown.
    pub(super) fn ask_older(&mut self) {
        if self.reached_start || self.older.is_some() || !self.ready || self.floor > i64::MIN {
            return;
        }
        let Some(before) = self.oldest() else { return };
        let lines = self.store.rows(i64::MIN..i64::MAX).filter_map(|(_, row)| match row {
            Row::Line(line) => Some(line.timestamp),
            _ => None,
        });
        let same = lines.take_while(|at| *at == before).count();
        let totals = self.store.totals();
        let held = totals.held + totals.gone;
        let page = Subject::OlderLog {
            id: self.id.clone(),
            // Doubling what is held keeps the cost of reading a whole log page by page at twice its length.
            tail: held + held.max(PAGE),
            before,
            same: u32::try_from(same).unwrap_or(u32::MAX),
            pattern: self.pattern.clone(),
            log: self.log,
        };
        self.older = Some((page, self.store.first_held()));
    }

    /// Waits for no older page any more.
    pub(super) fn stop_asking(&mut self) {
        self.joins &= self.older.take().is_none();
    }

    /// What is known of rows that had to make room is so no more.
    fn forget_gone(&mut self) {
        let gone = self.store.totals().gone;
        if gone != self.gone {
            self.gone = gone;
            for hole in self.store.holes() {
                self.search.forget(&hole);
                self.filter.forget(&hole);
                self.late.forget(&hole);
            }
        }
    }

    /// Puts a line that the reader draws behind its last row.
    pub(super) fn draw_mark(&mut self, mark: Divider) {
        self.marks.insert(self.store.range().end);
        self.store.append_mark(mark);
        self.forget_gone();
    }

    /// Marks a row, or takes the mark away: from a hole, those of all rows in it. `false`: none is there any more.
    pub(super) fn toggle_mark(&mut self, number: i64) -> bool {
        let marked: Vec<i64> = self.marked(number).collect();
        for it in &marked {
            self.marks.remove(it);
        }
        marked.is_empty() && self.marks.insert(number)
    }

    /// The marks of a row; of a hole, those of all rows in it.
    pub(super) fn marked(&self, number: i64) -> impl Iterator<Item = i64> {
        let rows = self.store.covering(number).map_or(number..number, |(rows, _)| rows);
        self.marks.range(rows).copied()
    }

    /// What is known to match.
    pub(super) const fn hits(&self, purpose: Use) -> &Hits {
        match purpose {
            Use::Search => &self.search,
            Use::Filter => &self.filter,
        }
    }

    /// The same, to be changed.
    pub(super) const fn hits_mut(&mut self, purpose: Use) -> &mut Hits {
        match purpose {
            Use::Search => &mut self.search,
            Use::Filter => &mut self.filter,
        }
    }

    /// The spot of a row of it, which is the log with the number `lane`.
    pub(super) fn spot(&self, lane: usize, number: i64) -> Option<Spot> {
        self.store.key(number).map(|key| Spot { key, lane, number })
    }

    /// The same; of a row that made room, the spot of the hole.
    pub(super) fn row_around(&self, lane: usize, number: i64) -> Option<Spot> {
        let (numbers, _) = self.store.covering(number)?;
        self.spot(lane, numbers.start)
    }
}
