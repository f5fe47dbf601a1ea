//! Fifty logs read as one. The containers speak in turn, so that the order of their lines is known.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

use crate::proxy::Proxy;
use crate::support::engine::{Container, Engine, unique};
use crate::support::terminal::{Launch, Terminal, qd};

/// How many containers.
const CONTAINERS: usize = 50;
/// How many lines they print together.
const LINES: usize = 2_000;
/// The one that spoke passes the word on to the one that is so many places further: never to its neighbour, and in the
/// end to each.
const STRIDE: usize = 17;

/// Containers that stand in a ring. Each waits for the word, a number; prints it; and passes the next number on.
struct Ring {
    folder: TempDir,
    containers: Vec<Container>,
    /// What all their names have in common.
    word: String,
}

impl Ring {
    fn on(engine: &Engine) -> Self {
        let folder = TempDir::with_prefix("qd-ring-").unwrap();
        for place in 0..CONTAINERS {
            let done = Command::new("mkfifo").arg(folder.path().join(place.to_string())).status().unwrap();
            assert!(done.success());
        }
        // Whoever reads the log of a container stamps each line when it has it: a moment after it was written.
        let script = format!(
            "while read -r word </ring/$0; do [ $word -le {LINES} ] || break; echo word $word; usleep 3000; \
             echo $((word + 1)) >/ring/$1; done; exec sleep 1000"
        );
        let mount = format!("{}:/ring", folder.path().display());
        let word = unique("ring");
        let containers = (0..CONTAINERS)
            .map(|place| {
                let next = (place + STRIDE) % CONTAINERS;
                let of = [place.to_string(), next.to_string()];
                engine.run(&word, &["--volume", &mount], &["sh", "-c", &script, &of[0], &of[1]])
            })
            .collect();
        Self { folder, containers, word }
    }

    /// Gives the word to the first.
    fn begin(&self) {
        fs::write(self.folder.path().join("0"), "1\n").unwrap();
    }
}

/// `qd logs -f` of the ring, as JSON.
fn followed(ring: &Ring, address: &str, home: &TempDir) -> (Child, BufReader<ChildStdout>) {
    let mut command = Command::new(qd());
    let pattern = format!("/{}/", ring.word);
    command.args(["logs", "-f", "--json", &pattern]).env_clear().env("HOME", home.path());
    command.env("DOCKER_HOST", address).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// One printed line: its number, its time, whose it is, by how much it is late.
#[derive(Clone, Debug)]
struct Printed {
    number: usize,
    time: Timestamp,
    whose: String,
    late: Option<i64>,
}

/// Reads until all lines were printed.
fn read(lines: BufReader<ChildStdout>) -> Vec<Printed> {
    let mut printed = Vec::new();
    for line in lines.lines() {
        let value: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if value["kind"] != "line" {
            continue;
        }
        let text = value["text"].as_str().unwrap();
        printed.push(Printed {
            number: text.strip_prefix("word ").unwrap().parse().unwrap(),
            time: value["time"].as_str().unwrap().parse().unwrap(),
            whose: value["workload"].as_str().unwrap().to_owned(),
            late: value["late_ms"].as_i64(),
        });
        if printed.len() == LINES {
            break;
        }
    }
    printed
}

/// Each line came once; those that are not late stand in the order of the engine's times. How many of them the engine
/// itself has stamped against the order in which they were written.
fn check(printed: &[Printed]) -> usize {
    let mut numbers: Vec<usize> = printed.iter().map(|it| it.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=LINES).collect::<Vec<_>>(), "each once");
    let in_time: Vec<&Printed> = printed.iter().filter(|it| it.late.is_none()).collect();
    for pair in in_time.windows(2) {
        assert!(pair[0].time <= pair[1].time, "out of order: {pair:?}");
    }
    in_time.windows(2).filter(|pair| pair[0].number > pair[1].number).count()
}

/// The numbers that stand on the screen.
fn shown(terminal: &Terminal) -> Vec<usize> {
    let number = |line: &str| line.split_once("word ")?.1.trim().parse().ok();
    terminal.screen().text().lines().filter_map(number).collect()
}

#[test]
#[ignore = "needs the rig: tests/run"]
fn the_lines_of_fifty_containers_stand_in_the_order_in_which_they_were_written() {
    let engine = Engine::main();
    let ring = Ring::on(&engine);
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let terminal = Launch::qd([""; 0]).env("DOCKER_HOST", engine.address()).size(160, 48).start();
    terminal.wait_for_console();
    terminal.send("2");
    // Names have no room there; all of them end like this.
    terminal.wait_for_text("-ring");
    terminal.send(&format!(":logs /{}/\r", ring.word));
    terminal.wait_for_text(&format!("following {CONTAINERS} logs"));
    let (mut child, lines) = followed(&ring, &engine.address(), &home);
    ring.begin();
    let printed = read(lines);
    child.kill().unwrap();
    child.wait().unwrap();
    let turned = check(&printed);
    let late = printed.iter().filter(|it| it.late.is_some()).count();
    println!(
        "{LINES} lines of {CONTAINERS} containers: {late} late; {turned} stamped by the engine against their order"
    );
    assert_eq!(late, 0, "all came within the window");

    terminal.wait_for_text(&format!("word {LINES}"));
    let numbers = shown(&terminal);
    assert!(numbers.len() > 40, "{numbers:?}");
    let times: HashMap<usize, Timestamp> = printed.iter().map(|it| (it.number, it.time)).collect();
    assert!(numbers.windows(2).all(|pair| times[&pair[0]] <= times[&pair[1]]), "{numbers:?}");
    if turned == 0 {
        assert_eq!(numbers, (LINES + 1 - numbers.len()..=LINES).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_log_that_is_held_up_for_longer_than_the_window_comes_late_and_says_by_how_much() {
    let engine = Engine::main();
    let ring = Ring::on(&engine);
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let proxy = Proxy::before(&engine);
    let (mut child, lines) = followed(&ring, &proxy.address, &home);
    let held = &ring.containers[STRIDE];
    ring.begin();
    let read = tokio::task::spawn_blocking(|| read(lines));
    // How long is what is tested; nothing is waited for.
    tokio::time::sleep(Duration::from_secs(2)).await;
    proxy.hold(&held.id);
    tokio::time::sleep(Duration::from_secs(2)).await;
    proxy.release();
    let printed = read.await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    check(&printed);
    let late: Vec<&Printed> = printed.iter().filter(|it| it.late.is_some()).collect();
    println!(
        "{} of {LINES} lines are late, by up to {} ms",
        late.len(),
        late.iter().filter_map(|it| it.late).max().unwrap_or(0)
    );
    assert!(!late.is_empty(), "what waited for longer than the window is marked");
    assert!(
        late.iter().all(|it| it.whose == held.name && it.late.is_some_and(|late| (1..2_500).contains(&late)))
    );
}
