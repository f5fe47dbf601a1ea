//! Advice about a cluster: what is wrong with what its services are made from.

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, address};
use crate::support::until;

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_is_wrong_with_a_task_definition_is_told_without_the_secret() {
    let cluster = Cluster::new("advice");
    let mut api = cluster.container("api", "exec sleep 100000000");
    api["environment"] =
        json!([{"name": "PG_PASSWORD", "value": "tr0ub4dor-and-3"}, {"name": "PG_HOST", "value": "db"}]);
    let mut client = cluster.container("client", "exec sleep 100000000");
    client.as_object_mut().unwrap().remove("logConfiguration");
    let definition = cluster.define("web", &[api, client]);
    cluster.serve("web", &definition, 1);
    let home = Home::new(&cluster.name, &address());
    let rules = |rows: &[Value]| -> Vec<String> {
        rows.iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
    };
    until("the advice", || rules(&home.list("advice")).iter().any(|it| it == "secret-in-clear"));
    let rows = home.list("advice");
    let rules = rules(&rows);
    assert!(
        ["secret-in-clear", "same-image", "no-logs"].iter().all(|it| rules.iter().any(|has| has == it)),
        "{rules:?}"
    );
    let told = home.say(&["ls", "advice", "--columns", "all"]).unwrap();
    assert!(told.contains("PG_PASSWORD stands in clear") && told.contains(&definition), "{told}");
    assert!(!told.contains("tr0ub4dor"), "{told}");
    let terminal = home.console();
    terminal.send(":advice\r");
    terminal.wait_for("the finding, and what to do", |screen| {
        screen.has("PG_PASSWORD stands in clear") && screen.has("Secrets Manager")
    });
}
