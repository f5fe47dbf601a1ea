//! How many lines there were over time, and how serious: the numbers of a histogram.
//!
//! What lives here: buckets of a width that people say (5 s, 1 min, 1 h), counting in constant time per line. What does not:
//! bars and colours.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::chunk::Chunk;
use super::line::Level;
use super::snapshot::Snapshot;
use super::timestamp::{nanoseconds, timestamp_at};

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1000 * MILLISECOND;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// The widths that a bucket may have; beyond the last one, twice, four times, … as wide.
const WIDTHS: [u64; 29] = [
    MILLISECOND,
    2 * MILLISECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    20 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    200 * MILLISECOND,
    500 * MILLISECOND,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    WEEK,
];

/// Lines by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    start: i64,
    width: u64,
    buckets: Vec<Bucket>,
    outside: u64,
}

/// The lines of one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// All of them.
    pub lines: u64,
    /// Those that warn.
    pub warnings: u64,
    /// Those that are errors or worse.
    pub errors: u64,
}

impl Histogram {
    /// Empty buckets, at most `columns` (and two where it says fewer), that cover `range`. They start at whole
    /// multiples of their width (of UTC), so that a line keeps its neighbours when the range moves on.
    pub fn new(range: &Range<Timestamp>, columns: usize) -> Self {
        let start = i128::from(nanoseconds(range.start));
        let end = i128::from(nanoseconds(range.end)).max(start + 1);
        let wider = std::iter::successors(Some(2 * WEEK), |width| width.checked_mul(2));
        let fitting = WIDTHS.into_iter().chain(wider).find_map(|width| {
            let wide = i128::from(width);
            let first = start.div_euclid(wide);
            let count = (end - 1).div_euclid(wide) - first + 1;
            (count <= columns.max(2) as i128).then_some((first * wide, width, count as usize))
        });
        // The widest is half of all time: two buckets hold everything.
        let (start, width, count) = fitting.unwrap_or((start, 1 << 63, 2));
        let start = start.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        Self { start, width, buckets: vec![Bucket::default(); count], outside: 0 }
    }

    /// Counts a line.
    pub fn add(&mut self, at: Timestamp, level: Option<Level>) {
        self.count(nanoseconds(at), Bucket::of(level));
    }

    /// Counts all lines of a chunk.
    pub fn add_chunk(&mut self, chunk: &Chunk) {
        for line in chunk.plain_lines() {
            self.count(line.at, Bucket::of(line.level));
        }
    }

    /// Counts all lines of a store. Ends within a chunk of `stop` becoming true, and then returns `false`.
    pub fn add_snapshot(&mut self, snapshot: &Snapshot, stop: &AtomicBool) -> bool {
        snapshot.chunks().all(|(_, chunk)| {
            let goes_on = !stop.load(Ordering::Relaxed);
            if goes_on {
                self.add_chunk(chunk);
            }
            goes_on
        })
    }

    /// Adds what another one counted, each of its buckets where it starts.
    pub fn merge(&mut self, other: &Self) {
        for (index, bucket) in other.buckets.iter().enumerate() {
            self.count(other.start_of(index), *bucket);
        }
        self.outside += other.outside;
    }

    /// The buckets, in the order of time.
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// Lines that lie outside of the range.
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// The most lines that one bucket has.
    pub fn highest(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.lines).max().unwrap_or(0)
    }

    /// How long a bucket is.
    pub fn width(&self) -> SignedDuration {
        SignedDuration::from_nanos(self.width.try_into().unwrap_or(i64::MAX))
    }

    /// What the buckets from `first` to `last`, both included, cover: where to zoom to.
    pub fn range_of(&self, first: usize, last: usize) -> Range<Timestamp> {
        timestamp_at(self.start_of(first))..timestamp_at(self.start_of(last.saturating_add(1)))
    }

    /// What all buckets cover.
    pub fn range(&self) -> Range<Timestamp> {
        self.range_of(0, self.buckets.len() - 1)
    }

    /// The bucket to which a moment belongs.
    pub fn index_of(&self, at: Timestamp) -> Option<usize> {
        self.place(nanoseconds(at))
    }

    fn count(&mut self, at: i64, bucket: Bucket) {
        match self.place(at) {
            Some(place) => self.buckets[place].add(bucket),
            None => self.outside += bucket.lines,
        }
    }

    fn place(&self, at: i64) -> Option<usize> {
        let place = usize::try_from(at.abs_diff(self.start) / self.width).ok()?;
        (at >= self.start && place < self.buckets.len()).then_some(place)
    }

    fn start_of(&self, index: usize) -> i64 {
        let start = i128::from(self.start) + i128::from(self.width) * index as i128;
        start.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}

