//! The console's main job on a real engine: look, inspect, read logs, change, open a shell; and the same without a screen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::engine::{Container, Engine};
use support::terminal::{Launch, Terminal, key, qd};
use tempfile::TempDir;

fn console(engine: &Engine) -> Launch {
    Launch::qd([""; 0]).env("DOCKER_HOST", engine.address()).size(120, 36)
}

/// What a command printed and how it ended.
struct Said {
    code: i32,
    out: String,
    error: String,
}

/// Runs `qd` without a terminal.
fn say(address: &str, home: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(qd());
    command.args(arguments).env_clear().env("HOME", home).env("PATH", std::env::var_os("PATH").unwrap());
    let done = command.env("DOCKER_HOST", address).current_dir(home).output().unwrap();
    Said {
        code: done.status.code().expect("it ended by itself"),
        out: String::from_utf8(done.stdout).unwrap(),
        error: String::from_utf8(done.stderr).unwrap(),
    }
}

fn calm(engine: &Engine, name: &str) -> Container {
    // The first process of a container ignores the usual signal, and would be waited for.
    engine.run(
        name,
        &["--stop-signal", "SIGKILL"],
        &["sh", "-c", "echo hello from the log; exec sleep 100000000"],
    )
}

/// Shows the workloads, only this one of them.
fn select(terminal: &Terminal, name: &str) {
    terminal.wait_for_console();
    terminal.send("2");
    terminal.wait_for("the list", |screen| screen.row(1).contains("● live"));
    terminal.send(&format!("/{name}\r"));
    terminal.wait_for("one row", |screen| screen.row(3).contains(name) && screen.row(4).is_empty());
}

fn back_to_the_list(terminal: &Terminal) {
    terminal.send(key::ESC);
    terminal.wait_for("the list again", |screen| screen.row(2).contains("NAME▲"));
}

/// Confirms the plan that is shown. The dialog takes no key in its first moment.
fn confirm(terminal: &Terminal, until: &str) {
    terminal.wait_for_text("y confirm");
    terminal.wait_for(until, |screen| {
        if screen.has("y confirm") {
            terminal.send("y");
        }
        screen.has(until)
    });
}

