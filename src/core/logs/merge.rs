//! Several streams in one order: by time, within what waiting can achieve, and with a mark on what came too late.
//!
//! While a source is read from its past, nothing newer than what it has reached comes out. Of live sources every line
//! is held back for a short window, in which earlier ones may still arrive. What lives here: the order. What does
//! not: the lines, where late ones are put, how far clocks differ (the caller corrects times by a known skew).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::timestamp::nanoseconds;
use crate::core::time::Now;

/// Lines of several live logs that come within this time of each other are in order: half a second, which engines and
/// networks seldom need, and a reader does not notice.
pub const REORDER: SignedDuration = SignedDuration::from_millis(500);

/// Orders items of type `T`. Holds what may not come out yet, without a bound of its own: who reads a past stops reading
/// while [`Merge::len`] is large.
#[derive(Debug)]
pub struct Merge<T> {
    window: i64,
    sources: Vec<Source>,
    held: BinaryHeap<Reverse<Held<T>>>,
    /// When each held line of a live source has waited enough, in the order of arrival, and its key.
    due: VecDeque<(i64, i64)>,
    /// The highest key that has waited enough.
    waited: i64,
    /// The highest key that came out.
    out: i64,
    arrivals: u64,
}

/// One item in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<T> {
    /// The source, as [`Merge::open`] numbered it.
    pub source: usize,
    /// The item.
    pub item: T,
    /// By how much it belongs before what came out already; `None` if it is in order.
    pub late: Option<SignedDuration>,
}

#[derive(Debug)]
struct Source {
    phase: Phase,
    /// The key of its last line.
    reached: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Past,
    Live,
    Ended,
}

#[derive(Debug)]
struct Held<T> {
    key: i64,
    arrival: u64,
    late_by: i64,
    source: usize,
    item: T,
}

impl<T> Merge<T> {
    /// Holds lines of live sources back for `window`: longer finds more lines in order, shorter shows them sooner.
    pub fn new(window: SignedDuration) -> Self {
        Self {
            window: i64::try_from(window.as_nanos()).unwrap_or(i64::MAX),
            sources: Vec::new(),
            held: BinaryHeap::new(),
            due: VecDeque::new(),
            waited: i64::MIN,
            out: i64::MIN,
            arrivals: 0,
        }
    }

    /// Adds a source that is read from its past; returns its number. Until it is [`live`](Self::live) or
    /// [`ended`](Self::end), nothing newer than its last line comes out.
    pub fn open(&mut self) -> usize {
        self.sources.push(Source { phase: Phase::Past, reached: i64::MIN });
        self.sources.len() - 1
    }

    /// Says that a source has reached the present, or keeps the others waiting for too long.
    pub fn live(&mut self, source: usize) {
        self.enter(source, Phase::Live);
    }

    /// Says that nothing more comes from a source.
    pub fn end(&mut self, source: usize) {
        self.enter(source, Phase::Ended);
    }

    fn enter(&mut self, source: usize, phase: Phase) {
        if let Some(source) = self.sources.get_mut(source) {
            source.phase = phase;
        }
    }

    /// Takes an item of a source, with the time at which it happened and that at which it got here.
    pub fn push(&mut self, source: usize, timestamp: Timestamp, arrived: Now, item: T) {
        let arrived = nanoseconds(arrived.0);
        let mut key = nanoseconds(timestamp);
        if key > arrived.saturating_add(self.window) {
            // A clock far ahead of ours: were its word taken, everybody else's lines would be late.
            key = arrived;
        }
        if let Some(source) = self.sources.get_mut(source) {
            let back = source.reached.saturating_sub(key);
            if source.reached != i64::MIN && back > 0 && (back <= self.window || source.phase == Phase::Past)
            {
                // The two outputs of a container overtake each other by microseconds; the log's own order is right.
                // In the past that goes for a clock that was set back, too: what a source has said would else wait
                // for the source itself, which may not be read on before it is out.
                key = source.reached;
            }
            source.reached = key;
        }
        let late_by = self.out.saturating_sub(key).max(0);
        let late_by = if self.out == i64::MIN { 0 } else { late_by };
        self.held.push(Reverse(Held { key, arrival: self.arrivals, late_by, source, item }));
        self.arrivals += 1;
        self.due.push_back((arrived.saturating_add(self.window), key));
    }

