//! What can be read from a target: the standing picture of its entities, and what a screen asks for on top.

use std::sync::Arc;

use jiff::Timestamp;

use super::id::EntityId;

/// A log from its beginning, as a number of lines.
pub const WHOLE: u32 = u32::MAX;

/// What one source reads. The standing picture is always watched; everything else only while something shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// All entities of the target and what happens to them.
    Entities,
    /// How much disk the images, containers, volumes and build cache of the target take.
    DiskUse,
    /// The log groups of the account and region that the target is in.
    LogGroups,
    /// How the machine is that the target runs on.
    Machine,
    /// The CPU, memory, network and block I/O of one workload, about once a second.
    Stats(EntityId),
    /// The processes of one workload.
    Processes(EntityId),
    /// Everything the target knows about one entity, as a tree.
    Detail(EntityId),
    /// The revisions of a task definition.
    Revisions {
        /// What they are called.
        family: Arc<str>,
        /// How many of the newest are looked up; of the others only their numbers are told.
        most: u32,
    },
    /// The deployments of a service that its target remembers.
    Deployments(EntityId),
    /// One revision of a task definition, by its name: `numbers-prod-api:42`.
    Definition(Arc<str>),
    /// The log of one workload: the last `tail` lines, then what follows.
    Log {
        /// Whose.
        id: EntityId,
        /// How many lines to begin with; [`WHOLE`]: all that there are.
        tail: u32,
        /// Only lines from this moment on.
        since: Option<Timestamp>,
        /// Only lines that match this filter pattern of CloudWatch's.
        pattern: Option<Arc<str>>,
        /// Who reads it: two screens that show the same log each have a source of their own.
        log: u64,
    },
    /// One page of a workload's log from before what is held.
    OlderLog {
        /// Whose.
        id: EntityId,
        /// How many lines from the end to ask for: what is held and the page before it.
        tail: u64,
        /// The moment of the oldest line that is held.
        before: Timestamp,
        /// How many lines of exactly that moment are held.
        same: u32,
        /// Only lines that match this filter pattern of CloudWatch's.
        pattern: Option<Arc<str>>,
        /// Who reads it.
        log: u64,
    },
}