/// The main job, from the start to the end.
fn walk(engine: &Engine) {
    let container = calm(engine, "walk");
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let terminal = console(engine).home(home.path()).start();
    terminal.wait_for_text("Welcome to quarterdeck");
    select(&terminal, &container.name);

    terminal.send("i");
    terminal
        .wait_for("its details", |screen| screen.has("[details]") && screen.has("quarterdeck-rig/busybox"));
    back_to_the_list(&terminal);
    terminal.send("l");
    terminal.wait_for_text("hello from the log");
    back_to_the_list(&terminal);

    let started = container.inspect("{{.State.StartedAt}}");
    terminal.send("r");
    terminal.wait_for_text(&format!("restart {}", container.name));
    assert_eq!(container.inspect("{{.State.StartedAt}}"), started, "a plan alone changes nothing");
    confirm(&terminal, "succeeded");
    assert_ne!(container.inspect("{{.State.StartedAt}}"), started);
    assert_eq!(container.inspect("{{.State.Running}}"), "true");

    terminal.send("1?");
    terminal.wait_for_text("Here (table)");
    terminal.send("q");
    terminal.wait_for("the fleet", |screen| screen.row(0).contains("1 fleet") && !screen.has("Here (table)"));
    terminal.send("q");
    assert_eq!(terminal.wait_exit().exit_code(), 0);

    let runs = say(&engine.address(), home.path(), &["runs", "--json"]);
    let runs: Value = serde_json::from_str(&runs.out).unwrap();
    assert_eq!(runs.as_array().unwrap().len(), 1, "{runs}");
    let text = runs.to_string();
    assert!(text.contains(&format!("restart {}", container.name)) && text.contains("succeeded"), "{text}");
    let audit = say(&engine.address(), home.path(), &["audit", "--json"]);
    assert!(audit.out.contains(&container.name), "{}", audit.out);
    assert_eq!(say(&engine.address(), home.path(), &["audit", "verify"]).code, 0);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn from_the_start_by_filter_inspect_logs_restart_and_help_to_the_end() {
    walk(&Engine::main());
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_same_on_podman() {
    walk(&Engine::podman());
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_shell_in_a_container_takes_the_whole_terminal_and_gives_it_back() {
    let engine = Engine::main();
    let container = calm(&engine, "shell");
    let terminal = console(&engine).start();
    select(&terminal, &container.name);
    let settings = terminal.settings();
    terminal.send("s");
    confirm(&terminal, "ctrl-p ctrl-q detaches");
    terminal.send("echo $((6*7))\r");
    terminal.wait_for("the answer", |screen| (0..36).any(|row| screen.row(row) == "42"));
    terminal.send("exit 7\r");
    let screen = terminal.wait_for_console();
    assert!(!screen.has("echo $((6*7))"), "nothing of the shell is left:\n{screen}");
    assert!(screen.terminal().hide_cursor() && screen.terminal().bracketed_paste());
    assert_eq!(terminal.settings(), settings);
    terminal.send("2");
    terminal.wait_for("the list", |screen| screen.row(2).contains("NAME▲") && screen.has(&container.name));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn read_only_refuses_every_change_with_and_without_the_screen() {
    let engine = Engine::main();
    let container = calm(&engine, "untouched");
    let name = container.name.as_str();
    let state = "{{.Name}} {{.State.StartedAt}} {{.State.Status}} {{.HostConfig.Memory}}";
    let before = container.inspect(state);
    let home = TempDir::with_prefix("qd-home-").unwrap();
    for change in [
        &["start", name][..],
        &["stop", name],
        &["restart", name],
        &["pause", name],
        &["unpause", name],
        &["kill", name],
        &["rename", name, "other"],
        &["limits", name, "--memory", "64m"],
        &["remove", name, "--force"],
        &["prune", "containers"],
    ] {
        let arguments = [&["--read-only", "--yes", "run"], change].concat();
        let said = say(&engine.address(), home.path(), &arguments);
        assert_eq!(said.code, 4, "{change:?}: {}{}", said.out, said.error);
        assert!(said.error.contains("read-only"), "{change:?}: {}", said.error);
    }
    let said = say(&engine.address(), home.path(), &["--read-only", "exec", name, "touch", "/mark"]);
    assert_eq!(said.code, 4, "{}", said.error);
    assert_eq!(container.inspect(state), before);
    container.exec(&["test", "!", "-e", "/mark"]);

    let terminal = console(&engine).args(["--read-only"]).start();
    select(&terminal, name);
    for key in ["r", "s", "a"] {
        terminal.send(key);
        terminal.wait_for_text("read-only");
    }
    assert_eq!(container.inspect(state), before);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_first_screen_says_what_was_found_and_writes_no_configuration() {
    let engine = Engine::main();
    let terminal = console(&engine).start();
    let screen = terminal.wait_for_text("Welcome to quarterdeck");
    assert!(screen.has("DOCKER_HOST") && screen.has(&engine.address()), "{screen}");
    terminal.send("q");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
    assert!(!terminal.home().join(".config").exists());
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn lists_without_the_screen_agree_with_the_docker_program() {
    let engine = Engine::main();
    let project = engine.stack("compose", 1);
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let list = |kind: &str| -> Vec<Value> {
        let said = say(&engine.address(), home.path(), &["ls", kind, "--json"]);
        assert_eq!(said.code, 0, "{}", said.error);
        serde_json::from_str(&said.out).unwrap()
    };
    let text = |row: &Value, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    let ours = |mut names: Vec<String>| {
        names.retain(|name| name.starts_with(&project.prefix));
        names.sort_unstable();
        names
    };

    let workloads = list("workloads");
    let up = |row: &&Value| text(row, "state") == "running";
    for (arguments, found) in [
        (&["ps", "--all", "--format", "{{.Names}}"][..], workloads.iter().collect::<Vec<_>>()),
        (&["ps", "--format", "{{.Names}}"][..], workloads.iter().filter(up).collect()),
    ] {
        let wanted = ours(engine.docker(arguments).lines().map(str::to_owned).collect());
        assert_eq!(ours(found.into_iter().map(|row| text(row, "name")).collect()), wanted);
    }
    for kind in ["volume", "network"] {
        let wanted =
            ours(engine.docker(&[kind, "ls", "--format", "{{.Name}}"]).lines().map(str::to_owned).collect());
        let found = list(&format!("{kind}s"));
        assert_eq!(ours(found.iter().map(|row| text(row, "name")).collect()), wanted);
    }
    let services = list("services");
    let named = |name: &str| {
        services.iter().any(|row| row.to_string().contains(&project.prefix) && row.to_string().contains(name))
    };
    assert!(["api", "db", "web"].into_iter().all(named), "{services:?}");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn what_is_not_there_is_told_with_the_documented_exit_code() {
    let engine = Engine::main();
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let nothing = home.path().join("no.sock");
    let nowhere = format!("unix://{}", nothing.display());
    for (address, arguments, code, words) in [
        (&engine.address(), &["inspect", "qdt-no-such-thing"][..], 2, "qdt-no-such-thing"),
        (&engine.address(), &["logs", "qdt-no-such-thing"], 2, "qdt-no-such-thing"),
        (&engine.address(), &["--yes", "run", "stop", "qdt-no-such-thing"], 2, "qdt-no-such-thing"),
        (&engine.address(), &["--env", "elsewhere", "ls", "workloads"], 2, "elsewhere"),
        (&nowhere, &["ls", "workloads"], 3, "no.sock"),
    ] {
        let said = say(address, home.path(), arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.error);
        assert!(said.error.contains(words), "{arguments:?}: {}", said.error);
    }
}
