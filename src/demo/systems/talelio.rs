//! talelio: two services on an ECS cluster with a single EC2 instance, and certbot in Docker beside them.
//!
//! Its part of the story: a deploy that had to stop the old task first, because both want port 8000.

use std::sync::Arc;

use crate::core::change::{ChangeKind, Weight};
use crate::core::entity::opening::Whom;
use crate::core::target::Technology;
use crate::demo::act::{Act, tell};
use crate::demo::blueprint::{Blueprint, Initial, Machine, Naming};
use crate::demo::part::{MIB, Part, Work};
use crate::demo::voice::{Topic, Voice};

const CLUSTER: &str = "talelio";
const REGISTRY: &str = "123456789012.dkr.ecr.eu-north-1.amazonaws.com";
const API: Topic = Topic {
    domain: "api.talelio.example",
    paths: &["/v1/health", "/v1/projects", "/v1/articles", "/v1/images", "/v1/accounts/login"],
    peer: "talelio-db.c2example.eu-north-1.rds.amazonaws.com:5432",
};
/// Seconds before the start at which the backend was deployed.
const DEPLOYED: f64 = -14_520.0;

pub(super) fn production() -> Blueprint {
    let mut plan = Blueprint::new(CLUSTER, Technology::Ecs, "ecs://eu-north-1/talelio");
    plan.region = "eu-north-1";
    plan.hosts.push(Machine::micro("i-0a91c7e55d3b20f64", "Docker 25.0.6, ECS agent 1.88.0", "1.44"));
    plan.pace = Some(520.0);
    let new = plan.image(&format!("{REGISTRY}/talel.io-backend:latest"), 214_000_000, 0.17);
    let web = plan.image(&format!("{REGISTRY}/nginx:latest"), 47_000_000, 88.0);
    let certbot = plan.image("certbot/certbot:v2.11.0", 129_000_000, 160.0);

    let backend = Part::new("talelio-backend", Voice::Gunicorn)
        .ecs(CLUSTER, "talelio-backend", "talelio-backend-task", 58)
        .about(API)
        .command("gunicorn --workers 2 --bind 0.0.0.0:8000 talelio_backend.app:app")
        .processes(&[
            "gunicorn: master [app:app]",
            "gunicorn: worker [app:app]",
            "gunicorn: worker [app:app]",
        ])
        .env(&[
            ("ENV", "production"),
            ("DB_HOST", super::TALELIO_DB),
            ("DB_USER", "talelio"),
            ("DB_PASSWORD", "demo-fjord-lantern-42"),
            ("SECRET_KEY", "demo-9c1d0b7e"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ])
        .published("0.0.0.0", 8000, 8000)
        .limit(300 * MIB)
        .checked(8.0)
        .load(2.6, 148 * MIB, (4_000.0, 9_000.0), 5);
    let backend =
        plan.slot(&Arc::new(backend), Naming::Task(1), new, Initial::Up { hours: 220.0, restarts: 0 });
    plan.service(CLUSTER, "talelio-backend", 1, "task definition talelio-backend-task:58");

    let nginx = Part::new("nginx", Voice::Nginx)
        .ecs(CLUSTER, "nginx", "nginx-task", 12)
        .about(Topic { peer: "172.17.0.1:8000", ..API })
        .command("nginx -g daemon off;")
        .processes(&["nginx: master process nginx -g daemon off;", "nginx: worker process"])
        .published("0.0.0.0", 80, 80)
        .published("0.0.0.0", 443, 443)
        .mount("letsencrypt", "/etc/letsencrypt", false)
        .limit(128 * MIB)
        .per_minute(55.0)
        .trouble((DEPLOYED, DEPLOYED + 38.0), 0.9, "connect() failed (111: Connection refused)")
        .load(0.8, 10 * MIB, (5_000.0, 12_000.0), 2);
    plan.slot(&Arc::new(nginx), Naming::Task(2), web, Initial::Up { hours: 2_112.0, restarts: 0 });
    plan.service(CLUSTER, "nginx", 1, "task definition nginx-task:12");

    let renew = Part::new("certbot", Voice::Certbot)
        .about(API)
        .command("certbot renew --webroot --webroot-path /var/www/certbot")
        .mount("letsencrypt", "/etc/letsencrypt", true)
        .work(Work::Job { seconds: 21.0, code: 0 });
    plan.slot(
        &Arc::new(renew),
        Naming::Docker(Arc::from("certbot")),
        certbot,
        Initial::Ended { hours: 21.4, code: 0 },
    );
    plan.volume("letsencrypt", None, 58_000, 430.0);

    let instance = ("sg-0d3b6a9f2e81c7054", "talelio-instance");
    let host = "instance i-0a91c7e55d3b20f64";
    plan.open(instance, host, 80, Whom::Everybody, "");
    plan.open(instance, host, 443, Whom::Everybody, "");
    plan.open(instance, host, 22, Whom::Net(Arc::from("203.0.113.17/32")), "ada, home");
    let from = Whom::Group(Arc::from(instance.0));
    plan.database("talelio-db", ("postgres", "12.14"), super::TALELIO_DB, |it| {
        it.has_standby = false;
        it.zone = Arc::from("eu-north-1b");
        it.backup_days = Some(1);
        it.groups = vec![Arc::from("sg-0f1e7d5c3b9a28640")];
        it.via = Some(Arc::from("ssh://ec2-user@13.48.20.61"));
    });
    plan.open(("sg-0f1e7d5c3b9a28640", "talelio-db"), "database talelio-db", 5432, from, "");

    let project = Some(CLUSTER);
    let certificate =
        |text: &str| tell(project, "api.talelio.example", ChangeKind::Certificate, Weight::Good, text);
    plan.at(-21.4 * 3600.0, certificate("renewed for 90 days; NGINX reloaded; the new serial is served"));
    let deploy = |weight, text: &str| tell(project, "talelio-backend", ChangeKind::Deploy, weight, text);
    plan.at(
        DEPLOYED - 70.0,
        deploy(Weight::Quiet, "talelio-backend-task:57 → :58 (image 8c1f2aa) by github-actions"),
    );
    let text =
        "unable to place a task: no container instance met all of its requirements (port 8000 is in use)";
    plan.at(DEPLOYED - 40.0, deploy(Weight::Notable, text));
    plan.at(DEPLOYED, Act::Replace { slot: backend, image: None });
    plan.at(
        DEPLOYED + 45.0,
        deploy(Weight::Good, "talelio-backend-task:58: steady state, after 38s without a backend"),
    );
    plan
}
