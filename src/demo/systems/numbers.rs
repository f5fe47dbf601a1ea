//! numbers: a proxy, an API and a client in each task of a Fargate service, in two zones in production, and once more
//! in development.
//!
//! Its part of the story: a deploy whose tasks never become healthy and which is rolled back; in development,
//! deploys that work, one after the other.

use std::sync::Arc;

use crate::core::change::{ChangeKind, Weight};
use crate::core::entity::opening::Whom;
use crate::core::target::Technology;
use crate::demo::act::{Act, tell};
use crate::demo::blueprint::{Blueprint, Initial, Machine, Naming};
use crate::demo::part::{GIB, MIB, Part, Trouble, Work};
use crate::demo::voice::{Topic, Voice};

const REGISTRY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const WEB: Topic = Topic {
    domain: "numbersapp.example",
    paths: &["/", "/api/numbers", "/api/numbers/last", "/api/health", "/static/app.js"],
    peer: "127.0.0.1:9000",
};
const API: Topic = Topic {
    paths: &["/api/numbers", "/api/numbers", "/api/numbers/last", "/api/health"],
    peer: "numbers-prod-db:5432",
    ..WEB
};

/// The bad deploy, in seconds after the start: when it begins, when its tasks start (three times), and when it is
/// rolled back.
const BEGINS: f64 = -540.0;
const ATTEMPTS: [f64; 3] = [-520.0, -345.0, -170.0];
const ROLLED_BACK: f64 = 78.0;
/// Seconds until the health check of a new task gives its verdict.
const GRACE: f64 = 65.0;

fn zone(name: &str) -> Machine {
    Machine {
        name: Arc::from(name),
        engine: "Fargate 1.4.0",
        api: "",
        os: "Amazon Linux 2",
        kernel: "5.10.227-219.884.amzn2.x86_64",
        architecture: "x86_64",
        cpus: 1,
        memory: 2 * GIB,
        warnings: Vec::new(),
    }
}

/// The three containers of a task of one revision.
fn task(cluster: &str, revision: u32) -> [Part; 3] {
    let service = format!("{cluster}-api");
    let group = if cluster == "numbers-prod" { "numbers-prod-api" } else { "numbers-dev-api" };
    let of = |name, voice| Part::new(name, voice).ecs(cluster, &service, &service, revision).log_group(group);
    let host = format!("{cluster}-db.c4example.us-east-1.rds.amazonaws.com");
    [
        of("proxy", Voice::Nginx)
            .about(WEB)
            .command("nginx -g daemon off;")
            .exposed(8000)
            .limit(256 * MIB)
            .checked(4.0)
            .load(1.6, 12 * MIB, (31_000.0, 88_000.0), 3),
        of("api", Voice::Json)
            .about(API)
            .command("node dist/server.js")
            .env(&[
                ("NODE_ENV", "production"),
                ("PG_HOST", &host),
                ("PG_PORT", "5432"),
                ("PG_DATABASE", "numbers"),
                ("PG_USER", "numbers"),
                ("PG_PASSWORD", "demo-tr0ub4dor-and-3"),
            ])
            .exposed(9000)
            .limit(512 * MIB)
            .checked(6.0)
            .load(9.0, 131 * MIB, (22_000.0, 26_000.0), 11),
        of("client", Voice::Nginx)
            .about(WEB)
            .command("nginx -g daemon off;")
            .exposed(3000)
            .limit(256 * MIB)
            .per_minute(60.0)
            .load(0.5, 9 * MIB, (4_000.0, 51_000.0), 2),
    ]
}

/// Adds a task to the plan; returns its places.
fn place(
    plan: &mut Blueprint,
    parts: [Part; 3],
    number: u32,
    host: usize,
    images: [usize; 3],
    initial: Initial,
) -> [usize; 3] {
    let mut images = images.into_iter();
    parts.map(|part| {
        let image = images.next().unwrap_or(0);
        let slot = plan.slot(&Arc::new(part), Naming::Task(number), image, initial);
        plan.slots[slot].host = host;
        slot
    })
}

fn images(plan: &mut Blueprint, stage: &str, tag: &str, age: f64) -> [usize; 3] {
    [("proxy", 44), ("backend", 187), ("frontend", 61)].map(|(name, megabytes)| {
        plan.image(&format!("{REGISTRY}/finalproject-{stage}-{name}-image:{tag}"), megabytes * 1_000_000, age)
    })
}

