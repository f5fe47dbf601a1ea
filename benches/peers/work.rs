//! The work that all programs are given, and the limits: what the `docker` program, which only passes on, takes for it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::cost::{self, Cost};
use super::program::{PROGRAMS, Program, SIZE};
use super::report::{LIMIT, NOBODY, Report};
use super::support::engine::{Engine, SecondEngine};
use super::support::screen::Screen;
use super::support::terminal::{Launch, Terminal};

/// How many containers are in the list.
const CONTAINERS: usize = 100;
/// How often the start is measured; the median counts.
const STARTS: usize = 11;
/// How often a log is opened; the median counts.
const OPENINGS: usize = 5;
/// How often a log is searched; the median counts.
const SEARCHES: usize = 3;
/// How often a key is pressed; the 99th percentile counts.
const KEYS: usize = 200;
/// What a firehose prints (`tests/rig/stack`).
const LINES_PER_SECOND: u32 = 20_000;
/// How long idling is watched.
const IDLE: Duration = Duration::from_secs(20);
/// Every program counts the age of a younger container in seconds, and writes each of them.
const GROWN_UP: Duration = Duration::from_secs(75);
/// How long following is watched.
const FOLLOWING: Duration = Duration::from_secs(30);
/// How often `docker logs -f` and ours follow in turns; the median counts.
const TURNS: usize = 3;
/// What start-up leaves behind to do is none of idling.
const SETTLING: Duration = Duration::from_secs(5);
/// How long a program may take for anything before it counts as not able to do it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Start → first row; idling on a list.
pub(crate) fn start_and_idle(engine: &SecondEngine, programs: &[&Program], report: &mut Report) {
    let containers = engine.stack("ticking", CONTAINERS);
    let born = Instant::now();
    let row = |screen: &Screen| screen.has(&containers.prefix);

    let work = format!("start → first row, {CONTAINERS} containers, ms");
    let mut times = vec![Vec::new(); programs.len()];
    let (mut listing, mut asking) = (Vec::new(), Vec::new());
    // In turns, so that whatever else the machine does meets everyone.
    for _ in 0..STARTS {
        for (program, times) in programs.iter().zip(&mut times) {
            let start = Instant::now();
            let terminal = program.start(engine);
            times.extend(seen_after(start, &terminal, row));
        }
        listing.push(docker(engine, &["ps", "--all"]));
        asking.push(api_call(engine, "/containers/json?all=1"));
    }
    for (program, times) in programs.iter().zip(times) {
        report.put(&work, program.name, median(times));
    }
    report.put(&work, LIMIT, median(listing));
    report
        .note(&work, &format!("`docker ps`; the bare API call {:.0} ms", median(asking).unwrap_or(f64::NAN)));
    report.budget(&work, 1.5, "docker ps");

    let names = ["own CPU, %", "engine's CPU, %", "bytes/s to the terminal", "memory, MB"];
    let [own, engines, written, memory] = names.map(|name| format!("idle, {CONTAINERS} containers: {name}"));
    report.begin(&[&own, &engines, &written, &memory]);
    std::thread::sleep(GROWN_UP.saturating_sub(born.elapsed()));
    report.put(&engines, NOBODY, Some(cost::of(IDLE, std::process::id(), None, engine).engine));
    for program in programs {
        let terminal = program.start(engine);
        if terminal.wait_within(PATIENCE, row).is_err() {
            continue;
        }
        std::thread::sleep(SETTLING);
        let cost = cost::of(IDLE, terminal.pid(), Some(&terminal), engine);
        report.put(&own, program.name, Some(cost.own));
        report.put(&engines, program.name, Some(cost.engine));
        report.put(&written, program.name, Some(cost.written));
        report.put(&memory, program.name, Some(cost.memory));
    }
    report.at_most(&own, 1.0);
    report.below_peers(&engines);
    report.at_most(&written, 400.0);
    report.at_most(&memory, 13.0);
}

/// A fleet of 50 hosts with 400 containers each, which `qd demo` makes up: its own costs count, too.
pub(crate) fn large_fleet(engine: &SecondEngine, programs: &[&Program], report: &mut Report) {
    let Some(ours) = programs.iter().find(|program| program.name == PROGRAMS[0].name) else { return };
    let names = ["own CPU at rest, %", "memory, MB", "key → frame, p99, ms"];
    let [own, memory, key] = names.map(|name| format!("20,000 containers on 50 hosts (simulated): {name}"));
    report.begin(&[&own, &memory, &key]);
    let path = ours.path().expect("it was found before");
    let arguments = ["demo", "--hosts", "50", "--containers", "400"];
    let terminal = Launch::new(path).args(arguments).size(SIZE.0, SIZE.1).start();
    if terminal.wait_within(PATIENCE, |screen| screen.has("demo")).is_err() {
        return;
    }
    // To the list of all of them.
    terminal.send("2");
    std::thread::sleep(SETTLING * 2);
    let cost = cost::of(IDLE, terminal.pid(), Some(&terminal), engine);
    report.put(&own, ours.name, Some(cost.own));
    report.put(&memory, ours.name, Some(cost.memory));
    report.put(&key, ours.name, percentile(keys(ours, &terminal), 0.99));
    report.at_most(&own, 10.0);
    report.at_most(&memory, 250.0);
    report.at_most(&key, 16.0);
}

