//! Addresses: of networks, of hardware, of people.

use memchr::memchr;

use super::class::{DIGIT, JOINT, LETTER, class};
use super::kind::Kind;

/// How long the IP address at the start is, its port included.
pub(super) fn address(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    for part in 0..4 {
        if part > 0 {
            end = (bytes.get(end) == Some(&b'.')).then_some(end + 1)?;
        }
        end += count_digits(&bytes[end..], 4).filter(|count| *count <= 3)?;
    }
    end += port(&bytes[end..]);
    let goes_on = match bytes[end..] {
        [b'.', next, ..] | [next, ..] => next.is_ascii_alphanumeric(),
        [] => false,
    };
    (!goes_on).then_some(end)
}

/// How long the IPv6 or hardware address at the start is, and which it is.
pub(super) fn colon_address(bytes: &[u8]) -> Option<(usize, Kind)> {
    // The longest: eight groups, or six and a dotted address.
    let end = bytes.iter().take(46).take_while(|byte| byte.is_ascii_hexdigit() || **byte == b':').count();
    let text = bytes[..end].strip_suffix(b":").filter(|rest| !rest.ends_with(b":")).unwrap_or(&bytes[..end]);
    let groups = || text.split(|byte| *byte == b':');
    let count = groups().count();
    if count < 3 || groups().any(|group| group.len() > 4) || !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    if bytes.get(text.len()).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_') {
        return None;
    }
    if count == 6 && groups().all(|group| group.len() == 2) {
        return Some((text.len(), Kind::Id));
    }
    let short = text.windows(2).any(|pair| pair == b"::");
    (short || count == 8).then_some((text.len(), Kind::Address))
}

fn port(bytes: &[u8]) -> usize {
    match bytes {
        [b':', rest @ ..] => count_digits(rest, 6).filter(|count| *count <= 5).map_or(0, |count| 1 + count),
        _ => 0,
    }
}

/// How many digits there are at the start, counted up to `limit`; `None` if none.
fn count_digits(bytes: &[u8], limit: usize) -> Option<usize> {
    let count = bytes.iter().take(limit).take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then_some(count)
}

/// How long the address of electronic mail is that starts with a word of `length` bytes.
pub(super) fn email(bytes: &[u8], length: usize) -> Option<usize> {
    let domain = bytes[length..].strip_prefix(b"@")?;
    let end = domain.iter().take_while(|byte| class(**byte) & (LETTER | DIGIT | JOINT) != 0).count();
    let end = domain[..end].iter().rposition(|byte| class(*byte) & JOINT == 0)? + 1;
    memchr(b'.', &domain[..end]).filter(|dot| *dot > 0).map(|_| length + 1 + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_with_their_ports() {
        for (text, length) in [
            ("10.0.0.1", Some(8)),
            ("10.0.0.1:8080 x", Some(13)),
            ("10.0.0.1: x", Some(8)),
            ("10.0.0.1.", Some(8)),
            ("10.0.0.1.5", None),
            ("10.0.0", None),
            ("1000.0.0.1", None),
        ] {
            assert_eq!(address(text.as_bytes()), length, "{text}");
        }
        for (text, found) in [
            ("fe80::1 x", Some((7, Kind::Address))),
            ("::1]", Some((3, Kind::Address))),
            ("2001:db8:0:0:0:0:0:1", Some((20, Kind::Address))),
            ("02:42:ac:11:00:02", Some((17, Kind::Id))),
            ("fe80::1: x", Some((7, Kind::Address))),
            ("a:b", None),
            ("dead::beef", None),
            ("1:2:3", None),
        ] {
            assert_eq!(colon_address(text.as_bytes()), found, "{text}");
        }
    }

    #[test]
    fn mail_goes_to_a_name_at_a_domain() {
        for (text, name, length) in [
            ("bob@example.com bounced", 3, Some(15)),
            ("bob@example.com.", 3, Some(15)),
            ("root@db", 4, None),
            ("bob@", 3, None),
            ("bob@...", 3, None),
            ("bob", 3, None),
        ] {
            assert_eq!(email(text.as_bytes(), name), length, "{text}");
        }
    }
}
