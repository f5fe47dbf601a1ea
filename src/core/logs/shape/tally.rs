//! What is counted of the lines of a shape.

use jiff::Timestamp;

use crate::core::logs::line::Level;
use crate::core::logs::timestamp::timestamp_at;

/// How much of the example is kept, in bytes.
const EXAMPLE_BYTES: usize = 1024;

/// From how many sources lines are counted apart.
const SOURCES: usize = 64;

/// How many values a level has, "unknown" included.
const LEVELS: usize = 7;

/// How many lines, when, how serious, from where, and one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    lines: u64,
    first: i64,
    last: i64,
    levels: [u64; LEVELS],
    sources: Vec<(u32, u64)>,
    example: String,
}

impl Tally {
    /// How many lines.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// When the earliest of them was written.
    pub fn first(&self) -> Option<Timestamp> {
        (self.lines > 0).then(|| timestamp_at(self.first))
    }

    /// When the latest of them was written.
    pub fn last(&self) -> Option<Timestamp> {
        (self.lines > 0).then(|| timestamp_at(self.last))
    }

    /// How many of them have this level, or none that is known.
    pub fn of_level(&self, level: Option<Level>) -> u64 {
        self.levels[place(level)]
    }

    /// The worst level that one of them has.
    pub fn worst(&self) -> Option<Level> {
        use Level::{Debug, Error, Fatal, Info, Trace, Warn};
        [Fatal, Error, Warn, Info, Debug, Trace].into_iter().find(|level| self.of_level(Some(*level)) > 0)
    }

    /// Whether one of them is an error or worse.
    pub fn has_errors(&self) -> bool {
        self.worst() >= Some(Level::Error)
    }

    /// The sources and how many of the lines each has written, by number; 64 of them at most.
    pub fn sources(&self) -> &[(u32, u64)] {
        &self.sources
    }

    /// The earliest of them, its first kilobyte.
    pub fn example(&self) -> &str {
        &self.example
    }

    pub(super) fn add(&mut self, at: i64, level: Option<Level>, source: u32, text: &str) {
        self.see(at, at, text);
        self.lines += 1;
        self.levels[place(level)] += 1;
        self.count_source(source, 1);
    }

    pub(super) fn absorb(&mut self, other: &Self) {
        if other.lines == 0 {
            return;
        }
        self.see(other.first, other.last, &other.example);
        self.lines += other.lines;
        for (count, more) in self.levels.iter_mut().zip(other.levels) {
            *count += more;
        }
        for (source, lines) in &other.sources {
            self.count_source(*source, *lines);
        }
    }

    /// Widens the time to `first..=last`, of which `text` is the first line.
    fn see(&mut self, first: i64, last: i64, text: &str) {
        let text = &text[..text.floor_char_boundary(EXAMPLE_BYTES)];
        // Of lines of one moment the smallest, so that the order in which they come does not matter.
        if self.lines == 0 || first < self.first || first == self.first && text < self.example.as_str() {
            self.example.clear();
            self.example.push_str(text);
        }
        if self.lines == 0 {
            (self.first, self.last) = (first, last);
        } else {
            (self.first, self.last) = (self.first.min(first), self.last.max(last));
        }
    }

    fn count_source(&mut self, source: u32, lines: u64) {
        match self.sources.binary_search_by_key(&source, |(source, _)| *source) {
            Ok(place) => self.sources[place].1 += lines,
            Err(place) if self.sources.len() < SOURCES => self.sources.insert(place, (source, lines)),
            Err(_) => {}
        }
    }
}

fn place(level: Option<Level>) -> usize {
    level.map_or(0, |level| level as usize + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn a_tally_is_the_same_in_whatever_order_lines_come() {
        let lines = [(5, None, 2, "b"), (3, Some(Level::Warn), 1, "z"), (3, Some(Level::Info), 2, "a")];
        let mut forwards = Tally::default();
        let (mut backwards, mut joined) = (Tally::default(), Tally::default());
        for (at, level, source, text) in lines {
            forwards.add(at, level, source, text);
            let mut one = Tally::default();
            one.add(at, level, source, text);
            joined.absorb(&one);
        }
        for (at, level, source, text) in lines.into_iter().rev() {
            backwards.add(at, level, source, text);
        }
        joined.absorb(&Tally::default());
        assert_eq!(forwards, backwards);
        assert_eq!(forwards, joined);
        assert_eq!((forwards.lines(), forwards.example(), forwards.worst()), (3, "a", Some(Level::Warn)));
        assert_eq!(forwards.first().unwrap().as_nanosecond(), 3);
        assert_eq!(forwards.last().unwrap().as_nanosecond(), 5);
        assert_eq!(forwards.sources(), [(1, 1), (2, 2)]);
    }

    #[test]
    fn the_example_is_bounded_and_whole_in_its_characters() {
        let mut tally = Tally::default();
        tally.add(0, None, 0, &format!("x{}", "é".repeat(EXAMPLE_BYTES)));
        assert_eq!(tally.example().len(), EXAMPLE_BYTES - 1);
    }
}
