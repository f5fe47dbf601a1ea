//! What a list is limited to, and which rows that leaves.

use std::sync::Arc;

use crate::core::entity::Workload;
use crate::core::environment::environment_of;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, EnvironmentId, Kind, TargetId};
use crate::core::table::{Origin, RowId, Scene};

/// What a list is limited to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only this environment.
    pub environment: Option<EnvironmentId>,
    /// Only this target.
    pub target: Option<TargetId>,
    /// Only what belongs to this service (`project/service`).
    pub service: Option<EntityId>,
    /// Only what uses this image, volume or network.
    pub uses: Option<EntityId>,
    /// The name of that image, volume or network.
    pub used: Option<Arc<str>>,
    /// Only revisions of the task definition of this name.
    pub family: Option<Arc<str>>,
}

impl Scope {
    /// Whether it limits anything.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Whether rows of several such origins can stand in the list.
    pub(super) fn mixes(&self, origin: Origin, fleet: &Fleet) -> bool {
        if self.service.is_some() {
            return false;
        }
        let places = self.environment.as_ref().and_then(|id| {
            fleet.environments.iter().find(|it| it.id == *id).map(|environment| &environment.places)
        });
        let of_one_target = self.target.is_some() || self.uses.is_some();
        match origin {
            Origin::Environment => self.environment.is_none() && fleet.environments.len() > 1,
            Origin::Target if of_one_target => false,
            Origin::Target => match places {
                Some(places) => places.iter().any(|it| it.target != places[0].target),
                None => fleet.targets.len() > 1,
            },
        }
    }

    pub(super) fn holds(&self, id: &RowId, scene: &Scene<'_>) -> bool {
        if self.is_whole() {
            return true;
        }
        match id {
            RowId::Entity(id) => self.holds_entity(id, scene.fleet),
            RowId::Exposure(id) => self.holds_entity(&id.0, scene.fleet),
            RowId::Advice(id) => self.holds_entity(&id.entity, scene.fleet),
            RowId::Deployment(id) => {
                self.service.as_ref().is_none_or(|it| *it == id.0)
                    && Self { service: None, ..self.clone() }.holds_entity(&id.0, scene.fleet)
            }
            RowId::Revision(id) => {
                self.target.as_ref().is_none_or(|it| *it == id.target)
                    && self.family.as_ref().is_none_or(|it| *it == id.family)
            }
            RowId::Environment(id) => self.environment.as_ref().is_none_or(|wanted| wanted == id),
            RowId::Change(number) => scene.fleet.timeline.get(*number).is_some_and(|entry| {
                let change = &entry.change;
                self.target.as_ref().is_none_or(|it| *it == change.target)
                    && self.environment.as_ref().is_none_or(|wanted| {
                        environment_of(&scene.fleet.environments, &change.target, change.project.as_deref())
                            .is_some_and(|it| it.id == *wanted)
                    })
            }),
            // Accounts are shared by environments.
            RowId::Calls(_) => true,
            RowId::Database(id) => self.environment.as_ref().is_none_or(|it| *it == id.environment),
            RowId::Run(id) => scene.runs.iter().find(|it| it.id == *id).is_some_and(|run| {
                self.environment.as_ref().is_none_or(|it| *it == run.plan.environment)
                    && self.target.as_ref().is_none_or(|it| *it == run.plan.target)
            }),
        }
    }

    fn holds_entity(&self, id: &EntityId, fleet: &Fleet) -> bool {
        if self.target.as_ref().is_some_and(|it| *it != id.target) {
            return false;
        }
        if let Some(wanted) = &self.environment {
            // Hosts and images belong to every environment of their target.
            let shared = matches!(id.kind, Kind::Host | Kind::Image);
            let holds = if shared {
                fleet
                    .environments
                    .iter()
                    .any(|it| it.id == *wanted && it.places.iter().any(|place| place.target == id.target))
            } else {
                fleet.environment_of_entity(id).is_some_and(|it| it.id == *wanted)
            };
            if !holds {
                return false;
            }
        }
        if self.service.is_none() && self.uses.is_none() {
            return true;
        }
        fleet.workloads.get(id).is_some_and(|workload| {
            self.service.as_ref().is_none_or(|service| belongs_to(workload, service))
                && self.uses.as_ref().is_none_or(|used| uses(workload, used, fleet))
        })
    }
}

/// Whether a workload belongs to a service.
pub fn belongs_to(workload: &Workload, service: &EntityId) -> bool {
    let (project, name) = service.name.split_once('/').unwrap_or(("", &service.name));
    workload.id.target == service.target
        && workload.project.as_deref().unwrap_or_default() == project
        && workload.service.as_deref() == Some(name)
}

/// Whether a workload uses an image, volume or network, or runs on a host.
fn uses(workload: &Workload, used: &EntityId, fleet: &Fleet) -> bool {
    if workload.id.target != used.target {
        return false;
    }
    match used.kind {
        Kind::Image => workload.image_digest == used.name,
        Kind::Volume => workload.mounts.contains(&used.name),
        Kind::Network => fleet.networks.get(used).is_some_and(|it| workload.networks.contains(&it.name)),
        Kind::Host => true,
        Kind::Workload | Kind::Service | Kind::Database | Kind::LogGroup => false,
    }
}
