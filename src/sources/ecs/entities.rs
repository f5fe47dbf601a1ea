//! The standing picture of a cluster, kept up to date: it is asked for again and again, at a pace that its size decides.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::BoxStream;
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use super::around::Around;
use super::definition;
use super::known::Known;
use super::picture::{Past, Picture};
use super::{of_cluster, pace};
use crate::clients::aws::AwsError;
use crate::clients::aws::ecs::EcsCluster;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::source::SourceId;
use crate::sources::feed::{self, Feed};
use crate::sources::{Source, SourceError};

/// How often instances are looked at, and tasks searched for that began and ended between two looks.
const REST_EVERY: Duration = Duration::from_mins(1);

/// Task definitions that are looked up in one round at most: who asks for hundreds at once is throttled.
const DEFINITIONS: usize = 10;

/// The standing picture of one cluster.
pub struct Entities {
    id: SourceId,
    cluster: EcsCluster,
    known: Known,
    past: Arc<Mutex<Past>>,
}

impl Entities {
    /// The picture of `cluster`; what is `known` of its containers is kept up with it.
    pub(super) fn new(id: SourceId, cluster: EcsCluster, known: Known) -> Self {
        Self { id, cluster, known, past: Arc::default() }
    }
}

impl Source for Entities {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (id, cluster, known) = (self.id.clone(), self.cluster.clone(), self.known.clone());
        let shared = Arc::clone(&self.past);
        feed::stream(move |feed| async move {
            let past = std::mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
            let address = cluster.address();
            let picture = Picture::new(id.target, cluster.name(), &address, past);
            let (around, lacks) = (Around::default(), Lacks::default());
            let mut watch = Watch { cluster, known, feed, picture, around, lacks, rest_at: None };
            let ended = watch.run().await;
            *shared.lock().unwrap_or_else(PoisonError::into_inner) = watch.picture.into_past();
            ended
        })
    }
}

/// What cannot be read; the rest is shown all the same.
#[derive(Clone, Debug, Default, PartialEq)]
struct Lacks {
    /// Of what is asked in each round.
    own: Vec<Fault>,
    /// Of what is asked less often; it stands until it is asked again.
    rest: Vec<Fault>,
    /// Of what stands around it, its task definitions included.
    around: Vec<Fault>,
}

/// Notes what cannot be read. That too much is asked at once passes by itself.
fn note(lacks: &mut Vec<Fault>, error: &AwsError) {
    let fault = Fault::from(error);
    if !error.is_throttled() && !lacks.contains(&fault) {
        lacks.push(fault);
    }
}

