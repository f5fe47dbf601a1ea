//! The calls to AWS that a simulated cluster would have cost by now.

use std::sync::Arc;

use super::scene::Scene;
use crate::core::calls::{Calls, CallsId};
use crate::core::target::Technology;

/// What is asked about, how often in a minute, and how often AWS allows it.
const ASKED: &[(&str, u32, u32)] = &[
    ("services", 12, 1200),
    ("tasks and instances", 25, 1200),
    ("task definitions", 1, 1200),
    ("load balancers", 12, 600),
    ("instances and networks", 1, 1200),
    ("databases", 1, 600),
    ("log events", 24, 300),
];
/// For so many minutes they were made before the demo began.
const BEFORE: f64 = 12.0;

/// Those of a target; nothing where it is no cluster.
pub(super) fn calls(scene: &Scene) -> Option<Arc<[Calls]>> {
    let plan = scene.plan();
    if plan.technology != Technology::Ecs {
        return None;
    }
    let account = plan.id.as_str().split('-').next().unwrap_or_default();
    let whom: Arc<str> = Arc::from(format!("aws {account}/{}", plan.region));
    let minutes = BEFORE + scene.now().since(scene.start()) / 60.0;
    let one = |(category, minute, allowed): &(&'static str, u32, u32)| Calls {
        id: CallsId { whom: Arc::clone(&whom), category },
        made: (minutes * f64::from(*minute)) as u64,
        last_minute: *minute,
        allowed: *allowed,
        refused: 0,
        speed: 1.0,
        answered: Some(scene.now().stamp()),
    };
    Some(ASKED.iter().map(one).collect())
}
