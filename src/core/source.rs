//! Which stream of events an answer belongs to. What a stream delivers is not here.

use super::id::TargetId;
use super::subject::Subject;

/// A stream of events: what it watches and which opening of it. An event that carries a generation
/// other than the newest of its source is an answer for something gone, and is dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId {
    /// The target that is read.
    pub target: TargetId,
    /// What is read from it.
    pub subject: Subject,
}

/// Counts the openings of one source.
pub type Generation = u64;
