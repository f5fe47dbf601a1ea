//! The chain of the audit log: how a line is made, and how a broken chain is found.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Entry;
use crate::core::text::hex;

/// The longest line that is looked for at the end of the log. A plan with a thousand steps makes some 200 KB.
const LONGEST_LINE: u64 = 4 << 20;
const MARK: &str = ",\"hash\":\"";
const END: &str = "\"}";

/// Number and hash of a line; 0 and nothing before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: String,
}

/// A log that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many lines it has.
    pub lines: u64,
    /// The hash of the last: whoever notes it elsewhere can prove later that the log was not rewritten.
    pub hash: String,
}

/// A log that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Broken {
    /// The line, counted from 1; 0 where the log could not be read.
    pub line: u64,
    /// What is wrong there.
    pub why: String,
}

/// What the chain needs of a line.
#[derive(Deserialize)]
struct Link {
    seq: u64,
    prev: String,
}

/// The line for `entry`, which follows `last`.
pub(super) fn line(entry: &Entry, last: &Head) -> io::Result<(String, Head)> {
    #[derive(Serialize)]
    struct Chained<'a> {
        v: u32,
        prev: &'a str,
        #[serde(flatten)]
        entry: &'a Entry,
    }
    let mut text = serde_json::to_string(&Chained { v: 1, prev: &last.hash, entry })?;
    text.pop();
    let hash = hash_of(text.as_bytes());
    text.push_str(MARK);
    text.push_str(&hash);
    text.push_str(END);
    text.push('\n');
    Ok((text, Head { seq: entry.seq, hash }))
}

/// The last line of the log, which must be whole.
pub(super) fn last(log: &File) -> io::Result<Option<(Head, String)>> {
    let length = log.metadata()?.len();
    if length == 0 {
        return Ok(None);
    }
    let start = length.saturating_sub(LONGEST_LINE);
    let mut tail = vec![0; (length - start) as usize];
    log.read_exact_at(&mut tail, start)?;
    let bad = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let Some((b'\n', lines)) = tail.split_last() else { return Err(bad("its last line is cut off")) };
    let line = lines.rsplit(|it| *it == b'\n').next().unwrap_or_default();
    let (head, prev) = checked(line).map_err(|why| bad(&format!("its last line is damaged: {why}")))?;
    Ok(Some((head, prev)))
}

/// The end of the chain that log and head agree on. The log may be one line ahead: the machine may have stopped
/// between the two writes.
pub(super) fn agreed(head: Option<Head>, last: Option<(Head, String)>) -> Result<Head, String> {
    match (head, last) {
        (None, None) => Ok(Head::default()),
        (head, Some((last, prev))) => {
            let head = head.unwrap_or_default();
            if head == last || (last.seq == head.seq + 1 && prev == head.hash) {
                Ok(last)
            } else {
                Err(format!("it ends with line {}, but line {} was written", last.seq, head.seq))
            }
        }
        (Some(head), None) => Err(format!("it is empty, but line {} was written", head.seq)),
    }
}

/// Follows the chain from its begin.
pub(super) fn verify(text: &[u8], head: Option<Head>) -> Result<Verified, Broken> {
    let mut at = Head::default();
    let mut last = None;
    for line in text.split_inclusive(|it| *it == b'\n') {
        let number = at.seq + 1;
        let broken = |why: String| Broken { line: number, why };
        let Some((b'\n', line)) = line.split_last() else {
            return Err(broken("it is cut off".to_owned()));
        };
        let (next, prev) = checked(line).map_err(broken)?;
        if next.seq != number {
            return Err(broken(format!("line {} stands here: lines were removed or moved", next.seq)));
        }
        if prev != at.hash {
            return Err(broken("it does not follow the line before it".to_owned()));
        }
        last = Some((next.clone(), prev));
        at = next;
    }
    agreed(head, last).map_err(|why| Broken { line: at.seq + 1, why })?;
    Ok(Verified { lines: at.seq, hash: at.hash })
}

/// The head that a line is, and the hash that it follows; an error where it is not as it was written.
fn checked(line: &[u8]) -> Result<(Head, String), String> {
    let split = line.len().checked_sub(MARK.len() + 64 + END.len()).filter(|at| *at > 0);
    let Some((body, tail)) = split.map(|at| line.split_at(at)) else {
        return Err("it is no line of the log".to_owned());
    };
    let hash = hash_of(body);
    if tail != format!("{MARK}{hash}{END}").as_bytes() {
        return Err("it was altered".to_owned());
    }
    let Link { seq, prev } = serde_json::from_slice(line).map_err(|_| "it cannot be read".to_owned())?;
    Ok((Head { seq, hash }, prev))
}

fn hash_of(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}
