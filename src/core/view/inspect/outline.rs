//! All that is known of something as a tree: for a workload first what is asked for most, then everything.

use serde_json::Value;

use crate::core::id::Kind;
use crate::core::table::bytes;
use crate::core::text::clean;
use crate::core::tree::{Node, variable};

/// What is asked for most, and where an engine or a cluster says it.
const FACTS: &[(&str, &[&str])] = &[
    ("image", &["/Config/Image", "/container/image"]),
    ("image digest", &["/Image", "/container/imageDigest"]),
    ("command", &["/Path", "/containerDefinition/command"]),
    ("arguments", &["/Args"]),
    ("working directory", &["/Config/WorkingDir", "/containerDefinition/workingDirectory"]),
    ("user", &["/Config/User", "/containerDefinition/user"]),
    ("state", &["/State/Status", "/container/lastStatus"]),
    ("health", &["/container/healthStatus"]),
    ("exit code", &["/State/ExitCode", "/container/exitCode"]),
    ("reason", &["/container/reason", "/stoppedReason"]),
    ("out of memory", &["/State/OOMKilled"]),
    ("error", &["/State/Error"]),
    ("started", &["/State/StartedAt", "/startedAt"]),
    ("finished", &["/State/FinishedAt", "/stoppedAt"]),
    ("restarts", &["/RestartCount", "/container/restartCount"]),
    ("restart policy", &["/HostConfig/RestartPolicy/Name"]),
    ("log driver", &["/HostConfig/LogConfig/Type", "/containerDefinition/logConfiguration/logDriver"]),
    ("task", &["/taskArn"]),
    ("task definition", &["/taskDefinitionArn"]),
    ("cluster", &["/clusterArn"]),
    ("group", &["/group"]),
    ("availability zone", &["/availabilityZone"]),
];

/// A limit in words.
type Words = fn(u64) -> String;

/// What is limited, where that is said, and in words. 0 is no limit.
const LIMITS: &[(&str, &str, Words)] = &[
    ("memory limit", "/HostConfig/Memory", bytes),
    ("memory limit", "/containerDefinition/memory", |mebibytes| bytes(mebibytes << 20)),
    ("cpu units", "/containerDefinition/cpu", |units| units.to_string()),
    ("process limit", "/HostConfig/PidsLimit", |count| count.to_string()),
];

/// Microseconds of a period in which the kernel counts processors, where none is set.
const KERNELS_PERIOD: u64 = 100_000;

/// What comes in branches of its own.
const PARTS: &[(&str, &[&str])] = &[
    ("networks", &["/NetworkSettings/Networks", "/container/networkInterfaces"]),
    ("ports", &["/NetworkSettings/Ports", "/containerDefinition/portMappings"]),
    ("health", &["/State/Health"]),
    ("labels", &["/Config/Labels", "/containerDefinition/dockerLabels"]),
];

/// The tree of `value`, which describes something of that kind.
pub(super) fn nodes(kind: Kind, value: &Value) -> Vec<Node> {
    let whole = Node::of_json("everything", value);
    let parts = |of: &[(&str, &[&str])]| -> Vec<Node> {
        let part = |(label, paths): &(&str, &[&str])| Some(Node::of_json(label, first(value, paths)?));
        of.iter().filter_map(part).collect()
    };
    let mut facts = parts(FACTS);
    if value.pointer("/State/Running") == Some(&Value::Bool(true)) {
        // An engine tells of the end of the life before, or of none.
        facts.retain(|fact| !["exit code", "finished"].contains(&fact.label.as_ref()));
    }
    if kind != Kind::Workload || facts.is_empty() {
        return whole.children;
    }
    let mut nodes = vec![Node::branch("summary", facts.into_iter().chain(limits(value)).collect())];
    nodes.extend(variables(value).map(|it| Node::branch("environment", it)));
    nodes.extend(mounts(value).map(|it| Node::branch("mounts", it)));
    nodes.extend(parts(PARTS));
    nodes.extend(exec(value).map(|it| Node::branch("what exec needs", it)));
    nodes.push(whole.folded());
    nodes
}

