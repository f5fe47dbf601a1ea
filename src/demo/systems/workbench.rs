//! The workbench: a developer's machine with the development twin of fibonacci, a Compose project on port 3050, and
//! what lies on every such machine: forgotten containers, dangling images, volumes that nobody uses.

use std::sync::Arc;

use super::fibonacci::{api, client, nginx, worker};
use crate::core::target::Technology;
use crate::demo::blueprint::{Blueprint, Initial, Machine, Naming, Picture};
use crate::demo::part::{GIB, MIB, NOTHING, Part, Work};
use crate::demo::voice::{Topic, Voice};

const PROJECT: &str = "fibonacci";

pub(super) fn development() -> Blueprint {
    let mut plan = Blueprint::new("local", Technology::Docker, "unix:///var/run/docker.sock");
    plan.hosts.push(Machine {
        name: Arc::from("workbench"),
        engine: "Docker 28.2.2",
        api: "1.50",
        os: "Debian GNU/Linux 13 (trixie)",
        kernel: "6.12.8-amd64",
        architecture: "x86_64",
        cpus: 8,
        memory: 32 * GIB,
        warnings: vec!["WARNING: No swap limit support"],
    });
    plan.pace = Some(300.0);
    plan.build_cache = 8_450_000_000;
    plan.docker_networks(402.0);
    plan.network("fibonacci_default", "172.18.0.0/16", Some(PROJECT), 3.0);
    plan.network("shop-prototype_default", "172.23.0.0/16", Some("shop-prototype"), 71.0);
    plan.volume("fibonacci_pgdata", Some(PROJECT), 48_300_000, 3.0);
    plan.volume("shop-prototype_uploads", Some("shop-prototype"), 715_000_000, 71.0);
    plan.volume("9d8e1c4b7a60f2d35e81c09ab4f7d62e3c5b08a1f94d7e26b3c8a50f1e7d4b92", None, 32_100_000, 71.0);
    twin(&mut plan);
    leftovers(&mut plan);
    plan
}

/// The Compose project, with its databases in containers.
fn twin(plan: &mut Blueprint) {
    let up = Initial::Up { hours: 2.4, restarts: 0 };
    let compose = |part: Part| {
        Part {
            env: [part.env.clone(), vec![(Arc::from("NODE_ENV"), Arc::from("development"))]].concat(),
            ..part
        }
        .compose(PROJECT, "/home/ada/src/fibonacci")
        .policy("no")
    };
    let quiet = |part: Part| Part { per_minute: part.per_minute / 12.0, ..part };
    let services = [
        (quiet(nginx()).published("0.0.0.0", 3050, 80), "fibonacci-nginx:latest", 43),
        (
            Part { voice: Voice::DevServer, per_minute: 0.2, ..client().command("npm run start") },
            "fibonacci-client:latest",
            412,
        ),
        (quiet(api("postgres", "redis", "postgres_password")), "fibonacci-api:latest", 188),
        (quiet(worker("redis")), "fibonacci-worker:latest", 179),
    ];
    for (part, tag, megabytes) in services {
        let picture = Picture {
            tag: Arc::from(tag),
            size: megabytes * 1_000_000,
            age: 0.1,
            pulled: false,
            present: true,
        };
        let image = plan.picture(picture);
        plan.composed(compose(part), image, up);
    }
    let postgres = Part::new("postgres", Voice::Postgres)
        .command("postgres")
        .processes(&[
            "postgres",
            "postgres: checkpointer",
            "postgres: walwriter",
            "postgres: postgres fibvalues idle",
        ])
        .env(&[("POSTGRES_PASSWORD", "postgres_password")])
        .exposed(5432)
        .mount("fibonacci_pgdata", "/var/lib/postgresql/data", true)
        .checked(3.0)
        .load(0.8, 61 * MIB, (2_000.0, 3_000.0), 7)
        .block(0.0, 9_000.0);
    let image = plan.image("postgres:16-alpine", 274_000_000, 19.0);
    plan.composed(compose(postgres), image, up);
    let redis = Part::new("redis", Voice::Redis).command("redis-server").exposed(6379).load(
        0.3,
        9 * MIB,
        (900.0, 800.0),
        6,
    );
    let image = plan.image("redis:7-alpine", 41_400_000, 30.0);
    plan.composed(compose(redis), image, up);
}

fn leftovers(plan: &mut Blueprint) {
    let orders = Part::new("orders-sandbox", Voice::Java)
        .about(Topic { peer: "orders-db:5432", ..NOTHING })
        .command("java -Xmx512m -jar /app/orders.jar")
        .env(&[("SPRING_DATASOURCE_PASSWORD", "demo-orders-pw"), ("JAVA_OPTS", "-Xmx512m")])
        .published("127.0.0.1", 8088, 8080)
        .networks(&["bridge"])
        .limit(768 * MIB)
        .load(6.0, 437 * MIB, (1_000.0, 2_000.0), 41)
        .trouble(
            (-1_900.0, -1_860.0),
            0.7,
            "HikariPool-1 - Connection is not available, request timed out after 30000ms",
        );
    let image = plan.image("registry.example/orders:2.14.0", 391_000_000, 8.0);
    plan.slot(
        &Arc::new(orders),
        Naming::Docker(Arc::from("orders-sandbox")),
        image,
        Initial::Up { hours: 27.0, restarts: 0 },
    );
    let hello = Part::new("hello", Voice::Batch)
        .command("/hello")
        .networks(&["bridge"])
        .work(Work::Job { seconds: 1.0, code: 0 });
    let image = plan.image("hello-world:latest", 13_300, 580.0);
    plan.slot(
        &Arc::new(hello),
        Naming::Docker(Arc::from("brave_curie")),
        image,
        Initial::Ended { hours: 390.0, code: 0 },
    );
    let migrate = Part::new("migrate", Voice::Batch)
        .command("python manage.py migrate")
        .networks(&["bridge"])
        .work(Work::Job { seconds: 6.0, code: 1 });
    let image = plan.image("python:3.12-slim", 124_000_000, 44.0);
    plan.slot(
        &Arc::new(migrate),
        Naming::Docker(Arc::from("eager_noether")),
        image,
        Initial::Ended { hours: 49.0, code: 1 },
    );
    for (megabytes, age) in [(402, 0.4), (398, 1.2), (188, 1.3)] {
        plan.picture(Picture {
            tag: Arc::from(""),
            size: megabytes * 1_000_000,
            age,
            pulled: false,
            present: true,
        });
    }
}
