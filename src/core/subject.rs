//! What can be read from a target: the standing picture of its entities, and what a screen asks for on top.

use super::id::EntityId;

/// What one source reads. The standing picture is always watched; everything else only while something shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// All entities of the target and what happens to them.
    Entities,
    /// How much disk the images, containers, volumes and build cache of the target take.
    DiskUse,
    /// The CPU, memory, network and block I/O of one workload, about once a second.
    Stats(EntityId),
    /// The processes of one workload.
    Processes(EntityId),
    /// Everything the target knows about one entity, as a tree.
    Detail(EntityId),
    /// The log of one workload: its tail, then what follows.
    Log(EntityId),
    /// One older page of a workload's log.
    LogPage(EntityId),
}
