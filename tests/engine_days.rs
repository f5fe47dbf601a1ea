//! The engine's bad days: killed, frozen, missing, closed to this user, no engine at all; a flood of events; containers
//! that go away while they are looked at, or that carry hostile text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what was measured is told beside the result")]

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::time::{Duration, Instant};

use support::engine::{Engine, SecondEngine, unique};
use support::output::foreign;
use support::terminal::{Launch, Terminal, key, qd};
use support::until_within;
use tempfile::TempDir;

/// Data that has had no word from its engine for so long is dimmed.
const DIMMED: Duration = Duration::from_secs(10);

/// What the engine says is on the screen again so long after it answers again.
const RECOVERED: Duration = Duration::from_secs(3);

fn console(address: &str) -> Terminal {
    let terminal = Launch::qd([""; 0]).env("DOCKER_HOST", address).size(120, 36).start();
    terminal.wait_for_console();
    terminal.send("2");
    terminal.wait_for("the list", |screen| screen.row(0).contains("2 workloads"));
    terminal
}

fn is_live(terminal: &Terminal) {
    terminal.wait_for("live data", |screen| screen.row(1).contains("● live"));
}

/// How the name of a row looks.
fn look(terminal: &Terminal, name: &str) -> vt100::Color {
    terminal.screen().cell_of(name).expect("the row is there").fgcolor()
}

/// Waits until the list is known to be old: its row is still there, and looks otherwise than when it was fresh.
fn dims(terminal: &Terminal, since: Instant, name: &str, fresh: vt100::Color) {
    let seen = terminal.wait_within(DIMMED.saturating_sub(since.elapsed()), |screen| {
        screen.row(1).contains("stale") && screen.cell_of(name).is_some_and(|cell| cell.fgcolor() != fresh)
    });
    match seen {
        Ok((_, at)) => println!("dimmed after {:.1} s", (at - since).as_secs_f64()),
        Err((why, screen)) => panic!("{why} and {name} is not dimmed:\n{screen}"),
    }
}

/// Waits until the list is live again and the row looks as it did.
fn recovers(terminal: &Terminal, since: Instant, name: &str, fresh: vt100::Color) {
    let seen = terminal.wait_within(RECOVERED.saturating_sub(since.elapsed()), |screen| {
        screen.row(1).contains("● live") && screen.cell_of(name).is_some_and(|cell| cell.fgcolor() == fresh)
    });
    match seen {
        Ok((_, at)) => println!("live again after {:.1} s", (at - since).as_secs_f64()),
        Err((why, screen)) => panic!("{why} and {name} is not as it was:\n{screen}"),
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_killed_engine_leaves_its_rows_dimmed_and_fills_them_again_when_it_is_back() {
    let engine = SecondEngine::take();
    let container = engine.run("survivor", &[], &["sleep", "100000000"]);
    let _first = engine.run("above", &[], &["sleep", "100000000"]);
    let terminal = console(&engine.address());
    is_live(&terminal);
    // The row under the cursor looks otherwise.
    terminal.send("g");
    terminal.wait_for_text(&container.name);
    let fresh = look(&terminal, &container.name);

    engine.tell("kill");
    dims(&terminal, Instant::now(), &container.name, fresh);
    terminal.wait_for("the engine's name and the cause", |screen| screen.has("engine2.sock"));
    engine.tell("start");
    recovers(&terminal, Instant::now(), &container.name, fresh);
    let newcomer = engine.run("newcomer", &[], &["sleep", "100000000"]);
    terminal.wait_for_text(&newcomer.name);
}

fn freeze(length: Duration) {
    let engine = SecondEngine::take();
    let _first = engine.run("above", &[], &["sleep", "100000000"]);
    let container = engine.run("frozen", &[], &["sleep", "100000000"]);
    let terminal = console(&engine.address());
    is_live(&terminal);
    terminal.wait_for_text(&container.name);
    terminal.send("g");
    let fresh = look(&terminal, &container.name);

    engine.tell("pause");
    let frozen = Instant::now();
    terminal.send("4");
    terminal.wait_for("an answer to a key", |screen| screen.row(0).contains("4 hosts"));
    terminal.send("2");
    terminal.wait_for("an answer to a key", |screen| screen.row(0).contains("2 workloads"));
    dims(&terminal, frozen, &container.name, fresh);
    // The freeze itself; nothing is waited for.
    std::thread::sleep(length.saturating_sub(frozen.elapsed()));
    terminal.send("?");
    terminal.wait_for_text("Here (table)");
    terminal.send(key::ESC);
    terminal.wait_for_text(&container.name);
    engine.tell("resume");
    recovers(&terminal, Instant::now(), &container.name, fresh);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_frozen_engine_dims_its_rows_while_keys_are_answered_and_recovers() {
    freeze(Duration::from_secs(12));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn soak_an_engine_frozen_for_half_a_minute_recovers() {
    freeze(Duration::from_secs(30));
}

fn list(address: &str) -> (Option<i32>, String) {
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let mut command = Command::new(qd());
    command.args(["ls", "workloads"]).env_clear().env("HOME", home.path()).env("DOCKER_HOST", address);
    let done = command.output().unwrap();
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

#[test]
fn a_socket_that_is_not_there_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("unix://{}", folder.path().join("none.sock").display());
    let (code, said) = list(&address);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("none.sock"), "{said}");
    let terminal = console(&address);
    terminal.wait_for_text("none.sock");
    terminal.send("?");
    terminal.wait_for_text("Here (table)");
}

#[test]
fn an_address_that_may_not_be_used_is_told_from_an_empty_engine() {
    let (code, said) = list("tcp://127.0.0.1:1");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("DOCKER_HOST") && said.contains("not encrypted"), "{said}");
}

/// A socket of that name, at which `serve` meets everyone who comes; it is gone with the folder.
fn listening(name: &str, serve: impl Fn(&mut UnixStream) + Send + 'static) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join(name);
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve(&mut stream.unwrap());
        }
    });
    (folder, format!("unix://{}", socket.display()))
}

