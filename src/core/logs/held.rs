//! Lines that wait: copies, in one buffer.

use std::ops::Range;

use jiff::Timestamp;

use super::line::{RawLine, Stream};

/// Lines in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldLines {
    bytes: Vec<u8>,
    lines: Vec<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    timestamp: Timestamp,
    stream: Stream,
    bytes: Range<usize>,
    beyond: u64,
}

impl HeldLines {
    pub(super) fn push(&mut self, line: &RawLine<'_>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line.bytes);
        let RawLine { timestamp, stream, beyond, .. } = *line;
        self.lines.push(Held { timestamp, stream, bytes: start..self.bytes.len(), beyond });
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many bytes the lines have.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = RawLine<'_>> {
        self.lines.iter().map(|held| {
            let Held { timestamp, stream, ref bytes, beyond } = *held;
            RawLine { timestamp, stream, bytes: &self.bytes[bytes.clone()], beyond }
        })
    }
}
