//! Whether a block counts: `Host` and `Match`.

use super::super::words;
use crate::clients::ssh::known_hosts::pattern;

/// What a `Match` may ask about.
pub(super) struct Asked<'a> {
    /// The host that would be connected to, as far as that is known.
    pub(super) host: String,
    /// The host as it was named.
    pub(super) original: &'a str,
    pub(super) user: &'a str,
    pub(super) local_user: &'a str,
    /// Whether this is the last reading, when all is settled.
    pub(super) is_final: bool,
    pub(super) tag: &'a str,
}

/// Whether a `Host` with these patterns speaks of `host`: one does, and none that excludes does.
pub(super) fn host(patterns: &[String], host: &str) -> Result<bool, String> {
    let mut found = false;
    for text in patterns {
        let (excludes, text) = text.strip_prefix('!').map_or((false, text.as_str()), |text| (true, text));
        if text.is_empty() {
            return Err("a pattern of `Host` is empty".to_owned());
        }
        if pattern::matches(text.as_bytes(), host.as_bytes()) {
            if excludes {
                return Ok(false);
            }
            found = true;
        }
    }
    Ok(found)
}

/// Whether a `Match` with the criteria in `text` holds. `wants_final` becomes true where one asks for the last reading.
/// Nothing is run where the block can never count.
pub(super) fn matches(
    text: &str,
    asked: &Asked<'_>,
    wants_final: &mut bool,
    never: bool,
) -> Result<bool, String> {
    let (mut rest, mut holds, mut criteria) = (text, true, 0);
    loop {
        let (word, after) = words::delimited(rest);
        if word.is_empty() || word.starts_with('#') {
            break;
        }
        rest = after;
        criteria += 1;
        let (negated, name) = word.strip_prefix('!').map_or((false, word), |word| (true, word));
        let name = name.to_ascii_lowercase();
        let is = match name.as_str() {
            "all" => {
                if !after.is_empty() && !after.starts_with('#') {
                    return Err("nothing may follow `Match all`".to_owned());
                }
                true
            }
            "canonical" => asked.is_final,
            "final" => {
                *wants_final = true;
                asked.is_final
            }
            "exec" if never => false,
            "exec" => {
                return Err("`Match exec` needs OpenSSH, which is not installed here".to_owned());
            }
            "host" | "originalhost" | "user" | "localuser" | "tagged" => {
                let (list, after) = words::delimited(rest);
                if list.is_empty() || list.starts_with('#') {
                    return Err(format!("`Match {name}` says not what"));
                }
                rest = after;
                let list = list.as_bytes();
                match name.as_str() {
                    "host" => pattern::list(list, &asked.host),
                    "originalhost" => pattern::list(list, asked.original),
                    "user" => pattern::exact_list(list, asked.user),
                    "localuser" => pattern::exact_list(list, asked.local_user),
                    _ => pattern::exact_list(list, asked.tag),
                }
            }
            other => return Err(format!("`Match {other}` is not known here")),
        };
        holds &= is != negated;
    }
    if criteria == 0 {
        return Err("`Match` says not what".to_owned());
    }
    Ok(holds)
}
