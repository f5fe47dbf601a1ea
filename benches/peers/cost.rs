//! What something costs while it goes on: CPU time of the program and of the engine, memory, bytes to the terminal.

use std::thread;
use std::time::{Duration, Instant};

use super::support::engine::SecondEngine;
use super::support::process::Process;
use super::support::terminal::Terminal;
use super::work::median;

/// The cost of one span of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// CPU of the program and all that it started, in percent of one core.
    pub(crate) own: f64,
    /// CPU of dockerd and containerd, in percent of one core.
    pub(crate) engine: f64,
    /// Bytes that the program wrote to the terminal, per second.
    pub(crate) written: f64,
    /// Resident memory of the program and all that it started at the end of the span, in megabytes.
    pub(crate) memory: f64,
}

impl Cost {
    /// The median of each figure.
    pub(crate) fn median(costs: &[Self]) -> Option<Self> {
        let middle = |figure: fn(&Self) -> f64| median(costs.iter().map(figure).collect());
        Some(Self {
            own: middle(|it| it.own)?,
            engine: middle(|it| it.engine)?,
            written: middle(|it| it.written)?,
            memory: middle(|it| it.memory)?,
        })
    }
}

/// Lets `span` pass and tells what the program `pid` and the engine did in it.
pub(crate) fn of(span: Duration, pid: u32, terminal: Option<&Terminal>, engine: &SecondEngine) -> Cost {
    let written = || terminal.map_or(0, Terminal::received);
    let before = (cpu(pid), cpu(engine.pid()), written());
    let start = Instant::now();
    thread::sleep(span);
    let seconds = start.elapsed().as_secs_f64();
    let percent =
        |after: Duration, before: Duration| after.saturating_sub(before).as_secs_f64() / seconds * 100.0;
    Cost {
        own: percent(cpu(pid), before.0),
        engine: percent(cpu(engine.pid()), before.1),
        written: (written() - before.2) as f64 / seconds,
        memory: memory(pid),
    }
}

/// CPU time of a process and of all that it started. The engine's containerd is a child of dockerd; the shims are not:
/// what containers cost by themselves is no client's doing.
fn cpu(pid: u32) -> Duration {
    Process::tree(pid)
        .into_iter()
        .filter_map(Process::of)
        .map(|process| process.cpu + process.cpu_of_ended)
        .sum()
}

/// Resident memory of a process and of all that it started, in megabytes.
pub(crate) fn memory(pid: u32) -> f64 {
    let bytes: u64 =
        Process::tree(pid).into_iter().filter_map(Process::of).map(|process| process.memory).sum();
    bytes as f64 / 1e6
}
