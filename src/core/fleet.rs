//! The fleet: all that is known of all targets, kept up by events.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::change::{Change, ChangeKind, Timeline, Weight};
use super::entity::deployed::Deployed;
use super::entity::revision::Family;
use super::entity::{Entity, Host, Image, LogGroup, Managed, Network, Service, Volume, Workload};
use super::environment::{Domain, Environment, environment_of};
use super::event::{Envelope, Event, Link};
use super::id::{EntityId, Kind, TargetId};
use super::redact::{Redactor, Veil};
use super::stats::History;
use super::store::Store;
use super::subject::Subject;
use super::target::Target;
use super::time::Now;

/// All that is known of all targets.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    /// The environments, as configured or discovered.
    pub environments: Vec<Environment>,
    /// The targets.
    pub targets: BTreeMap<TargetId, Target>,
    /// Containers.
    pub workloads: Store<Workload>,
    /// What they belong to.
    pub services: Store<Service>,
    /// Machines.
    pub hosts: Store<Host>,
    /// Images.
    pub images: Store<Image>,
    /// Volumes.
    pub volumes: Store<Volume>,
    /// Networks.
    pub networks: Store<Network>,
    /// Databases that AWS runs.
    pub managed: Store<Managed>,
    /// Log groups, as long as somebody looks at them.
    pub log_groups: Store<LogGroup>,
    /// Resource use of the workloads that are or were on screen.
    pub stats: HashMap<EntityId, History, RandomState>,
    /// The revisions of task definitions that somebody has looked at, by target and name.
    pub families: BTreeMap<(TargetId, Arc<str>), Arc<Family>>,
    /// The deployments of services that somebody has looked at.
    pub deployments: BTreeMap<EntityId, Arc<[Deployed]>>,
    /// What changed.
    pub timeline: Timeline,
    /// What hides the secrets in all of it, before it is kept.
    pub redactor: Arc<Redactor>,
}

impl Fleet {
    /// The environment that a workload belongs to.
    pub fn environment_of(&self, workload: &Workload) -> Option<&Environment> {
        environment_of(&self.environments, &workload.id.target, workload.project.as_deref())
    }

    /// The host that a workload runs on.
    pub fn host_of(&self, workload: &Workload) -> Option<&Host> {
        self.hosts.iter().find(|it| it.id.target == workload.id.target && it.name == workload.host)
    }

    /// The environment that an entity belongs to.
    pub fn environment_of_entity(&self, id: &EntityId) -> Option<&Environment> {
        environment_of(&self.environments, &id.target, self.project_of(id))
    }

    /// The Compose project of an entity, where it has one.
    pub fn project_of(&self, id: &EntityId) -> Option<&str> {
        match id.kind {
            Kind::Workload => self.workloads.get(id)?.project.as_deref(),
            Kind::Service => self.services.get(id).map(|it| &*it.project),
            Kind::Volume => self.volumes.get(id)?.project.as_deref(),
            Kind::Network => self.networks.get(id)?.project.as_deref(),
            Kind::Host | Kind::Image | Kind::Database | Kind::LogGroup => None,
        }
    }

    /// The name of an entity as the operator knows it; the end of its id where it is gone.
    pub fn name_of(&self, id: &EntityId) -> Arc<str> {
        let known = match id.kind {
            Kind::Workload => self.workloads.get(id).map(|it| it.name.clone()),
            Kind::Service => self.services.get(id).map(|it| it.id.name.clone()),
            Kind::Host => self.hosts.get(id).map(|it| it.name.clone()),
            Kind::Image => self
                .images
                .get(id)
                .map(|it| it.tags.first().cloned().unwrap_or_else(|| Arc::from(it.short_id()))),
            Kind::Volume => self.volumes.get(id).map(|it| it.id.name.clone()),
            Kind::Network => self.networks.get(id).map(|it| it.name.clone()),
            Kind::Database => self.managed.get(id).map(|it| it.id.name.clone()),
            Kind::LogGroup => None,
        };
        known.unwrap_or_else(|| id.name.clone())
    }

