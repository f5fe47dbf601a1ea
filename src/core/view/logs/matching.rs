//! Patterns over the logs of a screen: what matches them as lines come and go, and searches over all that is held, done off
//! the loop.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::hits::Use;
use super::{Lane, LogState, Window};
use crate::core::id::EntityId;
use crate::core::logs::{Direction, Query, Snapshot, Spot, Wanted, find};

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
    pub wanted: Wanted,
    /// What is searched.
    pub snapshot: Snapshot,
}

impl Matching {
    /// Does it. Takes as long as the log is; ends soon after `stop` becomes true, with what was found until then.
    pub(super) fn done(self, stop: &AtomicBool) -> Matches {
        let Self { log, id, purpose, number, wanted, snapshot } = self;
        let range = snapshot.range();
        let found = find(&snapshot, &wanted, range.start, Direction::Forwards, usize::MAX, stop);
        Matches { log, id, purpose, number, rows: found.rows, end: range.end }
    }
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

impl LogState {
    /// Whether anything is looked for.
    pub(super) fn is_wanted(&self, purpose: Use) -> bool {
        match purpose {
            Use::Search => self.search.query.is_some(),
            Use::Filter => self.filters.sieve().is_some(),
        }
    }

    /// Begins to look for what is wanted now.
    pub(super) fn begin(&mut self, purpose: Use) {
        let is_wanted = self.is_wanted(purpose);
        for lane in &mut self.lanes {
            lane.hits_mut(purpose).begin(is_wanted);
        }
    }

    /// Searches for another pattern.
    pub(super) fn set_pattern(&mut self, text: &str) {
        self.search = Pattern::of(text);
        self.begin(Use::Search);
    }

    /// A search over all that is held of a log which has to be done.
    pub(super) fn due_matching(&mut self) -> Option<Matching> {
        let log = self.opening.number;
        for purpose in [Use::Search, Use::Filter] {
            let is_due = |lane: &&mut Lane| lane.hits(purpose).due && !lane.hits(purpose).busy;
            let Some(lane) = self.lanes.iter_mut().find(is_due) else { continue };
            // A pattern that is copied learns anew what it looks for: that is worth while for a whole log only.
            let wanted = match purpose {
                Use::Search => self.search.query.clone().map(Wanted::Pattern),
                Use::Filter => self.filters.sieve().cloned().map(Wanted::Sieve),
            };
            let (number, snapshot) = (lane.hits_mut(purpose).search(), lane.store.snapshot());
            return Some(Matching { log, id: lane.id.clone(), purpose, number, wanted: wanted?, snapshot });
        }
        None
    }

    /// The result of such a search; what is to be said about it, where it ends a longer one.
    pub(super) fn matched(&mut self, matches: Matches, window: Window) -> Option<&'static str> {
        let purpose = matches.purpose;
        let lane = self.lanes.iter_mut().find(|lane| lane.id == matches.id)?;
        let holes: Vec<Range<i64>> = lane.store.holes().collect();
        if !lane.hits_mut(purpose).take(matches.number, matches.rows, matches.end, &holes) {
            return None;
        }
        match purpose {
            Use::Filter => {
                self.filtered_anew(window);
                None
            }
            Use::Search if self.is_searching() => None,
            Use::Search => self.go_on(window),
        }
    }

    /// Whether what is held is still being searched.
    pub(super) fn is_searching(&self) -> bool {
        self.lanes.iter().any(|lane| lane.search.busy || lane.search.due)
    }

    /// What is searched for.
    pub fn search_text(&self) -> &str {
        &self.search.text
    }

    /// The pattern that is searched for.
    pub const fn search_query(&self) -> Option<&Query> {
        self.search.query.as_ref()
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

    /// The row that the search stands on.
    pub const fn current(&self) -> Option<Spot> {
        self.current
    }

    /// How many lines match, where something is looked for, and whether it is still being looked for.
    pub fn count(&self, purpose: Use) -> Option<(usize, bool)> {
        if !self.is_wanted(purpose) {
            return None;
        }
        let hits = || self.lanes.iter().map(|lane| lane.hits(purpose));
        let is_hunting = purpose == Use::Search && self.hunting.is_some();
        Some((hits().map(|it| it.rows.len()).sum(), is_hunting || hits().any(|it| it.busy)))
    }
}
