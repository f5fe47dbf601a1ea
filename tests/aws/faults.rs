//! What goes wrong between here and AWS, each in words that say what to do.

use std::time::Duration;

use serde_json::json;

use crate::home::{Home, said};
use crate::support::aws::{Cluster, Reply, Server, address};

/// What `qd` says where every call is answered so.
fn against(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> String {
    let server = Server::start(move |operation, _, _| reply(operation));
    let said = Home::new("shop", server.address()).say(&["ls", "workloads"]);
    said.unwrap_err()
}

#[test]
fn every_way_to_be_refused_is_told_apart_and_says_what_to_do() {
    let says = |code: &'static str, message: &'static str| against(move |_| Reply::error(400, code, message));
    for (code, message, cause, next) in [
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "have ended",
            "by itself",
        ),
        (
            "UnrecognizedClientException",
            "The security token is invalid",
            "does not know these",
            "aws configure",
        ),
        (
            "InvalidSignatureException",
            "Signature expired: 20261127T100000Z is now earlier than 20261127T140000Z",
            "clock",
            "timedatectl",
        ),
        ("ClusterNotFoundException", "Cluster not found.", "Cluster not found", "region"),
        ("ServerException", "\u{1b}[2JService Unavailable", "Service Unavailable", ""),
    ] {
        let told = says(code, message);
        assert!(told.contains(cause) && told.contains(next) && !told.contains('\u{1b}'), "{code}: {told}");
    }
}

#[test]
fn a_cluster_that_is_not_there_is_no_empty_cluster() {
    let told = against(|_| Reply::Say(200, json!({"clusters": [], "failures": [{"reason": "MISSING"}]})));
    assert!(told.contains("no cluster of that name") && told.contains("list-clusters"), "{told}");
}

#[test]
fn without_credentials_it_is_said_how_to_get_some() {
    let server = Server::start(|_, _, _| Reply::Say(200, json!({})));
    let home = Home::new("shop", server.address());
    let told = said(&mut home.command(&["ls", "workloads"], true)).unwrap_err();
    assert!(told.contains("no AWS credentials") && told.contains("aws configure"), "{told}");
    assert!(server.calls().is_empty(), "nobody is asked without them");
}

#[test]
fn an_address_at_which_nobody_answers_is_unreachable() {
    let told = Home::new("shop", "http://127.0.0.1:1").say(&["ls", "workloads"]).unwrap_err();
    assert!(told.contains("AWS cannot be reached"), "{told}");
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    let told = against(|_| Reply::Hang(Duration::ZERO));
    assert!(told.contains("AWS cannot be reached") || told.contains("cannot be read"), "{told}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_is_not_allowed_is_named_and_the_rest_is_shown_all_the_same() {
    let cluster = Cluster::new("denied");
    let definition = cluster.define("web", &[cluster.container("web", "exec sleep 100000000")]);
    cluster.serve("web", &definition, 1);
    let words = "User: arn:aws:iam::1:user/x is not authorized to perform: ecs:ListServices on resource: *";
    let server = Server::start(move |operation, _, _| match operation {
        "ListServices" => Reply::error(400, "AccessDeniedException", words),
        _ => Reply::Pass,
    });
    let home = Home::new(&cluster.name, server.address());
    let listed = || home.say(&["ls", "workloads"]).unwrap_err();
    crate::support::until("the task", || listed().contains("web-"));
    assert!(listed().contains("allow ecs:ListServices"), "what is missing is said beside it");
    let terminal = home.console();
    terminal.wait_for("the missing permission", |screen| screen.has("allow ecs:ListServices"));
    terminal.send("2");
    terminal.wait_for("the task", |screen| screen.has("web-"));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn answers_that_are_cut_are_asked_for_again_until_they_are_whole() {
    let cluster = Cluster::new("cut");
    let definition = cluster.define("web", &[cluster.container("web", "exec sleep 100000000")]);
    cluster.serve("web", &definition, 1);
    let server = Server::start(|_, _, number| if number % 3 == 1 { Reply::Cut } else { Reply::Pass });
    let terminal = Home::new(&cluster.name, server.address()).console();
    terminal.send("2");
    terminal.wait_for("the task, between two cuts", |screen| screen.has("web-"));
    assert!(server.address() != address());
}
