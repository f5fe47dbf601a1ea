//! Advice: what is not broken now, and should be mended all the same. Each finding has its reason and the next step.
//!
//! A new rule is one function in one of these files and one line in [`RULES`].
//!
//! | file | what its rules look at |
//! |---|---|
//! | `database` | databases that AWS runs |
//! | `definition` | task definitions of ECS services |
//! | `deployment` | whether a service can be deployed, and what happens when that fails |
//! | `exposure` | who can reach what |
//! | `image` | what runs beside what registries have |
//! | `workload` | containers of Docker engines |

mod database;
mod definition;
mod deployment;
mod exposure;
mod image;
mod workload;

use std::sync::Arc;

use serde::Serialize;

use super::change::Weight;
use super::environment::{Domain, Tier};
use super::fleet::Fleet;
use super::id::EntityId;
use super::time::Now;

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Which finding it is.
    pub id: AdviceId,
    /// How urgent it is: [`Weight::Bad`] or [`Weight::Notable`].
    pub weight: Weight,
    /// What is wrong.
    pub what: Arc<str>,
    /// What to do about it.
    pub next: Arc<str>,
}

/// Which finding it is, whatever its words are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AdviceId {
    /// The rule that found it.
    pub rule: &'static str,
    /// What it is about.
    pub entity: EntityId,
    /// Which of several findings of that rule about it: a container, a port.
    pub part: Arc<str>,
}

/// Looks at the fleet, and tells each finding.
type Rule = fn(&Fleet, &mut Findings<'_>);

/// All rules, by the name that a finding of theirs has.
const RULES: &[(&str, Rule)] = &[
    ("secret-in-clear", definition::secret_in_clear),
    ("same-image", definition::same_image),
    ("no-logs", definition::no_logs),
    ("port-in-host", definition::port_in_host),
    ("moving-tag", definition::moving_tag),
    ("stuck-deployment", deployment::stuck),
    ("no-breaker", deployment::no_breaker),
    ("mixed-images", deployment::mixed_images),
    ("drift", image::drift),
    ("no-way-back", image::no_way_back),
    ("open-port", exposure::open_port),
    ("no-way", exposure::no_way),
    ("not-read", exposure::not_read),
    ("admin-tool", workload::admin_tool),
    ("database-down", database::down),
    ("no-backups", database::no_backups),
    ("public-database", database::public),
    ("end-of-life", database::end_of_life),
    ("no-standby", database::no_standby),
    ("not-protected", database::not_protected),
    ("not-encrypted", database::not_encrypted),
    ("certificate-ends", database::certificate_ends),
];

/// Where rules put what they find.
struct Findings<'a> {
    rule: &'static str,
    /// The moment that the fleet is looked at.
    now: Now,
    all: &'a mut Vec<Advice>,
}

impl Findings<'_> {
    fn add(&mut self, entity: &EntityId, part: &str, weight: Weight, what: String, next: &str) {
        let id = AdviceId { rule: self.rule, entity: entity.clone(), part: Arc::from(part) };
        self.all.push(Advice { id, weight, what: Arc::from(what), next: Arc::from(next) });
    }
}

/// All that is found in the fleet, in the order of [`RULES`].
pub fn advice(fleet: &Fleet, now: Now) -> Vec<Advice> {
    let mut all = Vec::new();
    for (name, rule) in RULES {
        rule(fleet, &mut Findings { rule: name, now, all: &mut all });
    }
    all
}

/// What is bad where customers are on it, and worth a look elsewhere.
fn by_tier(fleet: &Fleet, entity: &EntityId) -> Weight {
    let own = Domain::of_entity(&fleet.environments, entity, fleet.project_of(entity)).tier;
    // What belongs to no environment by itself, a security group for one, is shared by those of its target.
    let tier = own.or_else(|| Domain::of_shared(&fleet.environments, &entity.target).tier);
    if tier == Some(Tier::Production) { Weight::Bad } else { Weight::Notable }
}
