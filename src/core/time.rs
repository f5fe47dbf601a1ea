//! Time as the pure part knows it: passed in, never asked for.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// The moment at which something is decided or drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Now(pub Timestamp);

impl Now {
    /// Milliseconds from `then` to this moment; 0 where `then` lies in the future (a host's clock may be ahead).
    pub fn millis_since(self, then: Timestamp) -> u64 {
        u64::try_from(self.0.as_millisecond() - then.as_millisecond()).unwrap_or(0)
    }

    /// Whole seconds from `then` to this moment; 0 where `then` lies in the future.
    pub fn seconds_since(self, then: Timestamp) -> u64 {
        self.millis_since(then) / 1000
    }
}

/// The time of day at `at`, as the clock in `zone` says: `14:03:27`.
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let time = zone.to_datetime(at).time();
    format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
}

/// A duration in the one or two units that an operator would say: `7s`, `3m`, `2h 5m`, `4d`, `13w`.
///
/// At most six columns wide up to 99 years.
pub fn age(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const WEEK: u64 = 7 * DAY;
    const YEAR: u64 = 365 * DAY;
    match seconds {
        s if s < MINUTE => format!("{s}s"),
        s if s < HOUR => format!("{}m", s / MINUTE),
        s if s < DAY && (s % HOUR) / MINUTE == 0 => format!("{}h", s / HOUR),
        s if s < 10 * HOUR => format!("{}h {}m", s / HOUR, (s % HOUR) / MINUTE),
        s if s < DAY => format!("{}h", s / HOUR),
        s if s < 10 * WEEK => format!("{}d", s / DAY),
        s if s < 2 * YEAR => format!("{}w", s / WEEK),
        s => format!("{}y", s / YEAR),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn an_age_uses_the_units_that_people_say() {
        let cases = [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (3600, "1h"),
            (3 * 3600 + 5 * 60, "3h 5m"),
            (11 * 3600 + 5 * 60, "11h"),
            (86_400, "1d"),
            (69 * 86_400, "69d"),
            (70 * 86_400, "10w"),
            (3 * 365 * 86_400, "3y"),
        ];
        for (seconds, text) in cases {
            assert_eq!(age(seconds), text);
        }
    }

    #[test]
    fn a_moment_in_the_future_is_no_time_ago() {
        let now = Now(Timestamp::from_second(100).unwrap());
        assert_eq!(now.seconds_since(Timestamp::from_second(200).unwrap()), 0);
        assert_eq!(now.millis_since(Timestamp::from_second(99).unwrap()), 1000);
    }
}
