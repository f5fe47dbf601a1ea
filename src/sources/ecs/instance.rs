//! Container instances, and the zones that Fargate runs tasks in: the hosts of a cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{count, text};
use crate::clients::aws::ecs::types;
use crate::core::entity::host::{Room, UNITS};
use crate::core::entity::workload::State;
use crate::core::entity::{Host, Workload};
use crate::core::id::{EntityId, Kind, TargetId};

/// Bytes in ECS's unit for memory.
const MEBIBYTE: u64 = 1 << 20;

/// The hosts of a cluster.
pub(super) fn hosts(
    target: &TargetId,
    address: &Arc<str>,
    instances: &[types::ContainerInstance],
    workloads: &[Workload],
) -> Vec<Host> {
    let mut hosts: Vec<Host> = instances.iter().map(|it| instance(target, address, it)).collect();
    let is_fargate = |it: &&Workload| it.task.as_ref().is_some_and(|it| &*it.launch == "FARGATE");
    let mut zones: BTreeMap<&Arc<str>, Host> = BTreeMap::new();
    for it in workloads.iter().filter(is_fargate).filter(|it| !it.host.is_empty()) {
        zones.entry(&it.host).or_insert_with(|| zone(target, address, &it.host));
    }
    hosts.extend(zones.into_values());
    for host in &mut hosts {
        let of = |state: fn(&State) -> bool| {
            let on_it = workloads.iter().filter(|it| it.host == host.name && state(&it.state));
            u32::try_from(on_it.count()).unwrap_or(u32::MAX)
        };
        host.containers = (of(|it| *it == State::Running), 0, of(|it| *it != State::Running));
    }
    hosts
}

/// The name by which an instance is known: that of the EC2 instance.
pub(super) fn name(it: &types::ContainerInstance) -> Arc<str> {
    text(it.ec2_instance_id().or(it.container_instance_arn()))
}

fn instance(target: &TargetId, address: &Arc<str>, it: &types::ContainerInstance) -> Host {
    let attribute = |name: &str| {
        let found = it.attributes().iter().find(|it| it.name() == name);
        text(found.and_then(types::Attribute::value))
    };
    let (cpu, memory) = resources(it.registered_resources());
    let (cpu_left, memory_left) = resources(it.remaining_resources());
    Host {
        engine: engine(it.version_info()),
        os: attribute("ecs.os-type"),
        architecture: attribute("ecs.cpu-architecture"),
        cpus: cpu / UNITS,
        memory,
        warnings: warnings(it),
        room: Some(Room { cpu: cpu_left, memory: memory_left }),
        ..bare(target, address, &name(it))
    }
}

/// Fargate in one zone: the machines behind it are AWS's affair.
fn zone(target: &TargetId, address: &Arc<str>, name: &Arc<str>) -> Host {
    Host { engine: Arc::from("Fargate"), ..bare(target, address, name) }
}

fn bare(target: &TargetId, address: &Arc<str>, name: &Arc<str>) -> Host {
    let nothing = || Arc::from("");
    Host {
        id: EntityId::new(Kind::Host, target, name),
        name: Arc::clone(name),
        address: Arc::clone(address),
        engine: nothing(),
        api: nothing(),
        os: nothing(),
        kernel: nothing(),
        architecture: nothing(),
        cpus: 0,
        memory: 0,
        containers: (0, 0, 0),
        images: 0,
        storage: nothing(),
        warnings: Vec::new(),
        clock_ahead: None,
        certificates: None,
        room: None,
    }
}

/// `Docker 25.0.6, ECS agent 1.88.0`.
fn engine(it: Option<&types::VersionInfo>) -> Arc<str> {
    let Some(it) = it else { return Arc::from("") };
    let docker = it.docker_version().map(|it| it.replace("DockerVersion: ", "Docker "));
    let agent = it.agent_version().map(|it| format!("ECS agent {it}"));
    text(Some(&[docker, agent].into_iter().flatten().collect::<Vec<_>>().join(", ")))
}

/// Processor in ECS's units, and memory in bytes.
fn resources(all: &[types::Resource]) -> (u32, u64) {
    let value =
        |name: &str| all.iter().find(|it| it.name() == Some(name)).map_or(0, |it| count(it.integer_value()));
    (value("CPU"), u64::from(value("MEMORY")) * MEBIBYTE)
}

/// What is wrong with an instance.
fn warnings(it: &types::ContainerInstance) -> Vec<Arc<str>> {
    let mut warnings = Vec::new();
    if !it.agent_connected() {
        warnings.push(Arc::from("its ECS agent is not connected: no task starts or stops on it"));
    }
    match it.status() {
        None | Some("ACTIVE") => {}
        Some(status) => {
            let reason = it.status_reason().map(|it| format!(": {it}")).unwrap_or_default();
            warnings.push(text(Some(&format!("it is {}{reason}", status.to_lowercase()))));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_tells_what_is_left_of_it_and_what_is_wrong() {
        let resource = |name: &str, value| types::Resource::builder().name(name).integer_value(value).build();
        let it = types::ContainerInstance::builder()
            .ec2_instance_id("i-1")
            .status("DRAINING")
            .agent_connected(false)
            .version_info(
                types::VersionInfo::builder()
                    .agent_version("1.88.0")
                    .docker_version("DockerVersion: 25.0.6")
                    .build(),
            )
            .registered_resources(resource("CPU", 2048))
            .registered_resources(resource("MEMORY", 1024))
            .remaining_resources(resource("CPU", 512))
            .remaining_resources(resource("MEMORY", 100))
            .build();
        let host = instance(&TargetId::new("t"), &Arc::from("ecs://x"), &it);
        assert_eq!((&*host.engine, host.cpus, host.memory), ("Docker 25.0.6, ECS agent 1.88.0", 2, 1 << 30));
        assert_eq!(host.room, Some(Room { cpu: 512, memory: 100 << 20 }));
        assert_eq!(host.warnings.len(), 2);
    }
}