#[test]
fn a_socket_without_an_engine_behind_it_is_told_from_an_engine() {
    let (_folder, address) = listening("other.sock", |stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\x1b]0;owned\x07");
    });
    let (code, said) = list(&address);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("other.sock"), "{said}");
    let terminal = console(&address);
    terminal.wait_for_text("other.sock");
    terminal.send("4");
    terminal.wait_for("an answer to a key", |screen| screen.row(0).contains("4 hosts"));
    assert_eq!(foreign(&terminal.raw()), []);
}

/// Shows an engine that refuses every version it is asked in.
fn refuses_versions(api: &'static str, refusal: &'static str, told: &str) {
    let body = format!("{{\"message\":\"{refusal}\"}}");
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nApi-Version: {api}\r\nServer: Docker/9.9.9 (linux)\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let (_folder, address) = listening("engine.sock", move |stream| {
        // A request of ours has no body, and comes in one piece.
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(answer.as_bytes());
    });
    let (code, said) = list(&address);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(told), "{said}");
    let terminal = console(&address);
    let screen = terminal.wait_for_text("engine.sock");
    assert!(!screen.has("live"), "{}", screen.text());
    terminal.send("4\r");
    terminal.wait_for_text(told);
}

#[test]
fn an_engine_that_is_too_old_is_named_with_its_version() {
    let refusal = "client version 1.41 is too new. Maximum supported API version is 1.40";
    refuses_versions("1.40", refusal, "it speaks API 1.40");
}

#[test]
fn an_engine_that_is_too_new_is_named_with_what_it_wants() {
    let refusal = "client version 1.53 is too old. Minimum supported API version is 1.60, please upgrade";
    refuses_versions("1.70", refusal, "it wants API 1.60");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_socket_that_this_user_may_not_open_is_told_with_what_to_do() {
    let engine = Engine::main();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("qd");
    std::fs::copy(qd(), &program).unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    for path in [folder.path(), &program, &home] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::os::unix::fs::chown(&home, Some(65534), Some(65534)).unwrap();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&program)
        .args(["ls", "workloads"]);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", &home).current_dir(&home);
    let done = command.env("DOCKER_HOST", engine.address()).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(said.contains("docker.sock") && said.to_lowercase().contains("permission"), "{said}");
    assert!(said.contains("group"), "it says who may open it: {said}");
}

/// One connection to an engine, for more requests in a second than a program for each could make.
struct Line(BufReader<UnixStream>);

impl Line {
    fn to(engine: &Engine) -> Self {
        Self(BufReader::new(UnixStream::connect(engine.socket()).unwrap()))
    }