/// An answer, unless it is not allowed: then that is noted, and the rest goes on.
fn allowed<T>(answer: Result<T, AwsError>, lacks: &mut Vec<Fault>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.is_denied() => {
            note(lacks, &error);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What is about to be asked again is no lack before the answer.
fn cleared(lacks: &mut Vec<Fault>) -> &mut Vec<Fault> {
    lacks.clear();
    lacks
}

/// One connection.
struct Watch {
    cluster: EcsCluster,
    known: Known,
    feed: Feed,
    picture: Picture,
    around: Around,
    lacks: Lacks,
    /// When the rest was looked at last.
    rest_at: Option<Instant>,
}

impl Watch {
    /// Runs until the connection breaks.
    async fn run(&mut self) -> Result<(), SourceError> {
        self.find().await?;
        // What an earlier connection has told may not be true any more: the first of each is told in any case.
        let mut known_lacks = None;
        let mut known_guards = None;
        loop {
            let before = self.cluster.cloud().budget().calls();
            let round = self.round().await;
            self.feed.tell(Event::Calls(self.known.clouds.calls().into())).await;
            round.map_err(|error| of_cluster(&error))?;
            let calls = self.cluster.cloud().budget().calls() - before;
            let news = self.picture.tell(&self.around, Timestamp::now());
            self.known.learn(self.picture.workloads());
            self.feed.tell_all(news).await;
            if known_lacks.as_ref() != Some(&self.lacks) {
                let Lacks { own, rest, around } = self.lacks.clone();
                let own = own.into_iter().chain(rest).collect();
                self.feed.tell(Event::Lacks { own, around: around.into() }).await;
                known_lacks = Some(self.lacks.clone());
            }
            if known_guards.as_ref() != Some(&self.around.guards) {
                self.feed.tell(Event::Guards(Arc::clone(&self.around.guards))).await;
                known_guards = Some(Arc::clone(&self.around.guards));
            }
            sleep(pace::after(calls)).await;
        }
    }

    /// Makes sure that there is such a cluster: ECS lists nothing of one that there is not, without a complaint.
    async fn find(&mut self) -> Result<(), SourceError> {
        match self.cluster.describe().await {
            Ok(Some(it)) if it.status() != Some("INACTIVE") => Ok(()),
            Ok(_) => {
                let cause =
                    format!("there is no cluster of that name here ({})", self.cluster.cloud().name());
                let next = "check its name, the profile and the region: `aws ecs list-clusters`";
                Err(SourceError::Retry(Fault::new(self.cluster.name(), cause, next)))
            }
            Err(error) if error.is_denied() => Ok(()),
            Err(error) => Err(of_cluster(&error)),
        }
    }

    /// Asks for everything once.
    async fn round(&mut self) -> Result<(), AwsError> {
        let is_rest_due = self.rest_at.is_none_or(|at| at.elapsed() >= REST_EVERY);
        let rest = async {
            if !is_rest_due {
                return None;
            }
            Some(tokio::join!(self.cluster.instances(), self.cluster.tasks(true)))
        };
        let (services, running, rest) =
            tokio::join!(self.cluster.services(), self.cluster.tasks(false), rest);
        if let Some((instances, ended)) = rest {
            self.rest_at = Some(Instant::now());
            let lacks = cleared(&mut self.lacks.rest);
            if let Some(instances) = allowed(instances, lacks)? {
                self.picture.set_instances(instances);
            }
            if let Some(ended) = allowed(ended, lacks)? {
                self.picture.add_ended(ended);
            }
        }
        let lacks = cleared(&mut self.lacks.own);
        if let Some(services) = allowed(services, lacks)? {
            self.picture.set_services(services);
        }
        if let Some(running) = allowed(running, lacks)? {
            let gone = self.picture.set_running(running);
            if !gone.is_empty()
                && let Some(ended) = allowed(self.cluster.describe_tasks(&gone).await, lacks)?
            {
                self.picture.set_gone(&gone, ended);
            }
        }
        self.look_around().await;
        Ok(())
    }

    /// Looks up some of the task definitions that nothing is known of yet, and what stands around the cluster. Where that
    /// fails, the picture is whole without.
    async fn look_around(&mut self) {
        let arns = self.picture.unknown_definitions().into_iter().take(DEFINITIONS);
        let definitions = async {
            let mut found = Vec::new();
            for arn in arns {
                let answer = self.known.definition(&self.cluster, &Arc::from(&*arn)).await;
                let failed = answer.is_err();
                found.push((arn, answer));
                if failed {
                    break;
                }
            }
            found
        };
        let (services, instances) = (self.picture.services(), self.picture.instances());
        let around = self.around.look(self.cluster.cloud(), services, instances);
        let (definitions, ()) = tokio::join!(definitions, around);
        let (cloud, clouds) = (self.cluster.cloud(), &self.known.clouds);
        self.around.shelves.look(cloud, clouds, self.picture.running()).await;
        let lacks = cleared(&mut self.lacks.around);
        for (arn, answer) in definitions {
            match answer {
                Ok(found) => {
                    let definition = found.map(|it| definition::of(&it)).unwrap_or_default();
                    self.picture.set_definition(arn, Arc::new(definition));
                }
                Err(error) => note(lacks, &error),
            }
        }
        for error in self.around.lacks() {
            note(lacks, error);
        }
    }
}
