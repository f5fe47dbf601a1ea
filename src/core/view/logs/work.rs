//! Work over all that is held of logs, which is done off the loop.

use std::sync::atomic::AtomicBool;

use super::kinds::{Counted, Counting};
use super::matching::{Matches, Matching};
use super::rate::{Rated, Rating};

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Work {
    /// Find the lines of one log that are wanted.
    Match(Matching),
    /// Count lines over time.
    Rate(Rating),
    /// Find out what kinds of lines there are.
    Kinds(Counting),
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Done {
    /// The lines that are wanted.
    Match(Matches),
    /// The lines over time.
    Rate(Rated),
    /// The kinds of lines.
    Kinds(Counted),
}

impl Work {
    /// Does it. Takes as long as the logs are; ends soon after `stop` becomes true, with what it has until then.
    pub fn done(self, stop: &AtomicBool) -> Done {
        match self {
            Self::Match(matching) => Done::Match(matching.done(stop)),
            Self::Rate(rating) => Done::Rate(rating.done(stop)),
            Self::Kinds(counting) => Done::Kinds(counting.done(stop)),
        }
    }
}
