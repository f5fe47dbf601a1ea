//! What ECS Exec needs before a program can be run in a container.

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, address, call};
use crate::support::until;

fn checks(home: &Home, name: &str) -> Value {
    let said = home.say(&["inspect", name, "--json"]).unwrap();
    let tree: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(tree["container"]["name"], "web", "the container that is meant");
    assert_eq!(tree["containerDefinition"]["name"], "web");
    tree["exec"].clone()
}

fn of<'a>(checks: &'a Value, name: &str) -> &'a Value {
    checks
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == name)
        .unwrap_or_else(|| panic!("{name}: {checks}"))
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_is_missing_to_run_a_program_in_a_container_stands_with_how_to_mend_it() {
    let cluster = Cluster::new("exec");
    let mut web = cluster.container("web", "exec sleep 100000000");
    web["readonlyRootFilesystem"] = json!(true);
    let definition = cluster.define("web", &[web]);
    cluster.serve("web", &definition, 1);
    let home = Home::new(&cluster.name, &address());
    let first = || home.list("workloads").first().filter(|it| it["state"] == "running").cloned();
    until("the task", || first().is_some());
    let name = first().unwrap()["name"].as_str().unwrap().to_owned();
    let all = checks(&home, &name);
    let enabled = of(&all, "enableExecuteCommand");
    assert_eq!(enabled["state"], "missing", "{all}");
    let mend = format!("update-service --cluster {} --service web --enable-execute-command", cluster.name);
    assert!(enabled["mend"].as_str().unwrap().contains(&mend), "{enabled}");
    assert_eq!(of(&all, "readonlyRootFilesystem")["state"], "missing");
    assert_eq!(of(&all, "task role")["state"], "missing");
    assert_eq!(of(&all, "session-manager-plugin")["state"], "missing", "there is no PATH here");
    call(
        "ecs",
        "update_service",
        &json!({"cluster": cluster.name, "service": "web", "enableExecuteCommand": true}),
    );
    let all = checks(&home, &name);
    let enabled = of(&all, "enableExecuteCommand");
    assert!(enabled["found"].as_str().unwrap().contains("began before"), "{enabled}");
    let console = home.console();
    console.send("2");
    console.wait_for("the task", |screen| screen.has("web-"));
    console.send("i");
    console.wait_for("what is missing", |screen| {
        screen.has("what exec needs")
            && screen.row_with("readonlyRootFilesystem").is_some_and(|it| it.contains("missing: on"))
    });
}
