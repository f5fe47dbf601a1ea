//! Two task definitions that mean the same have no difference; others have exactly those that they have.

use serde_json::{Value, json};

use super::{Difference, differences};
use crate::core::redact::Redactor;
use crate::core::tree::MASK;

fn found(before: &Value, after: &Value) -> Vec<Difference> {
    differences(before, after, &Redactor::built_in())
}

/// Each difference on a line: whose, where, what it was and is.
fn told(before: &Value, after: &Value) -> Vec<String> {
    let side = |it: Option<String>| it.unwrap_or_else(|| "–".to_owned());
    let line = |it: Difference| {
        let whose = it.container.unwrap_or_else(|| "task".to_owned());
        format!("{whose}: {}: {} → {}", it.path.join(" "), side(it.before), side(it.after))
    };
    found(before, after).into_iter().map(line).collect()
}

fn with(container: Value) -> Value {
    let mut container = container;
    container["name"] = json!("api");
    json!({"containerDefinitions": [container]})
}

/// Turns every list around.
fn turn(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.reverse();
            items.iter_mut().for_each(turn);
        }
        Value::Object(fields) => fields.values_mut().for_each(turn),
        _ => {}
    }
}

#[test]
fn the_order_of_what_has_none_is_no_difference() {
    let one = json!({
        "containerDefinitions": [
            {"name": "api", "image": "api:1",
             "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
             "secrets": [{"name": "S", "valueFrom": "arn:1"}, {"name": "T", "valueFrom": "arn:2"}],
             "portMappings": [{"containerPort": 80}, {"containerPort": 81, "protocol": "udp"}],
             "mountPoints": [{"containerPath": "/a", "sourceVolume": "a"}, {"containerPath": "/b", "sourceVolume": "b"}],
             "ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 2}, {"name": "core", "softLimit": 0, "hardLimit": 0}],
             "linuxParameters": {"capabilities": {"add": ["SYS_PTRACE", "NET_ADMIN"]}}},
            {"name": "proxy", "image": "nginx:1"},
        ],
        "volumes": [{"name": "a"}, {"name": "b"}], "requiresCompatibilities": ["EC2", "FARGATE"],
    });
    let mut other = one.clone();
    turn(&mut other);
    assert_ne!(one, other);
    assert_eq!(found(&one, &other), []);
}

#[test]
fn the_order_of_a_command_is_a_difference() {
    let command = |words: Value| with(json!({"command": words}));
    let lines = told(&command(json!(["serve", "--port", "80"])), &command(json!(["serve", "80", "a b"])));
    assert_eq!(lines, ["api: command: serve --port 80 → serve 80 \"a b\""]);
}

#[test]
fn what_is_not_written_is_its_default() {
    let bare = json!({
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
        "containerDefinitions": [{
            "name": "api", "portMappings": [{"containerPort": 80}], "healthCheck": {"command": ["CMD", "true"]},
            "mountPoints": [{"containerPath": "/a", "sourceVolume": "a"}],
        }],
    });
    let written = json!({
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "volumes": [], "placementConstraints": [],
        "ephemeralStorage": {"sizeInGiB": 20}, "runtimePlatform": {"operatingSystemFamily": "LINUX"},
        "taskDefinitionArn": "arn:2", "revision": 2, "status": "ACTIVE", "registeredAt": "2026-11-20T10:00:00Z",
        "registeredBy": "arn:ada", "requiresAttributes": [{"name": "x"}], "compatibilities": ["FARGATE"],
        "containerDefinitions": [{
            "name": "api", "essential": true, "cpu": 0, "environment": [], "readonlyRootFilesystem": false,
            "stopTimeout": 30, "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
            "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3},
            "mountPoints": [{"containerPath": "/a", "sourceVolume": "a", "readOnly": false}],
        }],
    });
    assert_eq!(told(&bare, &written), [""; 0]);
    let bridge = |port: Value| with(json!({"portMappings": [port]}));
    let dynamic = bridge(json!({"containerPort": 80, "hostPort": 0}));
    assert_eq!(told(&bridge(json!({"containerPort": 80})), &dynamic), [""; 0]);
    let fixed = bridge(json!({"containerPort": 80, "hostPort": 8000}));
    assert_eq!(told(&dynamic, &fixed), ["api: portMappings 80/tcp hostPort: 0 → 8000"]);
    assert_eq!(told(&with(json!({"essential": false})), &with(json!({}))), ["api: essential: false → true"]);
}

