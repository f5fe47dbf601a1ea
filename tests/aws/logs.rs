//! The logs of tasks.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::home::Home;
use crate::support::aws::{Cluster, Reply, Server, address, call};
use crate::support::engine::Engine;
use crate::support::until;

/// Without Live Tail all lines come by polls.
const BY_POLLS: &str = "[logs]\nlive-tail = false\n";

/// Counts for ever.
const COUNTING: &str = "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.2; done";

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_log_of_a_service_is_that_of_all_its_tasks_in_one_order_and_goes_on() {
    let cluster = Cluster::new("logs");
    let parts = ["one", "two"].map(|it| cluster.container(it, COUNTING));
    let definition = cluster.define("web", &parts);
    cluster.serve("web", &definition, 1);
    let home = Home::new(&cluster.name, &address());
    until("lines of both", || {
        let log = home.say(&["logs", "service:web", "--tail", "all"]).unwrap_or_default();
        ["one-", "two-"].iter().all(|name| log.lines().filter(|it| it.starts_with(name)).count() > 5)
    });
    let mut child = home
        .command(&["logs", "service:web", "-f", "--tail", "2"], false)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen: HashMap<String, Vec<u64>> = HashMap::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).take(100) {
        let (name, number) = line.rsplit_once(" line ").unwrap_or_else(|| panic!("{line}"));
        seen.entry(name.to_owned()).or_default().push(number.parse().unwrap());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(seen.len(), 2, "{seen:?}");
    for numbers in seen.values() {
        let first = numbers[0];
        let expected: Vec<u64> = (first..).take(numbers.len()).collect();
        assert_eq!(*numbers, expected, "no line is missing, none comes twice");
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_last_words_of_a_task_and_its_end_stand_in_its_log() {
    let cluster = Cluster::new("ends");
    let definition =
        cluster.define("job", &[cluster.container("job", "echo begun; sleep 8; echo last words; exit 7")]);
    cluster.run(&definition);
    let terminal = Home::new(&cluster.name, &address()).console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("job-"));
    terminal.send("l");
    terminal.wait_for_text("begun");
    terminal.wait_for("its end", |screen| screen.has("last words") && screen.has("exited with code 7"));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_lines_of_a_container_without_a_log_configuration_are_those_that_docker_on_its_instance_has() {
    let cluster = Cluster::new("mute");
    let mut container = cluster.container("mute", COUNTING);
    container.as_object_mut().unwrap().remove("logConfiguration");
    let definition = cluster.define("mute", &[container]);
    cluster.run(&definition);
    let home = Home::new(&cluster.name, &address());
    until("the task", || home.list("workloads").iter().any(|it| it["state"] == "running"));
    let said = home.say(&["logs", "mute-*"]).unwrap_err();
    assert!(said.contains("sends nothing to CloudWatch") && said.contains("docker = "), "{said}");
    let home = home.beside(&Engine::main().address());
    until("its lines", || home.say(&["logs", "/^mute-/"]).is_ok_and(|log| log.contains("line 3")));
    let terminal = home.console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("mute-"));
    terminal.send("/mute-\r");
    terminal.wait_for("only that", |screen| screen.row(1).contains("1 of "));
    // What Docker measures of it is shown, too.
    terminal.wait_for("its memory", |screen| screen.has("K ") || screen.has("M "));
    terminal.send("l");
    terminal.wait_for("its lines", |screen| screen.has("line "));
}

/// Puts events into a stream: their moments and what they say.
pub(crate) fn put(group: &str, events: &[(i64, String)]) {
    let events: Vec<Value> =
        events.iter().map(|(at, text)| json!({"timestamp": at, "message": text})).collect();
    call(
        "logs",
        "put_log_events",
        &json!({"logGroupName": group, "logStreamName": "s/s/0123", "logEvents": events}),
    );
}

/// What a cluster `c` answers that has one task, whose stream in `group` the test writes itself; the rest is asked of the
/// rig's AWS.
pub(crate) fn lonely(group: &str, operation: &str, asked: &Value) -> Reply {
    match operation {
        "DescribeClusters" => {
            Reply::Say(200, json!({"clusters": [{"clusterName": "c", "status": "ACTIVE"}]}))
        }
        "ListServices" => Reply::Say(200, json!({"serviceArns": []})),
        "ListContainerInstances" => Reply::Say(200, json!({"containerInstanceArns": []})),
        "ListTasks" if asked["desiredStatus"] == "STOPPED" => Reply::Say(200, json!({"taskArns": []})),
        "ListTasks" => Reply::Say(200, json!({"taskArns": ["arn:aws:ecs:us-east-1:1:task/c/0123"]})),
        "DescribeTasks" => Reply::Say(
            200,
            json!({"tasks": [{
                "taskArn": "arn:aws:ecs:us-east-1:1:task/c/0123", "lastStatus": "RUNNING", "launchType": "FARGATE",
                "taskDefinitionArn": "arn:aws:ecs:us-east-1:1:task-definition/s:1",
                "containers": [{"name": "s", "lastStatus": "RUNNING"}],
            }]}),
        ),
        "DescribeTaskDefinition" => Reply::Say(
            200,
            json!({"taskDefinition": {"containerDefinitions": [{
                "name": "s", "logConfiguration": {"logDriver": "awslogs", "options": {
                    "awslogs-group": group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "s",
                }},
            }]}}),
        ),
        _ => Reply::Pass,
    }
}

/// A server in front of the rig's AWS that knows one task; of the polls of its log, some are throttled, and some pages are
/// empty.
fn troubled(group: &str, throttled: usize, empty: usize) -> Server {
    let group = group.to_owned();
    let polls = Mutex::new(0);
    Server::start(move |operation, asked, _| match operation {
        "FilterLogEvents" => {
            let mut polls = polls.lock().unwrap();
            *polls += 1;
            if *polls % 10 < throttled {
                return Reply::throttled();
            }
            let token = asked["nextToken"].as_str().unwrap_or_default().to_owned();
            match token.strip_prefix("empty:") {
                Some("") => {
                    asked.as_object_mut().unwrap().remove("nextToken");
                }
                Some(rest) => asked["nextToken"] = json!(rest),
                None if *polls % 10 >= 10 - empty => {
                    return Reply::Say(200, json!({"events": [], "nextToken": format!("empty:{token}")}));
                }
                None => {}
            }
            Reply::Pass
        }
        _ => lonely(&group, operation, asked),
    })
}

pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Follows the log of the one task of such a cluster; every line that comes, until the one that says "end".
pub(crate) fn follow(home: Home) -> std::thread::JoinHandle<Vec<String>> {
    let mut command = home.command(&["logs", "s-*", "-f", "--tail", "10"], false);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    std::thread::spawn(move || {
        let _home = home;
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if line.ends_with("end") {
                break;
            }
            lines.push(line);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        lines
    })
}

/// A log group that goes with the test.
pub(crate) struct Group(pub(crate) String);

impl Group {
    pub(crate) fn new(name: &str) -> Self {
        let name = crate::support::engine::unique(name);
        call("logs", "create_log_group", &json!({"logGroupName": name}));
        call("logs", "create_log_stream", &json!({"logGroupName": name, "logStreamName": "s/s/0123"}));
        Self(name)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        call("logs", "delete_log_group", &json!({"logGroupName": self.0}));
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn lines_that_come_late_and_many_of_one_moment_come_once_each() {
    let group = Group::new("late");
    let before = now();
    put(&group.0, &[(before, "before".to_owned())]);
    let server = troubled(&group.0, 2, 3);
    let lines = follow(Home::new("c", server.address()).with(BY_POLLS));
    until("a poll", || server.count("FilterLogEvents") > 0);
    let moment = now();
    let mut expected = vec!["before".to_owned()];
    for round in 0..5 {
        // 50 of one moment, in five pieces; and one that happened before all of them.
        let mut events: Vec<_> = (0..10).map(|it| (moment, format!("same {round}/{it}"))).collect();
        events.insert(0, (moment - 10_000 + round, format!("late {round}")));
        expected.extend(events.iter().map(|(_, text)| text.clone()));
        put(&group.0, &events);
        std::thread::sleep(Duration::from_secs(2));
    }
    put(&group.0, &[(now(), "end".to_owned())]);
    let mut lines = lines.join().unwrap();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_filter_pattern_chooses_lines_at_cloudwatch_however_far_back_and_those_that_follow() {
    let group = Group::new("pattern");
    let hours = |hours: i64| now() - hours * 3_600_000;
    let old = [
        (hours(60), "ERROR long ago".to_owned()),
        (hours(30), "nothing".to_owned()),
        (hours(3), "ERROR later".to_owned()),
    ];
    put(&group.0, &old);
    let name = group.0.clone();
    let server = Server::start(move |operation, asked, _| lonely(&name, operation, asked));
    let home = Home::new("c", server.address());
    let log = |rest: &[&str]| home.say(&[&["logs", "s-*", "--pattern", "ERROR"], rest].concat()).unwrap();
    assert_eq!(log(&["--tail", "2"]), "ERROR long ago\nERROR later\n");
    assert_eq!(log(&["--tail", "1"]), "ERROR later\n");
    assert_eq!(log(&["--since", "10h"]), "ERROR later\n");
    let terminal = home.console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("s-0123"));
    terminal.send("l");
    terminal.wait_for_text("nothing");
    terminal.send("@ERROR\r");
    terminal.wait_for("only those", |screen| screen.has("long ago") && !screen.has("nothing"));
    put(&group.0, &[(now(), "not this".to_owned()), (now(), "ERROR of now".to_owned())]);
    terminal.wait_for("that of now", |screen| screen.has("of now") && !screen.has("not this"));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_filter_pattern_that_is_none_is_refused_in_the_words_of_cloudwatch() {
    let group = Group::new("refused");
    put(&group.0, &[(now(), "before".to_owned())]);
    let name = group.0.clone();
    let server = Server::start(move |operation, asked, _| match asked["filterPattern"].as_str() {
        Some(_) => Reply::error(400, "InvalidParameterException", "Invalid filter pattern: \u{1b}[31m["),
        None => lonely(&name, operation, asked),
    });
    let home = Home::new("c", server.address());
    let said = home.say(&["logs", "s-*", "--pattern", "["]).unwrap_err();
    assert!(said.contains("Invalid filter pattern") && !said.contains('\u{1b}'), "{said}");
    let terminal = home.console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("s-0123"));
    terminal.send("l");
    terminal.wait_for_text("before");
    terminal.send("@[\r");
    terminal.wait_for("the line again, with why", |screen| {
        (0..40)
            .any(|row| screen.row(row).contains("CloudWatch [") && screen.row(row).contains("Invalid filter"))
    });
}

#[test]
#[ignore = "takes minutes: tests/run --soak"]
fn soak_ten_thousand_lines_of_which_a_fifth_is_late_through_throttles_and_empty_pages_come_once_each() {
    flood(BY_POLLS);
}

#[test]
#[ignore = "takes minutes: tests/run --soak"]
fn soak_the_same_lines_come_once_each_with_live_tail_before_the_polls() {
    flood("");
}

/// 10,000 lines, of which a fifth is late, through throttled polls and empty pages, for a program with these tables in its
/// configuration.
fn flood(tables: &str) {
    const ALL: usize = 10_000;
    const EVERY: usize = 100;
    let group = Group::new("flood");
    put(&group.0, &[(now(), "before".to_owned())]);
    // Three of ten polls are throttled, one page of ten is empty.
    let server = troubled(&group.0, 3, 1);
    let lines = follow(Home::new("c", server.address()).with(tables));
    until("a poll", || server.count("FilterLogEvents") > 0);
    let begun = Instant::now();
    let held: Arc<Mutex<Vec<(Instant, i64, String)>>> = Arc::default();
    // What the pieces from 50 to 54 say, they say in one millisecond.
    let mut shared = 0;
    for piece in 0..ALL / EVERY {
        let at = now();
        if piece == 50 {
            shared = at;
        }
        let mut events = Vec::new();
        for number in piece * EVERY..(piece + 1) * EVERY {
            let moment = if (50..55).contains(&piece) { shared } else { at + (number % EVERY) as i64 };
            let text = format!("line {number}");
            if number % 5 == 0 {
                let late = Duration::from_secs(1 + (number as u64 * 37) % 90);
                held.lock().unwrap().push((Instant::now() + late, moment, text));
            } else {
                events.push((moment, text));
            }
        }
        put(&group.0, &events);
        put_held(&group.0, &held, false);
        std::thread::sleep(Duration::from_millis(700));
    }
    while !held.lock().unwrap().is_empty() {
        put_held(&group.0, &held, false);
        std::thread::sleep(Duration::from_millis(500));
    }
    // The last deep sweep.
    std::thread::sleep(Duration::from_secs(35));
    put(&group.0, &[(now(), "end".to_owned())]);
    let lines = lines.join().unwrap();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for line in &lines {
        *seen.entry(line).or_default() += 1;
    }
    let lost = (0..ALL).filter(|it| !seen.contains_key(&*format!("line {it}"))).count();
    let doubled = seen.values().filter(|it| **it > 1).count();
    let rate = server.count("FilterLogEvents") as f64 / begun.elapsed().as_secs_f64();
    println!("{} lines, {lost} lost, {doubled} doubled, {rate:.2} calls/s", lines.len());
    assert_eq!((lost, doubled, lines.len()), (0, 0, ALL + 1));
    assert!(rate <= 2.0, "{rate} calls a second");
}

/// Puts what was held back for long enough.
fn put_held(group: &str, held: &Mutex<Vec<(Instant, i64, String)>>, all: bool) {
    let mut held = held.lock().unwrap();
    let now = Instant::now();
    let (mut due, rest): (Vec<_>, Vec<_>) = held.drain(..).partition(|(at, ..)| all || *at <= now);
    *held = rest;
    due.sort_by_key(|(_, moment, _)| *moment);
    let events: Vec<_> = due.into_iter().map(|(_, moment, text)| (moment, text)).collect();
    if !events.is_empty() {
        put(group, &events);
    }
}
