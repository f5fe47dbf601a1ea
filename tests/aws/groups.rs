//! The list of log groups, and the log of a whole one.

use serde_json::{Value, json};

use crate::home::Home;
use crate::logs::{Group, lonely, now};
use crate::support::aws::{Reply, Server, call};
use crate::support::until;

/// Puts a line into a stream of a group; the stream is made for it where there is none.
fn put(group: &Group, stream: &str, at: i64, text: &str) {
    let named = json!({"logGroupName": group.0, "logStreamName": stream});
    let streams = call("logs", "describe_log_streams", &json!({"logGroupName": group.0}));
    let is_there = |it: &Value| it["logStreamName"] == stream;
    if !streams["logStreams"].as_array().unwrap().iter().any(is_there) {
        call("logs", "create_log_stream", &named);
    }
    let event = json!([{"timestamp": at, "message": text}]);
    call(
        "logs",
        "put_log_events",
        &json!({"logGroupName": group.0, "logStreamName": stream, "logEvents": event}),
    );
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn log_groups_are_listed_page_after_page_and_each_opens_the_log_of_all_its_streams() {
    let group = Group::new("group");
    call("logs", "put_retention_policy", &json!({"logGroupName": group.0, "retentionInDays": 14}));
    put(&group, "one", now() - 5_000, "from one");
    put(&group, "two", now() - 30 * 3_600_000, "from two, long ago");
    let name = group.0.clone();
    let server = Server::start(move |operation, asked, _| {
        // A page of AWS's may hold fewer than are asked for.
        if operation == "DescribeLogGroups" && asked["logGroupNamePrefix"].is_null() {
            asked["limit"] = json!(1);
        }
        lonely(&name, operation, asked)
    });
    let home = Home::new("c", server.address());
    let listed = home.list("log-groups");
    let found = listed.iter().find(|it| it["name"] == *group.0).unwrap();
    assert_eq!((&found["retention"], &found["class"]), (&json!(14), &json!("standard")), "{found}");
    assert!(found["stored"].as_u64() > Some(0), "{found}");
    let terminal = home.console();
    terminal.send(":log-groups\r");
    terminal.wait_for_text("LOG GROUP");
    terminal.send(&format!("/{}\r", group.0));
    terminal.wait_for("it", |screen| screen.has("14d"));
    terminal.send("\r");
    terminal.wait_for("both streams", |screen| screen.has("from one") && screen.has("from two, long ago"));
    terminal.wait_for("the session", |screen| screen.has("Live Tail"));
    put(&group, "three", now(), "from a stream of now");
    terminal.wait_for_text("from a stream of now");
}

#[test]
fn that_log_groups_may_not_be_listed_is_said() {
    let words = "User: arn:aws:iam::1:user/x is not authorized to perform: logs:DescribeLogGroups";
    let server = Server::start(move |operation, asked, _| match operation {
        "DescribeLogGroups" => Reply::error(400, "AccessDeniedException", words),
        _ => lonely("g", operation, asked),
    });
    let home = Home::new("c", server.address());
    let said = home.say(&["ls", "log-groups"]).unwrap_err();
    assert!(said.contains("allow logs:DescribeLogGroups"), "{said}");
    let terminal = home.console();
    terminal.send(":log-groups\r");
    terminal.wait_for("why", |screen| screen.has("allow logs:DescribeLogGroups"));
    until("another try", || server.count("DescribeLogGroups") > 2);
}
