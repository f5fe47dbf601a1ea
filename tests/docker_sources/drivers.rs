//! Log drivers: those of which something can be read are read; those that keep nothing are named, and not asked again.

use std::net::UdpSocket;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use quarterdeck::core::event::{Event, Link};
use tempfile::TempDir;

use crate::logs::{has_row, is_following, log, rows};
use crate::support::engine::{Container, Engine};
use crate::support::terminal::{Launch, qd};
use crate::watching::Watching;

/// Options of `docker run` for drivers that pass everything on, to somebody who listens at that port or not.
fn away(port: u16) -> [Vec<String>; 3] {
    let of = |driver: &str, options: &[String]| {
        let options = options.iter().flat_map(|it| ["--log-opt".to_owned(), it.clone()]);
        ["--log-driver".to_owned(), driver.to_owned()].into_iter().chain(options).collect()
    };
    [
        of("syslog", &[format!("syslog-address=udp://127.0.0.1:{port}")]),
        of("gelf", &[format!("gelf-address=udp://127.0.0.1:{port}")]),
        of(
            "fluentd",
            &[format!("fluentd-address=127.0.0.1:{port}"), "fluentd-async-connect=true".to_owned()],
        ),
    ]
}

const SCRIPT: &str = "echo one; echo two; while :; do sleep 1; done";

fn driver(options: &[&str]) -> Vec<String> {
    options.iter().map(|it| (*it).to_owned()).collect()
}

fn container(engine: &Engine, options: &[String]) -> Container {
    engine.run("driven", &options.iter().map(String::as_str).collect::<Vec<_>>(), &["sh", "-c", SCRIPT])
}

/// Drivers of which nothing can be read.
fn silent() -> Vec<Vec<String>> {
    let uncached = away(1).map(|it| [it, driver(&["--log-opt", "cache-disabled=true"])].concat());
    [driver(&["--log-driver", "none"])].into_iter().chain(uncached).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_driver_that_keeps_nothing_is_named_at_once_and_its_log_not_asked_for_again() {
    let engine = Engine::main();
    for options in silent() {
        let container = container(&engine, &options);
        let mut watching = Watching::of(&engine, &log(&container.id, 10));
        let ended = |event: &Event| match event {
            Event::Link(Link::Ended(fault)) => Some(fault.cause.to_string()),
            _ => None,
        };
        watching.until("the reason", |it| it.rest.iter().any(|it| ended(it).is_some())).await;
        let cause = watching.rest.iter().find_map(ended).unwrap();
        assert!(cause.contains(&format!("log driver `{}` keeps nothing", options[1])), "{cause}");
        let is_retried = |event: &Event| matches!(event, Event::Link(Link::Lost { .. }));
        assert!(!watching.rest.iter().any(is_retried), "{options:?}");
        assert!(watching.is_over().await, "{options:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_driver_of_which_something_can_be_read_is_read() {
    let engine = Engine::main();
    let mut drivers = vec![driver(&["--log-driver", "json-file"]), driver(&["--log-driver", "local"])];
    // Docker keeps a copy of its own of what these pass on, where that comes to somebody.
    let listener = UdpSocket::bind("127.0.0.1:0").unwrap();
    drivers.extend(away(listener.local_addr().unwrap().port()));
    if Path::new("/run/systemd/journal/socket").exists() {
        drivers.push(driver(&["--log-driver", "journald"]));
    } else {
        println!("journald does not run here and is left out");
    }
    for options in drivers {
        println!("{}", options.join(" "));
        let container = container(&engine, &options);
        let mut watching = Watching::of(&engine, &log(&container.id, 10));
        watching.until(&format!("lines of {options:?}"), |it| is_following(it) && has_row(it, "two")).await;
        assert_eq!(rows(&watching), ["one", "two"], "{options:?}");
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn qd_logs_and_the_screen_name_a_driver_that_keeps_nothing() {
    let engine = Engine::main();
    for options in silent() {
        let container = container(&engine, &options);
        let named = format!("log driver `{}` keeps nothing", options[1]);
        let home = TempDir::with_prefix("qd-home-").unwrap();
        let mut command = Command::new(qd());
        command.args(["logs", &container.name]).env_clear().env("HOME", home.path());
        let done = command.env("DOCKER_HOST", engine.address()).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), done.stdout.len()), (Some(3), 0), "{said}");
        assert_eq!(said.matches(&named).count(), 1, "{said}");
        assert!(said.contains(&container.name) && said.contains("json-file"), "it says what to do: {said}");

        let terminal = Launch::qd([""; 0]).env("DOCKER_HOST", engine.address()).size(160, 30).start();
        terminal.wait_for_console();
        terminal.send("2");
        terminal.wait_for_text(&container.name);
        terminal.send(&format!(":logs {}\r", container.name));
        let screen = terminal.wait_for_text(&named);
        // Were it asked for again, it would say so.
        let changed = terminal.wait_within(Duration::from_secs(2), |it| !it.has(&named));
        assert!(changed.is_err(), "{screen}");
    }
}
