//! Twenty logs read as one, all of them fast: more lines than are kept, each of which is counted.

use std::path::Path;
use std::time::{Duration, Instant};

use super::cost;
use super::program::{PROGRAMS, Program};
use super::report::{LIMIT, NOBODY, Report};
use super::support::engine::{Container, SecondEngine, unique};
use super::support::screen::Screen;
use super::support::terminal::Terminal;
use super::work::{PATIENCE, keys, percentile};

/// How many containers print …
const CONTAINERS: u32 = 20;
/// … how many lines a second, each …
const RATE: u32 = 5_000;
/// … for how long, where the engine keeps up with them. Where it does not, they wait for it: no line is left out.
const SECONDS: u32 = 60;
/// How many lines that makes.
const PRODUCED: u64 = CONTAINERS as u64 * RATE as u64 * SECONDS as u64;
/// When everything is under way.
const UNDER_WAY: Duration = Duration::from_secs(20);
/// All that is kept is full when lines make room; a moment later those of each log do.
const FULL_AFTER: Duration = Duration::from_secs(5);
/// How long the cost is measured from then on.
const MEASURED: Duration = Duration::from_secs(15);
/// How often it is looked whether the containers are done.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The program of each container. The clock decides how many lines are due; a program started for each pause would cost
/// more than the lines.
const SCRIPT: &str = r#"
function now() { getline < "/proc/uptime"; close("/proc/uptime"); return $1 }
BEGIN {
    while (system("test -e /flood/go") != 0) system("usleep 50000")
    for (start = now(); n < COUNT; "while :; do usleep 100000; echo; done" | getline) {
        for (due = (now() - start) * RATE; n < due && n < COUNT; ) {
            n++
            printf "line %07d %s\n", n, "the quick brown fox jumps over the lazy dog, again and again, for as long as the log is long."
        }
        fflush()
    }
    system("touch /flood/done-" place)
    while (1) system("sleep 1000")
}"#;

/// Containers that wait to be let loose.
struct Flood {
    folder: tempfile::TempDir,
    _containers: Vec<Container>,
    /// What all their names have in common.
    word: String,
}

impl Flood {
    fn on(engine: &SecondEngine) -> Self {
        let folder = tempfile::TempDir::with_prefix("qd-flood-").unwrap();
        let mount = format!("{}:/flood", folder.path().display());
        let script =
            SCRIPT.replace("COUNT", &(RATE * SECONDS).to_string()).replace("RATE", &RATE.to_string());
        let word = unique("flood");
        let containers = (0..CONTAINERS)
            .map(|place| {
                let place = format!("place={place}");
                engine.run(&word, &["--volume", &mount], &["awk", "-v", &place, &script])
            })
            .collect();
        Self { folder, _containers: containers, word }
    }

    /// Lets them loose.
    fn begin(&self) -> Instant {
        std::fs::write(self.folder.path().join("go"), "").unwrap();
        Instant::now()
    }

    /// Waits until all have printed all; lines a second since `begun`.
    fn end(&self, begun: Instant) -> f64 {
        let is_done = |place| Path::new(&self.folder.path().join(format!("done-{place}"))).exists();
        while !(0..CONTAINERS).all(is_done) {
            std::thread::sleep(LOOK_EVERY);
        }
        PRODUCED as f64 / begun.elapsed().as_secs_f64()
    }
}

/// Follows them all on one screen, and counts.
pub(crate) fn follow(engine: &SecondEngine, programs: &[&Program], report: &mut Report) {
    let Some(ours) = programs.iter().find(|program| program.name == PROGRAMS[0].name) else { return };
    let names = [
        "lines/s that the engine took",
        "own CPU, %",
        "engine's CPU, %",
        "memory when all that is kept is full, MB",
        "memory at the end, MB",
        "key → frame, p99, ms",
        "lines neither held nor counted",
    ];
    let works = names.map(|name| format!("20 logs of 5,000 lines/s as one for 60 s: {name}"));
    let [rate, own, engines, full, late, key, lost] = &works;
    report.begin(&works.each_ref().map(String::as_str));
    {
        // What the machine has left for a screen without any log, while it makes so many lines.
        let flood = Flood::on(engine);
        let Some(terminal) = list(ours, engine) else { return };
        let begun = flood.begin();
        std::thread::sleep(UNDER_WAY);
        report.put(key, LIMIT, percentile(keys(ours, &terminal), 0.99));
        report.put(rate, NOBODY, Some(flood.end(begun)));
    }
    let flood = Flood::on(engine);
    let Some(terminal) = list(ours, engine) else { return };
    terminal.send(&format!(":logs /{}/\r", flood.word));
    let following = format!("following {CONTAINERS} logs");
    if terminal.wait_within(PATIENCE, |screen| screen.has(&following)).is_err() {
        return;
    }
    let begun = flood.begin();
    std::thread::sleep(UNDER_WAY);
    let cost = cost::of(MEASURED, terminal.pid(), Some(&terminal), engine);
    report.put(own, ours.name, Some(cost.own));
    report.put(engines, ours.name, Some(cost.engine));
    report.put(key, ours.name, percentile(keys(ours, &terminal), 0.99));
    // How soon all that is kept is full depends on how fast the machine makes lines.
    if terminal.wait_within(PATIENCE, |screen| screen.has(" no longer held")).is_err() {
        return;
    }
    std::thread::sleep(FULL_AFTER);
    let memory = cost::memory(terminal.pid());
    report.put(full, ours.name, Some(memory));
    report.put(rate, ours.name, Some(flood.end(begun)));
    report.put(late, ours.name, Some(cost::memory(terminal.pid())));
    report.put(lost, ours.name, unaccounted(&terminal));
    // A tenth for what an allocator keeps.
    report.at_most(late, memory * 1.1);
    report.at_most(key, 16.0);
    report.note(key, "the same without any log open, while the machine makes and writes as many lines");
    report.at_most(lost, 0.0);
}

/// Starts ours, and waits for the list of the containers.
fn list(ours: &Program, engine: &SecondEngine) -> Option<Terminal> {
    let terminal = ours.start(engine);
    // Their names have no room in the list; all of them end like this.
    terminal.wait_within(PATIENCE, |screen| screen.has("-flood")).ok()?;
    Some(terminal)
}

/// Lines that were produced, without those that the screen says it holds and those that it says it no longer holds.
fn unaccounted(terminal: &Terminal) -> Option<f64> {
    // What is on its way when the last line is written comes a moment later.
    let all = |screen: &Screen| counted(screen) == Some(PRODUCED);
    let screen = match terminal.wait_within(PATIENCE, all) {
        Ok((screen, _)) => screen,
        Err((_, screen)) => *screen,
    };
    Some(PRODUCED as f64 - counted(&screen)? as f64)
}

/// `1,234 lines since 10:11 · 5,678 no longer held`, added up.
fn counted(screen: &Screen) -> Option<u64> {
    let head = screen.row_with(" lines")?;
    let before = |words: &str| {
        let text = head.split(" · ").find_map(|part| part.split_once(words))?.0;
        text.replace(',', "").parse::<u64>().ok()
    };
    Some(before(" lines")? + before(" no longer held").unwrap_or(0))
}