    /// The databases that AWS runs, each once: one that stands beside several targets is of the strictest tier of theirs.
    pub fn distinct_managed(&self) -> Vec<&Managed> {
        let tier = |it: &Managed| Domain::of_shared(&self.environments, &it.id.target).tier;
        let mut all: BTreeMap<_, &Managed> = BTreeMap::new();
        for it in self.managed.iter() {
            let known = all.entry((&it.id.name, &it.address)).or_insert(it);
            let key = |it: &Managed| (tier(it).is_none(), tier(it));
            if key(it) < key(known) {
                *known = it;
            }
        }
        all.into_values().collect()
    }

    /// Whether what is shown of a target may no longer be true.
    pub fn is_stale(&self, target: &TargetId, now: Now) -> bool {
        self.targets.get(target).is_none_or(|it| it.is_stale(now))
    }

    /// Since when the target with this name or address answers again; `None` where there is no such target, or it has
    /// never answered.
    pub fn back_since(&self, name: &str) -> Option<jiff::Timestamp> {
        self.targets.values().find(|it| it.id.as_str() == name || *it.address == *name)?.live_since
    }

    /// What lies over the text of one screen until it is lifted there.
    pub fn veil(&self) -> Veil {
        Veil::new(Arc::clone(&self.redactor))
    }

    /// Takes in one event about the standing picture. Events about what a single screen asked for are not for the
    /// fleet; they are handed back.
    pub fn apply(&mut self, mut envelope: Envelope) -> Option<Envelope> {
        self.redactor.in_event(&mut envelope.event);
        let at = envelope.at;
        let standing = envelope.source.subject == Subject::Entities;
        let target = envelope.source.target.clone();
        if !matches!(envelope.event, Event::Link(_))
            && let Some(known) = self.targets.get_mut(&target)
        {
            known.heard = Some(at);
        }
        match envelope.event {
            Event::Link(link) if standing => self.relink(&target, link, at),
            Event::Reset(kind) => self.reset(kind, &target),
            Event::Ready(kind) => self.ready(kind, &target),
            Event::Item(entity) => self.item(entity),
            Event::Upsert(entity) => self.upsert(entity),
            Event::Remove(id) => self.remove(&id),
            Event::Change(change) => self.timeline.push(change),
            Event::Heartbeat => {}
            Event::Lacks { own, around } => {
                if let Some(target) = self.targets.get_mut(&target) {
                    target.lacks = own;
                    target.lacks_around = around;
                }
            }
            Event::Calls(calls) => {
                if let Some(target) = self.targets.get_mut(&target) {
                    target.calls = calls;
                }
            }
            Event::Guards(guards) => {
                if let Some(target) = self.targets.get_mut(&target) {
                    target.guards = guards;
                }
            }
            Event::LogGroups(told) => {
                if let Ok(groups) = &told {
                    self.log_groups.reset(&target);
                    for group in groups.iter() {
                        self.log_groups.item(group.clone());
                    }
                    self.log_groups.ready(&target);
                }
                if let Some(target) = self.targets.get_mut(&target) {
                    target.lacks_log_groups = told.err();
                }
            }
            Event::DiskUse(report) => {
                for (name, size, _) in &report.volumes {
                    if let Some(volume) = self.volumes.get_mut(&EntityId::new(Kind::Volume, &target, name)) {
                        volume.size = *size;
                    }
                }
                if let Some(target) = self.targets.get_mut(&target) {
                    target.disk = Some(report);
                }
            }
            Event::Machine(machine) => {
                if let Some(target) = self.targets.get_mut(&target) {
                    target.machine = Some(machine);
                }
            }
            Event::Revisions(family) => {
                self.families.insert((target, Arc::clone(&family.name)), family);
            }
            Event::Deployments(id, all) => {
                self.deployments.insert(id, all);
            }
            Event::Samples(id, samples) => {
                let history = self.stats.entry(id).or_default();
                for sample in samples {
                    history.push(sample);
                }
                history.heard(at);
            }
            Event::Link(_)
            | Event::Processes(..)
            | Event::Detail(..)
            | Event::Definition(..)
            | Event::Log(_) => {
                return Some(envelope);
            }
        }
        None
    }

