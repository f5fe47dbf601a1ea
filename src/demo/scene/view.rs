//! What can be seen of the scene: the entities, as a target reports them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Scene;
use crate::core::entity::definition::{Defined, Definition};
use crate::core::entity::host::{CertificateEnds, Room};
use crate::core::entity::opening::Guards;
use crate::core::entity::rollout::{Deployment, Rollout, RolloutState};
use crate::core::entity::workload::{Exit, Health, State};
use crate::core::entity::{Entity, Host, Image, LogGroup, Network, Service, Volume, Workload};
use crate::core::id::{EntityId, Kind, TargetId};
use crate::demo::act::End;
use crate::demo::blueprint::Naming;
use crate::demo::chance::Seed;
use crate::demo::moment::Moment;
use crate::demo::part::MIB;
use crate::demo::unit::Unit;

/// Makes the entity in a place, where there is one.
type Render = fn(&Scene, usize) -> Option<Entity>;

impl Scene {
    fn target(&self) -> &TargetId {
        &self.plan.id
    }

    /// Everything of one kind.
    pub(in crate::demo) fn list(&self, kind: Kind) -> Vec<Entity> {
        self.some_of(kind, 0, usize::MAX).0
    }

    /// What is of one kind in the places from `from` on, at most `most`; and the place to go on from, where there are
    /// more.
    pub(in crate::demo) fn some_of(
        &self,
        kind: Kind,
        from: usize,
        most: usize,
    ) -> (Vec<Entity>, Option<usize>) {
        let (places, at): (usize, Render) = match kind {
            Kind::Workload => (self.berths.len(), Self::workload_entity),
            Kind::Service => (self.plan.services.len(), Self::service),
            Kind::Host => (self.plan.hosts.len(), Self::host),
            Kind::Image => (self.images.len(), Self::image),
            Kind::Volume => (self.volumes.len(), Self::volume),
            Kind::Network => (self.networks.len(), Self::network),
            Kind::Database => (self.plan.managed.len(), Self::managed),
            // They are told of when they are asked for.
            Kind::LogGroup => return (Vec::new(), None),
        };
        let end = places.min(from.saturating_add(most));
        ((from..end).filter_map(|place| at(self, place)).collect(), (end < places).then_some(end))
    }

    pub(in crate::demo) fn workload_entity(&self, slot: usize) -> Option<Entity> {
        self.workload(slot).map(|it| Entity::Workload(Box::new(it)))
    }

    /// The container in a slot.
    pub(in crate::demo) fn workload(&self, slot: usize) -> Option<Workload> {
        let unit = self.unit(slot)?;
        let spec = &self.plan.slots[slot];
        let part = &spec.part;
        let mut labels = part.labels.clone();
        if let Naming::Task(_) = spec.name {
            let cluster = part.project.as_deref().unwrap_or_default();
            let task = unit.id.split('-').next().unwrap_or_default();
            let region = self.plan.region;
            let arn = format!("arn:aws:ecs:{region}:123456789012:task/{cluster}/{task}");
            labels.insert(Arc::from("com.amazonaws.ecs.task-arn"), Arc::from(arn));
        }
        Some(Workload {
            id: EntityId::new(Kind::Workload, self.target(), &unit.id),
            name: unit.name.clone(),
            state: unit.state,
            health: unit.health,
            exit: exit_of(unit),
            restarts: Some(unit.restarts),
            created: unit.created.stamp(),
            started: unit.started().map(Moment::stamp),
            image: self.image_name(unit.image),
            image_digest: Arc::from(self.image_id(unit.image)),
            command: part.command.clone(),
            ports: part.ports.clone(),
            project: part.project.clone(),
            service: part.service.clone(),
            networks: part.networks.clone(),
            mounts: part.mounts.iter().map(|it| it.source.clone()).collect(),
            labels,
            host: self.plan.hosts[spec.host].name.clone(),
            task: None,
        })
    }

