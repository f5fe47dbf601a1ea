//! A journal, read back. It is believed only if every line of it is: nothing here guesses.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::line::{Line, VERSION};
use crate::core::plan::op::Op;
use crate::core::run::{Run, StepState, Verdict};

/// What a journal says of its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The run. A step that is running in it was begun, and nobody knows whether it was done.
    pub run: Run,
    /// What undoes each step, where that came to light only when it was done.
    pub undo: Vec<Option<Op>>,
    /// The step whose undoing was begun, and nobody knows whether it was done.
    pub undoing: Option<usize>,
    /// The steps that failed in such a way that they may have been done nevertheless.
    pub unclear: Vec<usize>,
}

/// Why a journal cannot be relied on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Its last line is not whole.
    #[error("the journal is cut off in the middle of a line")]
    CutOff,
    /// It is empty: not even the plan is known.
    #[error("the journal is empty")]
    Empty,
    /// A later version of Quarterdeck wrote it.
    #[error("a later version of Quarterdeck wrote the journal (format {0}, this one reads up to {VERSION})")]
    Newer(u32),
    /// A line of it makes no sense.
    #[error("line {line} of the journal cannot be read")]
    Unreadable {
        /// Which, counted from 1.
        line: usize,
    },
    /// The audit log knows the run, but there is no journal.
    #[error("the run was begun, but its journal is missing")]
    Missing,
    /// The file cannot be read at all; the system's words.
    #[error("the journal cannot be read: {0}")]
    Io(String),
}

impl Recorded {
    /// Whether it has begun a change whose outcome stays when the run is gone.
    pub fn has_changed(&self) -> bool {
        let begun = |it: &StepState| !matches!(it, StepState::Waiting | StepState::Skipped);
        let lasting = |op: &Op| op.changes() && !matches!(op, Op::Exec { .. } | Op::Attach { .. });
        let steps = self.run.plan.steps.iter().zip(&self.run.steps);
        steps.into_iter().any(|(step, state)| lasting(&step.op) && begun(state))
    }

    /// Reads a journal; `None` where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Damage> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(Damage::Unreadable { line: 1 }),
            Err(error) => Err(Damage::Io(error.to_string())),
        }
    }

    fn parse(text: &str) -> Result<Self, Damage> {
        let whole = match text.strip_suffix('\n') {
            None if text.is_empty() => return Err(Damage::Empty),
            None => return Err(Damage::CutOff),
            Some(whole) => whole,
        };
        let mut lines = whole.split('\n');
        let mut recorded = Self::begun(lines.next().unwrap_or_default())?;
        for (index, text) in lines.enumerate() {
            let bad = Damage::Unreadable { line: index + 2 };
            let line: Line = serde_json::from_str(text).map_err(|_| bad.clone())?;
            recorded.take(line).ok_or(bad)?;
        }
        Ok(recorded)
    }

    fn begun(text: &str) -> Result<Self, Damage> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let bad = |_| Damage::Unreadable { line: 1 };
        let Version { version } = serde_json::from_str(text).map_err(bad)?;
        if version > VERSION {
            return Err(Damage::Newer(version));
        }
        match serde_json::from_str(text).map_err(bad)? {
            Line::Begun { run, at, operator, plan, .. } => {
                let steps = plan.steps.len();
                let run = Run::new(run, plan, operator.to_string(), at);
                Ok(Self { run, undo: vec![None; steps], undoing: None, unclear: Vec::new() })
            }
            _ => Err(Damage::Unreadable { line: 1 }),
        }
    }

    /// Takes in a line; `None` where it cannot follow what came before it.
    fn take(&mut self, line: Line) -> Option<()> {
        if self.run.verdict.is_some() {
            return None;
        }
        match line {
            Line::Begun { .. } => return None,
            Line::Intent { step, at } => {
                let state = self.run.steps.get_mut(step).filter(|it| **it == StepState::Waiting)?;
                *state = StepState::Running { since: at };
            }
            Line::Done { step, at, result, undo } => {
                let from = self.begun_at(step)?;
                *self.run.steps.get_mut(step)? = StepState::Done { from, to: at, result };
                *self.undo.get_mut(step)? = undo;
            }
            Line::Failed { step, at, error, unclear } => {
                self.begun_at(step)?;
                *self.run.steps.get_mut(step)? = StepState::Failed { at, error };
                if unclear {
                    self.unclear.push(step);
                }
            }
            Line::UndoIntent { step, .. } => {
                matches!(self.run.steps.get(step)?, StepState::Done { .. }).then_some(())?;
                self.undoing = Some(step);
            }
            Line::Undone { step, .. } => {
                (self.undoing.take() == Some(step)).then_some(())?;
                *self.run.steps.get_mut(step)? = StepState::Undone;
            }
            Line::Ended { at, verdict, message } => self.end(at, verdict, message),
            Line::Closed { at, by } => self.end(at, Verdict::Unknown, by),
        }
        Some(())
    }

    fn begun_at(&self, step: usize) -> Option<Timestamp> {
        match self.run.steps.get(step)? {
            StepState::Running { since } => Some(*since),
            _ => None,
        }
    }

    fn end(&mut self, at: Timestamp, verdict: Verdict, message: Arc<str>) {
        for step in &mut self.run.steps {
            if *step == StepState::Waiting {
                *step = StepState::Skipped;
            }
        }
        self.run.ended = Some(at);
        self.run.verdict = Some(verdict);
        self.run.message = message;
    }
}
