//! How far behind a log is read.

use crate::core::time::Now;

/// A line is seen within less seconds than so many, where its engine keeps up; and one that came longer ago says nothing
/// about those that come now.
const MOST_ON_THE_WAY: u64 = 3;

/// When lines came last, and how many seconds the newest of them was old.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lag(Option<(Now, u64)>);

impl Lag {
    /// Lines have come, the newest of which is `age` nanoseconds old.
    pub(super) fn note(&mut self, now: Now, age: i64) {
        self.0 = Some((now, u64::try_from(age / 1_000_000_000).unwrap_or(0)));
    }

    /// How many seconds the lines that come now are old, from [`MOST_ON_THE_WAY`] on.
    pub(super) fn seconds(self, now: Now) -> Option<u64> {
        let (at, seconds) = self.0?;
        (seconds >= MOST_ON_THE_WAY && now.seconds_since(at.0) < MOST_ON_THE_WAY).then_some(seconds)
    }
}
