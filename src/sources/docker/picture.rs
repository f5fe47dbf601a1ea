//! The standing picture of one engine: what its answers said so far, and how that differs from what was told of it.
//!
//! Nothing here asks anybody: answers come in, events go out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::known::Known;
use super::service::services;
use crate::clients::docker::api;
use crate::clients::docker::entity::host::Described;
use crate::clients::docker::entity::workload::Place;
use crate::clients::docker::entity::{host, image, network, volume};
use crate::core::entity::workload::State;
use crate::core::entity::{Entity, Workload};
use crate::core::event::Event;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::sources::told::Told;

/// What is known of one engine.
pub(super) struct Picture {
    place: Place,
    address: Arc<str>,
    containers: BTreeMap<Arc<str>, Known>,
    host: Option<Described>,
    images: Option<Vec<api::image::Summary>>,
    volumes: Option<Vec<api::volume::Volume>>,
    networks: Option<Vec<api::network::Network>>,
    listed: bool,
    /// Containers of which something changed since the last telling.
    changed: BTreeSet<Arc<str>>,
    /// Whether anything at all did.
    stale: bool,
    told: Told,
}

impl Picture {
    /// Nothing is known yet of the engine at `address`.
    pub(super) fn new(target: TargetId, address: Arc<str>) -> Self {
        Self {
            place: Place { target, host: Arc::from("") },
            address,
            containers: BTreeMap::new(),
            host: None,
            images: None,
            volumes: None,
            networks: None,
            listed: false,
            changed: BTreeSet::new(),
            stale: false,
            told: Told::default(),
        }
    }

    /// The containers were listed. Answers with the ids of those that must be inspected.
    pub(super) fn list(&mut self, list: &[api::container::Summary]) -> Vec<Arc<str>> {
        let mut unclear = Vec::new();
        let ids: BTreeSet<&str> = list.iter().map(|it| it.id.as_str()).collect();
        let gone: Vec<_> = self.containers.keys().filter(|id| !ids.contains(&***id)).cloned().collect();
        for id in gone {
            self.remove(&id);
        }
        for summary in list {
            let id: Arc<str> = Arc::from(summary.id.as_str());
            let is_unclear = match self.containers.get_mut(&id) {
                Some(known) => known.relist(&self.place, summary),
                None => {
                    self.containers.insert(Arc::clone(&id), Known::of_list(&self.place, summary));
                    true
                }
            };
            if is_unclear {
                self.changed.insert(Arc::clone(&id));
                unclear.push(id);
            }
        }
        self.listed = true;
        self.stale = true;
        unclear
    }

    /// A container was inspected; `None` where it does not exist.
    pub(super) fn inspect(&mut self, id: &Arc<str>, detail: Option<&api::container::Detail>) {
        let Some(detail) = detail else { return self.remove(id) };
        match self.containers.get_mut(id) {
            Some(known) => known.reinspect(&self.place, detail),
            None => {
                self.containers.insert(Arc::clone(id), Known::of_inspection(&self.place, detail));
            }
        }
        self.changed.insert(Arc::clone(id));
        self.stale = true;
    }

    fn remove(&mut self, id: &Arc<str>) {
        self.containers.remove(id);
        self.changed.insert(Arc::clone(id));
        self.stale = true;
    }

    /// The engine described itself.
    pub(super) fn set_host(&mut self, described: Described) {
        let name = host::host(&self.place.target, &self.address, &described).name;
        if name != self.place.host {
            self.place.host = Arc::clone(&name);
            for (id, known) in &mut self.containers {
                known.workload.host = Arc::clone(&name);
                self.changed.insert(Arc::clone(id));
            }
        }
        self.host = Some(described);
        self.stale = true;
    }

    /// The images were listed.
    pub(super) fn set_images(&mut self, list: Vec<api::image::Summary>) {
        self.images = Some(list);
        self.stale = true;
    }

    /// The volumes were listed.
    pub(super) fn set_volumes(&mut self, list: Vec<api::volume::Volume>) {
        self.volumes = Some(list);
        self.stale = true;
    }

    /// The networks were listed.
    pub(super) fn set_networks(&mut self, list: Vec<api::network::Network>) {
        self.networks = Some(list);
        self.stale = true;
    }

    /// Whether there is something to tell.
    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    /// What is known of a container.
    pub(super) fn container(&self, id: &str) -> Option<&Known> {
        self.containers.get(id)
    }

    /// The id of the container after `id`, around the end.
    pub(super) fn container_after(&self, id: Option<&Arc<str>>) -> Option<Arc<str>> {
        let mut ids = self.containers.keys();
        let next = id.and_then(|id| ids.find(|it| *it > id));
        next.or_else(|| self.containers.keys().next()).cloned()
    }

