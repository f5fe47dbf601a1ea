//! SSH as OpenSSH does it, proved against OpenSSH.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "ssh_client/jump.rs"]
mod jump;
#[path = "ssh_client/known_hosts.rs"]
mod known_hosts;
#[path = "ssh_client/login.rs"]
mod login;
#[path = "ssh_client/options.rs"]
mod options;
mod support;
