//! A small fleet for the tests of this layer: the target `local` with the environments `shop` (production) and `blog`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::core::entity::workload::{Health, State};
use crate::core::entity::{Host, Image, Network, Service, Volume, Workload};
use crate::core::environment::{Environment, Place, Tier};
use crate::core::event::Link;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, EnvironmentId, Kind, TargetId};
use crate::core::target::{Target, Technology};
use crate::core::time::Now;

/// 2026-05-04 09:00:00 UTC.
pub(super) const NOW: i64 = 1_777_885_200;

pub(super) fn now() -> Now {
    Now(at(NOW))
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(super) fn target() -> TargetId {
    TargetId::new("local")
}

pub(super) fn id(kind: Kind, name: &str) -> EntityId {
    EntityId::new(kind, &target(), name)
}

/// The id of the container called `name`.
pub(super) fn container(name: &str) -> EntityId {
    id(Kind::Workload, &format!("{name}-0123456789abcdef"))
}

pub(super) fn workload(name: &str, state: State) -> Workload {
    Workload {
        id: container(name),
        name: Arc::from(name),
        state,
        health: Health::None,
        exit: None,
        restarts: Some(0),
        created: at(NOW - 7200),
        started: (state != State::Created).then(|| at(NOW - 3600)),
        image: Arc::from("app:1"),
        image_digest: Arc::from("sha256:app"),
        command: Arc::from("run"),
        ports: Vec::new(),
        project: Some(Arc::from("shop")),
        service: Some(Arc::from(name.split('-').next().unwrap())),
        networks: vec![Arc::from("shop_default")],
        mounts: vec![Arc::from("data"), Arc::from("ab".repeat(32))],
        labels: BTreeMap::new(),
        host: Arc::from("box"),
        task: None,
    }
}

pub(super) fn image(name: &str, tags: &[&str], users: u32) -> Image {
    Image {
        id: id(Kind::Image, name),
        tags: tags.iter().map(|it| Arc::from(*it)).collect(),
        digests: Vec::new(),
        size: 100 << 20,
        created: at(NOW - 86_400),
        is_index: false,
        users,
    }
}

pub(super) fn volume(name: &str, users: &[&str]) -> Volume {
    Volume {
        id: id(Kind::Volume, name),
        driver: Arc::from("local"),
        mountpoint: Arc::from("/x"),
        project: None,
        created: Some(at(NOW - 86_400)),
        size: Some(5 << 20),
        users: users.iter().map(|it| Arc::from(*it)).collect(),
    }
}

pub(super) fn network(name: &str, users: &[&str]) -> Network {
    Network {
        id: id(Kind::Network, &format!("{name}-id")),
        name: Arc::from(name),
        driver: Arc::from("bridge"),
        scope: Arc::from("local"),
        subnets: Vec::new(),
        internal: false,
        project: None,
        created: None,
        users: users.iter().map(|it| Arc::from(*it)).collect(),
    }
}

fn environment(name: &str, tier: Option<Tier>) -> Environment {
    Environment {
        id: EnvironmentId::new(name),
        tier,
        read_only: false,
        places: vec![Place { target: target(), project: Some(Arc::from(name)) }],
    }
}

/// `web-1` and `web-2` run, `web-3` has exited, `job-1` was never started, `db-1` is paused, `loop-1` restarts; all of
/// the project `shop`. `post-1` of the project `blog` runs.
pub(super) fn fleet() -> Fleet {
    let mut fleet = Fleet {
        environments: vec![environment("shop", Some(Tier::Production)), environment("blog", None)],
        ..Fleet::default()
    };
    let mut local = Target::new(target(), Technology::Docker, "unix:///x.sock");
    local.link = Link::Live;
    fleet.targets.insert(target(), local);
    for (name, state) in [
        ("web-1", State::Running),
        ("web-2", State::Running),
        ("web-3", State::Exited),
        ("job-1", State::Created),
        ("db-1", State::Paused),
        ("loop-1", State::Restarting),
    ] {
        fleet.workloads.upsert(workload(name, state));
    }
    let mut post = workload("post-1", State::Running);
    post.project = Some(Arc::from("blog"));
    fleet.workloads.upsert(post);
    fleet.services.upsert(Service {
        id: id(Kind::Service, "shop/web"),
        name: Arc::from("web"),
        project: Arc::from("shop"),
        desired: 3,
        running: 2,
        unhealthy: 0,
        image: Arc::from("app:1"),
        mixed_images: false,
        ports: Arc::from(""),
        origin: Arc::from(""),
        rollout: None,
        definition: None,
    });
    fleet.hosts.upsert(Host {
        id: id(Kind::Host, "engine"),
        name: Arc::from("box"),
        address: Arc::from("unix:///x.sock"),
        engine: Arc::from("Docker 28"),
        api: Arc::from("1.48"),
        os: Arc::from(""),
        kernel: Arc::from(""),
        architecture: Arc::from(""),
        cpus: 4,
        memory: 8 << 30,
        containers: (0, 0, 0),
        images: 0,
        storage: Arc::from(""),
        warnings: Vec::new(),
        clock_ahead: None,
        certificates: None,
        room: None,
    });
    for it in [
        image("sha256:app", &["app:1"], 7),
        image("sha256:old", &["app:0", "app:old"], 0),
        image("sha256:none", &[], 0),
    ] {
        fleet.images.upsert(it);
    }
    for it in [volume("data", &["web-1"]), volume("spare", &[]), volume(&"cd".repeat(32), &[])] {
        fleet.volumes.upsert(it);
    }
    for it in [network("shop_default", &["web-1"]), network("idle", &[]), network("bridge", &[])] {
        fleet.networks.upsert(it);
    }
    fleet
}