    /// Everything that is new since the last telling: a list of a kind that was never told, otherwise differences.
    pub(super) fn tell(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if !self.listed || !std::mem::take(&mut self.stale) {
            return events;
        }
        let changed = std::mem::take(&mut self.changed);
        // Containers are many: only those of which something changed are looked at.
        for kind in Kind::ALL {
            if kind == Kind::Workload && self.told.knows(kind) {
                for id in &changed {
                    let now =
                        self.containers.get(id).map(|it| Entity::Workload(Box::new(it.workload.clone())));
                    self.told.one(EntityId::new(kind, &self.place.target, id), now, &mut events);
                }
            } else if let Some(now) = self.entities(kind) {
                self.told.all(kind, now, &mut events);
            }
        }
        events
    }

    /// All entities of a kind; `None` where they are not known yet.
    fn entities(&self, kind: Kind) -> Option<Vec<Entity>> {
        let target = &self.place.target;
        Some(match kind {
            Kind::Workload => self.workloads().map(|it| Entity::Workload(Box::new(it.clone()))).collect(),
            Kind::Service => {
                let services = services(target, self.containers.values());
                services.into_iter().map(|it| Entity::Service(Box::new(it))).collect()
            }
            Kind::Host => {
                let mut host = host::host(target, &self.address, self.host.as_ref()?);
                let count = |state: State| self.workloads().filter(|it| it.state == state).count();
                let (running, paused) = (count(State::Running), count(State::Paused));
                let rest = self.containers.len() - running - paused;
                host.containers = (number(running), number(paused), number(rest));
                host.images = self.images.as_ref().map_or(host.images, |it| number(it.len()));
                vec![Entity::Host(Box::new(host))]
            }
            Kind::Image => {
                let mut users: HashMap<&str, u32> = HashMap::new();
                for workload in self.workloads() {
                    *users.entry(&workload.image_digest).or_default() += 1;
                }
                let entity = |it| {
                    let mut image = image::image(target, it, 0);
                    image.users = users.get(&*image.id.name).copied().unwrap_or(0);
                    Entity::Image(Box::new(image))
                };
                self.images.as_ref()?.iter().map(entity).collect()
            }
            Kind::Volume => {
                let users = self.users(|it| &it.mounts);
                let entity = |it| {
                    let mut volume = volume::volume(target, it, Vec::new());
                    volume.users = users.get(&*volume.id.name).cloned().unwrap_or_default();
                    Entity::Volume(Box::new(volume))
                };
                self.volumes.as_ref()?.iter().map(entity).collect()
            }
            Kind::Network => {
                let users = self.users(|it| &it.networks);
                let entity = |it| {
                    let mut network = network::network(target, it, Vec::new());
                    network.users = users.get(&*network.name).cloned().unwrap_or_default();
                    Entity::Network(Box::new(network))
                };
                self.networks.as_ref()?.iter().map(entity).collect()
            }
            // An engine has neither: the list is complete all the same.
            Kind::Database | Kind::LogGroup => Vec::new(),
        })
    }

    fn workloads(&self) -> impl Iterator<Item = &Workload> {
        self.containers.values().map(|it| &it.workload)
    }