    fn relink(&mut self, id: &TargetId, link: Link, at: jiff::Timestamp) {
        let Some(target) = self.targets.get_mut(id) else { return };
        let was_live = target.link == Link::Live;
        let was_lost = matches!(target.link, Link::Lost { .. });
        if was_lost && link == Link::Connecting {
            // Until an attempt has succeeded, why the last one failed is what there is to know.
            return;
        }
        let text = match &link {
            Link::Lost { fault, .. } if was_live => Some((Weight::Bad, format!("lost: {}", fault.cause))),
            Link::Ended(fault) => Some((Weight::Bad, format!("gave up: {}", fault.cause))),
            Link::Live if was_lost && target.heard.is_none() => Some((Weight::Good, "reached".to_owned())),
            Link::Live if was_lost => Some((Weight::Good, "reached again".to_owned())),
            _ => None,
        };
        if link == Link::Live {
            target.heard = Some(at);
            target.live_since = if was_live { target.live_since } else { Some(at) };
        }
        target.link = link;
        if let Some((weight, text)) = text {
            self.timeline.push(Change {
                at,
                target: id.clone(),
                entity: None,
                name: Arc::from(id.as_str()),
                project: None,
                kind: ChangeKind::Link,
                weight,
                text: Arc::from(text),
                death: None,
            });
        }
    }

    fn reset(&mut self, kind: Kind, target: &TargetId) {
        match kind {
            Kind::Workload => self.workloads.reset(target),
            Kind::Service => self.services.reset(target),
            Kind::Host => self.hosts.reset(target),
            Kind::Image => self.images.reset(target),
            Kind::Volume => self.volumes.reset(target),
            Kind::Network => self.networks.reset(target),
            Kind::Database => self.managed.reset(target),
            Kind::LogGroup => self.log_groups.reset(target),
        }
    }

    fn ready(&mut self, kind: Kind, target: &TargetId) {
        match kind {
            Kind::Workload => {
                self.workloads.ready(target);
                let workloads = &self.workloads;
                self.stats.retain(|id, _| id.target != *target || workloads.get(id).is_some());
            }
            Kind::Service => self.services.ready(target),
            Kind::Host => self.hosts.ready(target),
            Kind::Image => self.images.ready(target),
            Kind::Volume => {
                let sizes: Vec<_> = self
                    .volumes
                    .iter()
                    .filter(|it| it.id.target == *target && it.size.is_some())
                    .map(|it| (it.id.clone(), it.size))
                    .collect();
                self.volumes.ready(target);
                // The list does not tell sizes; those of the last measurement stand until the next.
                for (id, size) in sizes {
                    if let Some(volume) = self.volumes.get_mut(&id)
                        && volume.size.is_none()
                    {
                        volume.size = size;
                    }
                }
            }
            Kind::Network => self.networks.ready(target),
            Kind::Database => self.managed.ready(target),
            Kind::LogGroup => self.log_groups.ready(target),
        }
    }

    fn item(&mut self, entity: Entity) {
        match entity {
            Entity::Workload(it) => self.workloads.item(*it),
            Entity::Service(it) => self.services.item(*it),
            Entity::Host(it) => self.hosts.item(*it),
            Entity::Image(it) => self.images.item(*it),
            Entity::Volume(it) => self.volumes.item(*it),
            Entity::Network(it) => self.networks.item(*it),
            Entity::Managed(it) => self.managed.item(*it),
        }
    }

    fn upsert(&mut self, entity: Entity) {
        match entity {
            Entity::Workload(it) => {
                if !it.is_up() {
                    self.stats.remove(&it.id);
                }
                self.workloads.upsert(*it);
            }
            Entity::Service(it) => self.services.upsert(*it),
            Entity::Host(it) => self.hosts.upsert(*it),
            Entity::Image(it) => self.images.upsert(*it),
            Entity::Volume(mut it) => {
                // What tells of a volume does not tell its size; the last measurement stands until the next.
                it.size = it.size.or_else(|| self.volumes.get(&it.id)?.size);
                self.volumes.upsert(*it);
            }
            Entity::Network(it) => self.networks.upsert(*it),
            Entity::Managed(it) => self.managed.upsert(*it),
        }
    }

    fn remove(&mut self, id: &EntityId) {
        match id.kind {
            Kind::Workload => {
                self.workloads.remove(id);
                self.stats.remove(id);
            }
            Kind::Service => self.services.remove(id),
            Kind::Host => self.hosts.remove(id),
            Kind::Image => self.images.remove(id),
            Kind::Volume => self.volumes.remove(id),
            Kind::Network => self.networks.remove(id),
            Kind::Database => self.managed.remove(id),
            Kind::LogGroup => self.log_groups.remove(id),
        }
    }
}
