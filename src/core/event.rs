//! What sources tell: typed events, each in an envelope that names its source.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::calls::Calls;
use super::change::Change;
use super::entity::deployed::Deployed;
use super::entity::host::DiskReport;
use super::entity::machine::Machine;
use super::entity::opening::Guards;
use super::entity::revision::Family;
use super::entity::{Entity, LogGroup};
use super::fault::Fault;
use super::id::{EntityId, Kind};
use super::logs::{Arrival, Batch};
use super::source::{Generation, SourceId};
use super::stats::Sample;

/// An event with the opening of the source that it comes from.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The source.
    pub source: SourceId,
    /// Which opening of it; an older one than the newest is an answer to a question nobody asks any more.
    pub generation: Generation,
    /// When it reached this process.
    pub at: Timestamp,
    /// What it says.
    pub event: Event,
}

/// One thing that a source tells.
#[derive(Clone, Debug)]
pub enum Event {
    /// The connection of this source changed.
    Link(Link),
    /// A list of all entities of a kind begins.
    Reset(Kind),
    /// One entity of that list.
    Item(Entity),
    /// The list of that kind is complete.
    Ready(Kind),
    /// An entity is new or has changed.
    Upsert(Entity),
    /// An entity is gone.
    Remove(EntityId),
    /// Something happened: an entry for the timeline.
    Change(Change),
    /// The target was heard from: nothing new, but what is shown is as young as this.
    Heartbeat,
    /// What cannot be read, though the rest can: all of it, whenever it changes.
    Lacks {
        /// Of the target itself.
        own: Arc<[Fault]>,
        /// Of what stands around it.
        around: Arc<[Fault]>,
    },
    /// The calls that were made to AWS by now.
    Calls(Arc<[Calls]>),
    /// The security groups around it: all of them, whenever they change.
    Guards(Arc<Guards>),
    /// The log groups of the account and region that the target is in: all of them; or why they cannot be listed.
    LogGroups(Result<Arc<[LogGroup]>, Fault>),
    /// How much disk the target uses.
    DiskUse(Arc<DiskReport>),
    /// How the machine is that the target runs on.
    Machine(Arc<Machine>),
    /// Readings of a workload's resource use, oldest first: mostly one; at first all that the target has kept.
    Samples(EntityId, Vec<Sample>),
    /// The processes of a workload.
    Processes(EntityId, Arc<ProcessList>),
    /// All that the target knows about an entity.
    Detail(EntityId, Arc<Value>),
    /// The revisions of a task definition.
    Revisions(Arc<Family>),
    /// The deployments of a service, the newest first.
    Deployments(EntityId, Arc<[Deployed]>),
    /// All that a revision of a task definition says, by its name.
    Definition(Arc<str>, Arc<Value>),
    /// Lines of a log.
    Log(LogEvent),
}

/// The state of a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// It is being made.
    Connecting,
    /// It stands.
    Live,
    /// It is broken and will be tried again.
    Lost {
        /// Why.
        fault: Fault,
        /// When the next attempt is due.
        retry_at: Timestamp,
    },
    /// It ended and will not be tried again: the reason says why that is right.
    Ended(Fault),
}

impl Link {
    /// What is wrong with it.
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Lost { fault, .. } | Self::Ended(fault) => Some(fault),
            Self::Connecting | Self::Live => None,
        }
    }
}

/// What a log source tells about one workload's log. The source has already resolved overlaps and cleaned the text:
/// every row is new, and the loop only puts it into the store. Gaps and dividers stand among the lines.
#[derive(Clone, Debug)]
pub enum LogEvent {
    /// The newest rows, oldest first: at the start of the tail, or as they come.
    Newer(Batch),
    /// Rows from before the oldest that are held.
    Older {
        /// The rows, oldest first.
        page: Batch,
        /// Whether the log begins with them.
        reached_start: bool,
    },
    /// The tail that was asked for is complete: from here on lines are followed.
    Following,
    /// How lines are followed, whenever that changes. Of those that come at once in any case, nothing is said.
    Arrival(Arrival),
    /// The filter pattern that it is asked with cannot be; why. Nothing comes of it.
    Refused(Arc<str>),
    /// A log that is asked for was heard from, every few seconds at least.
    Heard {
        /// How long the newest line that came took from when it was written to where it is asked for; `None` where none came.
        lag: Option<Duration>,
    },
}

/// The processes of one workload, as `docker top` lists them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessList {
    /// Column heads.
    pub titles: Vec<Arc<str>>,
    /// One row a process.
    pub rows: Vec<Vec<Arc<str>>>,
}