/// The last line of a log of a million lines.
pub(crate) fn open_long_log(engine: &SecondEngine, programs: &[&Program], report: &mut Report) {
    let log = engine.stack("long-log", 1);
    let work = "a log of 1,000,000 lines: key → last line on the screen, ms";
    let memory = "a log of 1,000,000 lines: memory then, MB";
    for program in programs {
        let (mut times, mut memories) = (Vec::new(), Vec::new());
        for _ in 0..OPENINGS {
            let start = Instant::now();
            let terminal = program.start(engine);
            let Some(pressed) = open_log(program, &terminal, &log.prefix, start) else { break };
            match seen_after(pressed, &terminal, |screen| screen.has("line 1000000")) {
                Some(time) => times.push(time),
                // Once is enough to know.
                None => break,
            }
            memories.push(cost::memory(terminal.pid()));
        }
        report.put(work, program.name, median(times));
        report.put(memory, program.name, median(memories));
    }
    let reading = (0..3).map(|_| docker(engine, &["logs", &log.names[0]])).collect();
    report.put(work, LIMIT, median(reading));
    report.note(
        work,
        "`docker logs` of all of it. Where a log is on the screen without a key, the time is from the start",
    );
    report.at_most(work, 50.0);

    let work = "a log of 1,000,000 lines: all of it searched for a regular expression, ms";
    let (mut ours, mut reading) = (Vec::new(), Vec::new());
    for _ in 0..SEARCHES {
        // No fixed text is in it that could be looked for instead, but for what each line begins with.
        ours.push(qd(
            engine,
            &["logs", &log.names[0], "--tail", "all", "--grep", r"line 0[1-5]0{5} .*(dog|cat), (again|once)"],
        ));
        reading.push(docker(engine, &["logs", &log.names[0]]));
    }
    report.put(work, PROGRAMS[0].name, median(ours));
    report.put(work, LIMIT, median(reading));
    report.note(work, "`docker logs` of all of it, which searches nothing");
    report.budget(work, 1.2, "docker logs");
}

