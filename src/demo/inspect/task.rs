//! A container of an ECS task, as `describe-tasks` and `describe-task-definition` show it.

use serde_json::{Value, json};

use crate::core::entity::workload::Health;
use crate::demo::scene::Scene;

pub(super) fn detail(scene: &Scene, slot: usize) -> Option<Value> {
    let unit = scene.unit(slot)?;
    let workload = scene.workload(slot)?;
    let spec = &scene.plan().slots[slot];
    let part = &spec.part;
    let label = |key: &str| part.labels.get(key).map(|it| &**it).unwrap_or_default();
    let (family, revision) = (
        label("com.amazonaws.ecs.task-definition-family"),
        label("com.amazonaws.ecs.task-definition-version"),
    );
    let region = scene.plan().region;
    let arn = |what: &str| format!("arn:aws:ecs:{region}:123456789012:{what}");
    let health = match unit.health {
        Health::Healthy => "HEALTHY",
        Health::Unhealthy => "UNHEALTHY",
        Health::None | Health::Starting => "UNKNOWN",
    };
    Some(json!({
        "taskArn": workload.labels.get("com.amazonaws.ecs.task-arn"),
        "clusterArn": arn(&format!("cluster/{}", scene.plan().id)),
        "taskDefinitionArn": arn(&format!("task-definition/{family}:{revision}")),
        "group": part.service.as_ref().map(|it| format!("service:{it}")),
        "availabilityZone": workload.host,
        "createdAt": workload.created.to_string(),
        "startedAt": workload.started.map(|it| it.to_string()),
        "container": {
            "name": part.name,
            "runtimeId": unit.id,
            "image": workload.image,
            "imageDigest": workload.image_digest,
            "lastStatus": if unit.runs() { "RUNNING" } else { "STOPPED" },
            "exitCode": workload.exit.as_ref().map(|it| it.code),
            "healthStatus": health,
            "restartCount": unit.restarts,
            "networkInterfaces": [{"privateIpv4Address": format!("10.0.{}.{}", spec.host + 1, unit.seed.below(200) + 20)}],
        },
        "containerDefinition": {
            "name": part.name,
            "image": workload.image,
            "essential": true,
            "memory": part.limit >> 20,
            "command": part.command.split(' ').collect::<Vec<_>>(),
            "portMappings": part.ports.iter().map(|it| json!({"containerPort": it.private, "protocol": it.protocol})).collect::<Vec<_>>(),
            "environment": part.env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
            "mountPoints": part.mounts.iter().map(|it| json!({
                "sourceVolume": it.source, "containerPath": it.destination, "readOnly": !it.writable,
            })).collect::<Vec<_>>(),
            "logConfiguration": part.log_group.map(|group| json!({"logDriver": "awslogs", "options": {
                "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": part.name,
            }})),
        },
    }))
}
