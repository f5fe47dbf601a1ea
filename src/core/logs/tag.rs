//! One byte per row that says what it is: its stream, its level, where the rest of it lies.

use super::line::{Level, Stream};
use super::parse::Judged;

/// What a row is: two bits of stream, three of level, one each for "has more in other columns", "is no line" and "goes
/// on with the record before it".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag(u8);

impl Tag {
    const SPECIAL: u8 = 1 << 5;
    const MARK: u8 = 1 << 6;
    const CONTINUES: u8 = 1 << 7;

    pub(super) fn line(stream: Stream, judged: Judged, special: bool) -> Self {
        let stream = match stream {
            Stream::Stdout => 0,
            Stream::Stderr => 1,
            Stream::Console => 2,
        };
        let level = match judged.level {
            None => 0,
            Some(Level::Trace) => 1,
            Some(Level::Debug) => 2,
            Some(Level::Info) => 3,
            Some(Level::Warn) => 4,
            Some(Level::Error) => 5,
            Some(Level::Fatal) => 6,
        };
        let special = if special { Self::SPECIAL } else { 0 };
        let continues = if judged.continues { Self::CONTINUES } else { 0 };
        Self(stream | level << 2 | special | continues)
    }

    pub(super) fn mark() -> Self {
        Self(Self::MARK)
    }

    pub(super) fn is_special(self) -> bool {
        self.0 & Self::SPECIAL != 0
    }

    pub(super) fn is_mark(self) -> bool {
        self.0 & Self::MARK != 0
    }

    pub(super) fn continues(self) -> bool {
        self.0 & Self::CONTINUES != 0
    }

    pub(super) fn stream(self) -> Stream {
        match self.0 & 0b11 {
            0 => Stream::Stdout,
            1 => Stream::Stderr,
            _ => Stream::Console,
        }
    }

    pub(super) fn level(self) -> Option<Level> {
        Some(match self.0 >> 2 & 0b111 {
            1 => Level::Trace,
            2 => Level::Debug,
            3 => Level::Info,
            4 => Level::Warn,
            5 => Level::Error,
            6 => Level::Fatal,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_put_into_a_tag_comes_out_again() {
        use Level::{Debug, Error, Fatal, Info, Trace, Warn};
        let levels = [None, Some(Trace), Some(Debug), Some(Info), Some(Warn), Some(Error), Some(Fatal)];
        for stream in [Stream::Stdout, Stream::Stderr, Stream::Console] {
            for level in levels {
                for (special, continues) in [(false, false), (false, true), (true, false), (true, true)] {
                    let tag = Tag::line(stream, Judged { level, continues }, special);
                    assert_eq!((tag.stream(), tag.level(), tag.is_special()), (stream, level, special));
                    assert_eq!((tag.continues(), tag.is_mark()), (continues, false));
                }
            }
        }
        assert!(Tag::mark().is_mark() && !Tag::mark().is_special());
    }
}
