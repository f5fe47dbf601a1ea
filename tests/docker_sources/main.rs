//! The sources of a Docker engine against real engines: what they tell, through restarts, floods and engines that hang.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what was measured is told beside the result")]

mod bad_days;
mod blackbox;
mod cuts;
mod drivers;
mod entities;
mod hunting;
mod logs;
mod proxy;
mod rest;
mod rotation;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod watching;
