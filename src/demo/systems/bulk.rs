//! Bulk: as many hosts and containers as wanted, for benches and for a look at how a large fleet feels.
//!
//! For every five hosts there is one cluster with as many tasks as the five hosts have containers.

use std::sync::Arc;

use super::{Systems, environment};
use crate::core::environment::Place;
use crate::core::environment::Tier;
use crate::core::id::TargetId;
use crate::core::target::Technology;
use crate::demo::blueprint::{Blueprint, Initial, Machine, Naming};
use crate::demo::part::{GIB, MIB, Part, Work};
use crate::demo::voice::{Topic, Voice};

/// Hosts that share an environment and a cluster.
const TOGETHER: u32 = 5;
/// How often the same workload has something happen to it: about every so many seconds.
const QUIET: f64 = 3_600.0;
/// Most that happens on one target: something every so many seconds.
const BUSIEST: f64 = 3.0;

/// What runs in bulk: name, voice, image, megabytes of memory, percent of a processor.
const KINDS: [(&str, Voice, &str, u64, f64); 10] = [
    ("web", Voice::Nginx, "nginx:1.27-alpine", 12, 0.8),
    ("api", Voice::Json, "registry.example/api:5.21.0", 140, 6.0),
    ("orders", Voice::Java, "registry.example/orders:2.14.0", 460, 9.0),
    ("search", Voice::Java, "registry.example/search:0.9.3", 810, 12.0),
    ("accounts", Voice::Gunicorn, "registry.example/accounts:11.0.2", 118, 2.5),
    ("mailer", Voice::Worker, "registry.example/mailer:3.3.1", 64, 1.1),
    ("cache", Voice::Redis, "redis:7-alpine", 40, 1.4),
    ("ledger-db", Voice::Postgres, "postgres:16-alpine", 210, 3.0),
    ("reports", Voice::Python, "registry.example/reports:1.8.7", 96, 1.9),
    ("import", Voice::Batch, "registry.example/import:1.8.7", 150, 40.0),
];

const TOPIC: Topic = Topic {
    domain: "shop.example",
    paths: &["/", "/api/items", "/api/basket", "/api/orders", "/search"],
    peer: "ledger-db:5432",
};

/// Adds `hosts` Docker hosts with `containers` each, their clusters and their environments.
pub(super) fn add(systems: &mut Systems, hosts: u32, containers: u32) {
    let tiers = [Tier::Production, Tier::Staging, Tier::Development];
    for group in 0..hosts.div_ceil(TOGETHER) {
        let name = format!("shop-{:02}", group + 1);
        let tier = tiers[group as usize % tiers.len()];
        let mut targets = Vec::new();
        for host in group * TOGETHER..hosts.min((group + 1) * TOGETHER) {
            let id = format!("rack-{:03}", host + 1);
            targets.push(id.clone());
            systems.blueprints.push(docker_host(&id, &name, containers));
        }
        let cluster = format!("{name}-tasks");
        systems.blueprints.push(ecs_cluster(&cluster, containers.saturating_mul(TOGETHER)));
        targets.push(cluster);
        let mut environment = environment(&name, Some(tier), &[]);
        environment.places =
            targets.iter().map(|it| Place { target: TargetId::new(it), project: None }).collect();
        systems.environments.push(environment);
    }
}

fn part(kind: usize) -> (Part, usize) {
    let place = kind % KINDS.len();
    let (name, voice, _, megabytes, cpu) = KINDS[place];
    let part = Part::new(name, voice)
        .about(TOPIC)
        .command("/entrypoint.sh run")
        .env(&[("DATABASE_PASSWORD", "demo-bulk"), ("REGION", "eu-central-1")])
        .exposed(8080)
        .per_minute((voice.per_minute() / 4.0).max(1.0))
        .load(cpu, megabytes * MIB, (4_000.0, 7_000.0), 12);
    let part = match voice {
        Voice::Batch => part.work(Work::Job { seconds: 60.0, code: 0 }),
        Voice::Json | Voice::Java => part.policy("always").checked(8.0).limit(2 * megabytes * MIB),
        _ => part.policy("always"),
    };
    (part, place)
}

fn base(id: &str, technology: Technology, address: &str, count: u32) -> Blueprint {
    let mut plan = Blueprint::new(id, technology, address);
    for (_, _, image, ..) in KINDS {
        plan.image(image, 180_000_000, 12.0);
    }
    plan.pace = Some((QUIET / f64::from(count.max(1))).max(BUSIEST));
    plan.restless = true;
    plan
}

fn big(name: &str, engine: &'static str) -> Machine {
    let small = Machine::micro(name, engine, "1.47");
    Machine {
        os: "Debian GNU/Linux 12 (bookworm)",
        kernel: "6.1.0-28-amd64",
        cpus: 32,
        memory: 128 * GIB,
        ..small
    }
}

fn initial(part: &Part, number: u32) -> Initial {
    match part.work {
        Work::Job { .. } => {
            Initial::Ended { hours: 0.1 + f64::from(number % 40), code: i64::from(number % 17 == 3) }
        }
        _ => Initial::Up { hours: 1.0 + f64::from(number % 700), restarts: u32::from(number % 29 == 4) },
    }
}

fn docker_host(id: &str, project: &str, containers: u32) -> Blueprint {
    let mut plan = base(id, Technology::Docker, &format!("ssh://ops@{id}.example"), containers);
    plan.hosts.push(big(id, "Docker 27.3.1"));
    plan.docker_networks(300.0);
    plan.network(&format!("{project}_default"), "172.20.0.0/16", Some(project), 300.0);
    let parts: Vec<(Arc<Part>, usize)> = (0..KINDS.len())
        .map(|kind| {
            let (part, image) = part(kind);
            (Arc::new(part.compose(project, "/srv/shop")), image)
        })
        .collect();
    for number in 0..containers {
        let (part, image) = &parts[number as usize % parts.len()];
        let name = Arc::from(format!("{project}-{}-{}", part.name, number / KINDS.len() as u32 + 1));
        plan.slot(part, Naming::Docker(name), *image, initial(part, number));
    }
    services(&mut plan, &parts, project, containers, "/srv/shop");
    plan
}

fn ecs_cluster(id: &str, tasks: u32) -> Blueprint {
    let mut plan = base(id, Technology::Ecs, &format!("ecs://eu-central-1/{id}"), tasks);
    plan.region = "eu-central-1";
    plan.hosts =
        ["eu-central-1a", "eu-central-1b", "eu-central-1c"].map(|it| big(it, "Fargate 1.4.0")).to_vec();
    // The last kind is a job; a service has no jobs.
    let parts: Vec<(Arc<Part>, usize)> = (0..KINDS.len() - 1)
        .map(|kind| {
            let (part, image) = part(kind);
            let service = part.name.clone();
            (Arc::new(part.ecs(id, &service, &service, 31)), image)
        })
        .collect();
    for number in 0..tasks {
        let (part, image) = &parts[number as usize % parts.len()];
        let slot = plan.slot(part, Naming::Task(number), *image, initial(part, number));
        plan.slots[slot].host = slot % 3;
    }
    services(&mut plan, &parts, id, tasks, "task definition revision 31");
    plan
}

fn services(plan: &mut Blueprint, parts: &[(Arc<Part>, usize)], project: &str, count: u32, origin: &str) {
    for (place, (part, _)) in parts.iter().enumerate() {
        let (place, kinds) = (place as u32, parts.len() as u32);
        let desired = count / kinds + u32::from(place < count % kinds);
        let desired = if part.work == Work::Serves { desired } else { 0 };
        plan.service(project, &part.name, desired, origin);
    }
}
