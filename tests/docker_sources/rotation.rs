//! Logs that the engine throws away while they are read: wherever lines are missing, that is said right there.

use std::time::Duration;

use quarterdeck::clients::docker::Endpoint;
use quarterdeck::core::event::{Event, LogEvent};
use quarterdeck::core::logs::{Row, Store};
use tokio::time::Instant;

use crate::logs::log;
use crate::proxy::Proxy;
use crate::support::engine::Engine;
use crate::watching::Watching;

/// How fast the container prints, in lines a second.
const RATE: u32 = 5_000;
/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(20);

/// What stands in a log of numbered lines.
#[derive(Debug, Default)]
struct Seen {
    last: Option<u64>,
    first: u64,
    lines: u64,
    /// Places where numbers jump.
    jumps: u64,
    /// Such places without a gap.
    silent: Vec<(u64, u64)>,
    /// Lines that came again, or before their turn.
    back: Vec<(u64, u64)>,
    gaps: u64,
    /// Gaps where nothing is missing.
    needless: u64,
    is_behind_a_gap: bool,
}

impl Seen {
    fn take(&mut self, event: &Event) {
        let Event::Log(LogEvent::Newer(batch)) = event else { return };
        let mut store = Store::new(usize::MAX);
        store.append(batch.clone());
        for (_, row) in store.rows(i64::MIN..i64::MAX) {
            match row {
                Row::Line(line) => self.line(line.text),
                Row::Gap(_) => {
                    self.gaps += 1;
                    self.is_behind_a_gap = true;
                }
                Row::Divider(_) | Row::Gone(_) => {}
            }
        }
    }

    fn line(&mut self, text: &str) {
        let number = text.strip_prefix("line ").and_then(|it| it.split(' ').next()?.parse().ok());
        let number: u64 = number.unwrap_or_else(|| panic!("no line of the container's: {text}"));
        let is_behind_a_gap = std::mem::take(&mut self.is_behind_a_gap);
        self.lines += 1;
        match self.last.replace(number) {
            None => self.first = number,
            Some(last) if number <= last => self.back.push((last, number)),
            Some(last) if number > last + 1 => {
                self.jumps += 1;
                if !is_behind_a_gap {
                    self.silent.push((last, number));
                }
            }
            Some(_) => self.needless += u64::from(is_behind_a_gap),
        }
    }
}

/// Watches a fast log with these options of its driver, and cuts the connections meanwhile.
async fn rotate(options: &[&str], cuts: u32) -> Seen {
    let engine = Engine::main();
    let script = format!(
        "function now() {{ getline < \"/proc/uptime\"; close(\"/proc/uptime\"); return $1 }}
        BEGIN {{ for (start = now(); ; system(\"usleep 20000\")) {{
            for (due = (now() - start) * {RATE}; n < due; ) {{ n++; printf \"line %d %s\\n\", n, substr(\"{}\", 1, n * 7 % 90) }}
            fflush() }} }}",
        "the quick brown fox jumps over the lazy dog ".repeat(2)
    );
    let container = engine.run("rotating", options, &["awk", &script]);
    let proxy = Proxy::before(&engine);
    let mut watching = Watching::at(Endpoint::unix(proxy.socket()), &log(&container.id, 100));
    let (start, mut seen) = (Instant::now(), Seen::default());
    let mut cut = 0;
    while start.elapsed() < WATCHED {
        watching.next().await;
        for event in watching.rest.drain(..) {
            seen.take(&event);
        }
        if cut < cuts && start.elapsed() > WATCHED / (cuts + 1) * (cut + 1) {
            proxy.cut();
            cut += 1;
        }
    }
    let all = seen.last.unwrap() - seen.first + 1;
    println!(
        "{}: {} of {all} lines came, {} jumps, {} gaps ({} where nothing is missing), {} silent",
        options.join(" "),
        seen.lines,
        seen.jumps,
        seen.gaps,
        seen.needless,
        seen.silent.len()
    );
    assert!(all > u64::from(RATE) * WATCHED.as_secs() / 2, "it came to a stop");
    seen
}

async fn no_silent_gap(options: &[&str], cuts: u32) {
    let seen = rotate(options, cuts).await;
    assert!(seen.silent.is_empty() && seen.back.is_empty(), "{options:?}: {:?} {:?}", seen.silent, seen.back);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn every_line_that_was_thrown_away_unread_has_a_gap_in_its_place() {
    no_silent_gap(&["--log-opt", "max-size=10k", "--log-opt", "max-file=1"], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn so_it_is_while_connections_are_cut() {
    no_silent_gap(&["--log-opt", "max-size=10k", "--log-opt", "max-file=1"], 5).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn so_it_is_where_several_small_files_are_kept() {
    no_silent_gap(&["--log-opt", "max-size=20k", "--log-opt", "max-file=3"], 2).await;
    no_silent_gap(&["--log-driver", "local", "--log-opt", "max-size=20k"], 2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn so_it_is_where_the_only_file_is_cut_to_nothing_under_its_readers() {
    no_silent_gap(&["--log-opt", "max-size=2m"], 2).await;
}
