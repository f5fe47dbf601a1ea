//! Where a date or a time of day stands in a line, in the ways in which programs write them.

const MONTHS: [&[u8; 3]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
const DAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// How long the date, the time, or the date with its time at the start of `bytes` is; `None` where there is none.
///
/// `2026-11-21T04:42:00.123Z`, `2026/11/21 04:42:00`, `21/Nov/2026:04:42:00 +0000`, `Nov 21 04:42:00`,
/// `Sat, 21 Nov 2026 04:42:00 GMT`, `04:42:00,123`.
pub(super) fn time(bytes: &[u8]) -> Option<usize> {
    if let Some(end) = clock(bytes) {
        return Some(end);
    }
    let end = date(bytes)?;
    let separator = match bytes.get(end) {
        Some(b'T' | b'_' | b':' | b' ') => 1,
        _ => 0,
    };
    match clock(&bytes[end + separator..]) {
        Some(length) if separator == 1 => {
            let end = end + separator + length;
            // Some write the year last: `Sat Nov 21 04:42:00 2026`.
            Some(end + spaced(&bytes[end..], |rest| digits(rest, 4).then_some(4)))
        }
        _ => ends(bytes, end),
    }
}

/// Whether a date or a time could start here; a quick look that spares the slow one.
pub(super) fn might_be_time(bytes: &[u8]) -> bool {
    match bytes {
        [first, _, third, _, fifth, ..] if first.is_ascii_digit() => {
            matches!(third, b':' | b'/' | b' ') || matches!(fifth, b'-' | b'/')
        }
        [_, _, _, b' ' | b',', ..] => is_one_of(bytes, &MONTHS) || is_one_of(bytes, &DAYS),
        _ => false,
    }
}

fn date(bytes: &[u8]) -> Option<usize> {
    let numeric = |separator: u8| {
        let is_date = digits(bytes, 4)
            && bytes.get(4) == Some(&separator)
            && digits(&bytes[5..], 2)
            && bytes.get(7) == Some(&separator)
            && digits(&bytes[8..], 2);
        is_date.then_some(10)
    };
    if let Some(end) = numeric(b'-').or_else(|| numeric(b'/')) {
        return Some(end);
    }
    // 21/Nov/2026, 21 Nov 2026
    if digits(bytes, 2) {
        let separator = bytes.get(2).copied().filter(|byte| matches!(byte, b'/' | b' '))?;
        let found =
            is_one_of(&bytes[3..], &MONTHS) && bytes.get(6) == Some(&separator) && digits(&bytes[7..], 4);
        return found.then_some(11);
    }
    // Sat, 21 Nov 2026; Sat Nov 21
    if is_one_of(bytes, &DAYS) {
        let gap = if bytes.get(3) == Some(&b',') { 2 } else { 1 };
        let rest = bytes.get(3 + gap..).filter(|_| bytes[2 + gap] == b' ')?;
        return (!is_one_of(rest, &DAYS)).then(|| date(rest).map(|end| 3 + gap + end))?;
    }
    // Nov 21, Nov  1
    if is_one_of(bytes, &MONTHS) && bytes.get(3) == Some(&b' ') {
        let end = match bytes.get(4..6)? {
            [tens, ones] if ones.is_ascii_digit() && (*tens == b' ' || tens.is_ascii_digit()) => 6,
            [ones, b' '] if ones.is_ascii_digit() => 5,
            _ => return None,
        };
        // "May 12 users" is no date: a time has to follow.
        return (bytes.get(end) == Some(&b' ') && clock(&bytes[end + 1..]).is_some()).then_some(end);
    }
    None
}

/// `04:42:00`, with a fraction and a zone or without.
fn clock(bytes: &[u8]) -> Option<usize> {
    let is_clock = digits(bytes, 2)
        && bytes.get(2) == Some(&b':')
        && digits(&bytes[3..], 2)
        && bytes.get(5) == Some(&b':')
        && digits(&bytes[6..], 2);
    let mut end = is_clock.then_some(8)?;
    if let [b'.' | b',', fraction @ ..] = &bytes[end..] {
        let count = fraction.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
        end += if count > 0 { 1 + count } else { 0 };
    }
    end += zone(&bytes[end..]).unwrap_or_else(|| spaced(&bytes[end..], zone));
    ends(bytes, end)
}

fn zone(bytes: &[u8]) -> Option<usize> {
    let length = match bytes {
        [b'+' | b'-', rest @ ..] if digits(rest, 4) => 5,
        [b'+' | b'-', rest @ ..]
            if digits(rest, 2) && rest.get(2) == Some(&b':') && digits(&rest[3..], 2) =>
        {
            6
        }
        [b'U', b'T', b'C', ..] | [b'G', b'M', b'T', ..] => 3,
        [b'Z', ..] => 1,
        _ => return None,
    };
    ends(bytes, length)
}

/// How long a space and what `part` finds behind it are; 0 where either is missing.
fn spaced(bytes: &[u8], part: impl Fn(&[u8]) -> Option<usize>) -> usize {
    match bytes {
        [b' ', rest @ ..] => part(rest).and_then(|length| ends(rest, length)).map_or(0, |length| 1 + length),
        _ => 0,
    }
}

/// `end`, if no word goes on there.
fn ends(bytes: &[u8], end: usize) -> Option<usize> {
    (!bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)).then_some(end)
}

fn digits(bytes: &[u8], count: usize) -> bool {
    bytes.get(..count).is_some_and(|bytes| bytes.iter().all(u8::is_ascii_digit))
}

fn is_one_of(bytes: &[u8], names: &[&[u8; 3]]) -> bool {
    bytes.first_chunk::<3>().is_some_and(|start| names.contains(&start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_that_programs_write_are_found_whole() {
        for text in [
            "2026-11-21T04:42:00.123456789Z",
            "2026-11-21T04:42:00+02:00",
            "2026-11-21 04:42:00,123",
            "2026-11-21 04:42:00.123 UTC",
            "2026-11-21",
            "2026/11/21 04:42:00",
            "21/Nov/2026:04:42:00 +0000",
            "21 Nov 2026 04:42:00.123",
            "Nov 21 04:42:00",
            "Nov  1 04:42:00",
            "Nov 1 04:42:00",
            "Sat Nov 21 04:42:00 2026",
            "Sat, 21 Nov 2026 04:42:00 GMT",
            "04:42:00",
            "04:42:00.5",
        ] {
            for after in ["", " and more", "] more", ": more"] {
                let line = format!("{text}{after}");
                assert_eq!(time(line.as_bytes()), Some(text.len()), "{line}");
                assert!(might_be_time(line.as_bytes()), "{line}");
            }
        }
    }

    #[test]
    fn what_only_starts_like_a_time_is_none() {
        for text in [
            "",
            "04:42",
            "May 12 users",
            "May the 4th",
            "Sat on it",
            "2026-11",
            "2026-11-211",
            "04:42:001",
            "Sat Sat",
        ] {
            assert_eq!(time(text.as_bytes()), None, "{text}");
        }
    }
}