/// Following 20,000 lines a second, and how keys feel meanwhile.
pub(crate) fn follow_firehose(engine: &SecondEngine, programs: &[&Program], report: &mut Report) {
    let names = ["own CPU, %", "engine's CPU, %", "memory, MB", "behind the log at the end, s"];
    let [own, engines, memory, behind] = names.map(|name| format!("follow 20,000 lines/s for 30 s: {name}"));
    let key = "key → frame under that load, p99, ms";
    report.begin(&[&own, &engines, &memory, &behind, key]);
    let put = |report: &mut Report, column: &str, cost: Cost| {
        report.put(&own, column, Some(cost.own));
        report.put(&engines, column, Some(cost.engine));
        report.put(&memory, column, Some(cost.memory));
    };

    // Each follower gets a new firehose, so that all meet a log of the same length.
    {
        let _firehose = engine.stack("firehose", 1);
        std::thread::sleep(SETTLING);
        report.put(&engines, NOBODY, Some(cost::of(FOLLOWING, std::process::id(), None, engine).engine));
    }
    // What is compared most closely is measured in turns: the machine is not the same from minute to minute.
    let (mut limits, mut dated, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..TURNS {
        limits.push(follow_with_docker(engine, &[]));
        dated.push(follow_with_docker(engine, &["--timestamps"]));
        for program in programs {
            let is_ours = program.name == PROGRAMS[0].name;
            if turn > 0 && !is_ours {
                continue;
            }
            let firehose = engine.stack("firehose", 1);
            let terminal = program.start(engine);
            if open_log(program, &terminal, &firehose.prefix, Instant::now()).is_none()
                || seen_after(Instant::now(), &terminal, |screen| screen.has("quick brown fox")).is_none()
            {
                continue;
            }
            std::thread::sleep(SETTLING);
            let cost = cost::of(FOLLOWING, terminal.pid(), Some(&terminal), engine);
            if is_ours {
                ours.push(cost);
            } else {
                put(report, program.name, cost);
            }
            if turn == 0 {
                let lag = seconds_behind(engine, &firehose.names[0], &terminal.screen());
                report.put(&behind, program.name, lag);
                report.put(key, program.name, percentile(keys(program, &terminal), 0.99));
            }
        }
    }
    for (column, costs) in [(LIMIT, limits), (PROGRAMS[0].name, ours)] {
        if let Some(cost) = Cost::median(&costs) {
            put(report, column, cost);
        }
    }
    report.note(&own, "`docker logs -f`");
    if let Some(cost) = Cost::median(&dated) {
        let same = format!("`docker logs -f`; with `--timestamps`, which ours needs, {:.0}", cost.engine);
        report.note(&engines, &same);
    }
    report.at_most(&own, 25.0);
    report.budget(&engines, 1.0, "docker logs -f");
    report.at_most(&memory, 64.0);
    report.at_most(key, 16.0);
}

/// What `docker logs -f` costs.
fn follow_with_docker(engine: &SecondEngine, options: &[&str]) -> Cost {
    let firehose = engine.stack("firehose", 1);
    let mut follower = Command::new("docker")
        .args(["-H", &engine.address(), "logs", "--follow", &firehose.names[0]])
        .args(options)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(SETTLING);
    let cost = cost::of(FOLLOWING, follower.id(), None, engine);
    follower.kill().unwrap();
    follower.wait().unwrap();
    cost
}

/// Waits for the container's row and opens its log; the moment of the key, or of the start where none is needed.
fn open_log(program: &Program, terminal: &Terminal, row: &str, start: Instant) -> Option<Instant> {
    terminal.wait_within(PATIENCE, |screen| screen.has(row)).ok()?;
    let Some(keys) = program.open_log else { return Some(start) };
    let pressed = Instant::now();
    terminal.send(keys);
    Some(pressed)
}

/// Milliseconds from `start` until the screen shows it; nothing where it never does.
fn seen_after(start: Instant, terminal: &Terminal, seen: impl FnMut(&Screen) -> bool) -> Option<f64> {
    let (_, at) = terminal.wait_within(PATIENCE, seen).ok()?;
    Some(at.saturating_duration_since(start).as_secs_f64() * 1e3)
}

/// The times from keys to the frames that show their effect; nothing as soon as one has none.
pub(crate) fn keys(program: &Program, terminal: &Terminal) -> Vec<f64> {
    let (on, text, off) = program.toggle;
    let mut times = Vec::new();
    while times.len() < KEYS {
        for (key, there) in [(on, true), (off, false)] {
            let pressed = Instant::now();
            terminal.send(key);
            match seen_after(pressed, terminal, |screen| screen.has(text) == there) {
                Some(time) => times.push(time),
                None => return Vec::new(),
            }
        }
    }
    times
}

/// How many seconds lie between the newest line on the screen and the newest in the log. A program that lets the engine
/// wait needs little CPU and shows the past.
fn seconds_behind(engine: &Engine, container: &str, screen: &Screen) -> Option<f64> {
    let number = |text: &str| text.split_once("line ")?.1.get(..7)?.parse::<u32>().ok();
    let shown = screen.text().lines().filter_map(number).max()?;
    let newest = number(&engine.docker(&["logs", "--tail", "1", container]))?;
    Some(f64::from(newest.saturating_sub(shown)) / f64::from(LINES_PER_SECOND))
}

/// Milliseconds that the `docker` program takes.
fn docker(engine: &Engine, arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let mut docker = Command::new("docker");
    docker.arg("-H").arg(engine.address()).args(arguments).stdout(Stdio::null());
    assert!(docker.status().unwrap().success());
    start.elapsed().as_secs_f64() * 1e3
}

/// Milliseconds that ours takes without a screen.
fn qd(engine: &Engine, arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let mut qd = Command::new(super::program::ours());
    qd.args(arguments).env("DOCKER_HOST", engine.address()).stdout(Stdio::null());
    assert!(qd.status().unwrap().success());
    start.elapsed().as_secs_f64() * 1e3
}

/// Milliseconds until the engine has answered one question completely.
fn api_call(engine: &Engine, path: &str) -> f64 {
    let start = Instant::now();
    let mut stream = UnixStream::connect(engine.socket()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    start.elapsed().as_secs_f64() * 1e3
}

pub(crate) fn median(times: Vec<f64>) -> Option<f64> {
    percentile(times, 0.5)
}

/// The value that a share of the values does not exceed.
pub(crate) fn percentile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get((values.len() as f64 * share) as usize).or(values.last()).copied()
}
