//! Rules about containers of Docker engines.

use super::{Findings, by_tier};
use crate::core::entity::Workload;
use crate::core::environment::Tier;
use crate::core::fleet::Fleet;

/// Parts of the names of images that are tools to administrate a database with.
const TOOLS: &[&str] =
    &["phpmyadmin", "adminer", "pgadmin", "mongo-express", "redis-commander", "redisinsight"];

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