    /// The names of the containers by what they use, in their order.
    fn users(&self, of: impl Fn(&Workload) -> &Vec<Arc<str>>) -> HashMap<&str, Vec<Arc<str>>> {
        let mut users: HashMap<&str, Vec<Arc<str>>> = HashMap::new();
        for workload in self.workloads() {
            for used in of(workload) {
                users.entry(used).or_default().push(Arc::clone(&workload.name));
            }
        }
        for names in users.values_mut() {
            names.sort();
        }
        users
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::known::fixture::{detail, summary};
    use super::*;
    use crate::clients::docker::version::ApiVersion;

    fn picture() -> Picture {
        Picture::new(TargetId::new("local"), Arc::from("unix:///x"))
    }

    /// The events in short: `+a` upsert, `-a` remove, `a` item, `[workload`, `workload]`.
    fn told(picture: &mut Picture) -> Vec<String> {
        let short = |event: Event| match event {
            Event::Reset(kind) => format!("[{}", kind.name()),
            Event::Ready(kind) => format!("{}]", kind.name()),
            Event::Item(it) => it.id().name.to_string(),
            Event::Upsert(it) => format!("+{}", it.id().name),
            Event::Remove(id) => format!("-{}", id.name),
            other => format!("{other:?}"),
        };
        picture.tell().into_iter().map(short).collect()
    }

    fn up(id: &str) -> api::container::Summary {
        summary(id, "running", "Up 1 second")
    }

    #[test]
    fn the_first_telling_is_a_list_and_the_next_tell_differences() {
        let mut picture = picture();
        assert_eq!(told(&mut picture), [""; 0], "nothing is known yet");
        assert_eq!(picture.list(&[up("a"), up("b")]).len(), 2);
        assert_eq!(
            told(&mut picture),
            ["[workload", "a", "b", "workload]", "[service", "service]", "[database", "database]"]
        );
        assert_eq!(told(&mut picture), [""; 0]);
        picture.list(&[up("b"), up("c")]);
        assert_eq!(told(&mut picture), ["-a", "+c"]);
    }

    #[test]
    fn inspecting_refines_what_was_listed_and_a_container_that_is_gone_is_removed() {
        let mut picture = picture();
        picture.list(&[up("a"), up("b")]);
        told(&mut picture);
        let (a, b) = (Arc::from("a"), Arc::from("b"));
        picture.inspect(&a, Some(&detail("a", "running", Some(("shop", "web")))));
        picture.inspect(&b, None);
        assert_eq!(told(&mut picture), ["+a", "-b", "+shop/web"]);
        picture.inspect(&a, Some(&detail("a", "running", Some(("shop", "web")))));
        assert_eq!(told(&mut picture), [""; 0], "the same again is nothing new");
        assert_eq!(picture.list(&[up("a")]), [] as [Arc<str>; 0], "and needs no inspection");
    }

    #[test]
    fn a_container_that_is_new_to_an_inspection_is_told() {
        let mut picture = picture();
        picture.list(&[]);
        told(&mut picture);
        picture.inspect(&Arc::from("new"), Some(&detail("new", "created", None)));
        assert_eq!(told(&mut picture), ["+new"]);
    }

    #[test]
    fn what_containers_use_is_told_with_its_users() {
        let mut picture = picture();
        let mut web = up("a");
        web.mounts = vec![api::container::Mount { name: "data".to_owned(), ..Default::default() }];
        web.networks.by_name.insert("front".to_owned(), api::container::Attachment::default());
        picture.list(&[web]);
        picture.set_images(vec![
            api::image::Summary { id: "sha256:aa".to_owned(), ..Default::default() },
            api::image::Summary { id: "sha256:bb".to_owned(), ..Default::default() },
        ]);
        picture.set_volumes(vec![api::volume::Volume { name: "data".to_owned(), ..Default::default() }]);
        picture.set_networks(vec![api::network::Network {
            id: "n1".to_owned(),
            name: "front".to_owned(),
            ..Default::default()
        }]);
        let (mut images, mut users) = (Vec::new(), Vec::new());
        for event in picture.tell() {
            match event {
                Event::Item(Entity::Image(it)) => images.push(it.users),
                Event::Item(Entity::Volume(it)) => users.push(it.users),
                Event::Item(Entity::Network(it)) => users.push(it.users),
                _ => {}
            }
        }
        let name: Arc<str> = Arc::from("a-name");
        assert_eq!(images, [1, 0]);
        assert_eq!(users, [vec![Arc::clone(&name)], vec![name]]);
        picture.list(&[]);
        assert_eq!(told(&mut picture), ["-a", "+sha256:aa", "+data", "+n1"]);
    }

    #[test]
    fn the_hosts_name_reaches_every_container_and_its_counts_are_those_of_the_list() {
        let mut picture = picture();
        picture.list(&[up("a"), summary("b", "exited", "Exited (0) 1 second ago")]);
        told(&mut picture);
        let info = api::system::Info { id: "e1".to_owned(), name: "box".to_owned(), ..Default::default() };
        let (api, version) = (ApiVersion::new(1, 44), api::system::Version::default());
        picture.set_host(Described { api, info, version, clock_ahead: None, certificates: None });
        let mut counts = None;
        let mut hosts = BTreeSet::new();
        for event in picture.tell() {
            match event {
                Event::Item(Entity::Host(it)) => counts = Some(it.containers),
                Event::Upsert(Entity::Workload(it)) => {
                    hosts.insert(it.host.clone());
                }
                _ => {}
            }
        }
        assert_eq!(counts, Some((1, 0, 1)));
        assert_eq!(hosts, BTreeSet::from([Arc::from("box")]));
    }

    #[test]
    fn containers_are_gone_through_in_a_circle() {
        let mut picture = picture();
        assert_eq!(picture.container_after(None), None);
        picture.list(&[up("a"), up("b")]);
        let mut at = None;
        let mut seen = Vec::new();
        for _ in 0..4 {
            at = picture.container_after(at.as_ref());
            seen.extend(at.clone());
        }
        assert_eq!(seen, ["a", "b", "a", "b"].map(Arc::from));
    }
}
