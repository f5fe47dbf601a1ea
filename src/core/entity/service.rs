//! A service: what workloads belong to.

use std::sync::Arc;

use serde::Serialize;

use super::definition::Definition;
use super::rollout::Rollout;
use crate::core::id::EntityId;

/// A Compose service, an ECS service or a Beanstalk environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// Its id; the name in it is `project/service`.
    pub id: EntityId,
    /// The service's own name.
    pub name: Arc<str>,
    /// The Compose project (or ECS cluster) it is part of.
    pub project: Arc<str>,
    /// How many workloads there should be; of an ECS service, how many tasks.
    pub desired: u32,
    /// How many run.
    pub running: u32,
    /// How many of those fail their health check.
    pub unhealthy: u32,
    /// The image its workloads run; the first of them where they differ.
    pub image: Arc<str>,
    /// Whether its workloads run more than one image: half deployed, or drifted.
    pub mixed_images: bool,
    /// Ports published on the host, as `8080→80`.
    pub ports: Arc<str>,
    /// Where it was started from: the folder of the Compose file, the task definition.
    pub origin: Arc<str>,
    /// How its deployments are doing, where it has such.
    pub rollout: Option<Rollout>,
    /// What its tasks are made from, once that is known.
    pub definition: Option<Arc<Definition>>,
}
