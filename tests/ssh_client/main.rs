//! SSH as OpenSSH does it, proved against OpenSSH.
#![allow(clippy::print_stdout, reason = "what was measured is told beside the result")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod databases;
mod docker;
mod jump;
mod known_hosts;
mod login;
mod machine;
mod options;
mod questions;
mod soak;
#[path = "../support/mod.rs"]
mod support;
mod tunnel;
