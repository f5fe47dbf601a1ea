//! A container, as `docker inspect` shows it.

use serde_json::{Map, Value, json};

use crate::core::entity::workload::{Health, State};
use crate::demo::act::End;
use crate::demo::part::Part;
use crate::demo::scene::Scene;

/// What a moment is that has not come, in Docker's answers.
const NEVER: &str = "0001-01-01T00:00:00Z";

pub(super) fn detail(scene: &Scene, slot: usize) -> Option<Value> {
    let unit = scene.unit(slot)?;
    let workload = scene.workload(slot)?;
    let part = &scene.plan().slots[slot].part;
    let mut words = part.command.split(' ');
    let exit = workload.exit.as_ref();
    let limits = unit.limits.clone().unwrap_or_default();
    let mut state = json!({
        "Status": unit.state.word(),
        "Running": unit.runs() || unit.state == State::Restarting,
        "Paused": unit.state == State::Paused,
        "Restarting": unit.state == State::Restarting,
        "OOMKilled": unit.ended().is_some_and(|it| it.1 == End::OutOfMemory),
        "Dead": false,
        "Pid": if unit.runs() { 1_200 + unit.seed.below(60_000) } else { 0 },
        "ExitCode": exit.map_or(0, |it| it.code),
        "Error": unit.error,
        "StartedAt": workload.started.map_or(NEVER.to_owned(), |it| it.to_string()),
        "FinishedAt": exit.and_then(|it| it.at).map_or(NEVER.to_owned(), |it| it.to_string()),
    });
    if unit.health != Health::None {
        let failing = if unit.health == Health::Unhealthy { 3 } else { 0 };
        let output = match unit.health {
            Health::Unhealthy => "curl: (22) The requested URL returned error: 503",
            _ => "ok",
        };
        state["Health"] = json!({
            "Status": unit.health.word(), "FailingStreak": failing,
            "Log": [{"ExitCode": i32::from(failing > 0), "Output": output}],
        });
    }
    Some(json!({
        "Id": unit.id,
        "Created": workload.created.to_string(),
        "Path": words.next(),
        "Args": words.collect::<Vec<_>>(),
        "State": state,
        "Image": workload.image_digest,
        "Name": format!("/{}", unit.name),
        "RestartCount": unit.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "HostConfig": {
            "Binds": part.mounts.iter().map(|it| format!("{}:{}:{}", it.source, it.destination, mode(it.writable))).collect::<Vec<_>>(),
            "LogConfig": {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}},
            "NetworkMode": part.networks.first(),
            "PortBindings": ports(part),
            "RestartPolicy": {"Name": limits.restart.as_deref().unwrap_or(part.policy), "MaximumRetryCount": 0},
            "Memory": limits.memory.unwrap_or(part.limit),
            "NanoCpus": limits.cpus.map_or(0, |it| (it * 1e9) as u64),
            "PidsLimit": limits.pids,
            "Privileged": false,
        },
        "Mounts": part.mounts.iter().map(|it| json!({
            "Type": if it.source.starts_with('/') { "bind" } else { "volume" },
            "Name": it.source,
            "Source": if it.source.starts_with('/') { it.source.to_string() } else { format!("/var/lib/docker/volumes/{}/_data", it.source) },
            "Destination": it.destination,
            "Mode": mode(it.writable),
            "RW": it.writable,
        })).collect::<Vec<_>>(),
        "Config": {
            "Hostname": unit.short(),
            "User": "",
            "Env": part.env.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(),
            "Cmd": part.command.split(' ').collect::<Vec<_>>(),
            "Image": workload.image,
            "WorkingDir": "/app",
            "Labels": workload.labels,
        },
        "NetworkSettings": {"Networks": networks(scene, slot)},
    }))
}

const fn mode(writable: bool) -> &'static str {
    if writable { "rw" } else { "ro" }
}

fn ports(part: &Part) -> Value {
    let bindings: Map<String, Value> = part
        .ports
        .iter()
        .filter_map(|it| {
            let (address, public) = it.public.as_ref()?;
            let key = format!("{}/{}", it.private, it.protocol);
            Some((key, json!([{"HostIp": address, "HostPort": public.to_string()}])))
        })
        .collect();
    Value::Object(bindings)
}

fn networks(scene: &Scene, slot: usize) -> Value {
    let part = &scene.plan().slots[slot].part;
    let all: Map<String, Value> = part
        .networks
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let subnet = 20 + place;
            let value = json!({
                "IPAddress": format!("172.{subnet}.0.{}", slot % 250 + 2),
                "Gateway": format!("172.{subnet}.0.1"),
                "Aliases": [part.name],
            });
            (name.to_string(), value)
        })
        .collect();
    Value::Object(all)
}
