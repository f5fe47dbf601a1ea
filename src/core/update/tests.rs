//! The console driven by keys, as an operator drives it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod advice;
mod blackboxes;
mod bundles;
mod changes;
mod databases;
mod events;
mod exposure;
mod filter_pattern;
mod foot;
mod hunt;
mod lists;
mod log_groups;
mod logs;
mod logs_mouse;
mod logs_reading;
mod logs_standing;
mod logs_together;
mod palette;
mod revisions;
mod screens;
mod stage;
mod storm;
