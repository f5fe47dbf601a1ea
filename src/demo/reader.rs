//! What can be read of a simulated target: its [`Reader`], and the sources behind it.
//!
//! Where the time stands still a source says all it has to say at once; then it ends or waits for an operator to
//! change something.

mod drive;
mod entities;
mod entries;
mod follow;
mod once;

use std::sync::Arc;

use futures_util::stream::BoxStream;

use self::drive::drive;
use super::stage::Stage;
use crate::core::event::Event;
use crate::core::id::{EntityId, Kind};
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::target::Technology;
use crate::sources::{Reader, Source, SourceError};

/// A simulated target, read.
#[derive(Debug)]
pub(super) struct DemoReader(pub(super) Arc<Stage>);

impl Reader for DemoReader {
    fn technology(&self) -> Technology {
        self.0.plan.technology
    }

    fn address(&self) -> String {
        self.0.plan.address.to_string()
    }

    fn open(&self, subject: &Subject) -> Option<Arc<dyn Source>> {
        let known = match subject {
            Subject::Entities => true,
            Subject::Machine => self.0.plan.address.starts_with("ssh://"),
            // Nobody can ask a cluster for the disks under it.
            Subject::DiskUse => self.0.plan.technology != Technology::Ecs,
            Subject::LogGroups
            | Subject::Revisions { .. }
            | Subject::Definition(_)
            | Subject::Deployments(_) => self.0.plan.technology == Technology::Ecs,
            Subject::Detail(id) => self.is_here(id),
            Subject::Log { id, .. } | Subject::OlderLog { id, .. } => {
                self.is_here(id) && matches!(id.kind, Kind::Workload | Kind::LogGroup)
            }
            Subject::Stats(id) | Subject::Processes(id) => self.is_here(id) && id.kind == Kind::Workload,
        };
        known.then(|| {
            Arc::new(DemoSource { stage: self.0.clone(), subject: subject.clone() }) as Arc<dyn Source>
        })
    }
}

impl DemoReader {
    fn is_here(&self, id: &EntityId) -> bool {
        id.target == self.0.plan.id
    }
}

/// One thing of a simulated target that can be watched.
#[derive(Debug)]
struct DemoSource {
    stage: Arc<Stage>,
    subject: Subject,
}

impl Source for DemoSource {
    fn id(&self) -> SourceId {
        SourceId { target: self.stage.plan.id.clone(), subject: self.subject.clone() }
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let stage = self.stage.clone();
        match self.subject.clone() {
            Subject::Entities => drive(stage, entities::Entities::default()),
            Subject::LogGroups => drive(stage, once::LogGroups),
            Subject::DiskUse => drive(stage, once::DiskUse),
            Subject::Machine => drive(stage, once::Machine),
            Subject::Stats(id) => drive(stage, follow::Stats::of(id)),
            Subject::Processes(id) => drive(stage, once::Processes::of(id)),
            Subject::Detail(id) => drive(stage, once::Detail::of(id)),
            Subject::Revisions { family, most } => drive(stage, once::Revisions { family, most }),
            Subject::Deployments(id) => drive(stage, once::Deployments::of(id)),
            Subject::Definition(name) => drive(stage, once::Definition { name }),
            Subject::Log { id, tail, since, pattern, .. } => {
                drive(stage, follow::Tail::of(id, tail, since, pattern))
            }
            Subject::OlderLog { id, before, same, pattern, .. } => {
                drive(stage, once::OlderLog { id, before, same, pattern })
            }
        }
    }
}
