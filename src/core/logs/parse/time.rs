//! The moments that lines themselves name, in the forms that programs write.
//!
//! They say when a program thinks that it wrote a line: clocks of containers differ, buffers delay, and many forms lack
//! the year or the zone. So the order of a log is the engine's; a line's own moment is only shown, dimmed or on
//! request. A moment without a zone is taken as UTC, as which containers run unless told otherwise.

use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, civil};

use super::cursor::Cursor;

/// A moment as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Where it ends.
    pub(super) end: usize,
    /// Whether it is the form of syslog, `Nov 25 10:11:12`, after which a host is named.
    pub(super) is_syslog: bool,
    date: Option<(u32, u32, u32)>,
    clock: Clock,
    zone: Zone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    /// Seconds east of UTC.
    Offset(i32),
    /// A name that says nothing without a table of its history.
    Named,
}

/// The zones that are written as letters, besides `UTC`, `GMT` and `Z`.
const NAMED: [&[u8]; 14] = [
    b"CET", b"CEST", b"EST", b"EDT", b"CST", b"CDT", b"MST", b"MDT", b"PST", b"PDT", b"BST", b"IST", b"JST",
    b"AEST",
];
const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

impl Stamp {
    /// Reads the moment that stands at `at`.
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut cursor = Cursor::new(bytes, at);
        match cursor.peek()? {
            b'0'..=b'9' => {
                let digits = cursor.rest().iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
                match (digits, cursor.peek_at(digits)?) {
                    (4, b'-' | b'/') => Self::year_first(&mut cursor),
                    (1 | 2, b':') => Self::clock_only(&mut cursor),
                    (2, b'/') if cursor.peek_at(3)?.is_ascii_digit() => Self::american(&mut cursor),
                    (1 | 2, b'/' | b'-' | b' ') => Self::day_first(&mut cursor),
                    _ => None,
                }
            }
            b'A'..=b'Z' => Self::month_first(&mut cursor),
            _ => None,
        }
    }

    /// Reads what follows the letter of klog: month and day in four digits, then the time.
    pub(super) fn read_klog(bytes: &[u8], at: usize) -> Option<Self> {
        let mut cursor = Cursor::new(bytes, at);
        cursor.number(4, 4)?;
        if !cursor.eat(b' ') {
            return None;
        }
        let clock = Clock::read(&mut cursor)?;
        Some(Self { end: cursor.at(), is_syslog: false, date: None, clock, zone: Zone::Offset(0) })
    }

    /// The moment, where the text alone says which one it is.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let (year, month, day) = self.date?;
        let Zone::Offset(seconds) = self.zone else { return None };
        let small = |number: u32| i8::try_from(number).ok();
        let date = civil::Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
        // A leap second is shown as the one before it.
        let second = self.clock.second.min(59);
        let time = Time::new(
            small(self.clock.hour)?,
            small(self.clock.minute)?,
            small(second)?,
            self.clock.nanosecond as i32,
        )
        .ok()?;
        Offset::from_seconds(seconds).ok()?.to_timestamp(DateTime::from_parts(date, time)).ok()
    }

    fn dated(cursor: &mut Cursor<'_>, date: (u32, u32, u32)) -> Option<Self> {
        let clock = Clock::read(cursor)?;
        let zone = Zone::read(cursor);
        Some(Self { end: cursor.at(), is_syslog: false, date: Some(date), clock, zone })
    }

    /// `2026-11-25T10:11:12.123Z`, `2026-11-25 10:11:12,123`, `2026/11/25 10:11:12`.
    fn year_first(cursor: &mut Cursor<'_>) -> Option<Self> {
        let year = cursor.number(4, 4)?;
        let between = cursor.peek()?;
        cursor.skip(1);
        let month = cursor.number(2, 2)?;
        if !cursor.eat(between) {
            return None;
        }
        let day = cursor.number(2, 2)?;
        if !(cursor.eat(b'T') || cursor.eat(b' ')) {
            return None;
        }
        // Gin and Nest put a dash between.
        if cursor.rest().starts_with(b"- ") {
            cursor.skip(2);
        }
        Self::dated(cursor, (year, month, day))
    }

    /// `25/Nov/2026:10:11:12 +0000`, `25-Nov-2026 10:11:12 UTC`, `25 Nov 2026 10:11:12.123`.
    fn day_first(cursor: &mut Cursor<'_>) -> Option<Self> {
        let day = cursor.number(1, 2)?;
        let between = cursor.peek()?;
        cursor.skip(1);
        let month = month(cursor)?;
        if !cursor.eat(between) {
            return None;
        }
        let year = cursor.number(4, 4)?;
        if !(cursor.eat(b':') || cursor.eat(b' ')) {
            return None;
        }
        Self::dated(cursor, (year, month, day))
    }

    /// `11/25/2026, 10:11:12 AM`.
    fn american(cursor: &mut Cursor<'_>) -> Option<Self> {
        let month = cursor.number(2, 2)?;
        cursor.eat(b'/');
        let day = cursor.number(2, 2)?;
        if !cursor.eat(b'/') {
            return None;
        }
        let year = cursor.number(4, 4)?;
        cursor.eat(b',');
        if !cursor.eat(b' ') {
            return None;
        }
        Self::dated(cursor, (year, month, day))
    }

    /// `Nov 25 10:11:12`, `Wed Nov 25 10:11:12.123456 2026`, `Nov 25, 2026 10:11:12 AM`.
    fn month_first(cursor: &mut Cursor<'_>) -> Option<Self> {
        let has_weekday = cursor.rest().get(..3).is_some_and(|name| WEEKDAYS.contains(&name));
        if has_weekday {
            cursor.skip(3);
            cursor.eat(b',');
            if cursor.blanks() == 0 {
                return None;
            }
        }
        let month = month(cursor)?;
        if cursor.blanks() == 0 {
            return None;
        }
        let day = cursor.number(1, 2)?;
        if cursor.eat(b',') {
            cursor.blanks();
            let year = cursor.number(4, 4)?;
            cursor.blanks();
            return Self::dated(cursor, (year, month, day));
        }
        if cursor.blanks() == 0 {
            return None;
        }
        let clock = Clock::read(cursor)?;
        let mut ahead = *cursor;
        ahead.blanks();
        if let (true, Some(year)) = (has_weekday, ahead.number(4, 4)) {
            *cursor = ahead;
            let date = Some((year, month, day));
            return Some(Self { end: cursor.at(), is_syslog: false, date, clock, zone: Zone::read(cursor) });
        }
        Some(Self { end: cursor.at(), is_syslog: true, date: None, clock, zone: Zone::Offset(0) })
    }

    fn clock_only(cursor: &mut Cursor<'_>) -> Option<Self> {
        let clock = Clock::read(cursor)?;
        // Not part of a path, an address or a ratio.
        let is_apart =
            cursor.peek().is_none_or(|next| !next.is_ascii_alphanumeric() && !b"./".contains(&next));
        is_apart.then_some(Self {
            end: cursor.at(),
            is_syslog: false,
            date: None,
            clock,
            zone: Zone::Offset(0),
        })
    }
}

