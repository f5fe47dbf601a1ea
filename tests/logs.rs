//! `qd logs` as a program among others: in pipes, interrupted, wrong; on the simulated fleet.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// `qd --demo logs` with these arguments.
fn logs(home: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qd"));
    command.env_clear().env("HOME", home.path()).env("TZ", "UTC").env("TERM", "xterm-256color");
    command.args(["--demo", "logs"]).args(arguments).current_dir(home.path());
    command
}

fn done(arguments: &[&str]) -> (i32, String, String) {
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let Output { status, stdout, stderr } = logs(&home, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A follow of which the first line was read.
fn followed(home: &TempDir) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut command = logs(home, &["-f", "env:numbers-prod"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert!(line.contains(" | "), "{line}");
    (child, lines)
}

#[test]
fn an_environment_is_printed_in_the_order_of_its_times() {
    let (code, out, _) = done(&["env:numbers-prod", "--since", "2m", "--json"]);
    assert_eq!(code, 0);
    let objects: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<&Value> = objects.iter().filter(|it| it["kind"] == "line").collect();
    let times: Vec<jiff::Timestamp> =
        lines.iter().map(|it| it["time"].as_str().unwrap().parse().unwrap()).collect();
    assert!(times.len() > 100 && times.is_sorted());
    for service in ["api", "proxy", "client"] {
        assert!(lines.iter().any(|it| it["workload"].as_str().unwrap().starts_with(service)), "{service}");
    }
    assert!(lines.iter().all(|it| it["environment"] == "numbers-prod"));
}

#[test]
fn in_a_pipe_there_are_neither_colours_nor_anything_else_that_acts_on_a_terminal() {
    let (_, out, _) = done(&["project:smallsite", "--tail", "50"]);
    assert!(out.lines().count() > 50);
    assert!(!out.contains('\x1b'));
    assert!(out.lines().all(|line| line.contains(" | ")), "each says whose it is");
}

#[test]
fn the_exit_code_says_whether_anything_matched_as_that_of_grep_does() {
    assert_eq!(done(&["fibonacci", "--grep", "values"]).0, 0);
    let (code, out, _) = done(&["fibonacci", "--grep", "no such words"]);
    assert_eq!((code, out.as_str()), (1, ""));
    for (picks, matches) in [
        (["--level", "fatal"], false),
        (["--where", "level>=fatal"], false),
        (["--field", "status=999"], false),
        (["--where", "values"], true),
    ] {
        let code = done(&[&["fibonacci"][..], &picks].concat()).0;
        assert_eq!(code == 0, matches, "{picks:?}");
    }
    assert_eq!(done(&["fibonacci", "--exclude", "[a-z]", "--tail", "1"]).0, 0, "it only leaves out");
}

#[test]
fn lines_are_chosen_by_level_and_by_field() {
    let (_, out, _) = done(&["service:numbers-prod-api", "--since", "5m", "--level", "error", "--json"]);
    let levels: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|it| it["kind"] == "line")
        .map(|it| it["level"].clone())
        .collect();
    assert!(!levels.is_empty() && levels.iter().all(|level| level == "error" || level == "fatal"));
    let chosen = ["api-*", "--since", "5m", "--no-prefix", "--field", "status>=500", "--field", "path~^/api"];
    let (_, out, _) = done(&chosen);
    assert!(out.contains(r#""status":50"#) && !out.contains(r#""status":200"#));
}

#[test]
fn what_is_wrong_on_the_command_line_is_told_with_what_was_meant() {
    for (arguments, words) in [
        (&["webap"][..], "did you mean “webapp”?"),
        (&["service:webap"], "did you mean “webapp”?"),
        (&["servce:webapp"], "did you mean “service”?"),
        (&["webapp", "--since", "soon"], "--since"),
        (&["webapp", "--grep", "["], "not a regular expression"),
        (&["webapp", "--level", "wran"], "did you mean “warn”?"),
        (&["webapp", "--field", "status"], "compares nothing"),
        (&["webapp", "--raw", "--json"], "--raw"),
        (&["webapp", "-f", "--until", "1m"], "cannot be used with"),
        (&[], "SELECTOR"),
    ] {
        let (code, out, error) = done(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {error}");
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
}

#[test]
fn whoever_reads_may_leave() {
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let (mut child, lines) = followed(&home);
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_interrupt_ends_a_follow_with_what_was_held_back_printed() {
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let (mut child, mut lines) = followed(&home);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let mut rest = Vec::new();
    std::io::Read::read_to_end(&mut lines, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(rest.last(), Some(&b'\n'), "no line is cut");
}