    /// How a container names an image: by its tag, or by its id where it has none any more.
    fn image_name(&self, image: usize) -> Arc<str> {
        let tag = &self.plan.images[image].tag;
        if tag.is_empty() { Arc::from(&self.image_id(image)[..19]) } else { tag.clone() }
    }

    pub(in crate::demo) fn image_id(&self, image: usize) -> String {
        let tag = &self.plan.images[image].tag;
        // An image is the same wherever it is: its id follows from its name alone.
        let seed = Seed::new(0).named(tag).of(if tag.is_empty() { image as u64 } else { 0 });
        format!("sha256:{}", seed.hex(64))
    }

    pub(in crate::demo) fn service(&self, place: usize) -> Option<Entity> {
        let spec = self.plan.services.get(place)?;
        let members: Vec<(usize, &Unit)> = self
            .units()
            .filter(|(slot, _)| {
                let part = &self.plan.slots[*slot].part;
                part.service.as_ref() == Some(&spec.name) && part.project.as_ref() == Some(&spec.project)
            })
            .collect();
        let up = || members.iter().filter(|(_, it)| it.runs());
        // A service of several containers runs several images; mixed are they where one part runs two.
        let image_of = |slot: usize, unit: &Unit| (self.plan.slots[slot].part.name.clone(), unit.image);
        let mixed = up().any(|(slot, unit)| {
            let (name, image) = image_of(*slot, unit);
            up().any(|(slot, unit)| self.plan.slots[*slot].part.name == name && unit.image != image)
        });
        let ports = members.first().map(|(slot, _)| self.published(*slot)).unwrap_or_default();
        Some(Entity::Service(Box::new(Service {
            id: EntityId::new(Kind::Service, self.target(), format!("{}/{}", spec.project, spec.name)),
            name: spec.name.clone(),
            project: spec.project.clone(),
            desired: spec.desired,
            running: up().count() as u32,
            unhealthy: up().filter(|(_, it)| it.health == Health::Unhealthy).count() as u32,
            image: members.first().map(|(_, it)| self.image_name(it.image)).unwrap_or_default(),
            mixed_images: mixed,
            ports: Arc::from(ports),
            origin: spec.origin.clone(),
            rollout: self.rollout(&spec.origin, &members),
            definition: self.definition(&spec.origin, &members),
        })))
    }

    fn managed(&self, place: usize) -> Option<Entity> {
        self.plan.managed.get(place).map(|it| Entity::Managed(Box::new(it.clone())))
    }

    /// The security groups around it.
    pub(in crate::demo) fn guards(&self) -> Arc<Guards> {
        Arc::new(self.plan.guards.clone())
    }

    /// What the tasks of an ECS service are made from.
    fn definition(&self, origin: &str, members: &[(usize, &Unit)]) -> Option<Arc<Definition>> {
        let name = origin.strip_prefix("task definition ")?;
        let mut containers: Vec<Defined> = Vec::new();
        for (slot, unit) in members.iter().filter(|(_, it)| it.runs()) {
            let part = &self.plan.slots[*slot].part;
            if containers.iter().all(|it| it.name != part.name) {
                containers.push(part.defined(self.image_name(unit.image)));
            }
        }
        let is_fargate = self.plan.hosts.iter().all(|it| it.engine.starts_with("Fargate"));
        Some(Arc::new(Definition { name: Arc::from(name), is_fargate, has_network: is_fargate, containers }))
    }

