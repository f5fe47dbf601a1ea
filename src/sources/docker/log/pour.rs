//! Bytes of a log, poured into rows: framed, laid over what was delivered before, and put into batches.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use futures_util::stream::{Stream, StreamExt as _};
use jiff::Timestamp;

use crate::clients::docker::ClientError;
use crate::clients::docker::engine::stream::Bytes;
use crate::core::logs::{Batch, Divider, Format, FrameError, Framer, RawLine, Resume, Resumed};
use crate::core::time::Now;

/// A batch of so many bytes is told before more is taken.
const LARGE: usize = 256 * 1024;

/// What stays over all openings of a log, and the rows that are not told yet.
#[derive(Clone, Default)]
pub(super) struct Pour {
    pub(super) resume: Resume,
    /// Set where an answer may bring a line twice.
    pub(super) once: Option<Once>,
    rows: Rows,
}

/// What an answer has brought. Where an engine renames its files while it opens them, it reads one of them twice.
#[derive(Clone, Default)]
pub(super) struct Once {
    /// Nothing up to this moment is taken.
    after: Option<Timestamp>,
    newest: Option<Timestamp>,
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl Once {
    /// Of an answer of which nothing up to that moment is taken.
    pub(super) fn after(after: Option<Timestamp>) -> Self {
        Self { after, ..Self::default() }
    }

    /// Whether the very same line came before, and newer ones since; or it is too old.
    fn is_again(&mut self, line: &RawLine<'_>) -> bool {
        let is_back = self.newest > Some(line.timestamp);
        self.newest = self.newest.max(Some(line.timestamp));
        let mark = self.hasher.hash_one((line.timestamp, line.stream.word(), line.bytes));
        !self.seen.insert(mark) && is_back || Some(line.timestamp) <= self.after
    }
}

/// Rows on their way.
#[derive(Clone, Default)]
struct Rows {
    batch: Batch,
    newest: Option<Timestamp>,
    gaps: usize,
    /// What belongs before the first line that is not older.
    due: Option<Divider>,
}

/// Why an answer could not be read to its end.
pub(super) enum Failed {
    Client(ClientError),
    Frame(FrameError),
}

impl Pour {
    /// A copy without rows, to try how far an answer reaches back.
    pub(super) fn trial(&self) -> Self {
        let rows = Rows { newest: self.rows.newest, due: self.rows.due.clone(), ..Rows::default() };
        Self { resume: self.resume.clone(), once: self.once.clone(), rows }
    }

    /// Takes bytes.
    pub(super) fn feed(&mut self, framer: &mut Framer, bytes: &[u8]) -> Result<(), FrameError> {
        framer.feed(bytes, &mut |line| self.line(line))
    }

    /// The answer has ended. A last line without an end is one only if the container is over: otherwise it will come
    /// again, whole.
    pub(super) fn end(&mut self, framer: Framer, is_over: bool) -> Result<(), FrameError> {
        let finished = if is_over { framer.finish(&mut |line| self.line(line)) } else { Ok(()) };
        self.settle();
        finished
    }

    /// Decides about replayed lines that match nothing.
    pub(super) fn settle(&mut self) {
        let Self { resume, rows, .. } = self;
        resume.settle(&mut |resumed| rows.put(&resumed));
    }

    fn line(&mut self, line: RawLine<'_>) {
        let Self { resume, once, rows } = self;
        if once.as_mut().is_some_and(|once| once.is_again(&line)) {
            return;
        }
        resume.line(line, &mut |resumed| rows.put(&resumed));
    }

    /// Reads a whole answer.
    pub(super) async fn read_all(
        &mut self,
        bytes: &mut (impl Stream<Item = Result<Bytes, ClientError>> + Unpin),
        format: Format,
        is_over: bool,
    ) -> Result<(), Failed> {
        let mut framer = Framer::new(format, Now(Timestamp::now()));
        while let Some(chunk) = bytes.next().await {
            self.feed(&mut framer, &chunk.map_err(Failed::Client)?).map_err(Failed::Frame)?;
        }
        self.end(framer, is_over).map_err(Failed::Frame)
    }

    /// Puts something between the lines.
    pub(super) fn divider(&mut self, divider: Divider) {
        self.rows.batch.divider(divider);
    }

    /// Puts something before the first line to come that is not older.
    pub(super) fn set_due(&mut self, divider: Divider) {
        self.rows.due = Some(divider);
    }

    /// Puts it here, if there was no such line.
    pub(super) fn put_due(&mut self) {
        if let Some(divider) = self.rows.due.take() {
            self.rows.batch.divider(divider);
        }
    }

    /// Whether lines may be missing before or in the rows that are not told yet.
    pub(super) fn has_gap(&self) -> bool {
        self.rows.gaps > 0
    }

    /// The time of the newest line that was delivered.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.rows.newest
    }

    /// How many rows are not told yet.
    pub(super) fn rows(&self) -> u64 {
        self.rows.batch.rows() as u64
    }

    /// Whether there is so much to tell that it should be told before more is taken.
    pub(super) fn is_large(&self) -> bool {
        self.rows.batch.heap_bytes() >= LARGE
    }

    /// The rows that are not told yet, where there are any.
    pub(super) fn take(&mut self) -> Option<Batch> {
        self.rows.gaps = 0;
        (!self.rows.batch.is_empty()).then(|| self.rows.batch.take())
    }
}

impl Rows {
    fn put(&mut self, resumed: &Resumed<'_>) {
        match resumed {
            Resumed::Line(line) => {
                if let Some(divider) = self.due.take_if(|it| it.timestamp <= line.timestamp) {
                    self.batch.divider(divider);
                }
                self.newest = self.newest.max(Some(line.timestamp));
                self.batch.line(line);
            }
            Resumed::Gap(gap) => {
                self.gaps += 1;
                self.batch.gap(gap.clone());
            }
        }
    }
}

/// The time of the newest line of an answer.
pub(super) async fn newest(
    bytes: &mut (impl Stream<Item = Result<Bytes, ClientError>> + Unpin),
    format: Format,
) -> Result<Option<Timestamp>, Failed> {
    let mut pour = Pour::default();
    pour.read_all(bytes, format, true).await?;
    Ok(pour.newest())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;
    use crate::core::logs::Stream as Output;

    #[test]
    fn of_a_file_that_an_answer_has_twice_each_line_comes_once() {
        let mut pour = Pour { once: Some(Once::default()), ..Pour::default() };
        for (second, text) in
            [(1, "a"), (2, "b"), (3, "c"), (3, "c"), (4, "d"), (2, "b"), (3, "c"), (3, "c"), (5, "e")]
        {
            let timestamp = Timestamp::from_second(second).unwrap();
            pour.line(RawLine { timestamp, stream: Output::Stdout, bytes: text.as_bytes(), beyond: 0 });
        }
        assert_eq!(pour.rows(), 6, "two lines that are alike and of one moment are two");
    }
}
