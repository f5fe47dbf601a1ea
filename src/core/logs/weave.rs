//! Several logs read as one: which row comes after which. What lives here: places among the rows of several stores, and
//! walking from one to the next. What does not: which rows are shown, and where the reader is (`core::view`).
//!
//! The order is that of time; a log's own rows never change theirs ([`Store::key`]). Nothing is kept of it, so a line that
//! arrives late stands where it belongs, and a log may come or go at any moment.

use std::cmp::Ordering;

use super::store::Store;

/// A row among those of several logs; sorts as they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// Its place in the order of time, see [`Store::key`].
    pub key: i64,
    /// Whose row it is: the number of the log.
    pub lane: usize,
    /// Its number in that log.
    pub number: i64,
}

/// Spots in their order, or from the last to the first.
pub type Spots<'a> = Box<dyn Iterator<Item = Spot> + 'a>;

impl Spot {
    /// Before everything.
    pub const FIRST: Self = Self { key: i64::MIN, lane: 0, number: i64::MIN };
    /// Behind everything.
    pub const LAST: Self = Self { key: i64::MAX, lane: usize::MAX, number: i64::MAX };

    /// The first of that place in the order of time.
    pub const fn at(key: i64) -> Self {
        Self { key, ..Self::FIRST }
    }

    /// The spot right behind this one: no row stands between them.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { number: self.number.saturating_add(1), ..self }
    }

    /// The number of the first row of a log that does not stand before this spot.
    pub fn start(self, lane: usize, store: &Store) -> i64 {
        match lane.cmp(&self.lane) {
            Ordering::Equal if self.number > i64::MIN => self.number,
            // Of rows of the same time, those of the first log come first.
            Ordering::Less => self.key.checked_add(1).map_or(i64::MAX, |key| store.first_from(key)),
            Ordering::Equal | Ordering::Greater => store.first_from(self.key),
        }
    }
}

/// The spots of all `lanes`, each of which is in order, in one order.
pub fn forwards(lanes: Vec<Spots<'_>>) -> Spots<'_> {
    woven(lanes, |spot, best| spot < best)
}

/// The same where each is in order from the last to the first.
pub fn backwards(lanes: Vec<Spots<'_>>) -> Spots<'_> {
    woven(lanes, |spot, best| spot > best)
}

fn woven(mut lanes: Vec<Spots<'_>>, goes_before: fn(&Spot, &Spot) -> bool) -> Spots<'_> {
    if lanes.len() == 1
        && let Some(only) = lanes.pop()
    {
        return only;
    }
    let mut heads: Vec<Option<Spot>> = lanes.iter_mut().map(Iterator::next).collect();
    Box::new(std::iter::from_fn(move || {
        let mut best: Option<(usize, Spot)> = None;
        for (lane, head) in heads.iter().enumerate() {
            if let Some(spot) = head
                && best.is_none_or(|(_, best)| goes_before(spot, &best))
            {
                best = Some((lane, *spot));
            }
        }
        let (lane, spot) = best?;
        heads[lane] = lanes[lane].next();
        Some(spot)
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::batch::Batch;
    use super::super::line::{RawLine, Stream};
    use super::super::row::Row;
    use super::*;

    fn store(seconds: &[i64]) -> Store {
        let mut store = Store::default();
        for second in seconds {
            let mut batch = Batch::new();
            let timestamp = Timestamp::from_second(*second).unwrap();
            batch.line(&RawLine { timestamp, stream: Stream::Stdout, bytes: b"x", beyond: 0 });
            store.append(batch);
        }
        store
    }

    fn rows(store: &Store, lane: usize, from: Spot) -> impl DoubleEndedIterator<Item = Spot> {
        let start = from.start(lane, store);
        store.rows(start..i64::MAX).map(move |(number, _)| Spot {
            key: store.key(number).unwrap(),
            lane,
            number,
        })
    }

    fn all(stores: &[Store]) -> Vec<Spot> {
        forwards(
            stores
                .iter()
                .enumerate()
                .map(|(lane, it)| Box::new(rows(it, lane, Spot::FIRST)) as Spots<'_>)
                .collect(),
        )
        .collect()
    }

    fn second(store: &Store, number: i64) -> i64 {
        match store.row(number) {
            Some(Row::Line(line)) => line.timestamp.as_second(),
            _ => i64::MIN,
        }
    }

    #[test]
    fn rows_of_several_logs_stand_by_time_and_those_of_one_log_keep_their_order() {
        let stores = [store(&[1, 5, 3, 9]), store(&[2, 4, 5, 10])];
        let order: Vec<_> =
            all(&stores).iter().map(|it| (it.lane, second(&stores[it.lane], it.number))).collect();
        assert_eq!(order, [(0, 1), (1, 2), (1, 4), (0, 5), (0, 3), (1, 5), (0, 9), (1, 10)]);
    }

    proptest! {
        #[test]
        fn both_ways_and_from_anywhere_the_order_is_the_same(
            times in prop::collection::vec(prop::collection::vec(0_i64..20, 0..12), 1..5),
        ) {
            let stores: Vec<Store> = times.iter().map(|it| store(it)).collect();
            let order = all(&stores);
            prop_assert!(order.is_sorted());
            prop_assert_eq!(order.len(), times.iter().map(Vec::len).sum::<usize>());
            let back = backwards(
                stores.iter().enumerate()
                    .map(|(lane, it)| Box::new(rows(it, lane, Spot::FIRST).rev()) as Spots<'_>).collect(),
            );
            prop_assert!(back.eq(order.iter().rev().copied()));
            for (place, from) in order.iter().enumerate() {
                let rest = forwards(
                    stores.iter().enumerate().map(|(lane, it)| Box::new(rows(it, lane, *from)) as Spots<'_>).collect(),
                );
                prop_assert!(rest.eq(order[place..].iter().copied()));
            }
        }
    }
}