impl Clock {
    /// `10:11:12.123`, `10:11:12,123`, `10:11:12 AM`, `10:11AM`.
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let hour = cursor.number(1, 2)?;
        if !cursor.eat(b':') {
            return None;
        }
        let minute = cursor.number(2, 2)?;
        let mut clock = Self { hour, minute, second: 0, nanosecond: 0 };
        let mut is_whole = false;
        if cursor.peek() == Some(b':') && cursor.peek_at(1).is_some_and(|next| next.is_ascii_digit()) {
            cursor.skip(1);
            clock.second = cursor.number(2, 2)?;
            clock.nanosecond = fraction(cursor);
            is_whole = true;
        }
        let mut ahead = *cursor;
        ahead.blanks();
        let half = [ahead.peek(), ahead.peek_at(1), ahead.peek_at(2)];
        if let [Some(half @ (b'A' | b'P')), Some(b'M'), after] = half
            && after.is_none_or(|after| !after.is_ascii_alphanumeric())
        {
            ahead.skip(2);
            *cursor = ahead;
            is_whole = true;
            clock.hour = clock.hour % 12 + if half == b'P' { 12 } else { 0 };
        }
        (is_whole && clock.hour < 24 && clock.minute < 60 && clock.second <= 60).then_some(clock)
    }
}

