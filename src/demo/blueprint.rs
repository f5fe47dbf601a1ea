//! Blueprints: all that is settled about one simulated target before it begins to live.

use std::sync::Arc;

use super::act::Act;
use super::part::{GIB, Part};
use crate::core::entity::Managed;
use crate::core::entity::managed::Storage;
use crate::core::entity::opening::{Guards, Opening, Rule, Whom};
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::target::Technology;

/// One target: what is on it, and what will happen to it.
#[derive(Clone, Debug)]
pub(super) struct Blueprint {
    pub(super) id: TargetId,
    pub(super) technology: Technology,
    /// How it is reached, in words.
    pub(super) address: Arc<str>,
    /// The AWS region.
    pub(super) region: &'static str,
    pub(super) hosts: Vec<Machine>,
    pub(super) images: Vec<Picture>,
    pub(super) volumes: Vec<Store>,
    pub(super) networks: Vec<Net>,
    pub(super) services: Vec<Group>,
    /// Databases of RDS beside it.
    pub(super) managed: Vec<Managed>,
    /// The security groups around it.
    pub(super) guards: Guards,
    /// The places for containers; an act names one by its place in this list.
    pub(super) slots: Vec<Slot>,
    /// What happens, with the second after the start of the demo (negative: before).
    pub(super) story: Vec<(f64, Act)>,
    /// Seconds between two ordinary happenings, on average; `None` where nothing happens but the story.
    pub(super) pace: Option<f64>,
    /// Whether its workloads also come and go on an ordinary day.
    pub(super) restless: bool,
    /// When it cannot be reached: seconds after the start of the demo, from and to.
    pub(super) outages: Vec<(f64, f64)>,
    /// What is then said.
    pub(super) fault: Fault,
    /// Bytes of build cache.
    pub(super) build_cache: u64,
}

/// A machine.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) name: Arc<str>,
    /// `Docker 28.2.2`
    pub(super) engine: &'static str,
    pub(super) api: &'static str,
    pub(super) os: &'static str,
    pub(super) kernel: &'static str,
    pub(super) architecture: &'static str,
    pub(super) cpus: u32,
    /// Bytes.
    pub(super) memory: u64,
    pub(super) warnings: Vec<&'static str>,
}

/// An image.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    /// Repository and tag; empty where it dangles.
    pub(super) tag: Arc<str>,
    /// Bytes.
    pub(super) size: u64,
    /// Days before the start of the demo at which it was built.
    pub(super) age: f64,
    /// Whether it has a digest of a registry: it was pulled, not built here.
    pub(super) pulled: bool,
    /// Whether it is there from the beginning.
    pub(super) present: bool,
}

/// A named volume.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) name: Arc<str>,
    pub(super) project: Option<Arc<str>>,
    /// Bytes.
    pub(super) size: u64,
    /// Days.
    pub(super) age: f64,
}

/// A network.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub(super) name: Arc<str>,
    pub(super) driver: &'static str,
    pub(super) subnet: Option<&'static str>,
    pub(super) project: Option<Arc<str>>,
    /// Days.
    pub(super) age: f64,
}

/// A service.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: Arc<str>,
    pub(super) project: Arc<str>,
    /// How many workloads it should have.
    pub(super) desired: u32,
    /// Where it was started from.
    pub(super) origin: Arc<str>,
}

/// A place for a container.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) part: Arc<Part>,
    pub(super) name: Naming,
    /// The place of its host.
    pub(super) host: usize,
    /// The place of its usual image.
    pub(super) image: usize,
    pub(super) initial: Initial,
}

/// How the container in a slot is called.
#[derive(Clone, Debug)]
pub(super) enum Naming {
    /// By this name, and by a container id.
    Docker(Arc<str>),
    /// By its part and its task: containers with the same number live and die together.
    Task(u32),
}

/// What is in a slot before the story begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Initial {
    /// Nothing.
    Absent,
    /// A container that has run for that many hours when the demo begins.
    Up {
        /// Hours.
        hours: f64,
        /// Restarts by policy.
        restarts: u32,
    },
    /// A container that ended that many hours before the demo begins.
    Ended {
        /// Hours.
        hours: f64,
        /// Its exit code.
        code: i64,
    },
    /// A container that was created that many hours before the demo begins, and never started.
    Created {
        /// Hours.
        hours: f64,
    },
}

impl Machine {
    /// A small EC2 instance with a Docker engine: one processor, one gibibyte.
    pub(super) fn micro(name: &str, engine: &'static str, api: &'static str) -> Self {
        Self {
            name: Arc::from(name),
            engine,
            api,
            os: "Amazon Linux 2023.6.20241121",
            kernel: "6.1.115-126.197.amzn2023.x86_64",
            architecture: "x86_64",
            cpus: 1,
            memory: GIB,
            warnings: Vec::new(),
        }
    }
}

