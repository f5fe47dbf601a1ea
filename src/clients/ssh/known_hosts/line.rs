//! One line of a file of known hosts, as OpenSSH reads it (`hostfile.c`, `hostkeys_foreach_file`).

use super::pattern;
use crate::clients::ssh::host_key::HostKey;

/// What a line says of the keys in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The host has this key.
    Plain,
    /// Certificates that this key has signed are the host's: `@cert-authority`.
    Authority,
    /// Nobody may show this key: `@revoked`.
    Revoked,
}

/// What a line is to the host that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A comment, an empty line, or one about other hosts.
    Other,
    /// One about this host.
    Key(Mark, HostKey),
    /// One that may be about this host and cannot be read; the mark, where that much can be.
    Unreadable(Option<Mark>),
}

/// Reads a line, without its end, for `host`.
pub(super) fn read(line: &[u8], host: &str) -> Line {
    let line = trim(line);
    if line.is_empty() || line[0] == b'#' {
        return Line::Other;
    }
    let Some((mark, rest)) = mark(line) else {
        return Line::Unreadable(None);
    };
    let Some(end) = rest.iter().position(|byte| is_blank(*byte)) else {
        return if pattern::names(rest, host) == Ok(true) {
            Line::Unreadable(Some(mark))
        } else {
            Line::Other
        };
    };
    match pattern::names(&rest[..end], host) {
        Ok(false) => Line::Other,
        Err(pattern::Unreadable) => Line::Unreadable(Some(mark)),
        Ok(true) => HostKey::of_line(trim(&rest[end..]))
            .map_or(Line::Unreadable(Some(mark)), |key| Line::Key(mark, key)),
    }
}

/// The mark in front of a line, and what follows it.
fn mark(line: &[u8]) -> Option<(Mark, &[u8])> {
    let (mut mark, mut rest) = (Mark::Plain, line);
    while rest.first() == Some(&b'@') {
        // Only one mark may stand on a line.
        if mark != Mark::Plain {
            return None;
        }
        let end = rest.iter().position(|byte| is_blank(*byte))?;
        mark = match &rest[..end] {
            b"@cert-authority" => Mark::Authority,
            b"@revoked" => Mark::Revoked,
            _ => return None,
        };
        rest = trim(&rest[end..]);
    }
    Some((mark, rest))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `text` without the blanks in front.
fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_blank(*byte)).unwrap_or(text.len());
    &text[start..]
}