pub(super) fn production() -> Blueprint {
    const CLUSTER: &str = "numbers-prod";
    const SERVICE: &str = "numbers-prod-api";
    let mut plan = Blueprint::new(CLUSTER, Technology::Ecs, "ecs://us-east-1/numbers-prod");
    plan.hosts = vec![zone("us-east-1a"), zone("us-east-1b")];
    plan.pace = Some(340.0);
    let old = images(&mut plan, "prod", "4d02b7e", 6.4);
    let new = images(&mut plan, "prod", "9f3c2e1", 0.01);
    plan.service(CLUSTER, SERVICE, 6, "task definition numbers-prod-api:42");

    let balancer = ("sg-04a1c8f2e6b7d3590", "numbers-prod-alb");
    let service = ("sg-0b6d2f9a1c3e84750", "numbers-prod-api");
    let database = ("sg-0e8f4a2b7c1d96053", "numbers-prod-db");
    let bastion = ("sg-09c7e1b5a3d2f8046", "numbers-prod-bastion");
    let group = |group: (&str, &str)| Whom::Group(Arc::from(group.0));
    plan.open(balancer, "load balancer numbers-prod", 443, Whom::Everybody, "");
    plan.open(balancer, "load balancer numbers-prod", 80, Whom::Everybody, "redirects to 443");
    let from = group(balancer);
    plan.open(service, "service numbers-prod-api", 8000, from, "");
    plan.open(database, "database numbers-prod-db", 5432, group(service), "");
    plan.open(database, "database numbers-prod-db", 5432, group(bastion), "psql");
    plan.open(
        database,
        "database numbers-prod-db",
        5432,
        Whom::Net(Arc::from("10.1.0.0/16")),
        "from the old cluster",
    );
    plan.database("numbers-prod-db", ("postgres", "11.12"), super::NUMBERS_DB, |it| {
        it.class = Arc::from("db.t3.micro");
        it.storage.is_encrypted = false;
        it.has_standby = false;
        it.backup_days = Some(0);
        it.is_protected = false;
        it.groups = vec![Arc::from(database.0)];
    });
    plan.open(bastion, "instance i-0c5d8e7f1a2b3946d", 22, Whom::Everybody, "");

    let up = Initial::Up { hours: 151.0, restarts: 0 };
    for (number, host) in [(1, 0), (2, 1)] {
        let [proxy, api, client] = task(CLUSTER, 42);
        // The new tasks open connections and never close them; what is left is too little for the old ones.
        let full = "remaining connection slots are reserved for non-replication superuser connections";
        let api = api.trouble((ATTEMPTS[0] + 25.0, ROLLED_BACK + 12.0), 0.16, full);
        let late = "upstream timed out (110: Connection timed out)";
        let proxy = proxy.trouble((ATTEMPTS[0] + 40.0, ROLLED_BACK + 9.0), 0.06, late);
        place(&mut plan, [proxy, api, client], number, host, old, up);
    }
    let mut fresh = Vec::new();
    for (number, host) in [(3, 0), (4, 1)] {
        let [proxy, api, client] = task(CLUSTER, 43);
        let proxy = proxy.trouble(Trouble::ALWAYS, 0.9, "connect() failed (111: Connection refused)");
        let api = api
            .env(&[("PG_POOL_MAX", "200")])
            .trouble(Trouble::ALWAYS, 0.75, "column numbers.checksum does not exist")
            .work(Work::Ails)
            .checked(GRACE)
            .load(31.0, 260 * MIB, (22_000.0, 40_000.0), 11);
        fresh.extend(place(&mut plan, [proxy, api, client], number, host, new, Initial::Absent));
    }

    let project = Some(CLUSTER);
    let deploy = |weight, text: &str| tell(project, SERVICE, ChangeKind::Deploy, weight, text);
    let text = "numbers-prod-api:42 → :43 (commit 9f3c2e1) by github-actions";
    plan.at(BEGINS, deploy(Weight::Notable, text));
    for (turn, begins) in ATTEMPTS.into_iter().enumerate() {
        for (place, slot) in fresh.iter().copied().enumerate() {
            // The second task comes some seconds after the first.
            let at = begins + if place < 3 { 0.0 } else { 5.0 };
            plan.at(at, Act::Create { slot, image: None });
            plan.at(at + 3.0, Act::Start { slot, by_policy: false });
        }
        let fails = ATTEMPTS.get(turn + 1).map_or(ROLLED_BACK, |next| next - 30.0);
        let text = if turn + 1 < ATTEMPTS.len() {
            "2 tasks failed container health checks and are replaced"
        } else {
            "numbers-prod-api:43 failed: the circuit breaker was triggered; rolling back to :42"
        };
        plan.at(fails - 2.0, deploy(Weight::Bad, text));
        for slot in &fresh {
            plan.at(fails, Act::Remove { slot: *slot });
        }
    }
    let text = "rolled back to numbers-prod-api:42, which is in steady state; :43 never served";
    plan.at(ROLLED_BACK + 27.0, deploy(Weight::Notable, text));
    let text = "snapshot numbers-prod-db-manual taken by ada: 20 GB";
    plan.at(-5_400.0, tell(project, "numbers-prod-db", ChangeKind::Database, Weight::Quiet, text));
    plan
}

pub(super) fn development() -> Blueprint {
    const CLUSTER: &str = "numbers-dev";
    let mut plan = Blueprint::new(CLUSTER, Technology::Ecs, "ecs://us-east-1/numbers-dev");
    plan.hosts = vec![zone("us-east-1a")];
    plan.pace = Some(500.0);
    let images = images(&mut plan, "dev", "latest", 0.06);
    plan.service(CLUSTER, "numbers-dev-api", 3, "task definition numbers-dev-api:117");
    let parts = task(CLUSTER, 117).map(|part| Part { per_minute: part.per_minute / 15.0, ..part });
    let slots = place(&mut plan, parts, 1, 0, images, Initial::Up { hours: 3.1, restarts: 0 });
    for turn in -4..24_i32 {
        let at = f64::from(turn) * 1_290.0 + 205.0;
        let deploy =
            |weight, text: &str| tell(Some(CLUSTER), "numbers-dev-api", ChangeKind::Deploy, weight, text);
        plan.at(at, deploy(Weight::Quiet, "new deployment of numbers-dev-api:117 by github-actions"));
        for slot in slots {
            plan.at(at + 8.0, Act::Replace { slot, image: None });
        }
        plan.at(at + 40.0, deploy(Weight::Good, "numbers-dev-api:117 in steady state"));
    }
    plan
}
