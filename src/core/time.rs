//! Time as the pure part knows it: passed in, never asked for.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::text::clean;

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

/// A moment, by the clock in `zone`: the time of day, and the day as well where it is not today.
pub fn when(at: Timestamp, now: Now, zone: &TimeZone) -> String {
    let day = zone.to_datetime(at).date();
    let is_today = day == zone.to_datetime(now.0).date();
    if is_today { clock(at, zone) } else { format!("{day} {}", clock(at, zone)) }
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

/// A text is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time: {HOW}")]
pub struct NoTime(String);

/// How a time is written.
pub const HOW: &str = "use 15m, 2h, 09:10 or a timestamp";

/// Reads `15m`, `2h`, `1d` (ago), `09:10`, `09:10:30` (the last time it was that late by the clock in `zone`) or a timestamp.
pub fn moment(text: &str, now: Now, zone: &TimeZone) -> Result<Timestamp, NoTime> {
    let read = if let Ok(timestamp) = text.parse::<Timestamp>() {
        Some(timestamp)
    } else if text.contains(':') {
        of_clock(text, now, zone)
    } else {
        ago(text, now)
    };
    read.ok_or_else(|| NoTime(clean(text).into_owned()))
}

fn of_clock(text: &str, now: Now, zone: &TimeZone) -> Option<Timestamp> {
    let time: jiff::civil::Time = text.parse().ok()?;
    let today = zone.to_datetime(now.0).date();
    let on = |day: jiff::civil::Date| zone.to_timestamp(day.to_datetime(time)).ok();
    on(today).filter(|at| *at <= now.0).or_else(|| on(today.yesterday().ok()?))
}

fn ago(text: &str, now: Now) -> Option<Timestamp> {
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let count: i64 = digits.parse().ok()?;
    let seconds = match &text[digits.len()..] {
        "s" => count,
        "m" | "min" => count.checked_mul(60)?,
        "h" => count.checked_mul(3600)?,
        "d" => count.checked_mul(86_400)?,
        _ => return None,
    };
    now.0.checked_sub(SignedDuration::from_secs(seconds)).ok()
}

/// The name of a clock, as [`zone`] reads it: `utc`, `+02:00`, or of one with a place, how far it is from UTC now.
pub fn zone_name(zone: &TimeZone, now: Now) -> String {
    match zone.to_offset(now.0).seconds() {
        0 => "utc".to_owned(),
        _ => now.0.to_zoned(zone.clone()).strftime("%:z").to_string(),
    }
}

/// Reads the name of a clock: `local` (that of `home`), `utc`, or so far from UTC as `+02:00` and `-0330`.
pub fn zone(text: &str, home: &TimeZone) -> Option<TimeZone> {
    match text {
        "local" => Some(home.clone()),
        "utc" | "UTC" | "Z" => Some(TimeZone::UTC),
        _ => {
            let (sign, digits) = match text.split_at_checked(1)? {
                ("+", digits) => (1, digits),
                ("-", digits) => (-1, digits),
                _ => return None,
            };
            if !digits.bytes().all(|it| it.is_ascii_digit() || it == b':') {
                return None;
            }
            let (hours, minutes) = match digits.split_once(':') {
                Some(parts) => parts,
                None if digits.len() == 4 => digits.split_at_checked(2)?,
                None => (digits, "0"),
            };
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            let seconds =
                (0..60).contains(&minutes).then_some(sign * (hours.checked_mul(3600)? + minutes * 60))?;
            Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
        }
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
    fn a_moment_of_another_day_says_the_day() {
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        let text = |at: &str| when(at.parse().unwrap(), now, &TimeZone::UTC);
        assert_eq!(text("2026-11-21T00:00:00Z"), "00:00:00");
        assert_eq!(text("2026-11-20T23:59:59Z"), "2026-11-20 23:59:59");
    }

    #[test]
    fn the_name_of_a_clock_is_read_as_that_clock() {
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        for (said, name) in [("utc", "utc"), ("+00:00", "utc"), ("+02:00", "+02:00"), ("-0330", "-03:30")] {
            let clock = zone(said, &TimeZone::UTC).unwrap();
            assert_eq!(zone_name(&clock, now), name);
            assert!(zone(name, &TimeZone::UTC).is_some());
        }
    }

    #[test]
    fn a_moment_in_the_future_is_no_time_ago() {
        let now = Now(Timestamp::from_second(100).unwrap());
        assert_eq!(now.seconds_since(Timestamp::from_second(200).unwrap()), 0);
        assert_eq!(now.millis_since(Timestamp::from_second(99).unwrap()), 1000);
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        let cases = [
            ("15m", "2026-11-21T09:45:00Z"),
            ("2h", "2026-11-21T08:00:00Z"),
            ("1d", "2026-11-20T10:00:00Z"),
            ("09:10", "2026-11-21T09:10:00Z"),
            ("23:00", "2026-11-20T23:00:00Z"),
            ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z"),
        ];
        for (text, moment_text) in cases {
            assert_eq!(moment(text, now, &TimeZone::UTC), Ok(moment_text.parse().unwrap()), "{text}");
        }
        for text in ["", "m", "x", "99999999999999999999h", "25:00"] {
            assert!(moment(text, now, &TimeZone::UTC).is_err(), "{text}");
        }
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(moment("09:10", now, &east), Ok("2026-11-21T07:10:00Z".parse().unwrap()));
        assert_eq!(moment("12:30", now, &east), Ok("2026-11-20T10:30:00Z".parse().unwrap()));
    }

    #[test]
    fn clocks_have_names_and_distances() {
        let home = TimeZone::fixed(Offset::constant(1));
        let read = |text| zone(text, &home).map(|it| clock(Timestamp::UNIX_EPOCH, &it));
        let times = ["local", "utc", "+02:00", "+2", "-0330", "+14"].map(read);
        let shown = ["01:00:00", "00:00:00", "02:00:00", "02:00:00", "20:30:00", "14:00:00"];
        assert_eq!(times, shown.map(|it| Some(it.to_owned())));
        for wrong in ["", "+", "2", "+2:99", "+99", "Berlin", "+-1", "+é", "+99999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
