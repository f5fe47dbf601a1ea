//! Logs: lines as they come from a target, and the bounded memory that holds them.

mod raw;

pub use raw::{RawLine, Stream};
