//! The timestamp that an engine puts in front of every line when asked to (`timestamps=true`).
//!
//! A general parser costs more than everything else done to a line; this one reads exactly RFC 3339.

use jiff::Timestamp;

/// Reads `2026-11-21T04:42:00.123456789Z ` (up to nine digits of fraction, or none; `Z` or `+02:00`) at the start
/// of `bytes`, and returns the moment and what follows the space. `None` where something else stands there.
pub fn parse_docker_timestamp(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<19>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2] = *head else {
        return None;
    };
    let year = i64::from(two(y1, y2)?) * 100 + i64::from(two(y3, y4)?);
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(i1, i2)?, two(s1, s2)?);
    if day == 0 || day > days_in_month(year, month)? || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanosecond, rest) = fraction(rest)?;
    let (offset, rest) = offset_seconds(rest)?;
    let text = rest.strip_prefix(b" ")?;
    let local = days_since_epoch(year, month, day) * 86_400
        + i64::from(hour) * 3600
        + i64::from(minute) * 60
        + i64::from(second);
    Timestamp::new(local - offset, nanosecond).ok().map(|timestamp| (timestamp, text))
}

fn two(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

fn days_in_month(year: i64, month: u8) -> Option<u8> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    })
}

/// Days from 1970-01-01, counting years from March, so that a leap day is the last of its year.
fn days_since_epoch(year: i64, month: u8, day: u8) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let before_month = (153 * i64::from(month) + 2) / 5;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + before_month + i64::from(day) - 1 - 719_468
}

fn fraction(bytes: &[u8]) -> Option<(i32, &[u8])> {
    let Some(digits) = bytes.strip_prefix(b".") else { return Some((0, bytes)) };
    let mut nanosecond = 0;
    let mut count = 0;
    while count < 9 && digits.get(count).is_some_and(u8::is_ascii_digit) {
        nanosecond = nanosecond * 10 + i32::from(digits[count] - b'0');
        count += 1;
    }
    if count == 0 {
        return None;
    }
    for _ in count..9 {
        nanosecond *= 10;
    }
    Some((nanosecond, &digits[count..]))
}

fn offset_seconds(bytes: &[u8]) -> Option<(i64, &[u8])> {
    match *bytes {
        [b'Z', ref rest @ ..] => Some((0, rest)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ref rest @ ..] => {
            let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
            let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
            (hours < 24 && minutes < 60).then_some((if sign == b'-' { -seconds } else { seconds }, rest))
        }
        _ => None,
    }
}

/// Nanoseconds from 1970; a moment outside the years 1677 to 2262 becomes the nearest one inside.
pub fn nanoseconds(timestamp: Timestamp) -> i64 {
    let wide = timestamp.as_nanosecond();
    i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX })
}

/// The moment that many nanoseconds from 1970.
pub(super) fn timestamp_at(nanoseconds: i64) -> Timestamp {
    // Every such moment lies within what a timestamp can be.
    Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_that_engines_write_are_read() {
        for (text, same) in [
            ("2026-11-21T04:42:00.123456789Z hello", "2026-11-21T04:42:00.123456789Z"),
            ("2026-11-21T04:42:00.000000000Z hello", "2026-11-21T04:42:00Z"),
            ("2026-11-21T04:42:00Z hello", "2026-11-21T04:42:00Z"),
            ("2026-11-21T04:42:00.5+02:00 hello", "2026-11-21T02:42:00.5Z"),
            ("2024-02-29T23:59:59.999999999-09:30 hello", "2024-03-01T09:29:59.999999999Z"),
            ("1969-12-31T23:59:59.25Z hello", "1969-12-31T23:59:59.25Z"),
        ] {
            let (timestamp, rest) = parse_docker_timestamp(text.as_bytes()).unwrap();
            assert_eq!(timestamp, same.parse().unwrap(), "{text}");
            assert_eq!(rest, b"hello");
        }
    }

    #[test]
    fn anything_else_is_text() {
        for text in [
            "",
            "hello",
            "2026-11-21 04:42:00Z x",
            "2026-13-21T04:42:00Z x",
            "2026-02-29T04:42:00Z x",
            "2026-11-00T04:42:00Z x",
            "2026-11-21T24:00:00Z x",
            "2026-11-21T04:60:00Z x",
            "2026-11-21T04:42:60Z x",
            "2026-11-21T04:42:00.Z x",
            "2026-11-21T04:42:00.1234567890Z x",
            "2026-11-21T04:42:00.1234567890",
            "2026-11-21T04:42:00Zx",
            "2026-11-21T04:42:00Z",
            "2026-11-21T04:42:00+0200 x",
            "2026-11-21T04:42:00+02:60 x",
            "202\u{666}-11-21T04:42:00Z x",
            "2026-11-2\x11T04:42:00Z x",
            "2026-11-21T0/:42:00Z x",
        ] {
            assert_eq!(parse_docker_timestamp(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_is_read_as_jiff_wrote_it(second in -62_135_596_800_i64..253_402_207_200, nanosecond in 0..1_000_000_000) {
            let timestamp = Timestamp::new(second, nanosecond).unwrap();
            let text = format!("{timestamp} x");
            prop_assert_eq!(parse_docker_timestamp(text.as_bytes()), Some((timestamp, &b"x"[..])));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            parse_docker_timestamp(&bytes);
        }
    }
}