/// The first of `paths` that leads to something.
fn first<'a>(value: &'a Value, paths: &[&str]) -> Option<&'a Value> {
    paths.iter().find_map(|path| value.pointer(path).filter(|it| !is_void(it)))
}

fn limits(value: &Value) -> impl Iterator<Item = Node> {
    let told = LIMITS.iter().filter_map(|(label, path, words)| {
        let limit = limit(value.pointer(path)?)?;
        Some(Node::leaf(*label, if limit == 0 { "none".to_owned() } else { words(limit) }))
    });
    let cpus = cpus(value).map(|cpus| if cpus > 0.0 { cpus.to_string() } else { "none".to_owned() });
    told.chain(cpus.map(|words| Node::leaf("cpu limit", words)))
}

/// A limit as a number: engines also say nothing, or a number below 0, where there is none.
fn limit(value: &Value) -> Option<u64> {
    if value.is_null() { Some(0) } else { value.as_i64().map(|it| u64::try_from(it).unwrap_or(0)) }
}

/// How many processors a container of an engine may use, which is said in one of two ways; 0 is no limit.
fn cpus(value: &Value) -> Option<f64> {
    let host = value.get("HostConfig")?;
    let number = |name| host.get(name).and_then(limit);
    let quota = || {
        let period = number("CpuPeriod").filter(|it| *it > 0).unwrap_or(KERNELS_PERIOD);
        Some(number("CpuQuota")? as f64 / period as f64)
    };
    match number("NanoCpus") {
        Some(0) | None => quota().or(number("NanoCpus").map(|_| 0.0)),
        Some(nanos) => Some(nanos as f64 / 1e9),
    }
}

/// The variables of its environment.
fn variables(value: &Value) -> Option<Vec<Node>> {
    [("/Config/Env", "Env"), ("/containerDefinition/environment", "environment")].iter().find_map(
        |(path, list)| {
            let items = first(value, &[path])?.as_array()?;
            let node = |item: &Value| match variable(list, item) {
                Some((name, value)) => Node::secret(clean(name), value),
                None => Node::secret(item.as_str().unwrap_or_default(), ""),
            };
            Some(items.iter().map(node).collect())
        },
    )
}

/// What a program needs to be run in a container of a cluster: first what is missing.
fn exec(value: &Value) -> Option<Vec<Node>> {
    let checks = first(value, &["/exec"])?.as_array()?;
    let (there, missing): (Vec<&Value>, Vec<&Value>) =
        checks.iter().partition(|it| text(it, "state") == "ok");
    let node = |it: &&Value| {
        let (state, found, mend) = (text(it, "state"), text(it, "found"), text(it, "mend"));
        let mend = if mend.is_empty() { String::new() } else { format!("; {mend}") };
        Node::leaf(clean(text(it, "name")), format!("{state}: {found}{mend}"))
    };
    Some(missing.iter().chain(&there).map(node).collect())
}

fn mounts(value: &Value) -> Option<Vec<Node>> {
    let mounts = first(value, &["/Mounts", "/containerDefinition/mountPoints"])?.as_array()?;
    Some(mounts.iter().map(mount).collect())
}

