//! Words with digits in them: which part is a name and which is a number or an id.

use super::kind::Kind;
use super::number::{is_hash, is_uuid};

/// A part of a word that is longer than this and has digits was made by a machine.
const LONGEST_NAME: usize = 40;

/// Masks a word with digits that is no single number or id, part by part: `worker-12` → `worker-‹n›`,
/// `api-7d9f8b6c5d-x2x4z` → `api-‹id›-‹id›`; `web1`, `k8s` and `v2` stay.
pub(super) fn mask_parts(word: &[u8], masked: &mut Vec<u8>) {
    let mut rest = word;
    while !rest.is_empty() {
        let end = if is_uuid(rest) {
            Kind::Id.push(masked);
            36
        } else {
            let end = rest.iter().position(|byte| is_joint(*byte)).unwrap_or(rest.len());
            mask_part(&rest[..end], masked);
            end
        };
        rest = &rest[end..];
        if let [joint, after @ ..] = rest
            && is_joint(*joint)
        {
            masked.push(*joint);
            rest = after;
        }
    }
}

fn is_joint(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'_')
}

fn mask_part(part: &[u8], masked: &mut Vec<u8>) {
    let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let before = part.iter().take_while(|byte| !byte.is_ascii_digit()).count();
    let after = &part[part.iter().rposition(u8::is_ascii_digit).map_or(0, |last| last + 1)..];
    if digits == 0 {
        masked.extend_from_slice(part);
    } else if digits == part.len() {
        Kind::Number.push(masked);
    } else if is_hash(part) || part.len() > LONGEST_NAME {
        Kind::Id.push(masked);
    } else if before + digits == part.len() {
        if digits <= 2 {
            masked.extend_from_slice(part);
        } else {
            masked.extend_from_slice(&part[..before]);
            Kind::Number.push(masked);
        }
    } else if digits + after.len() == part.len() && characters(after) <= 3 {
        Kind::Number.push(masked);
        masked.extend_from_slice(after);
    } else if digits == 1 && part.len() <= 5 {
        masked.extend_from_slice(part);
    } else {
        Kind::Id.push(masked);
    }
}

fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::*;

    #[test]
    fn names_stay_and_what_was_counted_or_drawn_goes() {
        for (word, shown) in [
            ("web1", "web1"),
            ("k8s", "k8s"),
            ("v1.2.3", "v1.‹n›.‹n›"),
            ("user123", "user‹n›"),
            ("3rd", "‹n›rd"),
            ("worker-12", "worker-‹n›"),
            ("pool-1-thread-17", "pool-‹n›-thread-‹n›"),
            ("ip-10-0-3-17", "ip-‹n›-‹n›-‹n›-‹n›"),
            ("api-7d9f8b6c5d-x2x4z", "api-‹id›-‹id›"),
            ("main.7f3a9c01.js", "main.‹id›.js"),
            ("req-550e8400-e29b-41d4-a716-446655440000", "req-‹id›"),
            ("app_1", "app_‹n›"),
            ("größe7", "größe7"),
            ("5мс", "‹n›мс"),
        ] {
            let mut masked = Vec::new();
            mask_parts(word.as_bytes(), &mut masked);
            assert_eq!(Pattern::new(masked.into()).text(), shown, "{word}");
        }
    }
}
