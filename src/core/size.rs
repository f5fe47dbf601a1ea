//! Sizes as operators type them, and counts as they read them.

/// Reads `512m`, `1.5g`, `100k`, `4096`: bytes with a binary unit, as `docker run --memory` takes them. `None` for what
/// is no size, or more than fits.
pub fn parse_bytes(text: &str) -> Option<u64> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let factor: u64 = match &lower[digits.len()..] {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        "t" | "tb" | "tib" => 1 << 40,
        _ => return None,
    };
    let value: f64 = digits.parse().ok()?;
    let bytes = value * factor as f64;
    (0.0..9e18).contains(&bytes).then_some(bytes as u64)
}

/// A count with its thousands apart: `12,400`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `1 line`, `12,400 lines`.
pub fn many(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_with_their_nouns() {
        let texts = [0, 1, 999, 1_028, 12_400].map(|it| many(it, "line"));
        assert_eq!(texts, ["0 lines", "1 line", "999 lines", "1,028 lines", "12,400 lines"]);
    }

    #[test]
    fn sizes_are_read_with_their_units() {
        let cases = [("512m", 512 << 20), ("1.5G", 3 << 29), ("4096", 4096), ("100KiB", 100 << 10), ("0", 0)];
        for (text, bytes) in cases {
            assert_eq!(parse_bytes(text), Some(bytes), "{text}");
        }
        for text in ["", "m", "-1", "1x", "nan", "1e999"] {
            assert_eq!(parse_bytes(text), None, "{text}");
        }
    }
}
