//! A number that stands for a line when two openings of a stream are laid side by side.

use super::line::{RawLine, Stream};

/// An odd constant without structure (the golden ratio's fraction).
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hash over everything of `line`: stream, moment, content, length. Fast, and well mixed; not secret: who controls
/// a log can make two of its own lines look the same, and gains nothing by it.
pub(super) fn fingerprint(line: &RawLine<'_>) -> u64 {
    let stream = match line.stream {
        Stream::Stdout => 1,
        Stream::Stderr => 2,
        Stream::Console => 3,
    };
    let mut hash = mix(MULTIPLIER, stream);
    hash = mix(hash, line.timestamp.as_second() as u64);
    hash = mix(hash, line.timestamp.subsec_nanosecond() as u64);
    hash = mix(hash, line.bytes.len() as u64 + line.beyond);
    let (words, rest) = line.bytes.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash, u64::from_le_bytes(last))
}

/// Folds the full product of the two, so that every bit of either reaches every bit of the result.
fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash ^ word) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64).rotate_left(32) ^ hash.rotate_left(5)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::Timestamp;

    use super::*;

    #[test]
    fn lines_that_differ_in_anything_get_different_numbers() {
        let base =
            RawLine { timestamp: Timestamp::UNIX_EPOCH, stream: Stream::Stdout, bytes: b"", beyond: 0 };
        let mut numbers = HashSet::new();
        for stream in [Stream::Stdout, Stream::Stderr, Stream::Console] {
            assert!(numbers.insert(fingerprint(&RawLine { stream, ..base })));
        }
        for nanosecond in 1..1000 {
            let timestamp = Timestamp::constant(0, nanosecond);
            assert!(numbers.insert(fingerprint(&RawLine { timestamp, ..base })));
        }
        for text in 0..10_000_u32 {
            assert!(
                numbers.insert(fingerprint(&RawLine { bytes: format!("line {text}").as_bytes(), ..base }))
            );
        }
        for zeros in 1..40 {
            assert!(numbers.insert(fingerprint(&RawLine { bytes: &vec![0; zeros], ..base })));
        }
        assert!(numbers.insert(fingerprint(&RawLine { beyond: 100, ..base })));
    }
}
