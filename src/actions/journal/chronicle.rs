//! All runs that the journals know, read again and again: a journal that is closed is read once.

use std::collections::BTreeMap;
use std::io;

use super::{Journals, OpenRun, Recorded};
use crate::core::id::RunId;
use crate::core::run::{History, Run, Verdict};

/// The runs of all processes that keep their journals in one folder.
#[derive(Debug)]
pub struct Chronicle {
    journals: Journals,
    /// Those whose end is recorded; `None` where the journal cannot be read.
    closed: BTreeMap<RunId, Option<Run>>,
}

impl Chronicle {
    /// Nothing is read yet.
    pub const fn new(journals: Journals) -> Self {
        Self { journals, closed: BTreeMap::new() }
    }

    /// What the journals say now. A run that was interrupted has the verdict that nobody knows. Reads files.
    pub fn read(&mut self) -> io::Result<History> {
        // Before the closed ones: a run that ends meanwhile is in both and not in neither.
        let open = self.journals.open_runs()?;
        let ids = self.journals.closed_runs()?;
        let mut before = std::mem::take(&mut self.closed);
        for id in ids {
            let known = before.remove(&id).flatten();
            let run = known.or_else(|| self.journals.read(&id).ok().flatten().map(|recorded| recorded.run));
            self.closed.insert(id, run);
        }
        let mut interrupted = 0;
        let mut runs: BTreeMap<RunId, Run> = BTreeMap::new();
        for run in open {
            let run = match run {
                OpenRun::UnderWay(recorded) => recorded.run,
                OpenRun::Interrupted(recorded) => {
                    interrupted += usize::from(recorded.has_changed());
                    as_interrupted(*recorded)
                }
                OpenRun::Damaged(..) => continue,
            };
            runs.insert(run.id.clone(), run);
        }
        let closed = self.closed.iter().filter_map(|(id, run)| Some((id.clone(), run.clone()?)));
        runs.extend(closed);
        Ok(History { runs: runs.into_values().collect(), interrupted })
    }
}

fn as_interrupted(recorded: Recorded) -> Run {
    let id = &recorded.run.id;
    let message = if recorded.has_changed() {
        format!("interrupted: qd runs resume {id}, or qd runs undo {id}")
    } else {
        "interrupted; it left nothing behind".to_owned()
    };
    let ended = recorded.run.ended.or(Some(recorded.run.started));
    Run { verdict: Some(Verdict::Unknown), ended, message: message.into(), ..recorded.run }
}
