//! The audit log: who changed what, written before and after, each line chained to the one before it.
//!
//! One JSON object a line. A line's `hash` is the SHA-256 of all bytes of the line in front of `,"hash"`, and its
//! `prev` is the hash of the line before, so that an altered, removed or reordered line breaks the chain at its place.
//! The file `audit.head` beside it holds number and hash of the last line: without it, nobody would miss lines that
//! were cut off at the end.

mod chain;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use chain::{Broken, Verified};

use super::durable;
use super::operator::Operator;
use crate::core::fault::Fault;
use crate::core::id::{EnvironmentId, RunId, TargetId};
use crate::core::run::Verdict;
use chain::Head;

/// The audit log in a state folder.
#[derive(Debug)]
pub struct Audit {
    log: PathBuf,
    head: PathBuf,
    seen: Mutex<Seen>,
}

/// The runs that are open according to the lines up to `until`, in bytes.
#[derive(Debug, Default)]
struct Seen {
    until: u64,
    open: BTreeSet<RunId>,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The line's number, counted from 1.
    pub seq: u64,
    /// When it was written, by the clock of this machine.
    pub at: Timestamp,
    /// Who acts.
    pub who: Operator,
    /// What is done.
    #[serde(flatten)]
    pub event: Event,
}

/// What a line of the log is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run is about to begin.
    Intent {
        /// The run and what it is about.
        #[serde(flatten)]
        subject: Subject,
        /// The titles of the plan's steps.
        steps: Vec<Arc<str>>,
    },
    /// A run has ended.
    Result {
        /// The run and what it was about.
        #[serde(flatten)]
        subject: Subject,
        /// How.
        verdict: Verdict,
        /// Why, where that needs words.
        message: Arc<str>,
        /// What became of each step: its title and words.
        steps: Vec<(Arc<str>, Arc<str>)>,
        /// From its begin to its end, in milliseconds.
        duration_ms: u64,
    },
    /// The operator has dealt with a run whose end nobody recorded.
    SetAside {
        /// The run.
        run: RunId,
        /// What was wrong with its record.
        why: Arc<str>,
    },
}

/// A run and what it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The run.
    pub run: RunId,
    /// The environment.
    pub environment: EnvironmentId,
    /// The target.
    pub target: TargetId,
    /// The host or address.
    pub host: Arc<str>,
    /// The runbook.
    pub runbook: Arc<str>,
    /// The plan's title.
    pub title: Arc<str>,
    /// The plan's hash: what was confirmed.
    pub plan: Arc<str>,
}

impl Audit {
    /// The log in the state folder `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        let (log, head) = (folder.join("audit.jsonl"), folder.join("audit.head"));
        Self { log, head, seen: Mutex::default() }
    }

    /// Where the log is.
    pub fn path(&self) -> &Path {
        &self.log
    }

    /// Appends a line and returns when it is on the disk. Whoever cannot write must not change anything.
    pub fn append(&self, at: Timestamp, who: &Operator, event: Event) -> Result<(), Fault> {
        self.try_append(at, who, event).map_err(|error| {
            Fault::new(
                self.log.display().to_string(),
                format!("the audit log cannot be written, so nothing is changed: {error}"),
                "see `qd audit verify`; free the disk, or move audit.jsonl and audit.head away to begin a new log",
            )
        })
    }

    fn try_append(&self, at: Timestamp, who: &Operator, event: Event) -> io::Result<()> {
        let head = self.read_head()?;
        // With a head there was a log: it must not be begun anew in silence.
        let log = durable::open(&self.log, head.is_none()).map_err(|error| match error.kind() {
            ErrorKind::NotFound => io::Error::new(ErrorKind::NotFound, "the log was removed"),
            _ => error,
        })?;
        durable::lock(&log)?;
        // Another console may have written since.
        let head = self.read_head()?;
        let last = chain::last(&log)?;
        let last = chain::agreed(head, last).map_err(|why| io::Error::new(ErrorKind::InvalidData, why))?;
        let entry = Entry { seq: last.seq + 1, at, who: who.clone(), event };
        let (line, next) = chain::line(&entry, &last)?;
        durable::append(&log, line.as_bytes())?;
        durable::replace(&self.head, &serde_json::to_vec(&next)?)
    }

    fn read_head(&self) -> io::Result<Option<Head>> {
        match fs::read(&self.head) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|_| io::Error::new(ErrorKind::InvalidData, "audit.head cannot be read")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Looks whether every line is as it was written and none is missing. No log at all is in order.
    pub fn verify(&self) -> Result<Verified, Broken> {
        self.read_whole()
            .map_err(|error| Broken { line: 0, why: error.to_string() })
            .and_then(|(text, head)| chain::verify(&text, head))
    }

    fn read_whole(&self) -> io::Result<(Vec<u8>, Option<Head>)> {
        let mut text = Vec::new();
        match File::open(&self.log) {
            Ok(mut log) => {
                // A console that writes meanwhile would leave a head that the text does not reach yet.
                durable::lock(&log)?;
                log.read_to_end(&mut text)?;
                Ok((text, self.read_head()?))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((text, self.read_head()?)),
            Err(error) => Err(error),
        }
    }

    /// All lines that can be read, whether or not the chain is whole.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        match fs::read(&self.log) {
            Ok(text) => {
                Ok(text.split(|it| *it == b'\n').filter_map(|it| serde_json::from_slice(it).ok()).collect())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The runs that were begun and whose end is not in the log. What was read once is not read again.
    pub fn open_runs(&self) -> io::Result<BTreeSet<RunId>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = Vec::new();
        match File::open(&self.log) {
            Ok(mut log) => {
                if log.metadata()?.len() < seen.until {
                    *seen = Seen::default();
                }
                log.seek(SeekFrom::Start(seen.until))?;
                log.read_to_end(&mut text)?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => *seen = Seen::default(),
            Err(error) => return Err(error),
        }
        for line in text.split_inclusive(|it| *it == b'\n').filter(|it| it.ends_with(b"\n")) {
            seen.until += line.len() as u64;
            // A line that was damaged is the business of `verify`.
            match serde_json::from_slice(line).map(|it: Entry| it.event) {
                Ok(Event::Intent { subject, .. }) => {
                    seen.open.insert(subject.run);
                }
                Ok(Event::Result { subject: Subject { run, .. }, .. } | Event::SetAside { run, .. }) => {
                    seen.open.remove(&run);
                }
                Err(_) => {}
            }
        }
        Ok(seen.open.clone())
    }
}

#[cfg(test)]
mod tests;