fn mount(mount: &Value) -> Node {
    let one_of = |names: [&str; 3]| {
        names.into_iter().map(|name| text(mount, name)).find(|it| !it.is_empty()).unwrap_or_default()
    };
    let is = |name: &str, wanted: bool| mount.get(name).and_then(Value::as_bool) == Some(wanted);
    let source = one_of(["Name", "Source", "sourceVolume"]);
    let mode = if is("RW", false) || is("readOnly", true) { "read-only" } else { "read-write" };
    let label = clean(one_of(["Destination", "containerPath", ""])).into_owned();
    let kind = one_of(["Type", "", ""]);
    Node::leaf(label, format!("{kind} {source}, {mode}").trim_start())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn is_void(value: &Value) -> bool {
    match value {
        Value::Null => true,
        // The second is how an engine says "not yet".
        Value::String(text) => text.is_empty() || text.starts_with("0001-01-01T"),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn labels(nodes: &[Node]) -> Vec<&str> {
        nodes.iter().map(|it| it.label.as_ref()).collect()
    }

    #[test]
    fn a_container_of_a_cluster_is_outlined_like_one_of_an_engine() {
        let nodes = nodes(
            Kind::Workload,
            &json!({
                "taskArn": "arn:task",
                "container": {"image": "api:1", "lastStatus": "RUNNING"},
                "containerDefinition": {
                    "environment": [{"name": "DATABASE_PASSWORD", "value": "hunter2"}],
                    "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": true}],
                },
            }),
        );
        assert_eq!(labels(&nodes), ["summary", "environment", "mounts", "everything"]);
        assert_eq!(labels(&nodes[0].children), ["image", "state", "task"]);
        assert_eq!(labels(&nodes[1].children), ["DATABASE_PASSWORD"]);
        assert_eq!(nodes[2].children, [Node::leaf("/data", "data, read-only")]);
    }

    #[test]
    fn what_exec_needs_and_is_missing_stands_first() {
        let check = |name: &str, state: &str, mend: &str| json!({"name": name, "state": state, "found": "x", "mend": mend});
        let nodes = nodes(
            Kind::Workload,
            &json!({
                "taskArn": "arn:task",
                "exec": [check("task role", "ok", ""), check("plugin", "missing", "install it")],
            }),
        );
        let exec = &nodes[1];
        assert_eq!(exec.label, "what exec needs");
        assert_eq!(
            exec.children,
            [Node::leaf("plugin", "missing: x; install it"), Node::leaf("task role", "ok: x")]
        );
    }

    #[test]
    fn what_runs_has_no_end() {
        let state = |running: bool| json!({"State": {"Status": "x", "Running": running, "ExitCode": 0, "FinishedAt": "2026-11-21T10:00:00Z"}});
        let facts = |running| nodes(Kind::Workload, &state(running)).swap_remove(0).children;
        assert_eq!(labels(&facts(true)), ["state"]);
        assert_eq!(labels(&facts(false)), ["state", "exit code", "finished"]);
        let never = json!({"State": {"Status": "created", "FinishedAt": "0001-01-01T00:00:00Z"}});
        assert_eq!(labels(&nodes(Kind::Workload, &never)[0].children), ["state"]);
    }

    #[test]
    fn limits_are_told_in_words() {
        let told = |value: Value| -> Vec<Node> { limits(&value).collect() };
        let engine = json!({"HostConfig": {"Memory": 0, "NanoCpus": 1_500_000_000_u64}});
        assert_eq!(told(engine), [Node::leaf("memory limit", "none"), Node::leaf("cpu limit", "1.5")]);
        let none = json!({"HostConfig": {"Memory": 0, "NanoCpus": 0, "CpuQuota": 0, "PidsLimit": null}});
        let labels = ["memory limit", "process limit", "cpu limit"];
        assert_eq!(told(none), labels.map(|label| Node::leaf(label, "none")));
        let other = json!({"HostConfig": {"Memory": 0, "NanoCpus": 0, "CpuQuota": 50_000, "PidsLimit": -1}});
        let words = ["none", "none", "0.5"];
        assert_eq!(told(other), [0, 1, 2].map(|place| Node::leaf(labels[place], words[place])));
        let cluster = json!({"containerDefinition": {"memory": 512, "cpu": 256}});
        assert_eq!(told(cluster), [Node::leaf("memory limit", "512M"), Node::leaf("cpu units", "256")]);
    }

    #[test]
    fn what_has_none_of_the_facts_is_shown_as_it_is() {
        assert_eq!(labels(&nodes(Kind::Workload, &json!({"other": 1}))), ["other"]);
    }
}
