//! What runs which revision of a task definition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entity::revision::{Revision, RevisionId, split};
use super::entity::{Service, Workload};
use super::fleet::Fleet;
use super::id::{EntityId, Kind};
use super::target::Technology;

/// What the agent of ECS, and the list of tasks, write onto each container.
const FAMILY: &str = "com.amazonaws.ecs.task-definition-family";
const VERSION: &str = "com.amazonaws.ecs.task-definition-version";
const TASK: &str = "com.amazonaws.ecs.task-arn";

/// A revision with what runs it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which it is.
    pub id: RevisionId,
    /// What it says.
    pub revision: Revision,
    /// The services that are to run it.
    pub primary: Vec<Arc<str>>,
    /// The services that still have a deployment of it, and are to run another.
    pub leaving: Vec<Arc<str>>,
    /// How many tasks run it.
    pub tasks: u32,
}

impl Listed {
    /// Whether a service is to run it or, where no service runs the family, a task does.
    pub const fn runs(&self) -> bool {
        !self.primary.is_empty() || self.tasks > 0 && self.leaving.is_empty()
    }
}

/// What the task of a container was made from; `None` where it is of no task of a cluster.
fn made_from<'w>(fleet: &Fleet, workload: &'w Workload) -> Option<(&'w Arc<str>, u32)> {
    // An engine on an instance tells of the same containers.
    let is_of_cluster =
        fleet.targets.get(&workload.id.target).is_some_and(|it| it.technology == Technology::Ecs);
    let label = |name: &str| workload.labels.get(name).filter(|_| is_of_cluster);
    Some((label(FAMILY)?, label(VERSION)?.parse().ok()?))
}

/// The family of task definitions that a service or a container of a cluster is made from.
pub fn family_of(fleet: &Fleet, id: &EntityId) -> Option<Arc<str>> {
    match id.kind {
        Kind::Service => {
            let rollout = fleet.services.get(id)?.rollout.as_ref()?;
            Some(Arc::from(split(&rollout.primary()?.definition)?.0))
        }
        Kind::Workload => made_from(fleet, fleet.workloads.get(id)?).map(|(family, _)| Arc::clone(family)),
        Kind::Host | Kind::Image | Kind::Volume | Kind::Network | Kind::Database | Kind::LogGroup => None,
    }
}

/// The service of a cluster that is meant: itself, or that of a container.
pub fn service_of(fleet: &Fleet, id: &EntityId) -> Option<EntityId> {
    let service = match id.kind {
        Kind::Service => id.clone(),
        Kind::Workload => fleet.workloads.get(id)?.service_id()?,
        Kind::Host | Kind::Image | Kind::Volume | Kind::Network | Kind::Database | Kind::LogGroup => {
            return None;
        }
    };
    fleet.services.get(&service)?.rollout.is_some().then_some(service)
}

/// All revisions that are known, with what runs them now.
pub fn listed(fleet: &Fleet) -> Vec<Listed> {
    let mut all = BTreeMap::new();
    for ((target, name), family) in &fleet.families {
        for revision in &family.revisions {
            let id = RevisionId { target: target.clone(), family: Arc::clone(name), number: revision.number };
            let revision = revision.clone();
            let it = Listed { id: id.clone(), revision, primary: Vec::new(), leaving: Vec::new(), tasks: 0 };
            all.insert(id, it);
        }
    }
    if all.is_empty() {
        return Vec::new();
    }
    for Service { id, name, rollout, .. } in fleet.services.iter() {
        for deployment in rollout.iter().flat_map(|it| &it.deployments) {
            let Some((family, number)) = split(&deployment.definition) else { continue };
            let of = RevisionId { target: id.target.clone(), family: Arc::from(family), number };
            let Some(it) = all.get_mut(&of) else { continue };
            let services = if deployment.is_primary { &mut it.primary } else { &mut it.leaving };
            services.push(Arc::clone(name));
        }
    }
    let mut counted = BTreeSet::new();
    for workload in fleet.workloads.iter().filter(|it| it.is_up()) {
        let Some((family, number)) = made_from(fleet, workload) else { continue };
        let of = RevisionId { target: workload.id.target.clone(), family: Arc::clone(family), number };
        let Some(it) = all.get_mut(&of) else { continue };
        // The containers of one task count once.
        if counted.insert(workload.labels.get(TASK)) {
            it.tasks += 1;
        }
    }
    all.into_values().collect()
}
