//! The log of one container of a task: in CloudWatch, or with Docker on its instance.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::engines::tell_all_of;
use super::known::Known;
use super::of_cluster;
use super::route::{self, Route};
use crate::clients::aws::EcsCluster;
use crate::clients::aws::logs::LogGroup;
use crate::core::entity::task::Task;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::logs::left_out;
use crate::core::source::SourceId;
use crate::sources::cloudwatch::stream::Memory;
use crate::sources::cloudwatch::{Stream, older, stream};
use crate::sources::{Source, SourceError, docker, feed};

/// The log of one container.
pub(super) struct Log {
    id: SourceId,
    place: Place,
    wanted: Wanted,
    reading: Arc<Mutex<Option<Reading>>>,
}

/// Where it is read, once that is known, and what stays over all connections there.
enum Reading {
    /// In CloudWatch.
    CloudWatch(Stream, Memory),
    /// With Docker on the instance.
    Engine(Box<dyn Source>),
}

/// Which part of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Its tail, and what follows.
    Tail {
        /// How many lines.
        tail: u32,
        /// No earlier than this.
        since: Option<Timestamp>,
    },
    /// A page from before what is held.
    Older {
        /// How many lines from the end to ask for, where lines are counted from there.
        tail: u64,
        /// The moment of the oldest line that is held.
        before: Timestamp,
        /// How many lines of exactly that moment are held.
        same: u32,
    },
}

/// Which log, and of which of its lines.
#[derive(Clone)]
pub(super) struct Place {
    cluster: EcsCluster,
    known: Known,
    workload: EntityId,
    pattern: Option<Arc<str>>,
}

impl Log {
    /// What is `wanted` of a log.
    pub(super) fn new(id: SourceId, place: Place, wanted: Wanted) -> Self {
        Self { id, place, wanted, reading: Arc::default() }
    }
}

impl Source for Log {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (id, place, wanted) = (self.id.clone(), self.place.clone(), self.wanted);
        let reading = Arc::clone(&self.reading);
        feed::stream(move |feed| async move {
            let mut reading = reading.lock().await;
            if reading.is_none() {
                *reading = Some(place.find(id, wanted).await?);
            }
            match &mut *reading {
                Some(Reading::CloudWatch(found, memory)) => match wanted {
                    Wanted::Tail { tail, since } => {
                        let end = place.known.end(&place.workload);
                        let beginning = stream::Beginning { tail, since };
                        stream::read(&feed, found, beginning, memory, &place.known.tails, end).await
                    }
                    Wanted::Older { before, same, .. } => older::read(&feed, found, before, same).await,
                },
                Some(Reading::Engine(source)) => tell_all_of(&feed, source.watch(), |event| event).await,
                None => Ok(()),
            }
        })
    }
}

impl Place {
    /// The log of `workload`, or those of its lines that match a filter pattern.
    pub(super) const fn new(
        cluster: EcsCluster,
        known: Known,
        workload: EntityId,
        pattern: Option<Arc<str>>,
    ) -> Self {
        Self { cluster, known, workload, pattern }
    }

    /// Where its lines are.
    async fn find(&self, id: SourceId, wanted: Wanted) -> Result<Reading, SourceError> {
        if self.workload.kind == Kind::LogGroup {
            let group = LogGroup::new(self.cluster.cloud().clone(), self.workload.name.clone());
            let all = Stream { group, name: None, pattern: self.pattern.clone() };
            return Ok(Reading::CloudWatch(all, Memory::default()));
        }
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
                let stream = Stream {
                    group: LogGroup::new(cloud, group),
                    name: Some(stream),
                    pattern: self.pattern.clone(),
                };
                Ok(Reading::CloudWatch(stream, Memory::default()))
            }
            Route::Engine if self.pattern.is_some() => Err(SourceError::Final(left_out(self.name()))),
            Route::Engine => self.engine(&task, id, wanted).await,
            Route::Nowhere(why) => Err(self.end(why, "give it a log configuration with awslogs")),
        }
    }

    /// The engine that keeps them.
    async fn engine(&self, task: &Task, id: SourceId, wanted: Wanted) -> Result<Reading, SourceError> {
        let found = match &task.runtime {
            Some(runtime) => self.known.engines.holding(runtime).await.zip(Some(runtime)),
            None => None,
        };
        let Some((engine, runtime)) = found else {
            let cause = format!(
                "{} sends nothing to CloudWatch: Docker on its instance keeps its lines",
                task.definition
            );
            let next = "add the instance to the environment ({ docker = \"ssh://…\" }), or awslogs to the definition";
            return Err(self.end(cause, next));
        };
        let workload = EntityId::new(self.workload.kind, &self.workload.target, runtime);
        Ok(Reading::Engine(match wanted {
            Wanted::Tail { tail, since } => {
                Box::new(docker::log::Log::new(id, engine, workload, docker::log::Beginning { tail, since }))
            }
            Wanted::Older { tail, before, same } => {
                let page = docker::older::Wanted { tail, before, same };
                Box::new(docker::older::OlderLog::new(id, engine, workload, page))
            }
        }))
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
        SourceError::Final(Fault::new(self.name(), cause, next))
    }

    fn name(&self) -> &str {
        self.workload.name.rsplit('/').next().unwrap_or(&self.workload.name)
    }
}
