//! The Docker client against engines: real ones (ignored unless the rig is up), and one of our own that does what a
//! real engine cannot be made to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod fake;
mod faults;
mod prune;
mod real;
mod rig;
#[path = "../support/mod.rs"]
mod support;
mod tls;
