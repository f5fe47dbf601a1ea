//! Patterns over a log: what matches them as lines come and go, and searches over all that is held, done off the loop.

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

/// A pattern and the rows that are known to match it.
#[derive(Debug, Default)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) query: Option<Query>,
    pub(super) number: u64,
    pub(super) rows: Vec<i64>,
    /// The search over what was there is still under way.
    pub(super) busy: bool,
    /// It has to be begun anew: older lines came in front.
    pub(super) due: bool,
}

impl Pattern {
    pub(super) fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        // A search that is under way answers with an old number, and is dropped.
        self.number += 1;
        self.busy = false;
        self.rows.clear();
        self.query = match text {
            "" => None,
            text => Query::regex(text).or_else(|_| Query::plain(text)).ok(),
        };
        self.due = self.query.is_some();
    }

    /// Looks at a new line; whether it matches.
    pub(super) fn meet(&mut self, number: i64, text: &str) -> bool {
        let is_match = self.query.as_ref().is_some_and(|query| query.is_match(text));
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
}

impl LogState {
    /// Matches that had to make room are none any more.
    pub(super) fn forget_gone(&mut self) {
        let gone = self.store.totals().gone;
        if gone != self.gone {
            self.gone = gone;
            for hole in self.store.holes() {
                self.search.forget(&hole);
                self.filter.forget(&hole);
            }
        }
    }

    /// A pattern whose search over all that is held has to be done.
    pub fn due(&mut self) -> Option<Matching> {
        for (purpose, pattern) in [(Use::Search, &mut self.search), (Use::Filter, &mut self.filter)] {
            if !pattern.due || pattern.busy {
                continue;
            }
            pattern.due = false;
            let Some(query) = pattern.query.clone() else { continue };
            pattern.number += 1;
            pattern.busy = true;
            let (number, snapshot) = (pattern.number, self.store.snapshot());
            return Some(Matching { id: self.id.clone(), purpose, number, query, snapshot });
        }
        None
    }

    /// The result of such a search; what is to be said about it, where it ends a longer one.
    pub fn matched(&mut self, matches: Matches, window: Window) -> Option<&'static str> {
        let pattern = match matches.purpose {
            Use::Search => &mut self.search,
            Use::Filter => &mut self.filter,
        };
        if pattern.number != matches.number {
            return None;
        }
        let later = pattern.rows.partition_point(|row| *row < matches.end);
        let mut rows = matches.rows;
        rows.extend_from_slice(pattern.rows.get(later..).unwrap_or_default());
        pattern.rows = rows;
        pattern.busy = false;
        for hole in self.store.holes() {
            pattern.forget(&hole);
        }
        if matches.purpose == Use::Filter {
            return None;
        }
        self.go_on(window)
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
        self.search.rows.binary_search(&current).ok().map(|place| place + 1)
    }

    /// The row that the search stands on.
    pub const fn current(&self) -> Option<i64> {
        self.current
    }

    /// How many lines match, where a pattern is in force, and whether it is still being looked for.
    pub fn count(&self, purpose: Use) -> Option<(usize, bool)> {
        let pattern = match purpose {
            Use::Search => &self.search,
            Use::Filter => &self.filter,
        };
        let hunting = purpose == Use::Search && self.hunting.is_some();
        pattern.query.as_ref().map(|_| (pattern.rows.len(), pattern.busy || hunting))
    }

    /// Shows only the lines with `text`.
    pub fn set_filter(&mut self, text: &str) {
        self.filter.set(text);
    }
}
