//! What integration tests and benches share: a terminal that runs a program, and the rig's engines and containers.
//!
//! A test program says `mod support;`. What needs the rig is `#[ignore = "needs the rig: tests/run"]` and reads the
//! `QD_RIG_…` variables that `tests/run` (or `eval "$(tests/rig/up)"`) sets; what takes minutes begins its name with `soak_`.
#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

pub(crate) mod emulator;
pub(crate) mod engine;
pub(crate) mod process;
pub(crate) mod screen;
pub(crate) mod terminal;

use std::time::Duration;

/// How long anything may take before a test fails. A bound on failure only: nothing waits for it to pass.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);
