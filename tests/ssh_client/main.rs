//! SSH as OpenSSH does it, proved against OpenSSH.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod docker;
mod jump;
mod known_hosts;
mod login;
mod options;
#[path = "../support/mod.rs"]
mod support;
mod tunnel;
