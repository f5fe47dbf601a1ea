//! fibonacci: four containers of an Elastic Beanstalk environment with managed databases. Its development twin runs
//! on the `workbench`.
//!
//! Its part of the story: its RDS instance failed over to the other zone, and does so again.

use std::sync::Arc;

use crate::core::change::{ChangeKind, Weight};
use crate::core::entity::workload::Health;
use crate::core::target::Technology;
use crate::demo::act::{Act, tell};
use crate::demo::blueprint::{Blueprint, Initial, Machine, Naming};
use crate::demo::part::{GIB, MIB, Part};
use crate::demo::voice::{Topic, Voice};

const WEB: Topic = Topic {
    domain: "fibonacci.example",
    paths: &["/", "/api/values/all", "/api/values/current", "/api/values", "/static/js/main.js"],
    peer: "172.18.0.4:5000",
};
const API: Topic =
    Topic { paths: &["/values", "/values/all", "/values/current"], peer: "fibonacci-prod-db:5432", ..WEB };
const QUEUE: Topic = Topic { peer: "fibonacci-redis:6379", ..API };

/// When the database fails over: seconds after the start. For each it takes about a minute.
const FAILOVERS: [f64; 2] = [-3_120.0, 425.0];
const BROKEN_OFF: &str = "Connection terminated unexpectedly";

pub(super) fn nginx() -> Part {
    Part::new("nginx", Voice::Nginx)
        .about(WEB)
        .command("nginx -g daemon off;")
        .processes(&[
            "nginx: master process nginx -g daemon off;",
            "nginx: worker process",
            "nginx: worker process",
        ])
        .load(0.9, 8 * MIB, (14_000.0, 62_000.0), 3)
}

pub(super) fn client() -> Part {
    Part::new("client", Voice::Nginx)
        .about(WEB)
        .command("nginx -g daemon off;")
        .exposed(3000)
        .per_minute(40.0)
        .load(0.4, 7 * MIB, (3_000.0, 41_000.0), 2)
}

pub(super) fn api(database: &str, redis: &str, password: &str) -> Part {
    Part::new("api", Voice::Json)
        .about(API)
        .command("node index.js")
        .exposed(5000)
        .checked(5.0)
        .env(&[
            ("NODE_ENV", "production"),
            ("PGHOST", database),
            ("PGPORT", "5432"),
            ("PGDATABASE", "fibvalues"),
            ("PGUSER", "postgres"),
            ("PGPASSWORD", password),
            ("REDIS_HOST", redis),
            ("REDIS_PORT", "6379"),
        ])
        .load(3.2, 84 * MIB, (9_000.0, 11_000.0), 11)
}

pub(super) fn worker(redis: &str) -> Part {
    Part::new("worker", Voice::Worker)
        .about(QUEUE)
        .command("node index.js")
        .env(&[("REDIS_HOST", redis), ("REDIS_PORT", "6379")])
        .load(17.0, 51 * MIB, (1_100.0, 1_300.0), 11)
}

pub(super) fn production() -> Blueprint {
    let mut plan = Blueprint::new(
        "fibonacci-prod",
        Technology::Beanstalk,
        "elasticbeanstalk://us-east-1/fibonacci-prod",
    );
    let host = Machine {
        os: "Amazon Linux 2 (ECS on Beanstalk 3.6.4)",
        kernel: "5.10.228-219.884.amzn2.x86_64",
        memory: 2 * GIB,
        ..Machine::micro("i-0b3f6c1d2e4a59871", "Docker 25.0.6", "1.44")
    };
    plan.hosts.push(host);
    plan.pace = Some(380.0);
    plan.docker_networks(61.0);
    let (database, redis) = (super::FIBONACCI_DB, super::FIBONACCI_CACHE);
    plan.database("fibonacci-prod-db", ("postgres", "15.7"), database, |_| {});
    let images = ["multi-nginx", "multi-client", "multi-server", "multi-worker"]
        .map(|name| plan.image(&format!("fibapp/{name}:travis-119"), 61_000_000, 0.23));
    for name in ["multi-nginx", "multi-client", "multi-server", "multi-worker"] {
        plan.image(&format!("fibapp/{name}:travis-118"), 60_800_000, 6.1);
    }
    let mut api = api(database, redis, "demo-k3F9wQzT1v");
    let mut worker = worker(redis);
    for at in FAILOVERS {
        api = api.trouble((at, at + 61.0), 0.8, BROKEN_OFF);
        worker = worker.trouble((at + 4.0, at + 40.0), 0.3, "connect ETIMEDOUT 10.0.4.21:6379");
    }
    let proxy = FAILOVERS.iter().fold(nginx().published("0.0.0.0", 80, 80), |part, at| {
        part.trouble((*at, at + 61.0), 0.35, "upstream prematurely closed connection")
    });
    let up = Initial::Up { hours: 5.3, restarts: 0 };
    let mut places = Vec::new();
    for (mut part, image) in [proxy, client(), api, worker].into_iter().zip(images) {
        part.project = Some(Arc::from("fibonacci"));
        part.service = Some(Arc::from("fibonacci-prod"));
        let part =
            part.policy("always").networks(&["bridge"]).label("elasticbeanstalk.version", "travis-119");
        let name = Arc::from(format!("fibonacci-prod-{}", part.name));
        places.push(plan.slot(&Arc::new(part), Naming::Docker(name), image, up));
    }
    plan.service("fibonacci", "fibonacci-prod", 4, "application fibonacci, version travis-119");
    let project = Some("fibonacci");
    let version = |weight, text: &str| tell(project, "fibonacci-prod", ChangeKind::Deploy, weight, text);
    plan.at(-5.35 * 3600.0, version(Weight::Quiet, "version travis-118 → travis-119 by travis-ci"));
    plan.at(-5.27 * 3600.0, version(Weight::Good, "version travis-119: succeeded, health Ok"));
    for (turn, at) in FAILOVERS.into_iter().enumerate() {
        let (from, to) =
            if turn % 2 == 0 { ("us-east-1a", "us-east-1b") } else { ("us-east-1b", "us-east-1a") };
        let database =
            |weight, text: &str| tell(project, "fibonacci-prod-db", ChangeKind::Database, weight, text);
        let text = format!("Multi-AZ failover started: {from} → {to}; connections are being dropped");
        plan.at(at, database(Weight::Bad, &text));
        let api = places[2];
        plan.at(at + 14.0, Act::Check { slot: api, health: Health::Unhealthy });
        plan.at(at + 58.0, database(Weight::Good, "failover completed after 58s; the endpoint is the same"));
        plan.at(at + 66.0, Act::Check { slot: api, health: Health::Healthy });
    }
    plan
}
