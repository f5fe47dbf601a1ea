//! Rules about deployments: whether one can succeed, what happens when it fails, and whether one was left half done.

use super::Findings;
use crate::core::change::Weight;
use crate::core::entity::Service;
use crate::core::entity::rollout::{Rollout, RolloutState};
use crate::core::fleet::Fleet;

/// A service whose tasks take a fixed port of their host, on so few hosts that no second task fits beside them, and of
/// which none may be stopped first: its next deployment never begins.
pub(super) fn stuck(fleet: &Fleet, findings: &mut Findings<'_>) {
    for service in fleet.services.iter() {
        let Some((ports, instances)) = wedged(fleet, service) else { continue };
        let hosts = if instances == 1 { "one instance".to_owned() } else { format!("{instances} instances") };
        let what = format!(
            "it takes {ports} of its host, there is {hosts} for {} {}, and none may stop first: a deployment never begins",
            service.desired,
            if service.desired == 1 { "task" } else { "tasks" }
        );
        let next = "set minimumHealthyPercent to 0 (with a moment of downtime), or use dynamic ports or another instance";
        findings.add(&service.id, "", Weight::Bad, what, next);
    }
}

/// The fixed ports and the count of instances of a service that is stuck by them.
fn wedged(fleet: &Fleet, service: &Service) -> Option<(String, u32)> {
    let definition = service.definition.as_ref()?;
    let mut ports: Vec<u16> = definition.containers.iter().flat_map(|it| &it.host_ports).copied().collect();
    ports.sort_unstable();
    ports.dedup();
    // Fargate gives each task an address of its own.
    if ports.is_empty() || definition.is_fargate || service.desired == 0 {
        return None;
    }
    // What has room for tasks is a container instance.
    let on_it = fleet.hosts.iter().filter(|it| it.id.target == service.id.target && it.room.is_some());
    let instances = u32::try_from(on_it.count()).unwrap_or(u32::MAX);
    let least = service.rollout.as_ref()?.least.unwrap_or(100);
    let must_run = (u64::from(service.desired) * u64::from(least)).div_ceil(100);
    let none_may_stop = must_run >= u64::from(service.desired);
    let word = if ports.len() == 1 { "port" } else { "ports" };
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    let is_stuck = (1..=service.desired).contains(&instances) && none_may_stop;
    is_stuck.then(|| (format!("{word} {}", ports.join(", ")), instances))
}

/// A service whose failed deployment starts tasks for ever.
pub(super) fn no_breaker(fleet: &Fleet, findings: &mut Findings<'_>) {
    for service in fleet.services.iter() {
        let is_off =
            service.rollout.as_ref().is_some_and(|it| it.breaker.is_none() && !it.deployments.is_empty());
        if is_off {
            let what = "its circuit breaker is off: a deployment that fails starts tasks for ever".to_owned();
            let next = "switch the deployment circuit breaker on, with rollback";
            findings.add(&service.id, "", Weight::Notable, what, next);
        }
    }
}

/// A service whose workloads run different images, though nothing is deployed.
pub(super) fn mixed_images(fleet: &Fleet, findings: &mut Findings<'_>) {
    for service in fleet.services.iter().filter(|it| it.mixed_images) {
        let is_under_way = |it: &Rollout| {
            it.deployments.len() > 1 || it.primary().is_some_and(|it| it.state == RolloutState::InProgress)
        };
        if !service.rollout.as_ref().is_some_and(is_under_way) {
            let what =
                format!("its workloads run {} and others: a deployment was left half done", service.image);
            findings.add(&service.id, "", Weight::Notable, what, "deploy it again");
        }
    }
}
