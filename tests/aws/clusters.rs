//! A cluster in the lists and on the screen.

use serde_json::Value;

use crate::home::Home;
use crate::support::aws::{Cluster, address};
use crate::support::until;

fn names(rows: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = rows.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Names without the part that tells one task from another.
fn kinds(rows: &[Value]) -> Vec<String> {
    let mut kinds: Vec<String> =
        names(rows).iter().map(|it| it.rsplit_once('-').unwrap().0.to_owned()).collect();
    kinds.sort();
    kinds
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_containers_of_tasks_stand_in_the_lists_with_their_services_and_hosts() {
    let cluster = Cluster::new("lists");
    let parts = ["proxy", "api"].map(|it| cluster.container(it, "echo hello; exec sleep 100000000"));
    let definition = cluster.define("web", &parts);
    cluster.serve("web", &definition, 2);
    let home = Home::new(&cluster.name, &address());
    until("two tasks", || {
        let rows = home.list("workloads");
        rows.len() == 4 && rows.iter().all(|it| it["state"] == "running")
    });
    let rows = home.list("workloads");
    assert_eq!(kinds(&rows), ["api", "api", "proxy", "proxy"]);
    for row in &rows {
        assert_eq!((row["definition"].as_str(), row["service"].as_str()), (Some(&*definition), Some("web")));
        assert!(row["zone"].as_str().is_some_and(|zone| zone.starts_with("us-east-1")), "{row}");
        assert!(row["image"].as_str().unwrap().contains("quarterdeck-rig"), "{row}");
    }
    let services = home.list("services");
    assert_eq!(names(&services), [format!("{}/web", cluster.name)]);
    assert_eq!((services[0]["running"].as_u64(), services[0]["desired"].as_u64()), (Some(2), Some(2)));
    assert!(services[0]["origin"].as_str().unwrap().contains(&definition));
    let tree = home.say(&["inspect", &format!("{}/web", cluster.name), "--json"]).unwrap();
    assert!(tree.contains("deploymentConfiguration"), "{tree}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_task_that_failed_tells_how_in_the_list_and_why_in_the_timeline() {
    let cluster = Cluster::new("failing");
    let definition = cluster.define("job", &[cluster.container("job", "echo last words; exit 3")]);
    cluster.run(&definition);
    let home = Home::new(&cluster.name, &address());
    until("its end", || {
        let rows = home.list("workloads");
        rows.first().is_some_and(|it| it["state"] == "exited" && it["exit"] == 3)
    });
    let told = home.say(&["ls", "events"]).unwrap();
    assert!(told.contains("exit code 3") && told.contains("ended with an error"), "{told}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_happens_in_a_cluster_is_on_the_screen_by_itself() {
    let cluster = Cluster::new("live");
    let definition = cluster.define("web", &[cluster.container("web", "exec sleep 100000000")]);
    cluster.serve("web", &definition, 1);
    let terminal = Home::new(&cluster.name, &address()).console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("web-") && screen.has(" up "));
    let next = cluster.define("web", &[cluster.container("web", "echo new; exec sleep 100000000")]);
    let wanted = serde_json::json!({"cluster": cluster.name, "service": "web", "taskDefinition": next});
    crate::support::aws::call("ecs", "update_service", &wanted);
    terminal.send("8");
    terminal.wait_for("the deployment", |screen| {
        screen.has(&format!("deploying {next} in place of {definition}"))
    });
    terminal.wait_for("the end of the old task", |screen| screen.has("exited"));
    terminal.send("3");
    terminal.wait_for("the new revision", |screen| screen.has(&next) && screen.has("completed"));
}