    /// How the deployments of an ECS service are doing: the newest revision of which there are tasks is being deployed,
    /// until the service is said to run it.
    fn rollout(&self, origin: &str, members: &[(usize, &Unit)]) -> Option<Rollout> {
        let current = origin.strip_prefix("task definition ")?;
        let family = current.rsplit_once(':').map_or(current, |(family, _)| family);
        let mut tasks: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
        for (slot, unit) in members.iter().filter(|(_, it)| it.runs()) {
            let labels = &self.plan.slots[*slot].part.labels;
            let revision = labels.get("com.amazonaws.ecs.task-definition-version")?.parse().ok()?;
            tasks.entry(revision).or_default().insert(unit.id.split('-').next().unwrap_or_default());
        }
        let number =
            |it: Option<&BTreeSet<&str>>| u32::try_from(it.map_or(0, BTreeSet::len)).unwrap_or(u32::MAX);
        let newest = tasks.keys().next_back().copied();
        let definition = newest.map_or_else(|| current.to_owned(), |revision| format!("{family}:{revision}"));
        let is_done = definition == current;
        let desired = number(tasks.values().next());
        let deployment = Deployment {
            id: Arc::from(format!("ecs-svc/{}", Seed::new(0).named(&definition).hex(20))),
            is_primary: true,
            state: if is_done { RolloutState::Completed } else { RolloutState::InProgress },
            reason: Arc::from(if is_done {
                "ECS deployment completed."
            } else {
                "ECS deployment in progress."
            }),
            desired,
            running: if is_done { desired } else { 0 },
            pending: 0,
            failed: 0,
            created: None,
            definition: Arc::from(definition),
        };
        let others =
            tasks.iter().filter(|(revision, _)| Some(**revision) != newest).map(|(revision, tasks)| {
                let definition = format!("{family}:{revision}");
                Deployment {
                    id: Arc::from(format!("ecs-svc/{}", Seed::new(0).named(&definition).hex(20))),
                    definition: Arc::from(definition),
                    is_primary: false,
                    state: RolloutState::Completed,
                    reason: Arc::from("ECS deployment completed."),
                    running: number(Some(tasks)),
                    ..deployment.clone()
                }
            });
        let deployments = std::iter::once(deployment.clone()).chain(others).collect();
        Some(Rollout { deployments, breaker: Some(true), least: Some(100) })
    }

    fn published(&self, slot: usize) -> String {
        let ports = &self.plan.slots[slot].part.ports;
        let published: Vec<String> = ports
            .iter()
            .filter_map(|it| it.public.as_ref().map(|(_, public)| format!("{public}→{}", it.private)))
            .collect();
        published.join(", ")
    }

    pub(in crate::demo) fn host(&self, place: usize) -> Option<Entity> {
        let machine = self.plan.hosts.get(place)?;
        let mut containers = (0, 0, 0);
        for (_, unit) in self.units().filter(|(slot, _)| self.plan.slots[*slot].host == place) {
            match unit.state {
                State::Running | State::Restarting => containers.0 += 1,
                State::Paused => containers.1 += 1,
                _ => containers.2 += 1,
            }
        }
        Some(Entity::Host(Box::new(Host {
            id: EntityId::new(Kind::Host, self.target(), self.host_id(place)),
            name: machine.name.clone(),
            address: self.plan.address.clone(),
            engine: Arc::from(machine.engine),
            api: Arc::from(machine.api),
            os: Arc::from(machine.os),
            kernel: Arc::from(machine.kernel),
            architecture: Arc::from(machine.architecture),
            cpus: machine.cpus,
            memory: machine.memory,
            containers,
            images: self.images.iter().filter(|it| **it).count() as u32,
            storage: Arc::from("overlay2"),
            warnings: machine.warnings.iter().map(|it| Arc::from(*it)).collect(),
            clock_ahead: None,
            certificates: self.plan.address.starts_with("tcp://").then(|| {
                let day = |days: f64| self.start().plus(days * 86_400.0).stamp();
                CertificateEnds { authority: day(733.5), client: day(368.5), engine: day(23.5) }
            }),
            room: machine.engine.contains("ECS agent").then_some(Room { cpu: 512, memory: 380 * MIB }),
        })))
    }

    fn host_id(&self, place: usize) -> String {
        self.seed.named("host").of(place as u64).hex(36)
    }

    pub(in crate::demo) fn image(&self, place: usize) -> Option<Entity> {
        let picture = self.plan.images.get(place).filter(|_| self.images[place])?;
        let repository = picture.tag.rsplit_once(':').map_or(&*picture.tag, |it| it.0);
        let digest =
            || Arc::from(format!("{repository}@sha256:{}", Seed::new(1).named(&picture.tag).hex(64)));
        let named = !picture.tag.is_empty();
        Some(Entity::Image(Box::new(Image {
            id: EntityId::new(Kind::Image, self.target(), self.image_id(place)),
            tags: if named { vec![picture.tag.clone()] } else { Vec::new() },
            digests: if named && picture.pulled { vec![digest()] } else { Vec::new() },
            size: picture.size,
            created: self.days_ago(picture.age),
            is_index: false,
            users: self.units().filter(|(_, it)| it.image == place).count() as u32,
        })))
    }

