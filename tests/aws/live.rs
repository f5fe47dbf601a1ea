//! The logs of tasks as Live Tail tells them, and what it leaves out.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::{Value, json};

use crate::home::Home;
use crate::logs::{Group, follow, lonely, now, put};
use crate::support::aws::{Reply, Server, call};
use crate::support::live::Frame;
use crate::support::until;

/// What a log group holds, as `FilterLogEvents` tells it.
fn held(group: &Group) -> Vec<Value> {
    let held = call("logs", "filter_log_events", &json!({"logGroupName": group.0}));
    held["events"].as_array().unwrap().clone()
}

/// Writes lines that all say when they were written, and of each of which there is one; as the group holds them.
fn write(group: &Group, name: &str, count: usize) -> Vec<Value> {
    let at = now();
    let events: Vec<_> = (0..count).map(|it| (at, format!("{name} {it}"))).collect();
    put(&group.0, &events);
    let is_of = |it: &Value| it["message"].as_str().unwrap().starts_with(name);
    held(group).into_iter().filter(is_of).collect()
}

/// A server with the one task of [`lonely`], whose Live Tail sessions the test tells; when there is no more of them, there
/// are too many.
fn telling(group: &Group, sessions: usize) -> (Server, Vec<Sender<Frame>>) {
    let (tell, told): (Vec<Sender<Frame>>, VecDeque<Receiver<Frame>>) =
        (0..sessions).map(|_| channel()).unzip();
    let (group, told) = (group.0.clone(), Mutex::new(told));
    let server = Server::start(move |operation, asked, _| match operation {
        "StartLiveTail" => match told.lock().unwrap().pop_front() {
            Some(frames) => Reply::Session(frames),
            None => Reply::error(400, "LimitExceededException", "too many sessions"),
        },
        _ => lonely(&group, operation, asked),
    });
    (server, tell)
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn lines_come_by_live_tail_alone_where_no_poll_brings_them() {
    let group = Group::new("live");
    put(&group.0, &[(now(), "before".to_owned())]);
    let name = group.0.clone();
    let asked_for = std::sync::Arc::new(Mutex::new(Value::Null));
    let note = std::sync::Arc::clone(&asked_for);
    let server = Server::start(move |operation, asked, _| match operation {
        "FilterLogEvents" => Reply::Say(200, json!({"events": []})),
        "StartLiveTail" => {
            *note.lock().unwrap() = asked.clone();
            Reply::Pass
        }
        _ => lonely(&name, operation, asked),
    });
    let terminal = Home::new("c", server.address()).console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("s-0123"));
    terminal.send("l");
    terminal.wait_for("the session", |screen| screen.has("before") && screen.has("· Live Tail"));
    // It was held back for two hours.
    put(&group.0, &[(now() - 7_200_000, "one of now".to_owned())]);
    terminal.wait_for("it, and how late it came", |screen| {
        screen.has("one of now") && screen.has("ingestion lag 2h")
    });
    let asked = asked_for.lock().unwrap().clone();
    assert_eq!(asked["logStreamNames"], json!(["s/s/0123"]), "no other stream is paid for");
    let arn = asked["logGroupIdentifiers"][0].as_str().unwrap();
    assert!(arn.starts_with("arn:") && arn.ends_with(&group.0), "{arn}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_a_session_leaves_out_or_tells_twice_or_misses_between_two_comes_once() {
    let group = Group::new("sampled");
    put(&group.0, &[(now(), "before".to_owned())]);
    let (server, tell) = telling(&group, 2);
    let lines = follow(Home::new("c", server.address()));
    until("a session", || server.count("StartLiveTail") == 1);
    let some = write(&group, "some", 60);
    let half = some.iter().step_by(2).cloned().collect();
    tell[0].send(Frame::Update(half, true)).unwrap();
    write(&group, "between", 20);
    tell[0].send(Frame::Exception("SessionTimeoutException")).unwrap();
    until("another session", || server.count("StartLiveTail") == 2);
    let rest = write(&group, "rest", 20);
    let again = some.into_iter().chain(rest).collect();
    tell[1].send(Frame::Update(again, false)).unwrap();
    put(&group.0, &[(now(), "end".to_owned())]);
    let mut lines = lines.join().unwrap();
    lines.sort();
    let mut expected = vec!["before".to_owned()];
    for (name, count) in [("some", 60), ("between", 20), ("rest", 20)] {
        expected.extend((0..count).map(|it| format!("{name} {it}")));
    }
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_log_says_how_its_lines_come_when_that_changes() {
    let group = Group::new("ways");
    put(&group.0, &[(now(), "before".to_owned())]);
    let (server, mut tell) = telling(&group, 1);
    let terminal = Home::new("c", server.address()).console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("s-0123"));
    terminal.send("l");
    terminal.wait_for("the session", |screen| screen.has("· Live Tail"));
    tell[0].send(Frame::Update(write(&group, "some", 3), true)).unwrap();
    terminal.wait_for("that some are left out", |screen| screen.has("sampled: the rest"));
    terminal.wait_for("that none is any more", |screen| screen.has("· Live Tail") && !screen.has("sampled"));
    tell.clear();
    terminal.wait_for("that there are no more sessions", |screen| {
        screen.has("polling every") && screen.has("too many sessions")
    });
    put(&group.0, &[(now(), "by a poll".to_owned())]);
    terminal.wait_for_text("by a poll");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn without_the_permission_lines_come_by_polls_and_it_is_said_why() {
    let group = Group::new("denied");
    let name = group.0.clone();
    put(&group.0, &[(now(), "before".to_owned())]);
    let words = "User: arn:aws:iam::1:user/x is not authorized to perform: logs:StartLiveTail";
    let server = Server::start(move |operation, asked, _| match operation {
        "StartLiveTail" => Reply::error(400, "AccessDeniedException", words),
        _ => lonely(&name, operation, asked),
    });
    let terminal = Home::new("c", server.address()).console();
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("s-0123"));
    terminal.send("l");
    terminal.wait_for("why", |screen| {
        screen.has("polling every") && screen.has("logs:StartLiveTail is not allowed")
    });
    put(&group.0, &[(now(), "by a poll".to_owned())]);
    terminal.wait_for_text("by a poll");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn without_live_tail_in_the_configuration_there_is_no_session() {
    let group = Group::new("off");
    put(&group.0, &[(now(), "before".to_owned())]);
    let (server, _tell) = telling(&group, 1);
    let lines = follow(Home::new("c", server.address()).with("[logs]\nlive-tail = false\n"));
    until("polls", || server.count("FilterLogEvents") > 1);
    put(&group.0, &[(now(), "end".to_owned())]);
    assert_eq!(lines.join().unwrap(), ["before"]);
    assert_eq!(server.count("StartLiveTail"), 0);
}
