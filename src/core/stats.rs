//! Resource use of a workload: one sample, and the last minutes of them.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

use super::time::Now;

/// How many samples are kept: three minutes at one a second.
pub const HISTORY: usize = 180;
/// A reading that came longer ago than this, in milliseconds, is not how things are any more.
pub const CURRENT_MS: u64 = 10_000;

/// One reading of a workload's resource use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sample {
    /// When the engine read it.
    pub at: Timestamp,
    /// CPU in percent of one processor, as `docker stats` computes it; four busy processors are 400.
    pub cpu: f32,
    /// Bytes of memory in use without the reclaimable page cache, as `docker stats` shows.
    pub memory: u64,
    /// The memory limit in bytes; the host's memory where none is set.
    pub memory_limit: u64,
    /// Bytes received and sent over all networks since the start.
    pub network: (u64, u64),
    /// Bytes read from and written to block devices since the start.
    pub block: (u64, u64),
    /// Processes and threads.
    pub pids: u32,
}

impl Sample {
    /// Memory in percent of the limit; 0 where no limit is known.
    pub fn memory_percent(&self) -> f32 {
        if self.memory_limit == 0 {
            0.0
        } else {
            (self.memory as f64 * 100.0 / self.memory_limit as f64) as f32
        }
    }
}

/// Bytes per second in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// Received, or read.
    pub inward: f64,
    /// Sent, or written.
    pub outward: f64,
}

/// The samples of one workload from the last three minutes, oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    samples: VecDeque<Sample>,
    heard: Option<Timestamp>,
}

impl History {
    /// Takes in a sample; one that is not newer than the last is ignored.
    pub fn push(&mut self, sample: Sample) {
        if self.samples.back().is_some_and(|last| last.at >= sample.at) {
            return;
        }
        // Nobody looked for a while, perhaps: what is from before must not stand beside what is from now.
        let is_old = |oldest: &Sample| sample.at.duration_since(oldest.at).as_secs() >= HISTORY as i64;
        while self.samples.len() == HISTORY || self.samples.front().is_some_and(is_old) {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// A sample has come at this moment by the clock here; that of the engine may tell another time.
    pub(super) const fn heard(&mut self, at: Timestamp) {
        self.heard = Some(at);
    }

    /// Whether its newest sample still says how things are.
    pub fn is_current(&self, now: Now) -> bool {
        self.heard.is_some_and(|heard| now.millis_since(heard) <= CURRENT_MS)
    }

    /// The newest sample.
    pub fn last(&self) -> Option<&Sample> {
        self.samples.back()
    }

    /// All samples, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Sample> + ExactSizeIterator {
        self.samples.iter()
    }

    /// Network bytes per second between the last two samples.
    pub fn network_rate(&self) -> Option<Rate> {
        self.rates(|sample| sample.network).next_back()
    }

    /// Block device bytes per second between the last two samples.
    pub fn block_rate(&self) -> Option<Rate> {
        self.rates(|sample| sample.block).next_back()
    }

    /// Bytes per second between neighbours; a counter that went back (the container restarted) reads as 0.
    pub fn rates(&self, of: impl Fn(&Sample) -> (u64, u64)) -> impl DoubleEndedIterator<Item = Rate> {
        self.samples.iter().zip(self.samples.iter().skip(1)).map(move |(before, after)| {
            // Two readings of the same millisecond still are some time apart.
            let millis = (after.at.as_millisecond() - before.at.as_millisecond()).max(1);
            let seconds = millis as f64 / 1000.0;
            let (in0, out0) = of(before);
            let (in1, out1) = of(after);
            Rate {
                inward: in1.saturating_sub(in0) as f64 / seconds,
                outward: out1.saturating_sub(out0) as f64 / seconds,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(second: i64, received: u64) -> Sample {
        Sample {
            at: Timestamp::from_second(second).unwrap(),
            cpu: 1.0,
            memory: 50,
            memory_limit: 200,
            network: (received, 0),
            block: (0, 0),
            pids: 1,
        }
    }

    #[test]
    fn three_minutes_are_kept_and_no_more() {
        let mut history = History::default();
        for second in 0..500 {
            history.push(sample(second, 0));
        }
        assert_eq!(history.iter().len(), HISTORY);
        assert_eq!(history.last().unwrap().at.as_second(), 499);
    }

    #[test]
    fn what_is_older_than_three_minutes_goes_though_nobody_looked_meanwhile() {
        let mut history = History::default();
        for second in [0, 1, 100, 200] {
            history.push(sample(second, 0));
        }
        let kept: Vec<_> = history.iter().map(|it| it.at.as_second()).collect();
        assert_eq!(kept, [100, 200]);
    }

    #[test]
    fn a_reading_is_current_by_the_clock_here_whatever_the_engines_clock_says() {
        let mut history = History::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(!history.is_current(Now(at(0))));
        history.push(sample(5_000, 0));
        history.heard(at(100));
        assert!(history.is_current(Now(at(110))));
        assert!(!history.is_current(Now(at(111))));
    }

    #[test]
    fn rates_are_per_second_and_a_restart_reads_as_zero() {
        let mut history = History::default();
        history.push(sample(10, 1000));
        history.push(sample(12, 5000));
        assert!((history.network_rate().unwrap().inward - 2000.0).abs() < 0.1);
        history.push(sample(13, 10));
        assert!(history.network_rate().unwrap().inward.abs() < 0.1);
    }

    #[test]
    fn a_repeated_sample_is_ignored() {
        let mut history = History::default();
        history.push(sample(10, 1));
        history.push(sample(10, 2));
        assert_eq!(history.iter().len(), 1);
    }
}
