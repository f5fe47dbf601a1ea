//! The standing picture of one cluster: what its answers said last, and how that differs from what was told of it.
//!
//! Nothing here asks anybody: answers come in, events go out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::around::Around;
use super::balance::{self, Place, Verdicts};
use super::change::{begun, ended, of_database, of_workload, scaled, told};
use super::instance::{self, hosts};
use super::service::service;
use super::task::{Site, service_of, workloads};
use super::{last_part, moment};
use crate::clients::aws::ecs::types;
use crate::core::deployment::Begun;
use crate::core::entity::definition::Definition;
use crate::core::entity::{Entity, Managed, Service, Workload};
use crate::core::event::Event;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::sources::told::Told;

/// Tasks of one service (or of one family, where they belong to none) that are shown after their end at most: a service
/// whose tasks die over and over would fill the list.
const ENDED_SHOWN: usize = 5;
/// How long they are shown. ECS itself forgets them after an hour.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How far back the timeline begins.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);

/// What is known of one cluster.
pub(super) struct Picture {
    target: TargetId,
    cluster: String,
    address: Arc<str>,
    services: Option<Vec<types::Service>>,
    instances: Vec<types::ContainerInstance>,
    /// By ARN.
    definitions: HashMap<String, Arc<Definition>>,
    running: Vec<types::Task>,
    /// By ARN.
    ended: BTreeMap<String, types::Task>,
    told: Told,
    past: Past,
}

/// What was known before, over all connections.
#[derive(Default)]
pub(super) struct Past {
    workloads: HashMap<EntityId, Workload>,
    services: HashMap<EntityId, Service>,
    managed: Vec<Managed>,
    /// Deployments that were begun, and whose end is open.
    begun: HashMap<EntityId, Vec<Begun>>,
    /// The ids of the services' events that were told.
    events: HashSet<String>,
    /// Whether the cluster was looked at before.
    has_seen: bool,
}

impl Picture {
    /// Nothing is known yet of the cluster, but for what an earlier connection left.
    pub(super) fn new(target: TargetId, cluster: &str, address: &str, past: Past) -> Self {
        Self {
            target,
            cluster: last_part(cluster).to_owned(),
            address: Arc::from(address),
            services: None,
            instances: Vec::new(),
            definitions: HashMap::new(),
            running: Vec::new(),
            ended: BTreeMap::new(),
            told: Told::default(),
            past,
        }
    }

    /// What the next connection should know.
    pub(super) fn into_past(self) -> Past {
        self.past
    }

    /// All services.
    pub(super) fn set_services(&mut self, services: Vec<types::Service>) {
        self.services = Some(services);
    }

