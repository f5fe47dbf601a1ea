//! Quarterdeck beside its peers: the same work, on the same engine, in terminals of the same size, in one run.
//!
//! `tests/run --bench` starts it with the rig up; `tests/run --bench qd oxker` measures only those. It prints a table and
//! writes it to `benches/RESULTS.md`. The engine is the rig's second one: nothing else is on it, so its CPU time is what
//! the program under measurement causes. A peer takes part when its program is on the PATH.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to the person who started it")]

mod cost;
mod flood;
mod program;
mod report;
#[path = "../../tests/support/mod.rs"]
mod support;
mod work;

use program::{PROGRAMS, Program};
use report::Report;
use support::engine::SecondEngine;

fn main() {
    // Only `cargo bench` says `--bench`; a test run that comes along must not measure for minutes.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let programs: Vec<&Program> = PROGRAMS
        .iter()
        .filter(|program| wanted.is_empty() || wanted.iter().any(|name| *name == program.name))
        .filter(|program| {
            let found = program.path().is_some();
            if !found {
                eprintln!("{} is not on the PATH and is left out", program.name);
            }
            found
        })
        .collect();
    if programs.is_empty() {
        return;
    }

    let engine = SecondEngine::take();
    let mut report = Report::new(&programs, &engine);
    work::start_and_idle(&engine, &programs, &mut report);
    work::open_long_log(&engine, &programs, &mut report);
    work::follow_firehose(&engine, &programs, &mut report);
    flood::follow(&engine, &programs, &mut report);
    work::large_fleet(&engine, &programs, &mut report);
    report.publish();
}
