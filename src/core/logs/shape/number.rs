//! Words that are numbers, with units or without, or ids.

use super::kind::Kind;

/// What the whole of `word` is, which has a digit; `None` where it is no single thing.
pub(super) fn number_or_id(word: &[u8]) -> Option<Kind> {
    if word[0].is_ascii_digit() {
        if let Some(kind) = number(word) {
            return Some(kind);
        }
        if let [b'0', b'x' | b'X', hex @ ..] = word {
            return hex.iter().all(u8::is_ascii_hexdigit).then_some(Kind::Id);
        }
        if is_version(word) {
            return Some(Kind::Number);
        }
    }
    is_hash(word).then_some(Kind::Id)
}

/// Whether it is made of enough hexadecimal digits to be no word.
pub(super) fn is_hash(word: &[u8]) -> bool {
    word.len() >= 8 && word.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a UUID stands at the start.
pub(super) fn is_uuid(bytes: &[u8]) -> bool {
    let Some((uuid, rest)) = bytes.split_first_chunk::<36>() else { return false };
    let well_formed = uuid.iter().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    well_formed && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// A number with or without a fraction, an exponent, a unit; several with units of time (`1m30s`).
fn number(word: &[u8]) -> Option<Kind> {
    let mut rest = word;
    let mut kind = None;
    while !rest.is_empty() {
        rest = &rest[digits(rest)..];
        if let [b'.', fraction @ ..] = rest
            && digits(fraction) > 0
        {
            rest = &fraction[digits(fraction)..];
        }
        if rest.is_empty() {
            // `1m30`: no number.
            return if kind.is_none() { Some(Kind::Number) } else { None };
        }
        let unit = rest.iter().position(u8::is_ascii_digit).unwrap_or(rest.len());
        let unit_kind = match &rest[..unit] {
            b"e" | b"E" | b"e-" | b"E-" if kind.is_none() && digits(&rest[unit..]) == rest.len() - unit => {
                return (unit < rest.len()).then_some(Kind::Number);
            }
            name => unit_of(name)?,
        };
        if unit_kind == Kind::Size && unit < rest.len() {
            return None;
        }
        kind = Some(unit_kind);
        rest = &rest[unit..];
    }
    kind
}

fn unit_of(name: &[u8]) -> Option<Kind> {
    Some(match name {
        b"ns" | b"us" | b"ms" | b"s" | b"m" | b"h" | b"d" | b"w" | b"sec" | b"secs" | b"min" | b"mins" => {
            Kind::Duration
        }
        // µ, as the sign of its own and as the Greek letter.
        [0xc2, 0xb5, b's'] | [0xce, 0xbc, b's'] => Kind::Duration,
        b"B" | b"b" | b"k" | b"K" | b"M" | b"G" | b"T" | b"kB" | b"KB" | b"MB" | b"GB" | b"TB" | b"kb"
        | b"mb" | b"gb" | b"Ki" | b"Mi" | b"Gi" | b"Ti" | b"KiB" | b"MiB" | b"GiB" | b"TiB" => Kind::Size,
        _ => return None,
    })
}

/// `1.2.3`.
fn is_version(word: &[u8]) -> bool {
    word.split(|byte| *byte == b'.').all(|part| !part.is_empty() && digits(part) == part.len())
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_variable_is_known_by_its_look() {
        for (word, kind) in [
            ("0", Some(Kind::Number)),
            ("1234567890123", Some(Kind::Number)),
            ("0.5", Some(Kind::Number)),
            ("1e5", Some(Kind::Number)),
            ("1.5e-5", Some(Kind::Number)),
            ("1.2.3", Some(Kind::Number)),
            ("5ms", Some(Kind::Duration)),
            ("1.5µs", Some(Kind::Duration)),
            ("1h2m3.5s", Some(Kind::Duration)),
            ("10MB", Some(Kind::Size)),
            ("1.5GiB", Some(Kind::Size)),
            ("0x7ffe12", Some(Kind::Id)),
            ("deadbeef12", Some(Kind::Id)),
            ("1m30", None),
            ("10MB5", None),
            ("1e", None),
            ("5x", None),
            ("1..2", None),
            ("web1", None),
        ] {
            assert_eq!(number_or_id(word.as_bytes()), kind, "{word}");
        }
    }

    #[test]
    fn a_uuid_is_one_thing() {
        assert!(is_uuid(b"550e8400-e29b-41d4-a716-446655440000"));
        assert!(is_uuid(b"550e8400-e29b-41d4-a716-446655440000-x"));
        assert!(!is_uuid(b"550e8400-e29b-41d4-a716-4466554400001"));
        assert!(!is_uuid(b"550e8400-e29b-41d4-a716"));
    }
}
