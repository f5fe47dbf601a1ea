//! A million lines through fifty cuts and five restarts of the engine: each line once, and in its place.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use quarterdeck::core::event::{Event, LogEvent};
use quarterdeck::core::logs::{Row, Store};
use quarterdeck::core::subject::WHOLE;
use tokio::time::sleep;

use crate::logs::log;
use crate::proxy::Proxy;
use crate::support::engine::SecondEngine;
use crate::watching::Watching;

/// How fast the container prints, in lines a second.
const RATE: usize = 20_000;
/// How long a stopped engine stands still.
const FREEZE: Duration = Duration::from_secs(8);

/// The container's program: prints numbered lines up to the number that the file `/pace/limit` allows, which grows; one
/// in a thousand has 40,000 signs.
const SCRIPT: &str = r#"
function limit() { getline < "/pace/limit"; close("/pace/limit"); return $1 + 0 }
BEGIN {
    long = "x"; while (length(long) < 40000) long = long long; long = substr(long, 1, 40000)
    for (; ; system("usleep 20000")) {
        for (until = limit(); n < until && n < due + RATE / 50; ) {
            n++
            printf "line %07d %s\n", n, n % 1000 ? "the quick brown fox jumps over the lazy dog" : long
        }
        due = n
        fflush()
    }
}"#;

/// What came of the log so far.
struct Came {
    hasher: RandomState,
    /// Each line, as a number that stands for its text.
    lines: Vec<u64>,
    gaps: Vec<String>,
}

impl Came {
    fn take(&mut self, event: &Event) {
        let Event::Log(LogEvent::Newer(batch)) = event else { return };
        let mut store = Store::new(usize::MAX);
        store.append(batch.clone());
        for (_, row) in store.rows(i64::MIN..i64::MAX) {
            match row {
                Row::Line(line) => self.lines.push(self.hasher.hash_one(line.text)),
                Row::Gap(gap) => self.gaps.push(format!("after line {}: {}", self.lines.len(), gap.why)),
                Row::Divider(_) | Row::Gone(_) => {}
            }
        }
    }

    /// Takes what comes until there are so many lines.
    async fn until(&mut self, watching: &mut Watching, lines: usize) {
        while self.lines.len() < lines {
            watching.next().await;
            for event in watching.rest.drain(..) {
                self.take(&event);
            }
        }
    }
}

/// Lines of `all` that are not in `some`, where both are in one order.
fn missing(all: &[u64], some: &[u64]) -> usize {
    let mut rest = some.iter().peekable();
    all.iter().filter(|line| rest.next_if_eq(line).is_none()).count()
}

/// What happens to the connection, or to the engine at its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    /// The other side resets it.
    Reset,
    /// The kernel destroys it (`ss -K`), where it can; else it is reset.
    Destroy,
    /// The engine stands still for some seconds.
    Freeze,
    /// The engine is stopped and started again.
    Restart,
}

/// Follows a container that prints `lines` lines through these blows, each of which comes while lines come.
async fn through(blows: &[Blow], lines: usize) {
    let engine = SecondEngine::take();
    let pace = tempfile::tempdir().unwrap();
    let allow = |lines: usize| std::fs::write(pace.path().join("limit"), format!("{lines}\n")).unwrap();
    allow(0);
    let mount = format!("{}:/pace", pace.path().display());
    let script = SCRIPT.replace("RATE", &RATE.to_string());
    let container = engine.run("numbered", &["--volume", &mount], &["awk", &script]);
    let proxy = Proxy::on_a_port(&engine).await;
    let mut watching = Watching::at(proxy.address.parse().unwrap(), &log(&container.id, WHOLE));
    let mut came = Came { hasher: RandomState::new(), lines: Vec::new(), gaps: Vec::new() };
    let step = lines / blows.len();
    let mut destroyed = 0;
    for (number, blow) in blows.iter().enumerate() {
        allow(step * (number + 1));
        came.until(&mut watching, step * number + step / 2).await;
        match blow {
            Blow::Restart => engine.tell("restart"),
            Blow::Freeze => {
                engine.tell("pause");
                sleep(FREEZE).await;
                engine.tell("resume");
            }
            Blow::Destroy if proxy.destroy() => destroyed += 1,
            Blow::Destroy | Blow::Reset => proxy.cut(),
        }
    }
    allow(lines);
    came.until(&mut watching, lines).await;
    if destroyed == 0 && blows.contains(&Blow::Destroy) {
        println!("this kernel destroys no sockets (ss -K); resets stood in for it");
    }

    // What the engine has is the truth: what it lost itself while it was restarted, nobody can read.
    let log = engine.docker(&["logs", &container.id]);
    let truth: Vec<u64> = log.lines().map(|line| came.hasher.hash_one(line)).collect();
    let lost = missing(&truth, &came.lines);
    let doubled = came.lines.len() - (truth.len() - lost);
    println!(
        "{} blows ({destroyed} × ss -K): lost {lost}, doubled {doubled} of {} lines",
        blows.len(),
        truth.len()
    );
    assert_eq!((lost, doubled, came.gaps), (0, 0, Vec::new()));
    assert!(came.lines == truth, "and in the same order");
    assert_eq!(truth.len(), lines);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn no_line_is_lost_or_doubled_where_long_ones_are_among_those_that_were_missed() {
    through(&[Blow::Reset, Blow::Destroy, Blow::Reset], 90_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn soak_a_million_lines_come_once_each_through_fifty_cuts_and_five_restarts_of_the_engine() {
    let turn = |step: usize| match step % 11 {
        10 => Blow::Restart,
        5 => Blow::Freeze,
        odd if odd % 2 == 1 => Blow::Destroy,
        _ => Blow::Reset,
    };
    let blows: Vec<Blow> = (0..55).map(turn).collect();
    assert_eq!(blows.iter().filter(|blow| **blow == Blow::Restart).count(), 5);
    through(&blows, 1_000_000).await;
}
