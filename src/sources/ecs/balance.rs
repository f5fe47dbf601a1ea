//! What load balancers think of the containers of tasks.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::text;
use crate::clients::aws::balancers::types::{TargetGroup, TargetHealthDescription, TargetHealthReasonEnum};
use crate::clients::aws::ecs::types;
use crate::core::entity::Workload;
use crate::core::entity::task::Balanced;
use crate::core::entity::workload::Health;

/// What the target groups of a cluster think of their targets, by the ARN of the group.
pub(super) type Verdicts = BTreeMap<String, Verdict>;

/// What one target group thinks of its targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    name: Arc<str>,
    /// State and reason, by address (or EC2 instance) and port.
    targets: HashMap<(String, i32), (Arc<str>, Arc<str>)>,
}

impl Verdict {
    /// What a group says.
    pub(super) fn new(group: Option<&TargetGroup>, targets: &[TargetHealthDescription]) -> Self {
        let target = |it: &TargetHealthDescription| {
            let target = it.target()?;
            let health = it.target_health()?;
            let state = Arc::from(health.state()?.as_str());
            let why = health.description().or_else(|| health.reason().map(TargetHealthReasonEnum::as_str));
            Some(((target.id()?.to_owned(), target.port().unwrap_or_default()), (state, text(why))))
        };
        Self {
            name: text(group.and_then(TargetGroup::target_group_name)),
            targets: targets.iter().filter_map(target).collect(),
        }
    }
}

/// What is known of one task: where its containers can be reached.
pub(super) struct Place<'a> {
    pub(super) task: &'a types::Task,
    /// The EC2 instance that it runs on.
    pub(super) instance: Option<&'a Arc<str>>,
}

/// Writes the verdict of the load balancer onto the containers of a task that it sends requests to.
pub(super) fn judge(
    workloads: &mut [Workload],
    place: &Place<'_>,
    service: &types::Service,
    verdicts: &Verdicts,
) {
    for balancer in service.load_balancers() {
        let Some(name) = balancer.container_name() else { continue };
        let Some(verdict) = balancer.target_group_arn().and_then(|arn| verdicts.get(arn)) else { continue };
        let is_it = |it: &&mut Workload| it.task.as_ref().is_some_and(|task| &*task.container == name);
        let Some(workload) = workloads.iter_mut().find(is_it).filter(|it| it.is_up()) else { continue };
        let found = addresses(place, name, balancer.container_port().unwrap_or_default());
        let found = found.into_iter().find_map(|it| verdict.targets.get(&it));
        let (state, why) = found.cloned().unwrap_or_default();
        let new = Balanced { group: Arc::clone(&verdict.name), state, why };
        let Some(task) = workload.task.as_mut() else { continue };
        // Of several, the worst counts.
        if task.balanced.as_ref().is_none_or(Balanced::is_healthy) {
            workload.health = joined(workload.health, &new);
            task.balanced = Some(new);
        }
    }
}

/// Where a target group knows a container from: by the address of its task, or by its instance and port there.
fn addresses(place: &Place<'_>, container: &str, port: i32) -> Vec<(String, i32)> {
    let Some(it) = place.task.containers().iter().find(|it| it.name() == Some(container)) else {
        return Vec::new();
    };
    let own = it.network_interfaces().iter().filter_map(|it| it.private_ipv4_address());
    let details = place.task.attachments().iter().flat_map(types::Attachment::details);
    let of_task = details.filter(|it| it.name() == Some("privateIPv4Address"));
    let of_task = of_task.filter_map(types::KeyValuePair::value);
    let by_address = own.chain(of_task).map(|address| (address.to_owned(), port));
    let bindings = it.network_bindings().iter().filter(|it| it.container_port() == Some(port));
    let by_instance = bindings.filter_map(|it| Some((place.instance?.to_string(), it.host_port()?)));
    by_address.chain(by_instance).collect()
}

/// The verdict of a container's own check, and that of the load balancer.
fn joined(own: Health, balanced: &Balanced) -> Health {
    match (own, &*balanced.state) {
        (Health::Unhealthy, _) => own,
        _ if balanced.is_bad() => Health::Unhealthy,
        (Health::None, "initial") => Health::Starting,
        (Health::None, "healthy") => Health::Healthy,
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::clients::aws::balancers::types::{TargetDescription, TargetHealth, TargetHealthStateEnum};
    use crate::core::id::TargetId;
    use crate::sources::ecs::task;

    const GROUP: &str = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web/1";

    fn said(id: &str, port: i32, state: TargetHealthStateEnum) -> TargetHealthDescription {
        TargetHealthDescription::builder()
            .target(TargetDescription::builder().id(id).port(port).build())
            .target_health(
                TargetHealth::builder()
                    .state(state)
                    .description("Health checks failed with these codes: [502]")
                    .build(),
            )
            .build()
    }

    fn service() -> types::Service {
        let balancer = types::LoadBalancer::builder()
            .target_group_arn(GROUP)
            .container_name("web")
            .container_port(80)
            .build();
        types::Service::builder().service_name("web").load_balancers(balancer).build()
    }

    fn judged(container: types::builders::ContainerBuilder, targets: &[TargetHealthDescription]) -> Workload {
        let address = types::KeyValuePair::builder().name("privateIPv4Address").value("10.0.1.7").build();
        let it = types::Task::builder()
            .task_arn("arn:aws:ecs:us-east-1:1:task/c/0123456789")
            .last_status("RUNNING")
            .attachments(types::Attachment::builder().details(address).build())
            .containers(container.name("web").last_status("RUNNING").build())
            .build();
        let mut workloads = task::bare(&TargetId::new("t"), &it);
        let verdicts = Verdicts::from([(GROUP.to_owned(), Verdict::new(None, targets))]);
        let instance = Arc::from("i-1");
        judge(&mut workloads, &Place { task: &it, instance: Some(&instance) }, &service(), &verdicts);
        workloads.remove(0)
    }

    #[test]
    fn a_target_is_found_by_the_address_of_its_task_or_by_its_instance_and_port() {
        let container = types::Container::builder;
        let bad = said("10.0.1.7", 80, TargetHealthStateEnum::Unhealthy);
        let it = judged(container(), &[said("10.0.1.8", 80, TargetHealthStateEnum::Healthy), bad]);
        assert_eq!(it.health, Health::Unhealthy);
        let words = it.task.unwrap().balanced.unwrap().words();
        assert_eq!(words, "unhealthy: Health checks failed with these codes: [502]");
        let binding = types::NetworkBinding::builder().container_port(80).host_port(32_768).build();
        let on_instance = container().network_bindings(binding);
        let it = judged(on_instance, &[said("i-1", 32_768, TargetHealthStateEnum::Initial)]);
        assert_eq!(it.health, Health::Starting);
    }

    #[test]
    fn a_container_that_the_balancer_does_not_know_is_not_registered() {
        let it = judged(types::Container::builder(), &[]);
        assert_eq!(
            (it.health, it.task.unwrap().balanced.unwrap().words()),
            (Health::None, "not registered".to_owned())
        );
    }

    #[test]
    fn the_worse_of_both_checks_counts() {
        let sick = types::Container::builder().health_status(types::HealthStatus::Unhealthy);
        let it = judged(sick, &[said("10.0.1.7", 80, TargetHealthStateEnum::Healthy)]);
        assert_eq!(it.health, Health::Unhealthy);
        let well = types::Container::builder().health_status(types::HealthStatus::Healthy);
        let it = judged(well, &[said("10.0.1.7", 80, TargetHealthStateEnum::Draining)]);
        assert_eq!(it.health, Health::Healthy);
    }
}