#[test]
fn containers_come_first_and_of_each_its_image() {
    let before = json!({"cpu": "256", "containerDefinitions": [
        {"name": "api", "image": "api:1", "command": ["a"]}, {"name": "old", "image": "old:1"},
    ]});
    let after = json!({"cpu": "512", "containerDefinitions": [
        {"name": "new", "image": "new:1"}, {"name": "api", "image": "api:2", "command": ["b"]},
    ]});
    assert_eq!(
        told(&before, &after),
        [
            "api: image: api:1 → api:2",
            "api: command: a → b",
            "new: image: – → new:1",
            "old: image: old:1 → –",
            "task: cpu: 256 → 512",
        ]
    );
}

#[test]
fn variables_come_go_and_change_and_empty_is_not_nothing() {
    let of = |variables: &[(&str, &str)]| {
        let all: Vec<Value> =
            variables.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        with(json!({ "environment": all }))
    };
    assert_eq!(
        told(&of(&[("GONE", "1"), ("LEVEL", "info")]), &of(&[("LEVEL", "debug"), ("EMPTY", "")])),
        [
            "api: environment EMPTY: – → ",
            "api: environment GONE: 1 → –",
            "api: environment LEVEL: info → debug",
        ]
    );
}

#[test]
fn a_secret_that_changed_is_told_and_never_shown() {
    let before = with(json!({
        "environment": [{"name": "PG_PASSWORD", "value": "hunter2"}, {"name": "URL", "value": "redis://:hunter2@a/0"}],
        "command": ["serve", "--token", "hunter2"], "dockerLabels": {"api-key": "hunter2"},
        "secrets": [{"name": "API_TOKEN", "valueFrom": "arn:old"}],
    }));
    let after = with(json!({
        "environment": [{"name": "PG_PASSWORD", "value": "hunter3"}, {"name": "URL", "value": "redis://:hunter3@a/0"}],
        "command": ["serve", "--token", "hunter3"], "dockerLabels": {"api-key": "hunter3"},
        "secrets": [{"name": "API_TOKEN", "valueFrom": "arn:new"}],
    }));
    let all = found(&before, &after);
    let secret: Vec<&str> = all.iter().filter(|it| it.secret).map(|it| it.path[0].as_str()).collect();
    assert_eq!(secret, ["command", "dockerLabels", "environment", "environment"]);
    assert!(all.iter().filter(|it| it.secret).all(|it| it.before.as_deref() == Some(MASK)));
    assert!(!format!("{all:?}").contains("hunter"), "{all:?}");
    let named: Vec<_> = all.iter().filter(|it| !it.secret).map(|it| it.after.as_deref()).collect();
    assert_eq!(named, [Some("arn:new")], "where a secret is kept is none");
    let other = with(json!({"environment": [{"name": "URL", "value": "redis://:hunter2@b/0"}]}));
    let before = with(json!({"environment": [{"name": "URL", "value": "redis://:hunter2@a/0"}]}));
    assert_eq!(
        told(&before, &other),
        ["api: environment URL: redis://:<redacted>@a/0 → redis://:<redacted>@b/0"]
    );
}

#[test]
fn items_that_are_called_alike_and_those_that_only_have_a_name_are_told() {
    let ports = |hosts: &[u16]| {
        let all: Vec<Value> = hosts.iter().map(|it| json!({"containerPort": 80, "hostPort": it})).collect();
        with(json!({ "portMappings": all }))
    };
    assert_eq!(told(&ports(&[1, 2]), &ports(&[2, 1])), [""; 0]);
    assert_eq!(told(&ports(&[1, 2]), &ports(&[1, 3])), ["api: portMappings 80/tcp (2) hostPort: 2 → 3"]);
    let bare = json!({"volumes": [{"name": "data"}]});
    assert_eq!(told(&json!({}), &bare), ["task: volumes data: – → "]);
}

#[test]
fn what_is_no_task_definition_breaks_nothing() {
    for odd in
        [Value::Null, json!([1]), json!({"containerDefinitions": [1, {"name": 3}], "volumes": {"name": "x"}})]
    {
        assert_eq!(found(&odd, &odd), []);
        found(&odd, &json!({}));
    }
}

#[test]
fn hostile_text_is_harmless() {
    let image = |tag: &str| with(json!({ "image": tag }));
    let lines = told(&image("a\u{1b}[2J"), &image("b"));
    assert_eq!(lines, [r"api: image: a\x1b[2J → b"]);
}
