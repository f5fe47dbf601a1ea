//! AWS: clusters whose tasks are real containers, their logs, and what goes wrong between here and there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what was measured is told beside the result")]

#[path = "../support/mod.rs"]
mod support;

mod advice;
mod around;
mod clusters;
mod databases;
mod deployments;
mod exec;
mod faults;
mod groups;
mod home;
mod images;
mod large;
mod live;
mod logs;
mod revisions;
mod signon;
