//! How the time of a line is told before it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::core::time::{Now, age};

/// A form of timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// The time of day to the millisecond: `14:03:27.123`.
    #[default]
    Clock,
    /// The day as well: `2026-11-26 14:03:27.123`.
    Date,
    /// How long ago: `3m`.
    Age,
    /// How long after the line before it: `+0.250s`.
    Distance,
    /// Not at all.
    Off,
}

impl Times {
    /// All forms, in the order in which one follows the other.
    pub const ALL: [Self; 5] = [Self::Clock, Self::Date, Self::Age, Self::Distance, Self::Off];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clock => "time",
            Self::Date => "date",
            Self::Age => "age",
            Self::Distance => "distance",
            Self::Off => "none",
        }
    }

    /// The form with this name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The form that follows this one; after the last one, the first.
    #[must_use]
    pub fn next(self) -> Self {
        let place = Self::ALL.iter().position(|it| *it == self).unwrap_or(0);
        Self::ALL[(place + 1) % Self::ALL.len()]
    }

    /// The columns that it takes, with the blank after it.
    pub const fn columns(self) -> u16 {
        match self {
            Self::Clock => 13,
            Self::Date => 24,
            Self::Age => 7,
            Self::Distance => 10,
            Self::Off => 0,
        }
    }

    /// The time of a line, right-aligned in its columns with a blank after it. `before` is the time of the line above.
    pub fn text(self, at: Timestamp, before: Option<Timestamp>, now: Now, zone: &TimeZone) -> String {
        let text = match self {
            Self::Clock => zone.to_datetime(at).strftime("%H:%M:%S%.3f").to_string(),
            Self::Date => zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string(),
            Self::Age => age(now.seconds_since(at)),
            Self::Distance => before.map_or_else(String::new, |before| distance(before, at)),
            Self::Off => return String::new(),
        };
        let room = usize::from(self.columns()) - 1;
        format!("{text:>room$} ")
    }
}

/// How long after `before` something was, in at most nine columns: `+0.250s`, `+1h 2m`, `-0.010s`.
fn distance(before: Timestamp, at: Timestamp) -> String {
    let millis = at.as_millisecond() - before.as_millisecond();
    let (sign, millis) = (if millis < 0 { '-' } else { '+' }, millis.unsigned_abs());
    match millis {
        0..100_000 => format!("{sign}{}.{:03}s", millis / 1000, millis % 1000),
        _ => format!("{sign}{}", age(millis / 1000)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn every_form_fits_its_columns() {
        let at: Timestamp = "2026-11-26T14:03:27.123456Z".parse().unwrap();
        let now = Now("2026-11-26T14:06:30Z".parse().unwrap());
        let before: Timestamp = "2026-11-26T14:03:26.873Z".parse().unwrap();
        let texts = Times::ALL.map(|it| it.text(at, Some(before), now, &TimeZone::UTC));
        assert_eq!(texts, ["14:03:27.123 ", "2026-11-26 14:03:27.123 ", "    3m ", "  +0.250s ", ""]);
        for times in Times::ALL {
            for before in [Timestamp::MIN, at, "2026-11-26T14:05:26.873Z".parse().unwrap()] {
                let text = times.text(at, Some(before), now, &TimeZone::UTC);
                assert_eq!(text.chars().count(), usize::from(times.columns()), "{text:?}");
            }
        }
        assert_eq!(Times::Distance.text(at, None, now, &TimeZone::UTC), "          ");
    }

    #[test]
    fn the_forms_follow_each_other_in_a_circle() {
        let mut times = Times::Clock;
        for _ in Times::ALL {
            assert_eq!(Times::from_word(times.word()), Some(times));
            times = times.next();
        }
        assert_eq!(times, Times::Clock);
    }
}
