//! Which names a line speaks of: patterns with `*` and `?`, lists of them with `!`, and names under a hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// What stands before a name under a hash.
const HASHED: &[u8] = b"|1|";
/// Bytes of the salt of such a name: those of its hash, SHA-1.
const SALT: usize = 20;
/// Bytes of the longest pattern in a list; a longer one makes OpenSSH take no notice of the line.
const LONGEST: usize = 1023;

/// A field of names that nobody can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Whether a line's field of names speaks of `name`.
pub(super) fn names(field: &[u8], name: &str) -> Result<bool, Unreadable> {
    if field.first() == Some(&b'|') {
        return hash_of(field, name).map(|hashed| hashed == field);
    }
    Ok(list(field, name))
}

/// `name` under the hash of `field`, with the salt of it.
fn hash_of(field: &[u8], name: &str) -> Result<Vec<u8>, Unreadable> {
    let rest = field.strip_prefix(HASHED).ok_or(Unreadable)?;
    let end = rest.iter().position(|byte| *byte == b'|').ok_or(Unreadable)?;
    let salt = STANDARD.decode(&rest[..end]).map_err(|_| Unreadable)?;
    if salt.len() != SALT {
        return Err(Unreadable);
    }
    Ok(hashed(&salt, name).into_bytes())
}

/// `name` under a hash, as `HashKnownHosts yes` writes it.
pub(super) fn hashed(salt: &[u8], name: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
    let hash = hmac::sign(&key, name.as_bytes());
    format!("|1|{}|{}", STANDARD.encode(salt), STANDARD.encode(hash.as_ref()))
}

/// Whether a list of patterns, separated by commas, has the host `name` in it and does not exclude it; large letters
/// are small ones.
pub(in crate::clients::ssh) fn list(patterns: &[u8], name: &str) -> bool {
    exact_list(&patterns.to_ascii_lowercase(), &name.to_ascii_lowercase())
}

/// The same for names that are not of hosts.
pub(in crate::clients::ssh) fn exact_list(patterns: &[u8], name: &str) -> bool {
    let mut found = false;
    for pattern in patterns.split(|byte| *byte == b',') {
        let (excludes, pattern) =
            pattern.strip_prefix(b"!").map_or((false, pattern), |pattern| (true, pattern));
        if pattern.len() >= LONGEST {
            return false;
        }
        if matches(pattern, name.as_bytes()) {
            if excludes {
                return false;
            }
            found = true;
        }
    }
    found
}

/// Whether `pattern` is `text`: `*` stands for any bytes, `?` for one. In time of at most one times the other.
pub(in crate::clients::ssh) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut here) = (0, 0);
    // Where the last star was, and how far the text was when it had taken nothing more.
    let mut star: Option<(usize, usize)> = None;
    while here < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[here] => {
                at += 1;
                here += 1;
            }
            _ => match &mut star {
                Some((starred, taken)) => {
                    *taken += 1;
                    (at, here) = (*starred + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_matched_from_end_to_end() {
        for (pattern, text, is) in [
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
            ("a*b*c", "aXXbYYc", true),
            ("a*b*c", "aXXbYY", false),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "example.com", false),
            ("h?st", "host", true),
            ("h?st", "hst", false),
            ("[box]:22*", "[box]:2222", true),
            ("**a**", "bab", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), is, "{pattern} ~ {text}");
        }
        // A pattern that would take an exponential matcher for ever.
        assert!(!matches("a*".repeat(300).as_bytes(), &[b'b'; 5000]));
    }

    #[test]
    fn one_pattern_with_a_mark_of_exclusion_takes_a_name_out_of_the_list() {
        assert!(list(b"box,*.example.com", "a.example.com"));
        assert!(!list(b"*.example.com,!a.example.com", "a.example.com"));
        assert!(!list(b"!a.example.com,*.example.com", "a.example.com"));
        assert!(!list(b"!other", "a"));
        assert!(list(b"BOX", "box"));
    }

    #[test]
    fn a_name_under_a_hash_is_found_by_its_name_only() {
        let field = hashed(&[7; SALT], "[box]:2222");
        assert_eq!(names(field.as_bytes(), "[box]:2222"), Ok(true));
        assert_eq!(names(field.as_bytes(), "box"), Ok(false));
        for bad in ["|1|", "|1|AAAA|AAAA", "|2|x|y", "|1|!!|AAAA"] {
            assert_eq!(names(bad.as_bytes(), "box"), Err(Unreadable), "{bad}");
        }
    }
}
