//! An ECS cluster, read.
//!
//! | file | what it tells |
//! |---|---|
//! | [`entities`] | the standing picture: the containers of tasks, services, instances, and what happens to them |
//! | `picture` | that picture as data, and how it differs from what was told |
//! | `pace` | how often it is asked for |
//! | `task` | the containers of a task |
//! | `service` | a service with its deployments |
//! | `instance` | container instances, and the zones that Fargate runs tasks in |
//! | `around` | what stands around it: load balancers, whom security groups let in |
//! | `registry` | images in the repositories that its tasks run from |
//! | `managed` | databases beside it, and the bastions that lead to them |
//! | `balance` | what load balancers think of containers |
//! | `guard` | whom security groups let in |
//! | `definition` | task definitions, as far as advice needs them |
//! | `change` | what happens, as entries of the timeline |
//! | `engines` | the Docker engines on its instances |
//! | `known` | what all of these know of containers and task definitions |
//! | [`detail`] | everything about one entity |
//! | `deployments` | the deployments of a service that ECS remembers |
//! | `revision` | the revisions of a task definition, and each of them whole |
//! | `log` | the log of one container |
//! | `measured` | resource use and processes of one container |
//! | `route` | where that log is |

mod around;
mod balance;
mod change;
mod definition;
mod deployments;
pub mod detail;
mod engines;
pub mod entities;
mod guard;
mod instance;
mod known;
mod log;
mod managed;
mod measured;
mod pace;
mod picture;
mod registry;
mod revision;
mod route;
mod service;
mod task;

use std::sync::Arc;

use jiff::Timestamp;

use crate::clients::aws::ecs::DateTime;
use crate::clients::aws::{AwsError, Clouds, EcsCluster};
use crate::clients::docker::engine::Engine;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, TargetId};
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::target::Technology;
use crate::core::text::clean;
use crate::sources::cloudwatch::Tails;
use crate::sources::cloudwatch::groups::Groups;
use crate::sources::{Reader, Source, SourceError};
use engines::Engines;
use known::Known;
use log::Wanted;
use measured::{Measured, What};

/// All that can be read of one ECS cluster.
#[derive(Clone)]
pub struct EcsReader {
    target: TargetId,
    cluster: EcsCluster,
    known: Known,
    lists_groups: bool,
}

/// How logs in CloudWatch are read.
#[derive(Clone, Copy, Debug)]
pub struct Logs {
    /// Whether lines may come by Live Tail, which costs by the minute.
    pub is_live: bool,
    /// Whether it lists the log groups of its account and region.
    pub lists_groups: bool,
}

impl EcsReader {
    /// What can be read of `cluster`, which is called `target`. Its logs may be in other regions of `clouds`, or with
    /// those of the `engines` that run on its instances. `logs` says how these are read.
    pub fn new(
        target: TargetId,
        cluster: EcsCluster,
        clouds: Clouds,
        engines: Vec<Engine>,
        logs: Logs,
    ) -> Self {
        let known = Known::new(clouds, Engines::new(engines), Tails::new(logs.is_live));
        Self { target, cluster, known, lists_groups: logs.lists_groups }
    }
}

impl Reader for EcsReader {
    fn technology(&self) -> Technology {
        Technology::Ecs
    }

    fn address(&self) -> String {
        self.cluster.address()
    }

    fn open(&self, subject: &Subject) -> Option<Arc<dyn Source>> {
        let id = SourceId { target: self.target.clone(), subject: subject.clone() };
        let (cluster, known) = (self.cluster.clone(), self.known.clone());
        let log = |of: &EntityId, pattern: &Option<Arc<str>>, wanted| {
            let place = log::Place::new(cluster.clone(), known.clone(), of.clone(), pattern.clone());
            log::Log::new(id.clone(), place, wanted)
        };
        Some(match subject {
            Subject::Log { id: of, tail, since, pattern, .. } => {
                Arc::new(log(of, pattern, Wanted::Tail { tail: *tail, since: *since }))
            }
            Subject::OlderLog { id: of, tail, before, same, pattern, .. } => {
                Arc::new(log(of, pattern, Wanted::Older { tail: *tail, before: *before, same: *same }))
            }
            Subject::Entities => Arc::new(entities::Entities::new(id, cluster, known)),
            Subject::Detail(it) => Arc::new(detail::Detail::new(id, cluster, it.clone())),
            Subject::Revisions { family, most } => {
                Arc::new(revision::Revisions::new(id, cluster, known, Arc::clone(family), *most))
            }
            Subject::Deployments(of) => Arc::new(deployments::Deployments::new(id, cluster, of.clone())),
            Subject::Definition(name) => {
                Arc::new(revision::Definition::new(id, cluster, known, Arc::clone(name)))
            }
            Subject::Stats(of) => Arc::new(Measured::new(id, known, of.clone(), What::Stats)),
            Subject::Processes(of) => Arc::new(Measured::new(id, known, of.clone(), What::Processes)),
            Subject::LogGroups if self.lists_groups => {
                Arc::new(Groups::new(id.clone(), cluster.cloud().clone()))
            }
            Subject::LogGroups | Subject::DiskUse | Subject::Machine => return None,
        })
    }
}

/// An error of a call about the cluster as a whole.
fn of_cluster(error: &AwsError) -> SourceError {
    let fault = Fault::from(error);
    if error.is_final() { SourceError::Final(fault) } else { SourceError::Retry(fault) }
}

/// An error of a call that somebody asked for by looking: what is not allowed is not asked for again.
fn of_question(error: &AwsError) -> SourceError {
    if error.is_denied() { SourceError::Final(Fault::from(error)) } else { of_cluster(error) }
}

/// A text of AWS's, made harmless; empty where there is none.
fn text(said: Option<&str>) -> Arc<str> {
    Arc::from(&*clean(said.unwrap_or_default()))
}

/// A moment of AWS's.
fn moment(said: Option<&DateTime>) -> Option<Timestamp> {
    let said = said?;
    Timestamp::new(said.secs(), said.subsec_nanos().try_into().ok()?).ok()
}

/// The name at the end of an ARN.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// A count of AWS's.
fn count(said: i32) -> u32 {
    u32::try_from(said).unwrap_or(0)
}
