//! Laying a replayed stretch of a stream over what was delivered before: where does the new begin?
//!
//! Pure numbers: each line is its time and its fingerprint. The engine is asked from the whole second of the last
//! delivered line; what it replays starts somewhere at or after that second and goes on in the order of its log.
//! Engines before 23.0 leave out every line older than the asked second, later ones only those before the first hit
//! (moby `daemon/logger/loggerutils`); so lines older than that second, which a clock that was set back produces, take
//! no part in the matching. What lives here: the matching. What does not: the lines themselves (`resume`).

use std::collections::VecDeque;

/// How many of the last delivered lines are remembered one by one.
const WINDOW: usize = 4096;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// What of a line matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Nanoseconds from 1970.
    pub(super) time: i64,
    /// Its fingerprint, in which the time is contained.
    pub(super) hash: u64,
}

/// What was delivered, as far as it must be known to go on after a cut.
#[derive(Clone, Debug, Default)]
pub(super) struct Delivered {
    window: VecDeque<Key>,
    /// How many lines of the last line's second came in a row, also if they are more than the window.
    same_second: usize,
    highest: i64,
}

impl Delivered {
    pub(super) fn note(&mut self, key: Key) {
        let last = self.window.back().map(|last| second(last.time));
        self.same_second = if last == Some(second(key.time)) { self.same_second + 1 } else { 1 };
        self.highest = if last.is_none() { key.time } else { self.highest.max(key.time) };
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(key);
    }

    /// The last line that was delivered.
    pub(super) fn last(&self) -> Option<Key> {
        self.window.back().copied()
    }

    /// The nanosecond, a whole second, from which a replay must be asked for.
    pub(super) fn since(&self) -> Option<i64> {
        self.last().map(|last| second(last.time).saturating_mul(NANOS_PER_SECOND))
    }

    /// Starts matching a replay; `None` if nothing was delivered that it could overlap with.
    pub(super) fn overlap(&self) -> Option<Overlap> {
        let last = self.last()?;
        let since = self.since()?;
        let delivered: Vec<u64> =
            self.window.iter().filter(|key| key.time >= since).map(|key| key.hash).collect();
        let truncated = self.window.len() == WINDOW && delivered.len() == WINDOW;
        let expected = if truncated { self.same_second.max(WINDOW) } else { delivered.len() };
        Some(Overlap {
            since,
            highest: self.highest,
            last: last.hash,
            expected,
            delivered: Suffixes::new(&delivered),
            replayed: Prefixes::default(),
            arrived: 0,
            best: None,
        })
    }
}

fn second(time: i64) -> i64 {
    time.div_euclid(NANOS_PER_SECOND)
}

/// What is known about the replayed lines so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not enough yet.
    Wait,
    /// The first so many were delivered before; all others are new.
    Old(usize),
    /// Nothing that was delivered comes back: lines may be missing in between.
    Lost,
}

/// One replay being matched.
#[derive(Clone, Debug)]
pub(super) struct Overlap {
    since: i64,
    highest: i64,
    last: u64,
    /// The place, counted in matching lines, at which the last delivered line comes back if the replay starts where it
    /// should. It alone tells apart lines that are alike in everything.
    expected: usize,
    delivered: Suffixes,
    replayed: Prefixes,
    arrived: usize,
    /// The latest place that could be the one.
    best: Option<usize>,
}

impl Overlap {
    /// Takes the next replayed line.
    pub(super) fn see(&mut self, key: Key) -> Verdict {
        self.arrived += 1;
        if key.time > self.highest {
            // Newer than anything delivered: what was delivered cannot come back behind it.
            return self.settle();
        }
        if key.time < self.since {
            return Verdict::Wait;
        }
        self.replayed.push(key.hash);
        let seen = self.replayed.len();
        if key.hash == self.last && self.fits() {
            self.best = Some(self.arrived);
            if seen >= self.expected {
                return self.settle();
            }
        }
        if seen >= self.expected && self.best.is_some() { self.settle() } else { Verdict::Wait }
    }

    /// The best that can be said when nothing more is to be waited for.
    pub(super) fn settle(&self) -> Verdict {
        self.best.map_or(Verdict::Lost, Verdict::Old)
    }

    /// Whether the replay so far ends like what was delivered, over the length of the shorter.
    fn fits(&self) -> bool {
        let seen = self.replayed.len();
        let length = seen.min(self.delivered.len());
        let same = |length| self.replayed.last(length) == self.delivered.last(length);
        // Where the engine has rotated lines away, the first one left may be the end of a line.
        same(length) || (length == seen && length > 2 && same(length - 1))
    }
}

/// An odd number without structure (the fraction of the square root of 3).
const BASE: u64 = 0xbb67_ae85_84ca_a73b;

/// Sums over the ends of a fixed sequence, so that any of them can be compared at once.
#[derive(Clone, Debug)]
struct Suffixes {
    sums: Vec<u64>,
}

impl Suffixes {
    fn new(sequence: &[u64]) -> Self {
        let mut sums = vec![0_u64];
        let mut power = 1_u64;
        let mut sum = 0_u64;
        for &element in sequence.iter().rev() {
            sum = sum.wrapping_add(element.wrapping_mul(power));
            power = power.wrapping_mul(BASE);
            sums.push(sum);
        }
        Self { sums }
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn last(&self, length: usize) -> u64 {
        self.sums[length]
    }
}

/// Sums over the starts of a growing sequence, from which those over its ends follow.
#[derive(Clone, Debug)]
struct Prefixes {
    sums: Vec<u64>,
    powers: Vec<u64>,
}

impl Default for Prefixes {
    fn default() -> Self {
        Self { sums: vec![0], powers: vec![1] }
    }
}

impl Prefixes {
    fn push(&mut self, element: u64) {
        let (sum, power) = (self.sums[self.len()], self.powers[self.len()]);
        self.sums.push(sum.wrapping_mul(BASE).wrapping_add(element));
        self.powers.push(power.wrapping_mul(BASE));
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn last(&self, length: usize) -> u64 {
        let before = self.sums[self.len() - length];
        self.sums[self.len()].wrapping_sub(before.wrapping_mul(self.powers[length]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ends_have_equal_sums_exactly_if_they_are_equal(
            one in prop::collection::vec(0_u64..3, 0..30), other in prop::collection::vec(0_u64..3, 0..30),
        ) {
            let suffixes = Suffixes::new(&one);
            let mut prefixes = Prefixes::default();
            for &element in &other {
                prefixes.push(element);
            }
            for length in 0..=one.len().min(other.len()) {
                let equal = one[one.len() - length..] == other[other.len() - length..];
                prop_assert_eq!(suffixes.last(length) == prefixes.last(length), equal);
            }
        }
    }
}
