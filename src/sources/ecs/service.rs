//! A service with its deployments.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::task::definition_name;
use super::{count, moment, text};
use crate::clients::aws::ecs::types;
use crate::core::entity::definition::Definition;
use crate::core::entity::rollout::{Deployment, Rollout, RolloutState};
use crate::core::entity::workload::{Health, State};
use crate::core::entity::{Service, Workload};
use crate::core::id::{EntityId, Kind, TargetId};

/// The service that ECS describes as `it`, with its containers.
pub(super) fn service<'a>(
    target: &TargetId,
    cluster: &str,
    it: &types::Service,
    definition: Option<Arc<Definition>>,
    workloads: impl Iterator<Item = &'a Workload>,
) -> Service {
    let name = text(it.service_name());
    let running: Vec<&Workload> =
        workloads.filter(|it| it.service.as_ref() == Some(&name) && it.state == State::Running).collect();
    let first = running.first();
    Service {
        id: EntityId::new(Kind::Service, target, format!("{cluster}/{name}")),
        project: text(Some(cluster)),
        desired: count(it.desired_count()),
        running: count(it.running_count()),
        unhealthy: count_of(&running, |it| it.health == Health::Unhealthy),
        image: first.map(|it| Arc::clone(&it.image)).unwrap_or_default(),
        mixed_images: is_mixed(&running),
        ports: first.map(|it| published(it)).unwrap_or_default(),
        origin: Arc::from(format!(
            "task definition {}",
            definition_name(it.task_definition().unwrap_or_default())
        )),
        rollout: Some(rollout(it)),
        definition,
        name,
    }
}

fn count_of(workloads: &[&Workload], is: impl Fn(&Workload) -> bool) -> u32 {
    u32::try_from(workloads.iter().filter(|it| is(it)).count()).unwrap_or(u32::MAX)
}

/// The containers of one task run different images; mixed are they where two of the same name do.
fn is_mixed(running: &[&Workload]) -> bool {
    let of = |it: &Workload| it.task.as_ref().map(|task| Arc::clone(&task.container));
    let names: BTreeSet<_> = running.iter().map(|it| of(it)).collect();
    let images: BTreeSet<_> = running.iter().map(|it| (of(it), &it.image, &it.image_digest)).collect();
    images.len() > names.len()
}

fn published(it: &Workload) -> Arc<str> {
    let public = it.ports.iter().filter_map(|it| Some(format!("{}→{}", it.public.as_ref()?.1, it.private)));
    Arc::from(public.collect::<Vec<_>>().join(", "))
}

fn rollout(it: &types::Service) -> Rollout {
    let settings = it.deployment_configuration();
    let breaker = settings.and_then(|it| it.deployment_circuit_breaker());
    let mut deployments: Vec<Deployment> = it.deployments().iter().map(deployment).collect();
    deployments.sort_by_key(|it| !it.is_primary);
    Rollout {
        deployments,
        breaker: breaker.filter(|it| it.enable()).map(types::DeploymentCircuitBreaker::rollback),
        least: settings.and_then(types::DeploymentConfiguration::minimum_healthy_percent).map(count),
    }
}

fn deployment(it: &types::Deployment) -> Deployment {
    Deployment {
        id: text(it.id()),
        definition: definition_name(it.task_definition().unwrap_or_default()),
        is_primary: it.status() == Some("PRIMARY"),
        state: match it.rollout_state() {
            Some(types::DeploymentRolloutState::InProgress) => RolloutState::InProgress,
            Some(types::DeploymentRolloutState::Completed) => RolloutState::Completed,
            Some(types::DeploymentRolloutState::Failed) => RolloutState::Failed,
            _ => RolloutState::Unknown,
        },
        reason: text(it.rollout_state_reason()),
        desired: count(it.desired_count()),
        running: count(it.running_count()),
        pending: count(it.pending_count()),
        failed: count(it.failed_tasks()),
        created: moment(it.created_at()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_deployment_stands_first_and_the_breaker_is_told() {
        let of = |status: &str, revision: u32| {
            types::Deployment::builder()
                .id(format!("ecs-svc/{revision}"))
                .status(status)
                .task_definition(format!("arn:aws:ecs:us-east-1:1:task-definition/api:{revision}"))
                .rollout_state(types::DeploymentRolloutState::InProgress)
                .build()
        };
        let breaker = types::DeploymentCircuitBreaker::builder().enable(true).rollback(false).build();
        let it = types::Service::builder()
            .service_name("api")
            .task_definition("arn:aws:ecs:us-east-1:1:task-definition/api:43")
            .deployments(of("ACTIVE", 42))
            .deployments(of("PRIMARY", 43))
            .deployment_configuration(
                types::DeploymentConfiguration::builder().deployment_circuit_breaker(breaker).build(),
            )
            .build();
        let service = service(&TargetId::new("t"), "numbers", &it, None, std::iter::empty());
        assert_eq!((&*service.id.name, &*service.origin), ("numbers/api", "task definition api:43"));
        let rollout = service.rollout.unwrap_or_default();
        assert_eq!(rollout.primary().map(|it| &*it.definition), Some("api:43"));
        assert_eq!((rollout.deployments.len(), rollout.breaker), (2, Some(false)));
    }
}
