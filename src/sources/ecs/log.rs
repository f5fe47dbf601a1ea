//! The log of one container of a task: in CloudWatch, or with Docker on its instance.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::known::Known;
use super::of_cluster;
use super::route::{self, Route};
use crate::clients::aws::EcsCluster;
use crate::clients::aws::logs::LogGroup;
use crate::core::entity::task::Task;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::source::SourceId;
use crate::sources::cloudwatch::stream::{Beginning, Memory};
use crate::sources::cloudwatch::{Stream, older, stream};
use crate::sources::{Source, SourceError, feed};

/// The log of one container.
pub(super) struct Log {
    id: SourceId,
    place: Place,
    wanted: Wanted,
    memory: Arc<Mutex<Memory>>,
}

/// Which part of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Its tail, and what follows.
    Tail(Beginning),
    /// A page before that moment, of whose lines the last so many are held.
    Older(Timestamp, u32),
}

#[derive(Clone)]
struct Place {
    cluster: EcsCluster,
    known: Known,
    workload: EntityId,
}

impl Log {
    /// What is `wanted` of the log of `workload`.
    pub(super) fn new(
        id: SourceId,
        cluster: EcsCluster,
        known: Known,
        workload: EntityId,
        wanted: Wanted,
    ) -> Self {
        Self { id, place: Place { cluster, known, workload }, wanted, memory: Arc::default() }
    }
}

impl Source for Log {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (place, wanted, memory) = (self.place.clone(), self.wanted, Arc::clone(&self.memory));
        feed::stream(move |feed| async move {
            let found = place.stream().await?;
            match wanted {
                Wanted::Tail(beginning) => {
                    let mut memory = memory.lock().await;
                    let end = place.known.end(&place.workload);
                    stream::read(&feed, &found, beginning, &mut memory, &place.known.tails, end).await
                }
                Wanted::Older(before, same) => older::read(&feed, &found, before, same).await,
            }
        })
    }
}

impl Place {
    /// Where its lines are in CloudWatch.
    async fn stream(&self) -> Result<Stream, SourceError> {
        let task = self.task().await?;
        let found = self.known.definition(&self.cluster, &task.definition_arn).await;
        let Some(definition) = found.map_err(|error| of_cluster(&error))? else {
            return Err(self.end(format!("ECS knows nothing of its task definition {}", task.definition), ""));
        };
        match route::of(&task, &definition) {
            Route::CloudWatch { region, group, stream } => {
                let cloud = self.cluster.cloud();
                let cloud = match region {
                    Some(region) => cloud.in_region(&region, &self.known.clouds),
                    None => cloud.clone(),
                };
                Ok(Stream { group: LogGroup::new(cloud, group), name: stream })
            }
            Route::Engine => {
                let cause = format!(
                    "{} sends nothing to CloudWatch: Docker on its instance keeps its lines",
                    task.definition
                );
                Err(self
                    .end(cause, "add its instance as a Docker target, or a log configuration with awslogs"))
            }
            Route::Nowhere(why) => Err(self.end(why, "give it a log configuration with awslogs")),
        }
    }

    async fn task(&self) -> Result<Arc<Task>, SourceError> {
        if let Some(known) = self.known.container(&self.workload) {
            return Ok(known.task);
        }
        let id = self.workload.name.split('/').next().unwrap_or_default().to_owned();
        let found = self.cluster.describe_tasks(&[id]).await.map_err(|error| of_cluster(&error))?;
        let workloads = found.iter().flat_map(|it| super::task::bare(&self.workload.target, it));
        self.known.learn(workloads.collect::<Vec<_>>().iter());
        let known = self.known.container(&self.workload);
        known
            .map(|it| it.task)
            .ok_or_else(|| self.end("ECS knows nothing of its task (any more)".to_owned(), ""))
    }

    fn end(&self, cause: String, next: &str) -> SourceError {
        let name = self.workload.name.rsplit('/').next().unwrap_or(&self.workload.name);
        SourceError::Final(Fault::new(name, cause, next))
    }
}
