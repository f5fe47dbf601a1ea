//! The systems of the simulated fleet: which environments there are, and the blueprints of their targets.
//!
//! One file for each system of the product's list: what it consists of, and its part of the story.

mod bulk;
mod covfefe;
mod fibonacci;
mod numbers;
mod smallsite;
mod talelio;
mod workbench;

use std::sync::Arc;

use super::blueprint::Blueprint;
use super::moment::Moment;
use crate::core::environment::{Environment, Place, Tier};
use crate::core::id::{EnvironmentId, TargetId};

/// Hosts of databases and caches, as the parts of the systems know them.
pub(super) const NUMBERS_DB: &str = "numbers-prod-db.c4example.us-east-1.rds.amazonaws.com";
pub(super) const FIBONACCI_DB: &str = "fibonacci-prod-db.c9zexample.us-east-1.rds.amazonaws.com";
pub(super) const FIBONACCI_CACHE: &str = "fibonacci-redis.x7example.0001.use1.cache.amazonaws.com";
pub(super) const TALELIO_DB: &str = "talelio-db.c2example.eu-north-1.rds.amazonaws.com";

/// The environments and the targets that they run on.
#[derive(Debug, Default)]
pub(super) struct Systems {
    pub(super) environments: Vec<Environment>,
    pub(super) blueprints: Vec<Blueprint>,
}

/// The five systems as they are at `start`, and `bulk` beside them: hosts, and containers on each.
pub(super) fn all(start: Moment, bulk: Option<(u32, u32)>) -> Systems {
    let mut systems = Systems {
        environments: vec![
            environment("numbers-prod", Some(Tier::Production), &[("numbers-prod", None)]),
            environment("covfefe", Some(Tier::Production), &[("covfefe", None)]),
            environment("fibonacci", Some(Tier::Production), &[("fibonacci-prod", None)]),
            environment("talelio", Some(Tier::Production), &[("talelio", None)]),
            environment("smallsite", Some(Tier::Production), &[("smallsite", None)]),
            environment("covfefe-staging", Some(Tier::Staging), &[("covfefe-staging", None)]),
            environment("numbers-dev", Some(Tier::Development), &[("numbers-dev", None)]),
            environment("fibonacci-dev", Some(Tier::Development), &[("local", Some("fibonacci"))]),
            // What was found on the way and is in no configuration.
            environment("local", None, &[("local", None)]),
        ],
        blueprints: vec![
            numbers::production(),
            covfefe::production(),
            fibonacci::production(),
            talelio::production(),
            smallsite::production(start),
            covfefe::staging(),
            numbers::development(),
            workbench::development(),
        ],
    };
    if let Some((hosts, containers)) = bulk {
        bulk::add(&mut systems, hosts, containers);
    }
    systems
}

fn environment(name: &str, tier: Option<Tier>, places: &[(&str, Option<&str>)]) -> Environment {
    let places = places
        .iter()
        .map(|(target, project)| Place { target: TargetId::new(target), project: project.map(Arc::from) })
        .collect();
    Environment { id: EnvironmentId::new(name), tier, read_only: false, places }
}
