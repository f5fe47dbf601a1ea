//! What the engine of an instance measures of a container of a task: ECS tells nothing of that.

use futures_util::stream::BoxStream;

use super::engines::tell_all_of;
use super::known::Known;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::source::SourceId;
use crate::sources::docker::{processes, stats};
use crate::sources::{Source, SourceError, feed};

/// What the engine of an instance measures of a container of a task.
pub(super) struct Measured {
    id: SourceId,
    known: Known,
    workload: EntityId,
    what: What,
}

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// Its resource use.
    Stats,
    /// Its processes.
    Processes,
}

impl Measured {
    /// That of `workload`.
    pub(super) fn new(id: SourceId, known: Known, workload: EntityId, what: What) -> Self {
        Self { id, known, workload, what }
    }
}

impl Source for Measured {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (id, known, workload, what) =
            (self.id.clone(), self.known.clone(), self.workload.clone(), self.what);
        feed::stream(move |feed| async move {
            let runtime = known.container(&workload).and_then(|it| it.task.runtime.clone());
            let engine = match &runtime {
                Some(runtime) => known.engines.holding(runtime).await,
                None => None,
            };
            let (Some(runtime), Some(engine)) = (runtime, engine) else {
                let cause =
                    "only Docker on its instance measures that, and no Docker target has this container";
                let next = "add the instance to the environment: { docker = \"ssh://…\" }";
                return Err(SourceError::Final(Fault::new(&workload.name, cause, next)));
            };
            let inner = EntityId::new(workload.kind, &workload.target, runtime);
            let events = match what {
                What::Stats => stats::Stats::new(id, engine, inner).watch(),
                What::Processes => processes::Processes::new(id, engine, inner).watch(),
            };
            tell_all_of(&feed, events, |event| match event {
                Event::Samples(_, samples) => Event::Samples(workload.clone(), samples),
                Event::Processes(_, list) => Event::Processes(workload.clone(), list),
                other => other,
            })
            .await
        })
    }
}
