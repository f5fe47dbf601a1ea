//! Printing: the one place that writes to standard output and standard error.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where the program prints")]

use std::io::{self, Write};

use serde::Serialize;

use super::error::Failure;

/// Prints text as it is. Whoever reads it may have gone (`qd ls workloads | head`): that is no error.
pub(super) fn print(text: &str) {
    bytes(text.as_bytes());
}

/// Prints bytes as they are; `false` when nobody reads them any more.
pub(super) fn bytes(bytes: &[u8]) -> bool {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).is_ok()
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) {
    // Plain data always serializes.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    print(&text);
}

/// Prints a value as one line of JSON, one of many.
pub(super) fn json_line(value: &impl Serialize) {
    let mut text = serde_json::to_string(value).unwrap_or_default();
    text.push('\n');
    print(&text);
}

/// Says on standard error what is going on, beside what is printed.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says on standard error why the program failed.
pub(super) fn complain(failure: &Failure) {
    note(&format!("qd: {failure}"));
}
