//! From when on the next poll of a group asks.
//!
//! Events come late: CloudWatch has them seconds after they happened, and senders hold them back. So each poll asks
//! again for what was asked for already: a little of it every time, and much of it now and then.

use jiff::{SignedDuration, Timestamp};

/// Every poll goes so far back behind the last one that brought everything.
const OVERLAP: SignedDuration = SignedDuration::from_secs(20);
/// A deep one goes back so far …
pub(super) const DEEP: SignedDuration = SignedDuration::from_secs(150);
/// … and is made so often: an event that is late by no more than the difference is met by one.
const DEEP_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// Up to here everything has come that was not late.
    drained: Timestamp,
    /// When a deep poll was made last.
    deep: Option<Timestamp>,
}

/// What one poll asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sweep {
    /// From when on.
    pub(super) from: Timestamp,
    /// When it was made.
    at: Timestamp,
    is_deep: bool,
}

impl Window {
    /// Nothing was asked for before `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self { drained: now, deep: None }
    }

    /// The next poll.
    pub(super) fn next(&self, now: Timestamp) -> Sweep {
        let is_deep = self.deep.is_none_or(|deep| now.duration_since(deep) >= DEEP_EVERY);
        let back = if is_deep { DEEP } else { OVERLAP };
        // A clock that was set back must not ask for the future.
        let from = self.drained.min(now).saturating_sub(back).unwrap_or(Timestamp::UNIX_EPOCH);
        Sweep { from, at: now, is_deep }
    }

    /// Somebody new reads: what came before is asked for again.
    pub(super) fn deepen(&mut self) {
        self.deep = None;
    }

    /// A poll has brought everything.
    pub(super) fn done(&mut self, sweep: Sweep) {
        self.drained = sweep.at;
        if sweep.is_deep {
            self.deep = Some(sweep.at);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Polls every two seconds; returns the windows.
    fn polls(until: i64, fails: impl Fn(i64) -> bool) -> Vec<(i64, i64)> {
        let mut window = Window::new(at(1_000));
        let mut all = Vec::new();
        for second in (1_000..until).step_by(2) {
            let sweep = window.next(at(second));
            if !fails(second) {
                all.push((sweep.from.as_second(), second));
                window.done(sweep);
            }
        }
        all
    }

    #[test]
    fn an_event_that_is_late_by_less_than_two_minutes_is_asked_for_after_it_came() {
        let polls = polls(2_000, |_| false);
        for happened in 1_000..1_800 {
            for late in [0, 1, 19, 60, 90, 118] {
                let met = polls.iter().any(|(from, at)| *at >= happened + late && *from <= happened);
                assert!(met, "{happened} + {late}");
            }
        }
    }

    #[test]
    fn nothing_is_skipped_while_polls_fail() {
        let polls = polls(3_000, |second| (1_100..1_700).contains(&second));
        let (from, _) = polls.iter().find(|(_, at)| *at >= 1_700).unwrap();
        assert!(*from <= 1_098);
    }

    #[test]
    fn most_polls_ask_for_little() {
        let polls = polls(2_000, |_| false);
        let deep = polls.iter().filter(|(from, at)| at - from > 60).count();
        assert!(deep * 10 < polls.len(), "{deep} of {}", polls.len());
    }
}
