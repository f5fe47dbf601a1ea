//! A line of a log as it left its target: framed, not yet sanitized.

use jiff::Timestamp;

/// Where a workload wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A terminal, where both are one.
    Console,
}

/// One whole line as the workload wrote it, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLine {
    /// When the engine received it.
    pub at: Timestamp,
    /// Where it was written.
    pub stream: Stream,
    /// Its bytes, at most [`RawLine::MOST`] of them.
    pub bytes: Vec<u8>,
    /// How many more bytes the line had.
    pub cut: u64,
}

impl RawLine {
    /// How many bytes of one line are kept at all: 1 MiB; a line without an end must not fill the memory.
    pub const MOST: usize = 1 << 20;
}
