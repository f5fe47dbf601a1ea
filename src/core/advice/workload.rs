//! Rules about containers of Docker engines.

use super::{Findings, by_tier};
use crate::core::entity::Workload;
use crate::core::entity::workload::Port;
use crate::core::environment::Tier;
use crate::core::fleet::Fleet;

/// Ports that nobody but the services themselves should reach, and what listens there.
const INNER: &[(u16, &str)] = &[
    (1433, "SQL Server"),
    (2375, "the Docker engine without TLS"),
    (3306, "MySQL or MariaDB"),
    (5432, "Postgres"),
    (6379, "Redis"),
    (9200, "Elasticsearch"),
    (11211, "Memcached"),
    (27017, "MongoDB"),
];

/// Parts of the names of images that are tools to administrate a database with.
const TOOLS: &[&str] =
    &["phpmyadmin", "adminer", "pgadmin", "mongo-express", "redis-commander", "redisinsight"];

/// Databases and the like that are published on every address of their host.
pub(super) fn open_port(fleet: &Fleet, findings: &mut Findings<'_>) {
    for it in fleet.workloads.iter().filter(|it| it.is_up()) {
        for (port, public, name) in it.ports.iter().filter_map(open) {
            let what = format!("{name} is published on every address of {} as port {public}", it.host);
            let next =
                "publish it on 127.0.0.1 only, or not at all: Docker opens it past the host's firewall";
            findings.add(&it.id, &port.to_string(), by_tier(fleet, &it.id), what, next);
        }
    }
}

/// The inner port that is published on every address: it, the public one, and what listens there.
fn open(port: &Port) -> Option<(u16, u16, &'static str)> {
    let (address, public) = port.public.as_ref()?;
    // An engine that listens on both families tells of it twice.
    (&**address == "0.0.0.0").then_some(())?;
    let (private, name) = INNER.iter().find(|(inner, _)| *inner == port.private)?;
    Some((*private, *public, name))
}

/// Tools to administrate databases with, where customers are.
pub(super) fn admin_tool(fleet: &Fleet, findings: &mut Findings<'_>) {
    let in_production = |it: &Workload| {
        fleet.environment_of(it).is_some_and(|environment| environment.tier == Some(Tier::Production))
    };
    for it in fleet.workloads.iter().filter(|it| it.is_up() && is_tool(&it.image)) {
        if in_production(it) {
            let what = format!("the tool {} runs in production", it.image);
            let next = "stop it while nobody uses it";
            findings.add(&it.id, "", by_tier(fleet, &it.id), what, next);
        }
    }
}

fn is_tool(image: &str) -> bool {
    TOOLS.iter().any(|it| image.contains(it))
}
