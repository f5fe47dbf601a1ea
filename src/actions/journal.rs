//! The journals of runs: one file a run, in which every step stands before and after it is done, so that a run whose
//! console was killed can be finished or undone by the next.
//!
//! `runs/open/` holds the runs whose end is not recorded, `runs/` all others, `runs/damaged/` what nobody can read.
//! A console keeps the journal of its run locked: an open journal that is not locked is of a run that was interrupted.

mod chronicle;
mod line;
mod recorded;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustix::fs::{FlockOperation, flock};

pub use chronicle::Chronicle;
pub(super) use line::Line;
pub use recorded::{Damage, Recorded};

use super::durable;
use super::operator::Operator;
use crate::core::id::RunId;
use crate::core::run::Run;

/// The journals in a state folder.
#[derive(Clone, Debug)]
pub struct Journals {
    runs: PathBuf,
}

/// A run whose end is not recorded.
#[derive(Clone, Debug)]
pub enum OpenRun {
    /// A console is at it right now.
    UnderWay(Box<Recorded>),
    /// Its console ended in the middle of it.
    Interrupted(Box<Recorded>),
    /// Its journal cannot be relied on.
    Damaged(RunId, Damage),
}

/// The journal of the run that this process is at.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    open: PathBuf,
    closed: PathBuf,
}

impl OpenRun {
    /// The run.
    pub const fn id(&self) -> &RunId {
        match self {
            Self::UnderWay(recorded) | Self::Interrupted(recorded) => &recorded.run.id,
            Self::Damaged(run, _) => run,
        }
    }

    /// Whether somebody has to look at what it left: it is damaged, or was interrupted when it had begun to change
    /// something. Of a shell whose console was killed nothing is left to do.
    pub fn needs_attention(&self) -> bool {
        match self {
            Self::UnderWay(_) => false,
            Self::Interrupted(recorded) => recorded.has_changed(),
            Self::Damaged(..) => true,
        }
    }
}

impl Journals {
    /// The journals in the state folder `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        Self { runs: folder.join("runs") }
    }

    /// Begins the journal of a run.
    pub(super) fn begin(&self, run: &Run, operator: &Operator) -> io::Result<Journal> {
        let open = self.path("open", &run.id)?;
        if let Some(folder) = open.parent() {
            durable::make_folder(folder)?;
        }
        if self.has(&run.id) {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "there is a journal of this run already"));
        }
        // It gets its name when it is held and has its first line: nobody must take it for an interrupted run's.
        let draft = open.with_extension("new");
        let file = durable::create(&draft)?;
        durable::lock(&file)?;
        let journal = Journal { file, open, closed: self.path("", &run.id)? };
        let header = Line::Begun {
            version: line::VERSION,
            run: run.id.clone(),
            at: run.started,
            operator: operator.clone(),
            plan: Arc::clone(&run.plan),
        };
        match journal.append(&header).and_then(|()| durable::rename(&draft, &journal.open)) {
            Ok(()) => Ok(journal),
            Err(error) => {
                let _ = fs::remove_file(&draft);
                Err(error)
            }
        }
    }

    /// The runs whose end is not recorded, oldest first.
    pub fn open_runs(&self) -> io::Result<Vec<OpenRun>> {
        let mut all = Vec::new();
        for id in Self::ids_in(&self.runs.join("open"))? {
            let path = self.path("open", &id)?;
            let held = match File::open(&path) {
                // Shared: whoever writes holds it for itself alone; two that look at once do not disturb each other.
                Ok(file) => flock(&file, FlockOperation::NonBlockingLockShared).is_err(),
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            match Recorded::read(&path) {
                // It ended while we looked.
                Ok(None) => {}
                Ok(Some(recorded)) if recorded.run.id != id => {
                    all.push(OpenRun::Damaged(id, Damage::Unreadable { line: 1 }));
                }
                Ok(Some(recorded)) if held => all.push(OpenRun::UnderWay(Box::new(recorded))),
                Ok(Some(recorded)) if recorded.run.verdict.is_some() => match self.close(&id) {
                    // Another console did it first.
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    closed => closed?,
                },
                Ok(Some(recorded)) => all.push(OpenRun::Interrupted(Box::new(recorded))),
                Err(damage) => all.push(OpenRun::Damaged(id, damage)),
            }
        }
        Ok(all)
    }

    /// The ids of the runs whose end is recorded, newest first.
    pub fn closed_runs(&self) -> io::Result<Vec<RunId>> {
        let mut ids = Self::ids_in(&self.runs)?;
        ids.reverse();
        Ok(ids)
    }

    /// What the journal of a run says, open or closed; `None` where there is none.
    pub fn read(&self, run: &RunId) -> Result<Option<Recorded>, Damage> {
        for folder in ["open", ""] {
            let path = self.path(folder, run).map_err(|error| Damage::Io(error.to_string()))?;
            if let Some(recorded) = Recorded::read(&path)? {
                return Ok(Some(recorded));
            }
        }
        Ok(None)
    }

    /// Whether there is a journal of this run, in whatever condition.
    pub(super) fn has(&self, run: &RunId) -> bool {
        ["open", "", "damaged"].iter().any(|it| self.path(it, run).is_ok_and(|path| path.exists()))
    }

    /// Records that the operator has dealt with an interrupted run: `by` says how.
    pub(super) fn set_aside(&self, run: &RunId, at: Timestamp, by: &str) -> io::Result<()> {
        let file = durable::open(&self.path("open", run)?, false)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| io::Error::new(ErrorKind::ResourceBusy, "a console is at it right now"))?;
        let line = Line::Closed { at, by: Arc::from(by) };
        durable::append(&file, line.to_text()?.as_bytes())?;
        self.close(run)
    }

    /// Puts a damaged journal where it is in nobody's way and still can be looked at.
    pub(super) fn set_damaged_aside(&self, run: &RunId) -> io::Result<()> {
        let damaged = self.path("damaged", run)?;
        if let Some(folder) = damaged.parent() {
            durable::make_folder(folder)?;
        }
        durable::rename(&self.path("open", run)?, &damaged)
    }

    fn close(&self, run: &RunId) -> io::Result<()> {
        durable::rename(&self.path("open", run)?, &self.path("", run)?)
    }

    fn path(&self, folder: &str, run: &RunId) -> io::Result<PathBuf> {
        let name = run.as_str();
        let safe = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        if name.is_empty() || name.starts_with('.') || !name.chars().all(safe) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "no run can have this id"));
        }
        Ok(self.runs.join(folder).join(format!("{name}.jsonl")))
    }

    fn ids_in(folder: &Path) -> io::Result<Vec<RunId>> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            if let Some(id) = name.to_str().and_then(|it| it.strip_suffix(".jsonl")) {
                ids.push(RunId::new(id));
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }
}

impl Journal {
    /// Writes a line and returns when it is on the disk.
    pub(super) fn append(&self, line: &Line) -> io::Result<()> {
        durable::append(&self.file, line.to_text()?.as_bytes())
    }

    /// Puts the journal among those of the runs that ended.
    pub(super) fn close(&self) -> io::Result<()> {
        durable::rename(&self.open, &self.closed)
    }

    /// Removes the journal of a run that did not begin after all.
    pub(super) fn forget(self) {
        // What stays behind is an interrupted run in which nothing was done: a nuisance, no danger.
        let _ = fs::remove_file(&self.open);
    }
}

#[cfg(test)]
mod tests;