    /// Gives everything that may come out at `now`, in order.
    pub fn ready(&mut self, now: Now, out: &mut impl FnMut(Merged<T>)) {
        let now = nanoseconds(now.0);
        while let Some(&(due, key)) = self.due.front() {
            // Due later than a line that arrives just now: our own clock was set back.
            if due > now && due <= now.saturating_add(self.window) {
                break;
            }
            self.waited = self.waited.max(key);
            self.due.pop_front();
        }
        let past = self.sources.iter().filter(|source| source.phase == Phase::Past);
        let reached = past.map(|source| source.reached).min().unwrap_or(i64::MAX);
        let live = self.sources.iter().any(|source| source.phase == Phase::Live);
        let limit = if live { reached.min(self.waited) } else { reached };
        self.release(limit, out);
    }

    /// Gives everything that is held, in order, whatever may still come before it.
    pub fn flush(&mut self, out: &mut impl FnMut(Merged<T>)) {
        self.release(i64::MAX, out);
    }

    fn release(&mut self, limit: i64, out: &mut impl FnMut(Merged<T>)) {
        while self.held.peek().is_some_and(|Reverse(held)| held.key <= limit)
            && let Some(Reverse(held)) = self.held.pop()
        {
            self.out = self.out.max(held.key);
            let late = (held.late_by > 0).then(|| SignedDuration::from_nanos(held.late_by));
            out(Merged { source: held.source, item: held.item, late });
        }
        if self.held.is_empty() {
            self.due.clear();
        }
    }

    /// When [`Merge::ready`] can next have something, if nothing arrives until then.
    pub fn next_due(&self) -> Option<Timestamp> {
        let (due, _) = *self.due.front()?;
        (!self.held.is_empty()).then(|| super::timestamp::timestamp_at(due))
    }

    /// How many items are held back.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

impl<T> PartialEq for Held<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.key, self.arrival) == (other.key, other.arrival)
    }
}

impl<T> Eq for Held<T> {}

