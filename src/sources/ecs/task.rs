//! The containers of a task, as workloads.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{last_part, moment, text};
use crate::clients::aws::ecs::types;
use crate::core::entity::Workload;
use crate::core::entity::task::{Task, TaskEnd};
use crate::core::entity::workload::{Exit, Health, Port, State};
use crate::core::id::{EntityId, Kind, TargetId};

/// Characters of a task's id that tell it from the others of its service.
const SHORT: usize = 6;
/// What the agent writes onto the containers that it starts; the rest are made up from the task.
const LABELS: [&str; 5] = [
    "com.amazonaws.ecs.cluster",
    "com.amazonaws.ecs.container-name",
    "com.amazonaws.ecs.task-arn",
    "com.amazonaws.ecs.task-definition-family",
    "com.amazonaws.ecs.task-definition-version",
];

/// Where the tasks of a cluster run.
pub(super) struct Site<'a> {
    pub(super) target: &'a TargetId,
    pub(super) cluster: &'a str,
    /// The EC2 instances, by the ARN of their registration.
    pub(super) instances: &'a BTreeMap<String, Arc<str>>,
}

/// The containers of a task. One that has not been placed yet has them all the same.
pub(super) fn workloads(site: &Site<'_>, it: &types::Task) -> Vec<Workload> {
    it.containers().iter().map(|container| workload(site, it, container)).collect()
}

/// The containers of a task, of whose cluster nothing is known.
pub(super) fn bare(target: &TargetId, it: &types::Task) -> Vec<Workload> {
    workloads(&Site { target, cluster: "", instances: &BTreeMap::new() }, it)
}

/// The service that started a task.
pub(super) fn service_of(it: &types::Task) -> Option<Arc<str>> {
    it.group()?.strip_prefix("service:").map(|name| text(Some(name)))
}

/// `family:revision` of the ARN of a task definition.
pub(super) fn definition_name(arn: &str) -> Arc<str> {
    text(Some(last_part(arn)))
}

fn workload(site: &Site<'_>, it: &types::Task, container: &types::Container) -> Workload {
    let arn = it.task_arn().unwrap_or_default();
    let id = last_part(arn);
    let name = container.name().unwrap_or_default();
    let definition_arn = it.task_definition_arn().unwrap_or_default();
    let definition = definition_name(definition_arn);
    let zone = text(it.availability_zone());
    let host = it.container_instance_arn().and_then(|arn| site.instances.get(arn)).unwrap_or(&zone);
    let state = state(it, container);
    let end = ended(it);
    Workload {
        id: EntityId::new(Kind::Workload, site.target, text(Some(&format!("{id}/{name}")))),
        name: text(Some(&format!("{name}-{}", id.get(..SHORT).unwrap_or(id)))),
        state,
        health: health(container),
        exit: matches!(state, State::Exited).then(|| exit(container, end.as_ref())),
        restarts: None,
        created: moment(it.created_at()).unwrap_or(Timestamp::UNIX_EPOCH),
        started: moment(it.started_at()),
        image: text(container.image()),
        image_digest: text(container.image_digest()),
        command: Arc::from(""),
        ports: ports(container),
        project: Some(text(Some(site.cluster))),
        service: service_of(it),
        networks: Vec::new(),
        mounts: Vec::new(),
        labels: labels(site, arn, name, &definition),
        host: Arc::clone(host),
        task: Some(Box::new(Task {
            arn: text(Some(arn)),
            definition,
            definition_arn: text(Some(definition_arn)),
            container: text(Some(name)),
            runtime: container.runtime_id().map(|it| text(Some(it))),
            zone,
            launch: text(it.launch_type().map(types::LaunchType::as_str)),
            started_by: text(it.started_by()),
            balanced: None,
            end,
        })),
    }
}

fn labels(site: &Site<'_>, arn: &str, name: &str, definition: &str) -> BTreeMap<Arc<str>, Arc<str>> {
    let (family, revision) = definition.rsplit_once(':').unwrap_or((definition, ""));
    let values = [site.cluster, name, arn, family, revision];
    LABELS.into_iter().zip(values).map(|(key, value)| (Arc::from(key), text(Some(value)))).collect()
}

/// How a task ended. One that is being stopped has a reason already, and no end.
fn ended(it: &types::Task) -> Option<TaskEnd> {
    (it.last_status() == Some("STOPPED")).then(|| TaskEnd {
        code: text(it.stop_code().map(types::TaskStopCode::as_str)),
        reason: text(it.stopped_reason()),
        at: moment(it.stopped_at()),
    })
}