    /// The task definitions of services that nothing is known of yet.
    pub(super) fn unknown_definitions(&self) -> Vec<String> {
        let named = self.services.iter().flatten().filter_map(types::Service::task_definition);
        let unknown = named.filter(|arn| !self.definitions.contains_key(*arn));
        unknown.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The services, as ECS describes them.
    pub(super) fn services(&self) -> &[types::Service] {
        self.services.as_deref().unwrap_or_default()
    }

    /// The container instances, as ECS describes them.
    pub(super) fn instances(&self) -> &[types::ContainerInstance] {
        &self.instances
    }

    /// The tasks that run or are meant to.
    pub(super) fn running(&self) -> &[types::Task] {
        &self.running
    }

    /// What a task definition says.
    pub(super) fn set_definition(&mut self, arn: String, definition: Arc<Definition>) {
        self.definitions.insert(arn, definition);
    }

    /// All container instances.
    pub(super) fn set_instances(&mut self, instances: Vec<types::ContainerInstance>) {
        self.instances = instances;
    }

    /// All tasks that run or are meant to. Returns those that no longer do, and of which nobody has said yet how they
    /// ended: a task that is stopped goes on for a while.
    pub(super) fn set_running(&mut self, tasks: Vec<types::Task>) -> Vec<String> {
        let arns: HashSet<&str> = tasks.iter().filter_map(types::Task::task_arn).collect();
        let before = self.running.iter().filter_map(types::Task::task_arn);
        let gone = before.filter(|arn| !self.ended.contains_key(*arn));
        let ending = self.ended.iter().filter(|(_, it)| !has_ended(it)).map(|(arn, _)| &**arn);
        let gone = gone.chain(ending).filter(|arn| !arns.contains(arn)).map(str::to_owned).collect();
        self.running = tasks;
        gone
    }

    /// What became of tasks that no longer run. Of those that ECS has forgotten nobody will say it any more.
    pub(super) fn set_gone(&mut self, asked: &[String], tasks: Vec<types::Task>) {
        for arn in asked {
            self.ended.remove(arn);
        }
        self.add_ended(tasks);
    }

    /// Tasks that have ended.
    pub(super) fn add_ended(&mut self, tasks: Vec<types::Task>) {
        self.ended.extend(tasks.into_iter().filter_map(|it| Some((it.task_arn()?.to_owned(), it))));
    }

    /// Everything that is new since the last telling, given what stands around the cluster.
    pub(super) fn tell(&mut self, around: &Around, now: Timestamp) -> Vec<Event> {
        self.forget(now);
        let workloads = self.look(&around.verdicts);
        // Services that may not be read are told as none: nobody should wait for them.
        let services = self.services.iter().flatten();
        let services: Vec<Service> = services.map(|it| self.service(it, &workloads)).collect();
        let mut events = self.changes(&workloads, &services, now);
        let managed = around.managed(&self.target);
        events.extend(self.past.managed.iter().filter_map(|before| {
            let it = managed.iter().find(|it| it.id == before.id)?;
            of_database(before, it, now).map(Event::Change)
        }));
        self.past.managed.clone_from(&managed);
        let hosts = hosts(&self.target, &self.address, &self.instances, &workloads);
        self.past.has_seen = true;
        self.past.workloads = workloads.iter().map(|it| (it.id.clone(), it.clone())).collect();
        let list = workloads.into_iter().map(|it| Entity::Workload(Box::new(it))).collect();
        self.told.all(Kind::Workload, list, &mut events);
        self.past.services = services.iter().map(|it| (it.id.clone(), it.clone())).collect();
        let list = services.into_iter().map(|it| Entity::Service(Box::new(it))).collect();
        self.told.all(Kind::Service, list, &mut events);
        self.told.all(
            Kind::Host,
            hosts.into_iter().map(|it| Entity::Host(Box::new(it))).collect(),
            &mut events,
        );
        let list = managed.into_iter().map(|it| Entity::Managed(Box::new(it))).collect();
        self.told.all(Kind::Database, list, &mut events);
        let images = around.shelves.images(&self.target, &self.running);
        let list = images.into_iter().map(|it| Entity::Image(Box::new(it))).collect();
        self.told.all(Kind::Image, list, &mut events);
        // A cluster has no such things: their lists are complete all the same.
        for kind in [Kind::Volume, Kind::Network] {
            self.told.all(kind, Vec::new(), &mut events);
        }
        events
    }

    /// The containers, as they were told last.
    pub(super) fn workloads(&self) -> impl Iterator<Item = &Workload> {
        self.past.workloads.values()
    }

    fn service(&self, it: &types::Service, workloads: &[Workload]) -> Service {
        let definition = it.task_definition().and_then(|arn| self.definitions.get(arn)).cloned();
        service(&self.target, &self.cluster, it, definition, workloads.iter())
    }

    fn look(&self, verdicts: &Verdicts) -> Vec<Workload> {
        let instances = self.instances.iter();
        let instances =
            instances.filter_map(|it| Some((it.container_instance_arn()?.to_owned(), instance::name(it))));
        let instances = instances.collect();
        let site = Site { target: &self.target, cluster: &self.cluster, instances: &instances };
        let running: BTreeSet<&str> = self.running.iter().filter_map(types::Task::task_arn).collect();
        let ended = self.ended.iter().filter(|(arn, _)| !running.contains(&***arn)).map(|(_, it)| it);
        let services = self.services.iter().flatten();
        let services: HashMap<&str, &types::Service> =
            services.filter_map(|it| Some((it.service_name()?, it))).collect();
        let of_task = |it: &types::Task| {
            let mut workloads = workloads(&site, it);
            if let Some(service) = service_of(it).and_then(|name| services.get(&*name)) {
                let instance = it.container_instance_arn().and_then(|arn| instances.get(arn));
                balance::judge(&mut workloads, &Place { task: it, instance }, service, verdicts);
            }
            workloads
        };
        self.running.iter().chain(ended).flat_map(of_task).collect()
    }

    /// Lets go of tasks that ended long ago, and of all but the newest of each service.
    fn forget(&mut self, now: Timestamp) {
        let at = |it: &types::Task| moment(it.stopped_at()).unwrap_or(now);
        self.ended.retain(|_, it| now.duration_since(at(it)) < SHOWN_FOR);
        let mut order: Vec<(String, Timestamp)> =
            self.ended.iter().map(|(arn, it)| (arn.clone(), at(it))).collect();
        order.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        let mut shown: HashMap<String, usize> = HashMap::new();
        for (arn, _) in order {
            let group = self.ended.get(&arn).and_then(|it| it.group()).unwrap_or_default().to_owned();
            let count = shown.entry(group).or_default();
            *count += 1;
            if *count > ENDED_SHOWN {
                self.ended.remove(&arn);
            }
        }
    }

    fn changes(&mut self, workloads: &[Workload], services: &[Service], now: Timestamp) -> Vec<Event> {
        let mut changes = Vec::new();
        for it in workloads {
            let before = self.past.workloads.get(&it.id);
            // At the first look, what runs is no news; what has ended is.
            if self.past.has_seen || it.exit.is_some() {
                changes.extend(of_workload(before, it, now));
            }
        }
        for it in services {
            let open = self.past.begun.entry(it.id.clone()).or_default();
            if let Some(before) = self.past.services.get(&it.id) {
                let new = begun(before, it, now);
                changes.extend(scaled(before, it, now));
                changes.extend(new.as_ref().map(|(_, change)| change.clone()));
                open.extend(new.map(|(begun, _)| begun));
            }
            open.retain(|deployment| {
                let end = ended(deployment, it, now);
                let is_open = end.is_none();
                changes.extend(end);
                is_open
            });
        }
        let mut ids = HashSet::new();
        for it in self.services.iter().flatten() {
            let name = it.service_name().unwrap_or_default();
            for event in it.events() {
                let id = event.id().unwrap_or_default().to_owned();
                let change = told(&self.target, &self.cluster, name, event);
                let recent = change.filter(|it| now.duration_since(it.at) < HISTORY);
                if !self.past.events.contains(&id) {
                    changes.extend(recent);
                }
                ids.insert(id);
            }
        }
        // What ECS itself no longer tells cannot be told twice.
        if self.services.is_some() {
            self.past.events = ids;
        }
        changes.sort_by_key(|it| it.at);
        changes.into_iter().map(Event::Change).collect()
    }
}

/// Whether a task has come to its end, and is not only on the way there.
fn has_ended(it: &types::Task) -> bool {
    it.last_status() == Some("STOPPED")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(arn: &str, status: &str) -> types::Task {
        types::Task::builder().task_arn(arn).last_status(status).build()
    }

    #[test]
    fn a_task_on_its_way_to_its_end_is_asked_about_until_it_is_there() {
        let mut picture = Picture::new(TargetId::new("shop"), "shop", "ecs://shop", Past::default());
        assert_eq!(picture.set_running(vec![task("a", "RUNNING"), task("b", "RUNNING")]), [""; 0]);
        assert_eq!(picture.set_running(vec![task("b", "RUNNING")]), ["a"]);
        picture.set_gone(&["a".to_owned()], vec![task("a", "DEPROVISIONING")]);
        assert_eq!(picture.set_running(vec![task("b", "RUNNING")]), ["a"], "it is not there yet");
        picture.set_gone(&["a".to_owned()], vec![task("a", "STOPPED")]);
        assert_eq!(picture.set_running(Vec::new()), ["b"]);
        picture.set_gone(&["b".to_owned()], Vec::new());
        assert_eq!(picture.set_running(Vec::new()), [""; 0], "ECS has forgotten it");
    }

    #[test]
    fn one_that_ends_and_is_forgotten_at_once_is_not_asked_about_for_ever() {
        let mut picture = Picture::new(TargetId::new("shop"), "shop", "ecs://shop", Past::default());
        picture.add_ended(vec![task("a", "STOPPING")]);
        assert_eq!(picture.set_running(Vec::new()), ["a"]);
        picture.set_gone(&["a".to_owned()], Vec::new());
        assert_eq!(picture.set_running(Vec::new()), [""; 0]);
    }
}
