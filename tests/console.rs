//! The console's main job on a real engine: look, inspect, read logs, change, open a shell; and the same without a screen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sha2::Digest as _;
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

/// Writes a line with a secret in it and dies when the file `/die` appears.
const DOOMED: &str =
    "echo login token=sesame; while [ ! -e /die ]; do sleep 0.1; done; echo last words; exit 3";

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_last_words_of_a_container_are_opened_from_the_timeline_when_it_is_gone() {
    let engine = Engine::main();
    let container = engine.run("doomed", &[], &["sh", "-c", DOOMED]);
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let terminal = console(&engine).home(home.path()).start();
    terminal.wait_for_text("Welcome to quarterdeck");
    select(&terminal, &container.name);
    container.exec(&["touch", "/die"]);
    terminal.send("8");
    terminal.send(&format!("/{} kept\r", container.name));
    let kept = |screen: &support::screen::Screen| {
        screen.row(3).contains("kept") && screen.row(3).contains("exit code 3")
    };
    terminal.wait_for("its end, with a box", kept);
    engine.docker(&["rm", &container.id]);
    terminal.send("\r");
    let screen =
        terminal.wait_for("its last words", |screen| screen.has("last words") && screen.has("[last lines]"));
    assert!(screen.has("login token=<redacted>") && !screen.has("sesame"), "{screen}");
    terminal.send("]");
    terminal.wait_for("what the engine knew", |screen| screen.has("[inspect]") && screen.has("exit code"));
    terminal.send("qqq");
    assert_eq!(terminal.wait_exit().exit_code(), 0);

    // The next console finds it again, and so does whoever has no screen.
    let list = say(&engine.address(), home.path(), &["blackbox", "--json"]);
    let list: Value = serde_json::from_str(&list.out).unwrap();
    let head = list.as_array().unwrap().iter().find(|it| it["workload"] == container.name).unwrap();
    assert_eq!((&head["code"], &head["container"]), (&Value::from(3), &Value::from(&*container.id)));
    let shown = say(&engine.address(), home.path(), &["blackbox", &container.name]);
    assert!(shown.out.contains("last words") && !shown.out.contains("sesame"), "{}", shown.out);
    let terminal = console(&engine).home(home.path()).start();
    terminal.wait_for_console();
    terminal.send(&format!("8/{} kept\r", container.name));
    terminal.wait_for("its end, with a box, once", |screen| kept(screen) && screen.row(4).is_empty());
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_bundle_of_a_real_engine_unpacks_with_its_checksums_and_without_secrets() {
    let engine = Engine::main();
    let options = ["--env", "DB_PASSWORD=hunter2", "--label", "quarterdeck.test=bundle"];
    let noisy = "echo login token=sesame; for n in $(seq 20000); do echo line $n; done; exec sleep 100000000";
    let container = engine.run("bundled", &options, &["sh", "-c", noisy]);
    let other = engine.run("ended", &[], &["sh", "-c", "echo bye; exit 0"]);
    other.wait_until("{{.State.Status}}", "exited");
    engine.wait_until(&["logs", "--tail", "1", &container.id], |line| line.contains("line 20000"));
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let file = home.path().join("x.tar.zst");
    let arguments = ["bundle", &container.name, &other.name, "--json", "--output", "x.tar.zst"];
    let said = say(&engine.address(), home.path(), &arguments);
    assert_eq!(said.code, 0, "{}", said.error);
    let told: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(told["path"], file.to_str().unwrap());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    // With the programs that whoever gets it has.
    let unpacked = Command::new("tar").args(["--zstd", "-xf", "x.tar.zst"]).current_dir(home.path()).status();
    let unpacked = unpacked.is_ok_and(|it| it.success());
    let archive = std::fs::read(&file).unwrap();
    let mut archive = tar::Archive::new(zstd::Decoder::new(&*archive).unwrap());
    let mut files = std::collections::BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        if unpacked {
            assert_eq!(std::fs::read(home.path().join(&path)).unwrap(), bytes, "{}", path.display());
        }
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("sesame") && !text.contains("hunter2"), "{}", path.display());
        files.insert(path.components().skip(1).collect::<std::path::PathBuf>(), text);
    }
    let manifest: Value = serde_json::from_str(&files[Path::new("manifest.json")]).unwrap();
    for part in manifest["files"].as_array().unwrap() {
        let text = &files[Path::new(part["name"].as_str().unwrap())];
        let hash = sha2::Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hash, byte| {
            std::fmt::Write::write_fmt(&mut hash, format_args!("{byte:02x}")).unwrap();
            hash
        });
        assert_eq!(part["sha256"], hash, "{part}");
    }
    let of = |name: &str, file: &str| &files[&Path::new("workloads").join(name).join(file)];
    let log = of(&container.name, "log.txt");
    assert_eq!(log.lines().count(), 20_001);
    assert!(log.contains("login token=<redacted>") && log.ends_with("line 20000\n"), "{}", &log[..200]);
    assert!(of(&container.name, "inspect.json").contains("DB_PASSWORD="));
    assert!(of(&container.name, "stats.json").contains("\"memory\""));
    assert!(of(&other.name, "log.txt").contains("bye"));
    assert!(files[Path::new("versions.json")].contains("Docker"));
    assert!(files[Path::new("events.jsonl")].contains(&container.name));
    assert_eq!(manifest["missing"][0]["why"], "it does not run");

    let again = say(&engine.address(), home.path(), &arguments);
    assert!(again.code == 1 && again.error.contains("there is such a file already"), "{}", again.error);
    assert_eq!(say(&engine.address(), home.path(), &["bundle", "nobody"]).code, 2);
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().filter(|it| it.as_ref().unwrap().path().is_file()).count(),
        1
    );
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_key_writes_a_bundle_of_the_selected_workload_beside_the_screen() {
    let engine = Engine::main();
    let container = calm(&engine, "one-key");
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let terminal = console(&engine).home(home.path()).start();
    terminal.wait_for_text("Welcome to quarterdeck");
    select(&terminal, &container.name);
    terminal.send("B");
    terminal.wait_for_text("written: ");
    let is_bundle = |path: &Path| path.to_str().is_some_and(|it| it.ends_with(".tar.zst"));
    let entries = std::fs::read_dir(home.path()).unwrap().map(|it| it.unwrap().path());
    assert_eq!(entries.filter(|it| is_bundle(it)).count(), 1);
}
