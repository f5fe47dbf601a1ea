//! A picture of a store for a worker thread: the same chunks, shared, while the store goes on changing.

use std::ops::Range;
use std::sync::Arc;

use super::chunk::Chunk;
use super::row::Row;
use super::store::Store;

/// What a store held at one moment. Cheap to make (a copy of the open end, a count per chunk) and to send.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    parts: Vec<(i64, Arc<Chunk>)>,
}

impl Store {
    /// What is held now.
    pub fn snapshot(&self) -> Snapshot {
        let (sealed, (tail_first, tail)) = self.held();
        let mut parts: Vec<_> = sealed.map(|(first, chunk)| (first, Arc::clone(chunk))).collect();
        if !tail.is_empty() {
            parts.push((tail_first, Arc::new(tail.clone())));
        }
        Snapshot { parts }
    }
}

impl Snapshot {
    /// The chunks in order, each with the number of its first row. Numbers between two of them are not held.
    pub fn chunks(&self) -> impl DoubleEndedIterator<Item = (i64, &Chunk)> {
        self.parts.iter().map(|(first, chunk)| (*first, &**chunk))
    }

    /// The numbers from the first row to the last.
    pub fn range(&self) -> Range<i64> {
        match (self.parts.first(), self.parts.last()) {
            (Some((first, _)), Some((last, chunk))) => *first..*last + chunk.len() as i64,
            _ => 0..0,
        }
    }

    /// The row with this number, if it is held.
    pub fn row(&self, number: i64) -> Option<Row<'_>> {
        let at = self.parts.partition_point(|(first, _)| *first <= number).checked_sub(1)?;
        let (first, chunk) = &self.parts[at];
        chunk.row(usize::try_from(number - first).ok()?)
    }
}