impl Zone {
    /// Goes on over a zone if one stands here; without one, it is UTC.
    fn read(cursor: &mut Cursor<'_>) -> Self {
        let mut ahead = *cursor;
        let apart = ahead.blanks();
        let name = match ahead.peek() {
            Some(sign @ (b'+' | b'-')) => {
                ahead.skip(1);
                let from = ahead.at();
                let Some(seconds) = offset(&mut ahead) else { return Self::Offset(0) };
                // Two digits apart from the time are a number.
                if apart > 0 && ahead.since(from).len() < 4 {
                    return Self::Offset(0);
                }
                *cursor = ahead;
                return Self::Offset(if sign == b'-' { -seconds } else { seconds });
            }
            Some(b'A'..=b'Z') if apart <= 1 => {
                ahead.take_while(|byte| byte.is_ascii_alphabetic() || byte == b'/' || byte == b'_')
            }
            _ => return Self::Offset(0),
        };
        let is_utc = name == b"Z" || name == b"UTC" || name == b"GMT";
        let is_place = memchr::memchr(b'/', name).is_some();
        if is_utc || is_place || NAMED.contains(&name) {
            *cursor = ahead;
        }
        if is_place || NAMED.contains(&name) { Self::Named } else { Self::Offset(0) }
    }
}

/// `+02:00`, `+0200` or `+02`, without the sign, in seconds.
fn offset(cursor: &mut Cursor<'_>) -> Option<i32> {
    let mut short = *cursor;
    let (hours, minutes) = if let Some(both) = cursor.number(4, 4) {
        (both / 100, both % 100)
    } else {
        let hours = short.number(2, 2)?;
        let mut long = short;
        let minutes = long.eat(b':').then(|| long.number(2, 2)).flatten();
        *cursor = if minutes.is_some() { long } else { short };
        (hours, minutes.unwrap_or(0))
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours < 24 && minutes < 60).then_some(seconds)
}

/// Goes on over `.123` or `,123`; further digits than nanoseconds have say nothing.
fn fraction(cursor: &mut Cursor<'_>) -> u32 {
    if !matches!(cursor.peek(), Some(b'.' | b',')) || !cursor.peek_at(1).is_some_and(|it| it.is_ascii_digit())
    {
        return 0;
    }
    cursor.skip(1);
    let digits = cursor.take_while(|byte| byte.is_ascii_digit());
    (0..9).fold(0, |sum, place| sum * 10 + digits.get(place).map_or(0, |digit| u32::from(digit - b'0')))
}

fn month(cursor: &mut Cursor<'_>) -> Option<u32> {
    let name = cursor.rest().get(..3)?;
    let place = MONTHS.iter().position(|it| *it == name)?;
    cursor.skip(3);
    Some(place as u32 + 1)
}

/// The moment that a number from 1970 means: in seconds, milliseconds, microseconds or nanoseconds, by its size.
pub(super) fn epoch(number: f64) -> Option<Timestamp> {
    let seconds = match number {
        1e8..1e11 => number,
        1e11..1e14 => number / 1e3,
        1e14..1e17 => number / 1e6,
        1e17..1e19 => number / 1e9,
        _ => return None,
    };
    // A float has no more digits than microseconds need.
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}
