//! The kinds of lines of one or several logs, as they are collected and as they are listed.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use super::forms::Forms;
use super::mask::Masker;
use super::pattern::Pattern;
use super::tally::Tally;
use crate::core::logs::chunk::Chunk;
use crate::core::logs::line::Level;
use crate::core::logs::snapshot::Snapshot;
use crate::core::logs::timestamp::nanoseconds;

/// Collects kinds of lines, within some megabytes however many lines there are.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    pub(super) forms: Forms,
    masker: Masker,
}

/// One kind of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What they have in common.
    pub pattern: Pattern,
    /// How many they are, when, how serious, from where.
    pub tally: Tally,
}

/// All kinds of lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// At most a thousand: those with errors first, then those with the most lines.
    pub shapes: Vec<Shape>,
    /// The lines of all other kinds; none, unless there are more than a thousand kinds.
    pub other: Tally,
}

impl Shapes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a line: its cleaned text, when, its level where that is known, and the number of its source.
    pub fn add(&mut self, text: &str, at: Timestamp, level: Option<Level>, source: u32) {
        self.add_at(text, nanoseconds(at), level, source);
    }

    /// Counts the lines of a chunk that were written `within` a time.
    pub fn add_chunk(&mut self, chunk: &Chunk, source: u32, within: &Range<Timestamp>) {
        let within = nanoseconds(within.start)..nanoseconds(within.end);
        for line in chunk.plain_lines().filter(|line| within.contains(&line.at)) {
            self.add_at(line.text, line.at, line.level, source);
        }
    }

    /// Counts the lines of a store that were written `within` a time. Ends within a chunk of `stop` becoming true, and
    /// then returns `false`.
    pub fn add_snapshot(
        &mut self,
        snapshot: &Snapshot,
        source: u32,
        within: &Range<Timestamp>,
        stop: &AtomicBool,
    ) -> bool {
        snapshot.chunks().all(|(_, chunk)| {
            let goes_on = !stop.load(Ordering::Relaxed);
            if goes_on {
                self.add_chunk(chunk, source, within);
            }
            goes_on
        })
    }

    /// Adds what another thread collected.
    pub fn merge(&mut self, other: &Self) {
        self.forms.merge(&other.forms);
    }

    /// The kinds of lines there are so far. Takes milliseconds where there are thousands of kinds.
    pub fn list(&self) -> Listing {
        let (shapes, other) = self.forms.shapes();
        let shapes = shapes.into_iter().map(|(masked, tally)| Shape { pattern: Pattern::new(masked), tally });
        Listing { shapes: shapes.collect(), other }
    }

    fn add_at(&mut self, text: &str, at: i64, level: Option<Level>, source: u32) {
        self.forms.count(self.masker.mask(text), |tally| tally.add(at, level, source, text));
    }
}
