//! A container of an ECS task, as `describe-tasks` and `describe-task-definition` show it.

use serde_json::{Value, json};

use crate::core::entity::workload::Health;
use crate::core::exec;
use crate::demo::definition;
use crate::demo::scene::Scene;

pub(super) fn detail(scene: &Scene, slot: usize) -> Option<Value> {
    let unit = scene.unit(slot)?;
    let workload = scene.workload(slot)?;
    let spec = &scene.plan().slots[slot];
    let part = &spec.part;
    let (family, revision) = part.revision()?;
    let region = scene.plan().region;
    let arn = |what: &str| format!("arn:aws:ecs:{region}:123456789012:{what}");
    let health = match unit.health {
        Health::Healthy => "HEALTHY",
        Health::Unhealthy => "UNHEALTHY",
        Health::None | Health::Starting => "UNKNOWN",
    };
    let is_fargate = scene.plan().hosts[spec.host].engine.starts_with("Fargate");
    let mut task = json!({
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
        "containerDefinition": definition::container(part, &workload.image, region),
        "launchType": if is_fargate { "FARGATE" } else { "EC2" },
        "platformVersion": if is_fargate { "1.4.0" } else { "" },
        "enableExecuteCommand": is_fargate,
    });
    if unit.runs() {
        let definition = json!({"taskRoleArn": arn_of_role(family)});
        let service = json!({"serviceName": part.service, "enableExecuteCommand": is_fargate});
        let instance = json!({"ec2InstanceId": workload.host, "versionInfo": {"agentVersion": "1.88.0"}});
        if is_fargate {
            task["container"]["managedAgents"] =
                json!([{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}]);
        }
        let known = exec::Known {
            task: &task,
            definition: &definition,
            service: &service,
            instance: &instance,
            plugin: None,
        };
        task["exec"] = json!(exec::checks(&known));
    }
    Some(task)
}

fn arn_of_role(family: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{family}-task")
}
