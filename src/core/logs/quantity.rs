//! Numbers with a unit: how long, how much.

/// Seconds of `200ms`, `1.5s`, `12µs`, `350us`, `2m`, `1h`; also of several one after the other, as Go writes them
/// (`1m2.5s`). `None` without a unit.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    if rest.is_empty() || rest.len() > 32 {
        return None;
    }
    let mut sum = 0.0;
    while !rest.is_empty() {
        let length = rest.find(|it: char| !it.is_ascii_digit() && it != '.').filter(|&length| length > 0)?;
        let (number, after) = rest.split_at(length);
        let after = after.trim_start();
        let unit = after.find(|it: char| !it.is_alphabetic()).unwrap_or(after.len());
        let factor = match &after[..unit] {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" | "msec" => 1e-3,
            "s" | "sec" | "seconds" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * factor;
        rest = &after[unit..];
    }
    Some(sum)
}

/// Bytes of `10KB`, `1.5 MiB`, `3g`. `None` without a unit.
pub(super) fn bytes(text: &str) -> Option<f64> {
    let text = text.trim();
    let has_unit = text.len() <= 32 && text.ends_with(|it: char| it.is_ascii_alphabetic());
    let squeezed = text.replace(' ', "");
    has_unit.then(|| crate::core::size::parse_bytes(&squeezed)).flatten().map(|bytes| bytes as f64)
}

/// A plain number.
pub(super) fn number(text: &str) -> Option<f64> {
    let start = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !start.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Seconds of a unit that the name of a field tells: `took_ms`, `responseTimeMs`, `elapsed_seconds`, `request_time`.
pub(super) fn unit_of_name(name: &str) -> Option<f64> {
    const ENDINGS: [(&str, f64); 12] = [
        ("_ns", 1e-9),
        ("_us", 1e-6),
        ("_ms", 1e-3),
        ("Ms", 1e-3),
        ("_millis", 1e-3),
        ("Millis", 1e-3),
        ("responseTime", 1e-3),
        ("_s", 1.0),
        ("_sec", 1.0),
        ("_secs", 1.0),
        ("_seconds", 1.0),
        ("request_time", 1.0),
    ];
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, factor)| *factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_all_their_units() {
        let cases = [
            ("200ms", 0.2),
            ("1.5s", 1.5),
            ("12µs", 12e-6),
            ("2m", 120.0),
            ("1m2.5s", 62.5),
            ("12.5 ms", 0.0125),
        ];
        for (text, expected) in cases {
            assert!(seconds(text).is_some_and(|it| (it - expected).abs() < 1e-9), "{text}");
        }
        for text in ["", "12", "ms", "1.2.3s", "5x", "12ms left", "1 500"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_what_a_reader_takes_for_one() {
        assert_eq!([number("12"), number("-1.5"), number("1e3")], [Some(12.0), Some(-1.5), Some(1000.0)]);
        assert_eq!([number("inf"), number("nan"), number("1.2.3"), number(""), number("-")], [None; 5]);
        assert_eq!((bytes("10KB"), bytes("10"), bytes("1.5 MiB")), (Some(10_240.0), None, Some(1_572_864.0)));
    }
}
