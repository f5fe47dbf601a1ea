//! The deployments of a service of a simulated cluster, as ECS would remember them: one for each revision.

use std::sync::Arc;

use super::chance::Seed;
use super::definition::{newest, oldest, registered};
use super::scene::Scene;
use crate::core::entity::Entity;
use crate::core::entity::deployed::{Deployed, Status};
use crate::core::entity::revision;
use crate::core::entity::rollout::RolloutState;
use crate::core::id::{EntityId, Kind};

/// Of so many revisions, one was rolled back.
const BAD_ONE_OF: u64 = 5;
/// Failed tasks after which the circuit breaker gives up.
const THRESHOLD: u32 = 3;
const BROKEN: &str = "Service deployment rolled back because the circuit breaker threshold was exceeded.";

/// The deployments of a service, the newest first; `None` where there is no such service.
pub(super) fn of(scene: &Scene, id: &EntityId) -> Option<Vec<Deployed>> {
    let Some(Entity::Service(service)) = scene.list(Kind::Service).into_iter().find(|it| it.id() == id)
    else {
        return None;
    };
    let rollout = service.rollout.as_ref()?;
    let primary = rollout.primary()?;
    let (family, current) = revision::split(&primary.definition)?;
    let newest = newest(scene, family)?;
    let deployment = |number: u32, from: u32| {
        let seed = Seed::new(4).named(family).of(u64::from(number));
        let is_bad = number < newest && seed.of(1).below(BAD_ONE_OF) == 0;
        let status = match (number == newest, primary.state) {
            (false, _) if is_bad => Status::RolledBack,
            (true, _) if current != newest => Status::RolledBack,
            (true, RolloutState::InProgress) => Status::InProgress,
            _ => Status::Succeeded,
        };
        let started = registered(scene, family, number, newest).plus(40.0);
        let took = 95.0 + seed.of(2).below(160) as f64;
        let is_broken = status == Status::RolledBack;
        let failures = match status {
            Status::RolledBack => THRESHOLD,
            Status::InProgress => THRESHOLD - 1,
            _ => 0,
        };
        Deployed {
            service: id.clone(),
            id: Arc::from(seed.of(3).hex(20)),
            status,
            reason: Arc::from(""),
            started: Some(started.stamp()),
            finished: (status != Status::InProgress).then(|| started.plus(took).stamp()),
            from: vec![Arc::from(format!("{family}:{from}"))],
            to: Arc::from(format!("{family}:{number}")),
            breaker: rollout.breaker.map(|_| (failures, THRESHOLD)),
            is_broken,
            rollback: Arc::from(if is_broken { BROKEN } else { "" }),
            stage: Arc::from(""),
            requested: primary.desired,
            running: if status == Status::Succeeded { primary.desired } else { 0 },
        }
    };
    let mut all: Vec<Deployed> = Vec::new();
    let mut from = oldest(newest);
    for number in oldest(newest) + 1..=newest {
        let it = deployment(number, from);
        // What was rolled back is not what the next one comes after.
        if it.status != Status::RolledBack {
            from = number;
        }
        all.push(it);
    }
    all.reverse();
    Some(all)
}
