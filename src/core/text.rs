//! All remote text (log lines, names, labels, error texts, banners) passes here before it is stored or shown.
//!
//! What lives here: the one sanitizer ([`clean`], [`clean_lines`], [`clean_line`]), the styles that a log line asked
//! for ([`Style`], [`Run`]), how many columns text takes ([`width()`] and its relatives), and bytes as digits ([`hex()`]). What does not: where
//! the text is kept (`core::logs`), which colours a theme makes of the styles (`ui`), and which words are secrets.
//!
//! The promise: no output of the sanitizer holds anything that a terminal acts on, that reorders or hides text, or
//! that breaks out of its cell. What is taken away is shown as an escape (`\x1b`, `\u{202e}`), never dropped unseen;
//! cleaning twice changes nothing; the output is at most four times as long as the input.

mod clean;
mod harm;
mod hex;
mod line;
mod style;
mod width;

pub use clean::{clean, clean_lines};
pub use hex::hex;
pub use line::{MAX_RUNS, clean_line};
pub use style::{Attributes, Color, Run, Style};
pub use width::{Cell, Cells, Slice, TAB_STOP, broken_at, cells, slice_columns, truncate_to_width, width};
