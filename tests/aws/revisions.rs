//! The revisions of task definitions, and what differs between two of them.

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, Reply, Server, address, call};
use crate::support::{terminal, until};

/// A service of the second of three revisions, the first of which was deregistered.
fn deployed(cluster: &Cluster) -> [String; 3] {
    let web = |level: &str, password: &str| {
        let mut it = cluster.container("web", "exec sleep 100000000");
        it["environment"] =
            json!([{"name": "LEVEL", "value": level}, {"name": "DB_PASSWORD", "value": password}]);
        it
    };
    let first = cluster.define("web", &[web("info", "hunter1")]);
    let second = cluster.define("web", &[web("info", "hunter2")]);
    let third = cluster.define("web", &[web("debug", "hunter3")]);
    cluster.define("web-other", &[web("info", "hunter1")]);
    cluster.serve("web", &second, 1);
    call("ecs", "deregister_task_definition", &json!({"taskDefinition": first}));
    [first, second, third]
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_revisions_of_a_service_are_listed_with_what_runs_them() {
    let cluster = Cluster::new("revisions");
    let names = deployed(&cluster);
    let home = Home::new(&cluster.name, &address());
    let listed = || -> Vec<Value> {
        let said = home.say(&["ls", "revisions", "--json"]).unwrap();
        serde_json::from_str(&said).unwrap()
    };
    until("the task", || listed().iter().any(|it| it["tasks"] == 1));
    let rows = listed();
    let of = |key: &str| rows.iter().map(|it| it[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("revision"), [3, 2, 1], "{rows:?}");
    assert_eq!(of("status"), ["ACTIVE", "ACTIVE", "INACTIVE"]);
    assert_eq!(of("tasks"), [0, 1, 0]);
    assert_eq!(of("runs"), [json!(null), json!("web"), json!(null)]);
    assert!(rows.iter().all(|it| it["memory"] == 64 << 20 && it["age"].is_number()), "{rows:?}");
    let image = crate::support::engine::image();
    let short = image.rsplit('/').next().unwrap();
    assert!(rows.iter().all(|it| it["images"] == short), "{rows:?}");
    let unknown = home.say(&["ls", "revisions", "--service", "nothing"]).unwrap_err();
    assert!(unknown.contains("no service of that name"), "{unknown}");
    let diff = home.say(&["diff", &names[1], &names[2]]).unwrap();
    assert!(diff.contains("LEVEL") && diff.contains("info → debug"), "{diff}");
    assert!(diff.contains("DB_PASSWORD") && !diff.contains("hunter"), "{diff}");
    let said = home.say(&["diff", &names[0], &names[1], "--json"]).unwrap();
    let diff: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(diff["differences"].as_array().map(Vec::len), Some(1), "{diff}");
    let only = &diff["differences"][0];
    assert_eq!((&only["container"], &only["path"]), (&json!("web"), &json!(["environment", "DB_PASSWORD"])));
    assert_eq!(only["secret"], true);
    assert!(!said.contains("hunter"));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn two_revisions_are_compared_on_the_screen() {
    let cluster = Cluster::new("compared");
    let [_, second, third] = deployed(&cluster);
    let console = Home::new(&cluster.name, &address()).console();
    console.send("3");
    console.wait_for("the service", |screen| screen.has("/web"));
    console.send("V");
    console.wait_for("the revisions", |screen| screen.has("INACTIVE") && screen.has("64.0M"));
    console.send("D");
    console.wait_for("what differs", |screen| {
        screen.has("info → debug") && screen.has(&format!("{second} → {third}"))
    });
    assert!(!console.screen().text().contains("hunter"));
    console.send(terminal::key::ESC);
    console.wait_for("the list again", |screen| screen.has("INACTIVE"));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_nobody_looks_at_is_not_asked_for_and_what_was_read_is_not_read_again() {
    let cluster = Cluster::new("lazily");
    deployed(&cluster);
    let server = Server::start(|_, _, _| Reply::Pass);
    let console = Home::new(&cluster.name, server.address()).console();
    console.send("3");
    console.wait_for("the service", |screen| screen.has("/web"));
    assert_eq!(server.count("ListTaskDefinitions"), 0);
    console.send("V");
    console.wait_for("the revisions", |screen| screen.has("INACTIVE") && screen.has("64.0M"));
    let listed = server.count("ListTaskDefinitions");
    assert_eq!(listed, 2, "those that are active, and those that are not");
    let described = server.count("DescribeTaskDefinition");
    console.send("D");
    console.wait_for("what differs", |screen| screen.has("info → debug"));
    assert_eq!(server.count("DescribeTaskDefinition"), described, "the list has read them already");
}

#[test]
fn a_revision_that_there_is_not_and_one_that_may_not_be_read_are_told_apart() {
    let server = Server::start(|operation, asked, _| match operation {
        "DescribeTaskDefinition" if asked["taskDefinition"] == "api:1" => {
            Reply::error(400, "ClientException", "Unable to describe task definition.")
        }
        _ => Reply::error(
            400,
            "AccessDeniedException",
            "not authorized to perform: ecs:DescribeTaskDefinition",
        ),
    });
    let home = Home::new("shop", server.address());
    let said = home.say(&["diff", "api:1", "api:2"]).unwrap_err();
    assert!(said.contains("api:1: Unable to describe") && said.contains("qd ls revisions"), "{said}");
    let said = home.say(&["diff", "api:2", "api:3"]).unwrap_err();
    assert!(said.contains("allow ecs:DescribeTaskDefinition"), "{said}");
    let said = home.say(&["diff", "api", "api:3"]).unwrap_err();
    assert!(said.contains("write FAMILY:REVISION"), "{said}");
}
