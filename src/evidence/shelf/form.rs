//! The form of a box on a disk: one JSON object a line, so that it can be read with `head`, `grep` and `jq`. The first
//! line is the head, then come the lines of the log, and the last one is the inspect.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::core::blackbox::{BlackBox, Head, Line, VERSION};
use crate::core::id::BoxId;
use crate::core::text::clean;

/// A larger file is no box.
const LARGEST: u64 = 64 * 1024 * 1024;
/// A longer first line is no head.
const LONGEST_HEAD: u64 = 256 * 1024;

/// The last line.
#[derive(Serialize, Deserialize)]
struct Last {
    inspect: Value,
}

/// A box as it is written.
pub(super) fn bytes(it: &BlackBox) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut line = |json: serde_json::Result<Vec<u8>>| {
        // Plain data always serializes.
        bytes.extend(json.unwrap_or_default());
        bytes.push(b'\n');
    };
    line(serde_json::to_vec(&it.head));
    for text in &it.lines {
        line(serde_json::to_vec(text));
    }
    line(serde_json::to_vec(&Last { inspect: it.inspect.clone() }));
    bytes
}

/// The head of the box at `path`, which must be that of `id`.
pub(super) fn head(path: &Path, id: &BoxId) -> io::Result<Head> {
    let mut first = Vec::new();
    BufReader::new(File::open(path)?).take(LONGEST_HEAD).read_until(b'\n', &mut first)?;
    head_of(&first, id)
}

/// The box at `path`, which must be that of `id`.
pub(super) fn open(path: &Path, id: &BoxId) -> io::Result<BlackBox> {
    let file = File::open(path)?;
    if file.metadata()?.len() > LARGEST {
        return Err(damaged("it is too large for a black box"));
    }
    let mut lines = BufReader::new(file.take(LARGEST)).split(b'\n');
    let head = head_of(&lines.next().transpose()?.unwrap_or_default(), id)?;
    let mut it = BlackBox { lines: Vec::with_capacity(head.lines.min(4096)), head, inspect: Value::Null };
    for _ in 0..it.head.lines {
        let line = lines.next().transpose()?.unwrap_or_default();
        let line: Line = serde_json::from_slice(&line)
            .map_err(|_| damaged("a line of the black box is damaged or missing"))?;
        // Who can write the file can write anything into it.
        it.lines.push(Line { text: clean(&line.text).into_owned(), ..line });
    }
    let last = lines.next().transpose()?.unwrap_or_default();
    let last: Last = serde_json::from_slice(&last)
        .map_err(|_| damaged("the inspect of the black box is damaged or missing"))?;
    it.inspect = last.inspect;
    Ok(it)
}

fn head_of(line: &[u8], id: &BoxId) -> io::Result<Head> {
    let head: Head =
        serde_json::from_slice(line).map_err(|_| damaged("it is no black box, or a damaged one"))?;
    if head.version != VERSION {
        return Err(damaged("another version of qd has written it"));
    }
    if head.id != *id {
        return Err(damaged("it is another black box than its name says"));
    }
    let clean = |text: &Arc<str>| Arc::from(clean(&**text));
    let missing = head.missing.iter().map(clean).collect();
    Ok(Head { workload: clean(&head.workload), end: clean(&head.end), missing, ..head })
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}