    fn post(&mut self, path: &str) {
        let request = format!("POST {path} HTTP/1.1\r\nHost: engine\r\nContent-Length: 0\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut line, mut status, mut length) = (String::new(), String::new(), 0);
        while self.0.read_line(&mut line).unwrap() > 2 {
            if status.is_empty() {
                status.clone_from(&line);
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        assert!(status.contains(" 204 "), "{path}: {status}{}", String::from_utf8_lossy(&body));
    }
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn after_two_thousand_events_in_a_burst_the_list_is_what_the_engine_says() {
    let engine = SecondEngine::take();
    let containers: Vec<_> = (0..4).map(|_| engine.create("burst", &[], &["true"])).collect();
    let terminal = console(&engine.address());
    terminal.wait_for_text(&containers[3].name);
    std::thread::scope(|scope| {
        for container in &containers {
            scope.spawn(|| {
                let mut line = Line::to(&engine);
                for number in 0..500 {
                    line.post(&format!(
                        "/containers/{}/rename?name={}-{number}",
                        container.id, container.name
                    ));
                }
            });
        }
    });
    let last = unique("last");
    engine.docker(&["rename", &containers[0].id, &last]);
    let removed = engine.create("removed", &[], &["true"]).name.clone();
    // Other engines may be in the list, too.
    let ours = |name: &str| name.ends_with("-last") || name.contains("-burst") || name.ends_with("-removed");
    let printed = engine.docker(&["ps", "--all", "--format", "{{.Names}}"]);
    let wanted: BTreeSet<&str> = printed.lines().filter(|name| ours(name)).collect();
    assert!(wanted.len() == 4 && wanted.contains(&*last) && !wanted.contains(&*removed));
    terminal.wait_for("the list as the engine has it", |screen| {
        let rows: Vec<String> = (3..33).map(|row| screen.row(row)).collect();
        let names = rows.iter().filter_map(|row| row.split_whitespace().next());
        let shown: BTreeSet<&str> = names.filter(|name| ours(name)).collect();
        shown == wanted
    });
}

fn only(terminal: &Terminal, name: &str) {
    is_live(terminal);
    terminal.send(&format!("/{name}\r"));
    terminal.wait_for("one row", |screen| screen.row(3).contains(name) && screen.row(4).is_empty());
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_container_removed_under_its_open_log_keeps_its_last_words_and_says_so() {
    let engine = Engine::main();
    let container = engine.run("leaving", &[], &["sh", "-c", "echo last words; exec sleep 100000000"]);
    let terminal = console(&engine.address());
    only(&terminal, &container.name);
    terminal.send("l");
    terminal.wait_for_text("last words");
    engine.docker(&["rm", "--force", &container.name]);
    let screen = terminal.wait_for("its end", |screen| screen.has(" removed "));
    assert!(screen.has("last words"), "{screen}");
    terminal.send(key::ESC);
    terminal.wait_for("no row", |screen| screen.row(1).contains("0 of "));
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn nothing_that_a_hostile_container_says_reaches_the_terminal_as_a_command() {
    let engine = Engine::main();
    let hostile = engine.stack("hostile", 1);
    let terminal = console(&engine.address());
    only(&terminal, &hostile.names[0]);
    terminal.send("l");
    for line in ["title", "clipboard", "bidi", "query"] {
        terminal.wait_for_text(line);
    }
    terminal.send(key::ESC);
    terminal.wait_for("the list", |screen| screen.row(2).contains("NAME▲"));
    terminal.send("i");
    terminal.wait_for_text("[details]");
    for keys in ["v", "G"] {
        terminal.send(keys);
    }
    terminal.send("/evil\r");
    terminal.wait_for_text("evil");
    assert_eq!(foreign(&terminal.raw()), []);
    assert!(terminal.copied().is_empty() && terminal.title().is_empty() && terminal.answered().is_empty());

    let home = TempDir::with_prefix("qd-home-").unwrap();
    let mut command = Command::new(qd());
    command.args(["logs", "--tail", "8", &hostile.names[0]]).env_clear().env("HOME", home.path());
    let printed = command.env("DOCKER_HOST", engine.address()).output().unwrap().stdout;
    let lines: Vec<u8> = printed.into_iter().filter(|byte| *byte != b'\n').collect();
    assert!(!lines.is_empty());
    assert_eq!(foreign(&lines), []);
}

/// How long the engine may take to write such a line into its log.
const WRITTEN: Duration = Duration::from_mins(5);

fn endless_line(bytes: u64) {
    let engine = Engine::main();
    let script = format!(
        "head -c {bytes} /dev/zero | tr '\\0' x; echo; echo after the line; touch /written; exec sleep 100000000"
    );
    let container = engine.run("endless", &[], &["sh", "-c", &script]);
    let written = ["exec", &container.name, "test", "-e", "/written"];
    until_within(WRITTEN, "the end of the line", || engine.try_docker(&written).is_ok());
    let terminal = console(&engine.address());
    only(&terminal, &container.name);
    let before = terminal.process().unwrap().memory;
    terminal.send("l");
    terminal.wait_for_text("after the line");
    terminal.send("g");
    terminal.send("G");
    terminal.wait_for_text("after the line");
    let grown = terminal.process().unwrap().memory.saturating_sub(before);
    assert!(grown < 64 << 20, "memory grew by {grown} bytes");
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn a_line_of_64_megabytes_takes_neither_the_screen_nor_the_memory() {
    endless_line(64 << 20);
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn soak_a_line_of_a_gigabyte_takes_neither_the_screen_nor_the_memory() {
    endless_line(1 << 30);
}
