//! A cluster of 100 services and 1,000 tasks, simulated: how many calls it takes, and that AWS's wish for fewer is
//! followed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Reply, Server};
use crate::support::until;

const SERVICES: usize = 100;
const TASKS: usize = 1_000;
/// Reading calls that AWS allows at once in each category, and a second.
const BURST: usize = 100;
const PER_SECOND: usize = 20;

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:ecs:us-east-1:123456789012:{kind}/large/{name}")
}

/// A page of `all`, with the token of the next one.
fn page(asked: &Value, name: &str, all: &[String]) -> Reply {
    let from: usize = asked["nextToken"].as_str().unwrap_or("0").parse().unwrap();
    let most = asked["maxResults"].as_u64().unwrap_or(if name == "serviceArns" { 10 } else { 100 }) as usize;
    let to = all.len().min(from + most);
    let mut answer = json!({ name: &all[from..to] });
    if to < all.len() {
        answer["nextToken"] = json!(to.to_string());
    }
    Reply::Say(200, answer)
}

fn task(arn: &str) -> Value {
    let number: usize = arn.rsplit('-').next().unwrap().parse().unwrap();
    json!({
        "taskArn": arn, "lastStatus": "RUNNING", "launchType": "FARGATE",
        "availabilityZone": format!("us-east-1{}", ["a", "b", "c"][number % 3]),
        "taskDefinitionArn": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/family-{}:7", number % SERVICES),
        "group": format!("service:service-{:03}", number % SERVICES), "createdAt": 1_790_000_000, "startedAt": 1_790_000_100,
        "containers": [{"name": "app", "lastStatus": "RUNNING", "image": "app:7", "healthStatus": "HEALTHY"}],
    })
}

fn service(arn: &str) -> Value {
    let name = arn.rsplit('/').next().unwrap();
    json!({"serviceArn": arn, "serviceName": name, "status": "ACTIVE", "desiredCount": 10, "runningCount": 10,
        "taskDefinition": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/{name}:7"),
        "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED", "desiredCount": 10, "runningCount": 10}]})
}

fn described(asked: &Value, key: &str, most: usize, each: fn(&str) -> Value) -> Reply {
    let arns: Vec<&str> = asked[key].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    if arns.len() > most {
        return Reply::error(400, "InvalidParameterException", "too many at once");
    }
    Reply::Say(200, json!({ key: arns.into_iter().map(each).collect::<Vec<_>>() }))
}

/// Such a cluster; it throttles six of ten calls as long as `is_busy`.
fn large(is_busy: Arc<AtomicBool>) -> Server {
    let services: Vec<String> = (0..SERVICES).map(|it| arn("service", &format!("service-{it:03}"))).collect();
    let tasks: Vec<String> = (0..TASKS).map(|it| arn("task", &format!("task-{it:04}"))).collect();
    Server::start(move |operation, asked, number| {
        if is_busy.load(Ordering::SeqCst) && number % 10 < 6 {
            return Reply::throttled();
        }
        match operation {
            "DescribeClusters" => {
                Reply::Say(200, json!({"clusters": [{"clusterName": "large", "status": "ACTIVE"}]}))
            }
            "ListServices" => page(asked, "serviceArns", &services),
            "DescribeServices" => described(asked, "services", 10, service),
            "ListTasks" if asked["desiredStatus"] == "STOPPED" => Reply::Say(200, json!({"taskArns": []})),
            "ListTasks" => page(asked, "taskArns", &tasks),
            "DescribeTasks" => described(asked, "tasks", 100, task),
            "DescribeTaskDefinition" => Reply::Say(
                200,
                json!({"taskDefinition": {"taskDefinitionArn": asked["taskDefinition"], "containerDefinitions": []}}),
            ),
            "ListContainerInstances" => Reply::Say(200, json!({"containerInstanceArns": []})),
            _ => Reply::error(400, "UnknownOperationException", operation),
        }
    })
}

#[test]
fn a_large_cluster_is_whole_on_the_screen_for_a_third_of_what_aws_allows_at_once() {
    let server = large(Arc::default());
    let home = Home::new("large", server.address());
    let begun = std::time::Instant::now();
    assert_eq!(home.list("workloads").len(), TASKS);
    println!("the whole list, printed as JSON: {:.2} s", begun.elapsed().as_secs_f64());
    let of = |operations: [&str; 2]| operations.map(|it| server.count(it)).iter().sum::<usize>();
    let (services, tasks) = (of(["ListServices", "DescribeServices"]), of(["ListTasks", "DescribeTasks"]));
    println!(
        "first look: {services} calls of the category of services, {tasks} of that of tasks; {BURST} are allowed"
    );
    assert!(services <= BURST * 4 / 10 && tasks <= BURST * 4 / 10, "{services}, {tasks}");
    assert!(server.count("DescribeTaskDefinition") <= 10);
    assert_eq!(home.list("services").len(), SERVICES);
}

/// Calls of the reading categories that were made within a time.
fn calls_within(server: &Server, time: Duration) -> usize {
    let before = server.calls().len();
    std::thread::sleep(time);
    server.calls().len() - before
}

#[test]
#[ignore = "takes minutes: tests/run --soak"]
fn soak_a_large_cluster_is_asked_for_little_and_less_while_aws_throttles() {
    let is_busy = Arc::new(AtomicBool::new(false));
    let server = large(Arc::clone(&is_busy));
    let terminal = Home::new("large", server.address()).console();
    terminal.send("2");
    terminal.wait_for("all of it", |screen| screen.row(1).contains("1000"));
    let minutes = 3;
    let usual = calls_within(&server, Duration::from_mins(minutes)) / minutes as usize;
    let allowed = PER_SECOND * 60;
    println!(
        "at rest: {usual} calls a minute, {:.1} % of what AWS allows in one category",
        usual as f64 * 100.0 / allowed as f64
    );
    assert!(usual * 100 <= allowed * 5, "{usual}");
    is_busy.store(true, Ordering::SeqCst);
    let busy = calls_within(&server, Duration::from_mins(5)) / 5;
    println!("while six of ten are throttled: {busy} calls a minute");
    assert!(busy * 2 <= usual * 3, "{busy} beside {usual}");
    is_busy.store(false, Ordering::SeqCst);
    let described = server.count("DescribeTasks");
    let resumed = std::time::Instant::now();
    until("a whole round", || server.count("DescribeTasks") >= described + TASKS / 100);
    println!("a whole round {:.1} s after AWS answers again", resumed.elapsed().as_secs_f64());
    terminal.wait_for("the cluster, live", |screen| screen.row(1).contains("live"));
}
