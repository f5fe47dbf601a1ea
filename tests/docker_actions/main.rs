//! Plans against real engines: every runbook from its request to what stands on the engine afterwards, and what
//! happens when the world is not as it was planned for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod drift;
mod read_only;
mod runbooks;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
mod theatre;