impl<T> PartialOrd for Held<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Held<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.key, self.arrival).cmp(&(other.key, other.arrival))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn merge() -> Merge<i64> {
        Merge::new(SignedDuration::from_millis(500))
    }

    /// An item is the time at which it happened.
    fn push(merge: &mut Merge<i64>, source: usize, happened: i64, arrived: i64) {
        merge.push(source, at(happened), Now(at(arrived)), happened);
    }

    fn ready(merge: &mut Merge<i64>, now: i64) -> Vec<(i64, Option<i64>)> {
        let mut out = Vec::new();
        merge.ready(Now(at(now)), &mut |merged| {
            out.push((merged.item, merged.late.map(|late| late.as_millis() as i64)));
        });
        out
    }

    #[test]
    fn pasts_are_merged_exactly_however_unevenly_they_arrive() {
        let mut merge = merge();
        let (a, b) = (merge.open(), merge.open());
        for happened in [1, 3, 5] {
            push(&mut merge, a, happened, 10_000);
        }
        assert_eq!(ready(&mut merge, 99_000), [], "b has said nothing yet");
        push(&mut merge, b, 2, 20_000);
        push(&mut merge, b, 4, 20_000);
        assert_eq!(ready(&mut merge, 99_000), [(1, None), (2, None), (3, None), (4, None)]);
        merge.end(b);
        assert_eq!(ready(&mut merge, 99_000), [(5, None)]);
        assert!(merge.is_empty());
    }

    #[test]
    fn a_clock_that_was_set_back_in_the_past_holds_nothing_up() {
        let mut merge = merge();
        let (a, b) = (merge.open(), merge.open());
        merge.end(b);
        for happened in [90_000, 3_000, 3_001] {
            push(&mut merge, a, happened, 100_000);
        }
        assert_eq!(ready(&mut merge, 100_000), [(90_000, None), (3_000, None), (3_001, None)]);
    }

    #[test]
    fn live_lines_wait_for_the_window_and_come_out_in_order() {
        let mut merge = merge();
        let (a, b) = (merge.open(), merge.open());
        merge.live(a);
        merge.live(b);
        push(&mut merge, a, 1000, 1010);
        push(&mut merge, b, 990, 1300);
        assert_eq!(ready(&mut merge, 1400), []);
        assert_eq!(merge.next_due(), Some(at(1510)));
        assert_eq!(ready(&mut merge, 1510), [(990, None), (1000, None)]);
        assert_eq!(merge.next_due(), None);
    }

    #[test]
    fn who_waits_for_nobody_gets_everything_in_order_and_what_belongs_before_it_is_late() {
        let mut merge = merge();
        let (a, b) = (merge.open(), merge.open());
        for (source, happened) in [(a, 2000), (b, 1000)] {
            push(&mut merge, source, happened, 3000);
        }
        let mut out = Vec::new();
        merge.flush(&mut |merged| out.push(merged.item));
        assert_eq!(out, [1000, 2000]);
        merge.live(a);
        merge.live(b);
        push(&mut merge, b, 1400, 3000);
        assert_eq!(ready(&mut merge, 3500), [(1400, Some(600))]);
    }

    #[test]
    fn a_line_that_comes_after_its_successors_is_marked_with_how_late_it_is() {
        let mut merge = merge();
        let (a, b) = (merge.open(), merge.open());
        merge.live(a);
        merge.live(b);
        push(&mut merge, a, 5000, 5000);
        assert_eq!(ready(&mut merge, 5500), [(5000, None)]);
        push(&mut merge, b, 3000, 5600);
        assert_eq!(ready(&mut merge, 6100), [(3000, Some(2000))]);
    }

    #[test]
    fn a_clock_far_ahead_makes_nobody_else_late() {
        let mut merge = merge();
        let (ahead, right) = (merge.open(), merge.open());
        merge.live(ahead);
        merge.live(right);
        for now in (1000..5000).step_by(100) {
            push(&mut merge, ahead, now + 300_000, now);
            push(&mut merge, right, now, now + 1);
            assert!(ready(&mut merge, now + 50).iter().all(|(_, late)| late.is_none()), "{now}");
        }
    }

    #[test]
    fn our_own_clock_set_back_holds_nothing_up() {
        let mut merge = merge();
        let source = merge.open();
        merge.live(source);
        push(&mut merge, source, 9_000_000, 9_000_000);
        assert_eq!(ready(&mut merge, 5_400_000), [(9_000_000, None)]);
    }

    #[test]
    fn the_order_of_one_source_is_kept_where_its_times_overtake_each_other() {
        let mut merge = merge();
        let source = merge.open();
        merge.live(source);
        for happened in [1000, 998, 999, 1001] {
            push(&mut merge, source, happened, 1002);
        }
        let order: Vec<i64> = ready(&mut merge, 2000).into_iter().map(|(item, _)| item).collect();
        assert_eq!(order, [1000, 998, 999, 1001]);
    }

    proptest! {
        #[test]
        fn what_arrives_within_the_window_comes_out_in_order_complete_and_in_time(
            lines in prop::collection::vec((0_usize..5, 0_i64..40, 0_i64..499), 0..200),
        ) {
            let mut merge = merge();
            for _ in 0..5 {
                let source = merge.open();
                merge.live(source);
            }
            // Each source delivers in its own order, each line less than a window after it happened.
            let mut happened = 1_000_000;
            let mut arrived = [0; 5];
            let mut arrivals: Vec<(i64, usize, i64)> = lines.iter().map(|&(source, step, delay)| {
                happened += step;
                arrived[source] = arrived[source].max(happened + delay);
                (arrived[source], source, happened)
            }).collect();
            let mut expected: Vec<i64> = arrivals.iter().map(|(.., happened)| *happened).collect();
            expected.sort_unstable();
            arrivals.sort_by_key(|(arrived, ..)| *arrived);
            let mut out = Vec::new();
            for (arrived, source, happened) in arrivals {
                push(&mut merge, source, happened, arrived);
                out.extend(ready(&mut merge, arrived));
                prop_assert!(merge.next_due().is_none_or(|due| due > at(arrived)));
            }
            out.extend(ready(&mut merge, i64::MAX / 10_000_000));
            prop_assert!(out.iter().all(|(_, late)| late.is_none()));
            prop_assert_eq!(out.into_iter().map(|(item, _)| item).collect::<Vec<_>>(), expected);
        }
    }
}
