//! A line as it comes out of a stream, before anything is made of it.

use jiff::Timestamp;

/// Where a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A terminal, in which the two are one.
    Console,
}

impl Stream {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Console => "console",
        }
    }
}

/// How serious a line says it is, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The finest detail.
    Trace,
    /// For the people who wrote the program.
    Debug,
    /// Normal life.
    Info,
    /// Something to look at some day.
    Warn,
    /// Something failed.
    Error,
    /// The program cannot go on.
    Fatal,
}

impl Level {
    /// All levels, from the least serious to the most.
    pub const ALL: [Self; 6] = [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Fatal];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// The level with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// One line as the container wrote it, without its line ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// When the engine received it; of a line in several fragments, the first one's.
    pub timestamp: Timestamp,
    /// Where it came from.
    pub stream: Stream,
    /// What was written, at most [`KEPT_BYTES`](super::KEPT_BYTES): anything at all.
    pub bytes: &'a [u8],
    /// How many further bytes the line had.
    pub beyond: u64,
}
