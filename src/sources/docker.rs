//! A Docker engine, read.
//!
//! | file | what it tells |
//! |---|---|
//! | [`entities`] | the standing picture: containers, services, the host, images, volumes, networks, and what happens |
//! | `picture` | that picture as data, and how it differs from what was told |
//! | `known` | what is known of one container |
//! | `service` | services, made of the labels that Compose sets |
//! | `change` | events of the engine as entries of the timeline |
//! | [`disk`] | disk use |
//! | [`stats`] | the resource use of one container |
//! | [`processes`] | the processes of one container |
//! | [`detail`] | everything about one entity |
//! | [`log`] | the log of one container, followed over its restarts |
//! | [`older`] | a page of that log from before what is held |
//! | `unfiltered` | that it is left out, where CloudWatch is to choose the lines |

mod change;
pub mod detail;
pub mod disk;
pub mod entities;
mod known;
pub mod log;
pub mod older;
mod picture;
pub mod processes;
mod service;
pub mod stats;
mod unfiltered;

use std::sync::Arc;
use std::time::Duration;

use crate::clients::docker::engine::Engine;
use crate::clients::docker::error::ClientError;
use crate::clients::ssh::pool::Lane;
use crate::core::fault::Fault;
use crate::core::id::{Kind, TargetId};
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::target::Technology;
use crate::sources::machine::Machine;
use crate::sources::supervise::LONGEST_PAUSE;
use crate::sources::{Reader, Source, SourceError};

/// The longest pause where the engine is on this machine: an attempt costs nothing.
const LONGEST_LOCAL_PAUSE: Duration = Duration::from_secs(2);

/// All that can be read of one Docker engine.
#[derive(Clone, Debug)]
pub struct DockerReader {
    target: TargetId,
    engine: Engine,
    /// The way to its machine, where that is another one.
    host: Option<Lane>,
}

impl DockerReader {
    /// What can be read of `engine`, which is called `target`.
    pub fn new(target: TargetId, engine: Engine) -> Self {
        Self { target, engine, host: None }
    }

    /// The same with its machine, which `lane` leads to.
    #[must_use]
    pub fn on(self, lane: Lane) -> Self {
        Self { host: Some(lane), ..self }
    }
}

impl Reader for DockerReader {
    fn technology(&self) -> Technology {
        Technology::Docker
    }

    fn address(&self) -> String {
        self.engine.address().to_string()
    }

    fn open(&self, subject: &Subject) -> Option<Arc<dyn Source>> {
        let id = SourceId { target: self.target.clone(), subject: subject.clone() };
        let engine = self.engine.clone();
        Some(match subject {
            Subject::Entities => Arc::new(entities::Entities::new(id, engine)),
            Subject::DiskUse => Arc::new(disk::Disk::new(id, engine)),
            Subject::Machine => Arc::new(Machine::new(id, self.host.clone()?)),
            Subject::Stats(it) if it.kind == Kind::Workload => {
                Arc::new(stats::Stats::new(id, engine, it.clone()))
            }
            Subject::Processes(it) if it.kind == Kind::Workload => {
                Arc::new(processes::Processes::new(id, engine, it.clone()))
            }
            Subject::Stats(_)
            | Subject::Processes(_)
            | Subject::Revisions { .. }
            | Subject::Deployments(_)
            | Subject::Definition(_)
            | Subject::LogGroups => return None,
            Subject::Detail(it) => Arc::new(detail::Detail::new(id, engine, it.clone())),
            Subject::Log { id: it, pattern: Some(_), .. }
            | Subject::OlderLog { id: it, pattern: Some(_), .. } => {
                Arc::new(unfiltered::Unfiltered::new(id, it.clone()))
            }
            Subject::Log { id: it, tail, since, .. } => {
                let beginning = log::Beginning { tail: *tail, since: *since };
                Arc::new(log::Log::new(id, engine, it.clone(), beginning))
            }
            Subject::OlderLog { id: it, tail, before, same, .. } => {
                let page = older::Wanted { tail: *tail, before: *before, same: *same };
                Arc::new(older::OlderLog::new(id, engine, it.clone(), page))
            }
        })
    }
}

/// No pause between two attempts to reach an engine is longer.
fn longest_pause(engine: &Engine) -> Duration {
    if engine.is_local() { LONGEST_LOCAL_PAUSE } else { LONGEST_PAUSE }
}

/// An error of a call about the engine as a whole.
fn of_engine(error: &ClientError) -> SourceError {
    let fault = Fault::from(error);
    if error.is_final() { SourceError::Final(fault) } else { SourceError::Retry(fault) }
}

/// An error of a call about one entity: one that is gone does not come back.
fn of_entity(error: &ClientError) -> SourceError {
    if error.is_gone() { SourceError::Final(Fault::from(error)) } else { of_engine(error) }
}
