//! What lines in the forms of many programs say, and that no line does harm.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod fields;
mod hostile;
mod levels;
mod records;
