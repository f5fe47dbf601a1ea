//! Rows on their way into a store: what a source makes of the lines it received, off the loop.

use super::chunk::Chunk;
use super::line::RawLine;
use super::parse::Records;
use super::row::{Divider, Gap};

/// Rows in their order, cleaned and cut into chunks of a good size.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    full: Vec<Chunk>,
    open: Chunk,
    records: Records,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// The rows so far. What is added afterwards goes on where they end, also within a record of several lines.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let rest = Self { records: self.records, ..Self::default() };
        std::mem::replace(self, rest)
    }

    /// Adds a line: cleans it, reads its level, and finds out whether it goes on with the record before it.
    pub fn line(&mut self, line: &RawLine<'_>) {
        self.open.push_line(line, &mut self.records);
        self.cut();
    }

    /// Adds a place where lines are missing.
    pub fn gap(&mut self, gap: Gap) {
        self.records.end();
        self.open.push_gap(gap);
        self.cut();
    }

    /// Adds something that happened.
    pub fn divider(&mut self, divider: Divider) {
        self.records.end();
        self.open.push_divider(divider);
        self.cut();
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.full.iter().map(Chunk::len).sum::<usize>() + self.open.len()
    }

    /// How many of its rows are lines.
    pub fn lines(&self) -> usize {
        self.full.iter().map(Chunk::lines).sum::<usize>() + self.open.lines()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// The bytes it takes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.full.iter().map(Chunk::heap_bytes).sum::<usize>() + self.open.heap_bytes()
    }

    /// Its chunks in order, none of them empty.
    pub(super) fn into_chunks(self) -> Vec<Chunk> {
        let mut chunks = self.full;
        if !self.open.is_empty() {
            chunks.push(self.open);
        }
        chunks
    }

    fn cut(&mut self) {
        if self.open.is_full() {
            let mut full = std::mem::take(&mut self.open);
            full.seal();
            self.full.push(full);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::line::{Level, Stream};
    use super::super::row::Row;
    use super::super::store::Store;
    use super::*;

    #[test]
    fn a_record_goes_on_in_the_next_batch_but_not_beyond_a_gap() {
        let mut store = Store::default();
        let mut batch = Batch::new();
        let add = |batch: &mut Batch, text: &str| {
            let (timestamp, stream) = (Timestamp::UNIX_EPOCH, Stream::Stderr);
            batch.line(&RawLine { timestamp, stream, bytes: text.as_bytes(), beyond: 0 });
        };
        add(&mut batch, "Traceback (most recent call last):");
        store.append(batch.take());
        assert!(batch.is_empty());
        add(&mut batch, "  File \"/app/a.py\", line 3, in f");
        batch.gap(Gap::new(Timestamp::UNIX_EPOCH, 1, None, "why"));
        add(&mut batch, "ValueError");
        store.append(batch.take());
        let lines = store.rows(i64::MIN..i64::MAX).filter_map(|(_, row)| match row {
            Row::Line(line) => Some((line.continues, line.level)),
            _ => None,
        });
        let error = Some(Level::Error);
        assert_eq!(lines.collect::<Vec<_>>(), [(false, error), (true, error), (false, None)]);
    }
}