    pub(in crate::demo) fn volume(&self, place: usize) -> Option<Entity> {
        let store = self.plan.volumes.get(place).filter(|_| self.volumes[place])?;
        Some(Entity::Volume(Box::new(Volume {
            id: EntityId::new(Kind::Volume, self.target(), &store.name),
            driver: Arc::from("local"),
            mountpoint: Arc::from(format!("/var/lib/docker/volumes/{}/_data", store.name)),
            project: store.project.clone(),
            created: Some(self.days_ago(store.age)),
            size: None,
            users: self.mounting(&store.name),
        })))
    }

    /// The names of the containers that mount a volume.
    pub(in crate::demo) fn mounting(&self, volume: &str) -> Vec<Arc<str>> {
        self.names_of(|slot| self.plan.slots[slot].part.mounts.iter().any(|it| *it.source == *volume))
    }

    /// The names of the running containers that are attached to a network.
    pub(in crate::demo) fn attached(&self, network: &str) -> Vec<Arc<str>> {
        self.names_of(|slot| {
            self.unit(slot).is_some_and(Unit::runs)
                && self.plan.slots[slot].part.networks.iter().any(|it| **it == *network)
        })
    }

    fn names_of(&self, holds: impl Fn(usize) -> bool) -> Vec<Arc<str>> {
        self.units().filter(|(slot, _)| holds(*slot)).map(|(_, it)| it.name.clone()).collect()
    }

    pub(in crate::demo) fn network(&self, place: usize) -> Option<Entity> {
        let net = self.plan.networks.get(place).filter(|_| self.networks[place])?;
        Some(Entity::Network(Box::new(Network {
            id: EntityId::new(Kind::Network, self.target(), self.network_id(place)),
            name: net.name.clone(),
            driver: Arc::from(net.driver),
            scope: Arc::from("local"),
            subnets: net.subnet.iter().map(|it| Arc::from(*it)).collect(),
            internal: false,
            project: net.project.clone(),
            created: Some(self.days_ago(net.age)),
            users: self.attached(&net.name),
        })))
    }

    /// The log groups that its containers write into.
    pub(in crate::demo) fn log_groups(&self) -> Vec<LogGroup> {
        let names: BTreeSet<&str> = self.plan.slots.iter().filter_map(|it| it.part.log_group).collect();
        let group = |name: &str| {
            let writers = self.plan.slots.iter().filter(|it| it.part.log_group == Some(name));
            let per_minute: f64 = writers.map(|it| it.part.per_minute).sum();
            LogGroup {
                id: EntityId::new(Kind::LogGroup, self.target(), name),
                place: Arc::from(format!("aws {}", self.plan.region)),
                // Two weeks of lines of some hundred bytes.
                stored: Some((per_minute * 60.0 * 24.0 * 14.0 * 180.0) as u64),
                retention: name.contains("prod").then_some(30),
                class: Arc::from("standard"),
                created: Some(self.days_ago(412.0)),
            }
        };
        names.into_iter().map(group).collect()
    }

    pub(in crate::demo) fn network_id(&self, place: usize) -> String {
        self.seed.named("network").of(place as u64).hex(64)
    }

    fn days_ago(&self, days: f64) -> jiff::Timestamp {
        self.start.plus(-days * 86_400.0).stamp()
    }
}

fn exit_of(unit: &Unit) -> Option<Exit> {
    let (at, end) = unit.ended().filter(|_| !unit.runs())?;
    Some(Exit {
        code: end.code(),
        out_of_memory: end == End::OutOfMemory,
        error: Arc::from(unit.error),
        at: Some(at.stamp()),
    })
}
