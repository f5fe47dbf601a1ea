//! The deployments of a service that ECS remembers. The rig's AWS remembers none: what AWS answers to these three calls
//! is answered here, in the shape of the API model.

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, Reply, Server, address};
use crate::support::until;

fn arn(kind: &str, id: &str) -> String {
    format!("arn:aws:ecs:us-east-1:123456789012:{kind}/shop/web/{id}")
}

/// A deployment from one revision of the service to another.
fn deployment(id: &str, status: &str, started: u64, from: &str, to: &str, more: &Value) -> Value {
    let mut it = json!({
        "serviceDeploymentArn": arn("service-deployment", id), "status": status, "createdAt": started,
        "startedAt": started, "finishedAt": started + 95,
        "sourceServiceRevisions": [{"arn": arn("service-revision", from), "requestedTaskCount": 2, "runningTaskCount": 2}],
        "targetServiceRevision": {"arn": arn("service-revision", to), "requestedTaskCount": 2, "runningTaskCount": 1, "pendingTaskCount": 1},
        "deploymentCircuitBreaker": {"status": "MONITORING_COMPLETE", "failureCount": 0, "threshold": 3},
    });
    it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    it
}

/// Answers the three calls; everything else goes to the rig.
fn remembering() -> Server {
    let broken = json!({
        "deploymentCircuitBreaker": {"status": "TRIGGERED", "failureCount": 3, "threshold": 3},
        "rollback": {"reason": "the circuit breaker threshold was exceeded, password=hunter2", "startedAt": 1_790_000_290},
        "lifecycleStage": "BAKE_TIME",
    });
    let all = vec![
        deployment("one", "SUCCESSFUL", 1_790_000_000, "11", "12", &json!({})),
        deployment("three", "IN_PROGRESS", 1_790_000_400, "12", "14", &json!({"finishedAt": null})),
        deployment("two", "ROLLBACK_SUCCESSFUL", 1_790_000_200, "12", "13", &broken),
    ];
    Server::start(move |operation, asked, _| match operation {
        "ListServiceDeployments" => {
            assert_eq!(asked["service"], "web");
            let brief = |it: &Value| json!({"serviceDeploymentArn": it["serviceDeploymentArn"], "createdAt": it["createdAt"]});
            Reply::Say(200, json!({"serviceDeployments": all.iter().map(brief).collect::<Vec<_>>()}))
        }
        "DescribeServiceDeployments" => Reply::Say(200, json!({ "serviceDeployments": all })),
        "DescribeServiceRevisions" => {
            let of = |it: &Value| {
                let number = it.as_str().unwrap().rsplit('/').next().unwrap();
                let definition = format!("arn:aws:ecs:us-east-1:123456789012:task-definition/web:{number}");
                json!({"serviceRevisionArn": it, "taskDefinition": definition})
            };
            let asked = asked["serviceRevisionArns"].as_array().unwrap();
            Reply::Say(200, json!({"serviceRevisions": asked.iter().map(of).collect::<Vec<_>>()}))
        }
        _ => Reply::Pass,
    })
}

fn served(name: &str) -> Cluster {
    let cluster = Cluster::new(name);
    let definition = cluster.define("web", &[cluster.container("web", "exec sleep 100000000")]);
    cluster.serve("web", &definition, 1);
    cluster
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_was_deployed_is_listed_newest_first_with_what_became_of_it() {
    let (cluster, server) = (served("history"), remembering());
    let home = Home::new(&cluster.name, server.address());
    let rows = home.list("deployments");
    let of = |key: &str| rows.iter().map(|it| it[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("status"), ["in progress", "rolled back", "succeeded"], "{rows:?}");
    assert_eq!(of("revisions"), ["web:12 → :14", "web:12 → :13", "web:11 → :12"]);
    assert_eq!(of("breaker"), [0, 3, 0]);
    assert_eq!((rows[1]["took"].as_u64(), rows[1]["stage"].as_str()), (Some(95), Some("bake time")));
    let why = rows[1]["why"].as_str().unwrap();
    assert!(why.contains("threshold was exceeded") && !why.contains("hunter2"), "{why}");
    let console = home.console();
    console.send("3");
    console.wait_for("the service", |screen| screen.has("/web"));
    console.send("H");
    console.wait_for("what was deployed", |screen| screen.has("rolled back") && screen.has("3/3"));
    until("a second look", || server.count("DescribeServiceDeployments") >= 3);
    assert_eq!(server.count("DescribeServiceRevisions"), 2, "one for each program: a revision never changes");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn where_nothing_is_remembered_or_nothing_known_of_it_that_is_said_and_the_rest_stands() {
    let cluster = served("forgetful");
    let home = Home::new(&cluster.name, &address());
    assert!(home.list("deployments").is_empty());
    let server = Server::start(|operation, _, _| match operation {
        "ListServiceDeployments" => Reply::error(400, "UnknownOperationException", ""),
        _ => Reply::Pass,
    });
    let home = Home::new(&cluster.name, server.address());
    let said = home.say(&["ls", "deployments"]).unwrap_err();
    assert!(said.contains("this endpoint knows nothing of service deployments"), "{said}");
    let console = home.console();
    console.send("3");
    console.wait_for("the service", |screen| screen.has("/web"));
    console.send("H");
    console.wait_for("why there are none", |screen| screen.has("knows nothing of service deployments"));
    assert_eq!(server.count("ListServiceDeployments"), 2, "it is not asked again");
    console.send("3");
    console.wait_for("the services, live", |screen| screen.has("/web") && screen.row(1).contains("live"));
}