impl Blueprint {
    pub(super) fn new(id: &str, technology: Technology, address: &str) -> Self {
        Self {
            id: TargetId::new(id),
            technology,
            address: Arc::from(address),
            region: "us-east-1",
            hosts: Vec::new(),
            images: Vec::new(),
            volumes: Vec::new(),
            networks: Vec::new(),
            services: Vec::new(),
            managed: Vec::new(),
            guards: Guards::default(),
            slots: Vec::new(),
            story: Vec::new(),
            pace: None,
            restless: false,
            outages: Vec::new(),
            fault: Fault::new(
                address,
                "connection timed out",
                "check that the host is up and that its address is right",
            ),
            build_cache: 0,
        }
    }

    /// Adds an image that was pulled and is there from the beginning; returns its place.
    pub(super) fn image(&mut self, tag: &str, size: u64, age: f64) -> usize {
        self.picture(Picture { tag: Arc::from(tag), size, age, pulled: true, present: true })
    }

    /// Adds an image; returns its place.
    pub(super) fn picture(&mut self, picture: Picture) -> usize {
        self.images.push(picture);
        self.images.len() - 1
    }

    pub(super) fn volume(&mut self, name: &str, project: Option<&str>, size: u64, age: f64) {
        self.volumes.push(Store { name: Arc::from(name), project: project.map(Arc::from), size, age });
    }

    pub(super) fn network(&mut self, name: &str, subnet: &'static str, project: Option<&str>, age: f64) {
        let (name, project) = (Arc::from(name), project.map(Arc::from));
        self.networks.push(Net { name, driver: "bridge", subnet: Some(subnet), project, age });
    }

    /// Adds the networks that every Docker engine has.
    pub(super) fn docker_networks(&mut self, age: f64) {
        self.network("bridge", "172.17.0.0/16", None, age);
        for (name, driver) in [("host", "host"), ("none", "null")] {
            self.networks.push(Net { name: Arc::from(name), driver, subnet: None, project: None, age });
        }
    }

    pub(super) fn service(&mut self, project: &str, name: &str, desired: u32, origin: &str) {
        let (name, project, origin) = (Arc::from(name), Arc::from(project), Arc::from(origin));
        self.services.push(Group { name, project, desired, origin });
    }

    /// Adds a rule of a security group, with what stands behind it: somebody reaches a port.
    pub(super) fn open(
        &mut self,
        (group, name): (&str, &str),
        guards: &str,
        port: u16,
        from: Whom,
        note: &str,
    ) {
        self.guards.behind.insert(Arc::from(group), vec![Arc::from(guards)]);
        self.guards.rules.push(Rule {
            group: Arc::from(group),
            name: Arc::from(name),
            opening: Opening { protocol: Arc::from("tcp"), ports: Some((port, port)), from },
            note: Arc::from(note),
        });
    }

    /// Adds a database of RDS, well kept but for what `differs`.
    pub(super) fn database(
        &mut self,
        name: &str,
        server: (&str, &str),
        host: &str,
        differs: impl FnOnce(&mut Managed),
    ) {
        let id = EntityId::new(Kind::Database, &self.id, name);
        let mut it = Managed {
            class: Arc::from("db.t4g.small"),
            storage: Storage { size: 20, limit: Some(100), kind: Arc::from("gp3"), is_encrypted: true },
            address: Some((Arc::from(host), 5432)),
            zone: Arc::from(format!("{}a", self.region)),
            has_standby: true,
            backup_days: Some(7),
            is_protected: true,
            user: Some(Arc::from("postgres")),
            ..Managed::new(id, server.0, server.1)
        };
        differs(&mut it);
        self.managed.push(it);
    }

    /// Adds a place for a container; returns which.
    pub(super) fn slot(&mut self, part: &Arc<Part>, name: Naming, image: usize, initial: Initial) -> usize {
        self.slots.push(Slot { part: part.clone(), name, host: 0, image, initial });
        self.slots.len() - 1
    }

    /// Adds a Compose service with one container, called as Compose calls it.
    pub(super) fn composed(&mut self, part: Part, image: usize, initial: Initial) -> usize {
        let (project, service) = (part.project.clone().unwrap_or_default(), part.name.clone());
        let key = "com.docker.compose.project.working_dir";
        let origin = part.labels.get(key).cloned().unwrap_or_default();
        let desired = u32::from(matches!(initial, Initial::Up { .. }));
        self.services.push(Group { name: service.clone(), project: project.clone(), desired, origin });
        let name = Arc::from(format!("{project}-{service}-1"));
        self.slot(&Arc::new(part), Naming::Docker(name), image, initial)
    }

    /// Adds to the story.
    pub(super) fn at(&mut self, second: f64, act: Act) {
        self.story.push((second, act));
    }
}
