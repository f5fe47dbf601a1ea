//! The sources of a Docker engine against real engines: what they tell, through restarts, floods and engines that hang.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_days;
mod blackbox;
mod entities;
mod logs;
mod proxy;
mod rest;
#[path = "../support/mod.rs"]
mod support;
mod watching;