/// The life of a container: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>.
/// Its own status may lag behind that of its task.
fn state(it: &types::Task, container: &types::Container) -> State {
    let of_task = it.last_status().unwrap_or_default();
    if of_task == "STOPPED" {
        return State::Exited;
    }
    match container.last_status().unwrap_or_default() {
        "STOPPED" => State::Exited,
        _ if matches!(of_task, "DEACTIVATING" | "STOPPING" | "DEPROVISIONING") => State::Removing,
        "RUNNING" => State::Running,
        "PENDING" | "PROVISIONING" | "" => State::Created,
        other => State::from_word(&other.to_lowercase()),
    }
}

fn health(container: &types::Container) -> Health {
    match container.health_status() {
        Some(types::HealthStatus::Healthy) => Health::Healthy,
        Some(types::HealthStatus::Unhealthy) => Health::Unhealthy,
        // Also said of containers without a health check.
        _ => Health::None,
    }
}

fn exit(container: &types::Container, end: Option<&TaskEnd>) -> Exit {
    let reason = container.reason().unwrap_or_default();
    let code = container.exit_code();
    // A container that never ran has no exit code; why is said of it or of its task.
    let error = match code {
        Some(_) => Arc::from(""),
        None if reason.is_empty() => end.map(|it| Arc::clone(&it.reason)).unwrap_or_default(),
        None => text(Some(reason)),
    };
    Exit {
        code: code.map_or(-1, i64::from),
        out_of_memory: reason.starts_with("OutOfMemory"),
        error,
        at: end.and_then(|it| it.at),
    }
}

fn ports(container: &types::Container) -> Vec<Port> {
    let mut ports: Vec<Port> = container
        .network_bindings()
        .iter()
        .filter_map(|it| {
            let host = it.host_port().and_then(|it| u16::try_from(it).ok()).filter(|it| *it > 0);
            Some(Port {
                private: it.container_port()?.try_into().ok()?,
                public: host.map(|port| (text(Some(it.bind_ip().unwrap_or("0.0.0.0"))), port)),
                protocol: text(Some(it.protocol().map_or("tcp", types::TransportProtocol::as_str))),
            })
        })
        .collect();
    ports.sort();
    ports
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: &str) -> types::builders::TaskBuilder {
        types::Task::builder()
            .task_arn("arn:aws:ecs:us-east-1:1:task/numbers/0123456789abcdef")
            .task_definition_arn("arn:aws:ecs:us-east-1:1:task-definition/numbers-api:42")
            .availability_zone("us-east-1a")
            .launch_type(types::LaunchType::Fargate)
            .group("service:api")
            .last_status(status)
    }

    fn container(status: &str) -> types::builders::ContainerBuilder {
        types::Container::builder().name("proxy").image("proxy:1").last_status(status)
    }

    fn only(it: types::builders::TaskBuilder) -> Workload {
        let (target, instances) = (TargetId::new("numbers"), BTreeMap::new());
        let site = Site { target: &target, cluster: "numbers", instances: &instances };
        workloads(&site, &it.build()).remove(0)
    }

    #[test]
    fn a_container_is_called_by_its_name_and_its_task() {
        let it = only(task("RUNNING").containers(container("RUNNING").build()));
        assert_eq!((&*it.name, &*it.id.name), ("proxy-012345", "0123456789abcdef/proxy"));
        assert_eq!((it.state, &*it.host, it.service.as_deref()), (State::Running, "us-east-1a", Some("api")));
        assert_eq!(it.task.map(|it| it.definition).as_deref(), Some("numbers-api:42"));
    }

    #[test]
    fn the_state_of_a_container_is_never_ahead_of_its_task() {
        let state = |of_task, own| only(task(of_task).containers(container(own).build())).state;
        assert_eq!(state("PROVISIONING", "PENDING"), State::Created);
        assert_eq!(state("RUNNING", "RUNNING"), State::Running);
        assert_eq!(state("RUNNING", "STOPPED"), State::Exited);
        assert_eq!(state("DEACTIVATING", "RUNNING"), State::Removing);
        assert_eq!(state("STOPPED", "RUNNING"), State::Exited);
    }

    #[test]
    fn a_container_that_never_ran_tells_why() {
        let pull = "CannotPullContainerError: not found";
        let it = only(task("STOPPED").stopped_reason(pull).containers(container("STOPPED").build()));
        let exit = it.exit.unwrap_or_else(|| unreachable!());
        assert_eq!((&*exit.error, exit.reason().as_str()), (pull, "failed to start"));
        let memory = container("STOPPED").reason("OutOfMemoryError: Container killed").exit_code(137);
        let it = only(task("STOPPED").containers(memory.build()));
        assert!(it.exit.is_some_and(|it| it.out_of_memory && it.code == 137));
    }

    #[test]
    fn what_is_missing_spoils_nothing() {
        let (target, instances) = (TargetId::new("t"), BTreeMap::new());
        let site = Site { target: &target, cluster: "c", instances: &instances };
        let bare = types::Task::builder().containers(types::Container::builder().build()).build();
        assert_eq!(workloads(&site, &bare)[0].state, State::Created);
    }
}
