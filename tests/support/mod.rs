//! What integration tests and benches share: a terminal that runs a program, and the rig's engines and containers.
//!
//! A test program says `mod support;`. What needs the rig is `#[ignore = "needs the rig: tests/run"]` and reads the
//! `QD_RIG_…` variables that `tests/run` (or `eval "$(tests/rig/up)"`) sets; what takes minutes begins its name with `soak_`.
#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

pub(crate) mod aws;
pub(crate) mod emulator;
pub(crate) mod engine;
pub(crate) mod live;
pub(crate) mod output;
pub(crate) mod process;
pub(crate) mod screen;
pub(crate) mod sshd;
pub(crate) mod terminal;

use std::time::{Duration, Instant};

/// How long anything may take before a test fails. A bound on failure only: nothing waits for it to pass.
pub(crate) const DEADLINE: Duration = Duration::from_mins(2);

/// Looks again until `done`, for what tells nobody when it happens: a file that appears, a process that ends.
pub(crate) fn until(what: &str, done: impl FnMut() -> bool) {
    until_within(DEADLINE, what, done);
}

/// The same with a bound of its own.
pub(crate) fn until_within(bound: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < bound, "the deadline passed without {what}");
        // Only so that looking does not take the processor from what is looked for.
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
