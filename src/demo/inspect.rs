//! Everything that a simulated target knows about one entity, as the tree that its technology would answer with.

mod container;
mod task;

use serde_json::{Value, json};

use super::blueprint::Naming;
use super::scene::Scene;
use crate::core::entity::Entity;
use crate::core::id::{EntityId, Kind};

/// All about an entity; `None` where it does not exist.
pub(super) fn detail(scene: &Scene, id: &EntityId) -> Option<Value> {
    if id.kind == Kind::Workload {
        let slot = scene.slot_of(&id.name)?;
        return match scene.plan().slots[slot].name {
            Naming::Docker(_) => container::detail(scene, slot),
            Naming::Task(_) => task::detail(scene, slot),
        };
    }
    let entity = scene.list(id.kind).into_iter().find(|it| it.id() == id)?;
    Some(match entity {
        Entity::Image(it) => json!({
            "Id": it.id.name, "RepoTags": it.tags, "RepoDigests": it.digests, "Created": it.created.to_string(),
            "Architecture": "amd64", "Os": "linux", "Size": it.size,
            "RootFS": {"Type": "layers", "Layers": layers(&it.id.name)},
        }),
        Entity::Volume(it) => json!({
            "Name": it.id.name, "Driver": it.driver, "Mountpoint": it.mountpoint, "Scope": "local",
            "CreatedAt": it.created.map(|at| at.to_string()), "Options": null,
            "Labels": it.project.as_ref().map(|project| json!({"com.docker.compose.project": project})),
        }),
        Entity::Network(it) => json!({
            "Name": it.name, "Id": it.id.name, "Scope": it.scope, "Driver": it.driver, "Internal": it.internal,
            "Created": it.created.map(|at| at.to_string()),
            "IPAM": {"Driver": "default", "Config": it.subnets.iter().map(|it| json!({"Subnet": it})).collect::<Vec<_>>()},
            "Containers": it.users,
        }),
        Entity::Host(it) => json!({
            "ID": it.id.name, "Name": it.name, "ServerVersion": it.engine, "ApiVersion": it.api,
            "OperatingSystem": it.os, "KernelVersion": it.kernel, "Architecture": it.architecture,
            "NCPU": it.cpus, "MemTotal": it.memory, "Driver": it.storage,
            "Containers": {"Running": it.containers.0, "Paused": it.containers.1, "Stopped": it.containers.2},
            "Images": it.images, "Warnings": it.warnings,
        }),
        Entity::Service(it) => json!({
            "serviceName": it.name, "project": it.project, "desiredCount": it.desired, "runningCount": it.running,
            "image": it.image, "ports": it.ports, "origin": it.origin,
        }),
        Entity::Managed(it) => json!({
            "instance": {
                "DBInstanceIdentifier": it.id.name, "DBInstanceStatus": it.status, "Engine": it.engine,
                "EngineVersion": it.version, "DBInstanceClass": it.class, "MultiAZ": it.has_standby,
                "AllocatedStorage": it.storage.size, "StorageType": it.storage.kind,
                "StorageEncrypted": it.storage.is_encrypted, "AvailabilityZone": it.zone,
                "BackupRetentionPeriod": it.backup_days, "PubliclyAccessible": it.is_public,
                "DeletionProtection": it.is_protected,
                "Endpoint": it.address.as_ref().map(|(host, port)| json!({"Address": host, "Port": port})),
            },
            "events": {}, "snapshots": {}, "log files": {},
        }),
        Entity::Workload(_) => return None,
    })
}

fn layers(image: &str) -> Vec<String> {
    let seed = super::chance::Seed::new(2).named(image);
    (0..5).map(|it| format!("sha256:{}", seed.of(it).hex(64))).collect()
}