impl Bucket {
    fn of(level: Option<Level>) -> Self {
        let is_error = level >= Some(Level::Error);
        Self { lines: 1, warnings: u64::from(level == Some(Level::Warn)), errors: u64::from(is_error) }
    }

    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.warnings += other.warnings;
        self.errors += other.errors;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::super::batch::Batch;
    use super::super::line::{RawLine, Stream};
    use super::super::row::Gap;
    use super::super::store::Store;
    use super::*;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap()
    }

    #[test]
    fn buckets_are_as_wide_as_people_say_and_never_too_many() {
        for (seconds, columns, width, count) in [
            (10, 100, "100ms", 100),
            (60, 100, "1s", 60),
            (300, 100, "5s", 60),
            (3600, 100, "1m", 60),
            (3600, 80, "1m", 60),
            (3600, 50, "2m", 30),
            (86_400, 100, "15m", 96),
            (7 * 86_400, 100, "2h", 84),
            (365 * 86_400, 100, "168h", 53),
            (3650 * 86_400, 100, "1344h", 66),
            (60, 0, "30s", 2),
            (0, 10, "1ms", 1),
        ] {
            let histogram = Histogram::new(&(at(0)..at(seconds * 1000)), columns);
            assert_eq!(format!("{:#}", histogram.width()), width, "{seconds} s in {columns}");
            assert_eq!(histogram.buckets().len(), count, "{seconds} s in {columns}");
        }
    }

    #[test]
    fn a_line_falls_into_the_bucket_of_its_time_with_its_level() {
        let mut histogram = Histogram::new(&(at(61_500)..at(64_000)), 3);
        assert_eq!(histogram.range(), at(61_000)..at(64_000));
        for (millisecond, level) in [
            (60_999, None),
            (61_000, Some(Level::Error)),
            (61_999, Some(Level::Fatal)),
            (62_000, Some(Level::Warn)),
            (63_999, Some(Level::Info)),
            (64_000, None),
        ] {
            histogram.add(at(millisecond), level);
        }
        let bucket = |lines, warnings, errors| Bucket { lines, warnings, errors };
        assert_eq!(histogram.buckets(), [bucket(2, 0, 2), bucket(1, 1, 0), bucket(1, 0, 0)]);
        assert_eq!((histogram.outside(), histogram.highest()), (2, 2));
        assert_eq!(histogram.index_of(at(62_500)), Some(1));
        assert_eq!(histogram.index_of(at(64_000)), None);
        assert_eq!(histogram.range_of(1, 2), at(62_000)..at(64_000));
    }

    #[test]
    fn all_of_time_fits() {
        for range in
            [Timestamp::MIN..Timestamp::MAX, Timestamp::MAX..Timestamp::MIN, Timestamp::MIN..Timestamp::MIN]
        {
            for columns in [0, 1, 2, 80] {
                let mut histogram = Histogram::new(&range, columns);
                assert!((1..=columns.max(2)).contains(&histogram.buckets().len()));
                for moment in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
                    histogram.add(moment, None);
                }
                let counted: u64 = histogram.buckets().iter().map(|bucket| bucket.lines).sum();
                assert_eq!(counted + histogram.outside(), 3);
            }
        }
    }

    #[test]
    fn a_store_is_counted_by_its_lines_alone_and_until_told_to_stop() {
        let mut batch = Batch::new();
        for millisecond in 0..5000 {
            let bytes: &[u8] = if millisecond % 10 == 0 { b"ERROR x" } else { b"x" };
            batch.line(&RawLine { timestamp: at(millisecond), stream: Stream::Stderr, bytes, beyond: 0 });
        }
        batch.gap(Gap::new(at(4000), 1, None, "why"));
        let mut store = Store::default();
        store.append(batch);
        let mut histogram = Histogram::new(&(at(0)..at(5000)), 5);
        assert!(histogram.add_snapshot(&store.snapshot(), &AtomicBool::new(false)));
        assert_eq!(histogram.buckets(), [Bucket { lines: 1000, warnings: 0, errors: 100 }; 5]);
        assert!(!histogram.add_snapshot(&store.snapshot(), &AtomicBool::new(true)));
    }

    proptest! {
        #[test]
        fn joined_parts_are_the_whole(
            times in proptest::collection::vec(-100_000_i64..100_000, 0..100),
            start in -100_000_i64..100_000,
            length in 0_i64..100_000,
            columns in 1_usize..200,
        ) {
            let mut whole = Histogram::new(&(at(start)..at(start + length)), columns);
            let (mut one, mut other) = (whole.clone(), whole.clone());
            for (number, time) in times.iter().enumerate() {
                whole.add(at(*time), Some(Level::Warn));
                if number % 2 == 0 { &mut one } else { &mut other }.add(at(*time), Some(Level::Warn));
            }
            one.merge(&other);
            prop_assert_eq!(&one, &whole);
            let counted: u64 = whole.buckets().iter().map(|bucket| bucket.lines).sum();
            prop_assert_eq!(counted + whole.outside(), times.len() as u64);
            prop_assert!(whole.buckets().len() <= columns.max(2));
            prop_assert!(whole.range().start <= at(start) && whole.range().end >= at(start + length));
        }
    }
}
