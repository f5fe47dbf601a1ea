//! Patterns over the logs of a screen: what matches them as lines come and go, and searches over all that is held, done off
//! the loop.

use std::ops::Range;

use super::{LogState, Window};
use crate::core::id::EntityId;
use crate::core::logs::{Query, Snapshot};

/// What a pattern is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// Going from match to match.
    Search,
    /// Showing nothing but matches.
    Filter,
}

/// A search to be done off the loop.
#[derive(Clone, Debug)]
pub struct Matching {
    /// The screen, by its number.
    pub log: u64,
    /// Whose log.
    pub id: EntityId,
    /// What for.
    pub purpose: Use,
    /// Counts the patterns: an answer about an older one is dropped.
    pub number: u64,
    /// What is searched for.
    pub query: Query,
    /// What is searched.
    pub snapshot: Snapshot,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Matches {
    /// The screen, by its number.
    pub log: u64,
    /// Whose log.
    pub id: EntityId,
    /// What for.
    pub purpose: Use,
    /// Which pattern.
    pub number: u64,
    /// The numbers of the rows that match, in order.
    pub rows: Vec<i64>,
    /// The rows from this number on were not looked at: they came later.
    pub end: i64,
}

/// A pattern, as it was typed and as it is searched for.
#[derive(Debug, Default)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) query: Option<Query>,
}

impl Pattern {
    pub(super) fn of(text: &str) -> Self {
        let query = match text {
            "" => None,
            text => Query::regex(text).or_else(|_| Query::plain(text)).ok(),
        };
        Self { text: text.to_owned(), query }
    }
}

/// The rows of one log that are known to match a pattern.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// Their numbers, in order.
    pub(super) rows: Vec<i64>,
    /// The search over what was there is still under way.
    pub(super) busy: bool,
    /// It has to be begun (anew: older lines came in front).
    pub(super) due: bool,
    number: u64,
}

impl Hits {
    /// Begins with another pattern, where there `is_any`.
    pub(super) fn begin(&mut self, is_any: bool) {
        // A search that is under way answers with an old number, and is dropped.
        self.number += 1;
        self.busy = false;
        self.rows.clear();
        self.due = is_any;
    }

    /// Looks at a new line; whether it matches.
    pub(super) fn meet(&mut self, query: Option<&Query>, number: i64, text: &str) -> bool {
        let is_match = query.is_some_and(|query| query.is_match(text));
        if is_match {
            self.rows.push(number);
        }
        is_match
    }

    /// Takes out the matches with these numbers.
    pub(super) fn forget(&mut self, rows: &Range<i64>) {
        let place = |end: i64| self.rows.partition_point(|row| *row < end);
        let (from, to) = (place(rows.start), place(rows.end));
        self.rows.drain(from..to);
    }

    /// The matches among these numbers.
    pub(super) fn within(&self, rows: &Range<i64>) -> &[i64] {
        let place = |end: i64| self.rows.partition_point(|row| *row < end);
        let (from, to) = (place(rows.start), place(rows.end));
        &self.rows[from..to.max(from)]
    }

    /// Takes in the result of the search over what was there; `false` where it is not the one that is waited for.
    fn take(&mut self, matches: Matches, holes: impl Iterator<Item = Range<i64>>) -> bool {
        if self.number != matches.number {
            return false;
        }
        let later = self.rows.partition_point(|row| *row < matches.end);
        let mut rows = matches.rows;
        rows.extend_from_slice(self.rows.get(later..).unwrap_or_default());
        self.rows = rows;
        self.busy = false;
        for hole in holes {
            self.forget(&hole);
        }
        true
    }
}

impl LogState {
    /// The pattern for that.
    pub(super) const fn pattern(&self, purpose: Use) -> &Pattern {
        match purpose {
            Use::Search => &self.search,
            Use::Filter => &self.filter,
        }
    }

    /// Begins with another pattern.
    pub(super) fn set_pattern(&mut self, purpose: Use, text: &str) {
        let pattern = Pattern::of(text);
        for lane in &mut self.lanes {
            lane.hits_mut(purpose).begin(pattern.query.is_some());
        }
        match purpose {
            Use::Search => self.search = pattern,
            Use::Filter => self.filter = pattern,
        }
    }

    /// A search over all that is held of a log which has to be done.
    pub fn due(&mut self) -> Option<Matching> {
        let log = self.opening.number;
        for purpose in [Use::Search, Use::Filter] {
            let Some(query) = self.pattern(purpose).query.clone() else { continue };
            for lane in &mut self.lanes {
                let hits = lane.hits_mut(purpose);
                if !hits.due || hits.busy {
                    continue;
                }
                hits.due = false;
                hits.number += 1;
                hits.busy = true;
                let (number, snapshot) = (hits.number, lane.store.snapshot());
                return Some(Matching { log, id: lane.id.clone(), purpose, number, query, snapshot });
            }
        }
        None
    }

    /// The result of such a search; what is to be said about it, where it ends a longer one.
    pub fn matched(&mut self, matches: Matches, window: Window) -> Option<&'static str> {
        let purpose = matches.purpose;
        let lane = self.lanes.iter_mut().find(|lane| lane.id == matches.id)?;
        let holes: Vec<Range<i64>> = lane.store.holes().collect();
        if !lane.hits_mut(purpose).take(matches, holes.into_iter())
            || purpose == Use::Filter
            || self.is_searching()
        {
            return None;
        }
        self.go_on(window)
    }

    /// Whether the answer to a search is for this screen.
    pub fn awaits(&self, matches: &Matches) -> bool {
        self.opening.number == matches.log
    }

    /// Whether what is held is still being searched.
    pub(super) fn is_searching(&self) -> bool {
        self.lanes.iter().any(|lane| lane.search.busy || lane.search.due)
    }

    /// What is searched for.
    pub fn search_text(&self) -> &str {
        &self.search.text
    }

    /// What is filtered by.
    pub fn filter_text(&self) -> &str {
        &self.filter.text
    }

    /// The pattern that is searched for.
    pub const fn search_query(&self) -> Option<&Query> {
        self.search.query.as_ref()
    }

    /// The pattern that is filtered by.
    pub const fn filter_query(&self) -> Option<&Query> {
        self.filter.query.as_ref()
    }

    /// Which of the matches of the search, counted from 1, is the one that it stands on.
    pub fn place(&self) -> Option<usize> {
        let current = self.current?;
        self.lanes[current.lane].search.rows.binary_search(&current.number).ok()?;
        let behind = current.next();
        let before =
            self.lanes.iter().enumerate().map(|(number, lane)| {
                lane.search.within(&(i64::MIN..behind.start(number, &lane.store))).len()
            });
        Some(before.sum())
    }

    /// How many lines match, where a pattern is in force, and whether it is still being looked for.
    pub fn count(&self, purpose: Use) -> Option<(usize, bool)> {
        self.pattern(purpose).query.as_ref()?;
        let hits = || self.lanes.iter().map(|lane| lane.hits(purpose));
        let is_hunting = purpose == Use::Search && self.hunting.is_some();
        Some((hits().map(|it| it.rows.len()).sum(), is_hunting || hits().any(|it| it.busy)))
    }

    /// Shows only the lines with `text`.
    pub fn set_filter(&mut self, text: &str) {
        self.set_pattern(Use::Filter, text);
    }
}
