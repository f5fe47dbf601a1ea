//! When a log that is asked for was heard from, and how long its lines are on their way there.

use std::time::Duration;

use crate::core::time::Now;

/// Who asks every few seconds has an answer in less seconds than so many, unless something is wrong.
const LONGEST_SILENCE: u64 = 15;

/// What is known of it; nothing of a log that tells its lines by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    at: Option<Now>,
    lag: Option<Duration>,
}

impl Heard {
    /// An answer has come; with lines, the newest of which took so long to where it is asked for.
    pub(super) fn note(&mut self, now: Now, lag: Option<Duration>) {
        self.at = Some(now);
        self.lag = lag.or(self.lag);
    }

    /// How long the newest line took.
    pub(super) const fn lag(self) -> Option<Duration> {
        self.lag
    }

    /// How many seconds old the last answer is, from [`LONGEST_SILENCE`] on.
    pub(super) fn silence(self, now: Now) -> Option<u64> {
        Some(now.seconds_since(self.at?.0)).filter(|seconds| *seconds >= LONGEST_SILENCE)
    }
}
