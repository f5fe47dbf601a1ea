//! The lines of a journal.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actions::operator::Operator;
use crate::core::id::RunId;
use crate::core::plan::Plan;
use crate::core::plan::op::Op;
use crate::core::run::Verdict;

/// The version of what is written here; a journal of a later one is not read.
pub(super) const VERSION: u32 = 1;

/// One line of a journal. Steps are counted from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::actions) enum Line {
    /// The first: which run this is.
    Begun { version: u32, run: RunId, at: Timestamp, operator: Operator, plan: Arc<Plan> },
    /// The step is about to be done.
    Intent { step: usize, at: Timestamp },
    /// The step was done.
    Done {
        step: usize,
        at: Timestamp,
        result: Arc<str>,
        /// What undoes it, where that came to light only when it was done.
        undo: Option<Op>,
    },
    /// The step failed.
    Failed {
        step: usize,
        at: Timestamp,
        error: Arc<str>,
        /// Whether it may have been done nevertheless.
        unclear: bool,
    },
    /// The step is about to be undone.
    UndoIntent { step: usize, at: Timestamp },
    /// The step was undone.
    Undone { step: usize, at: Timestamp },
    /// The last of a run that came to its end.
    Ended { at: Timestamp, verdict: Verdict, message: Arc<str> },
    /// The last of a run that was interrupted: what the operator did about it.
    Closed { at: Timestamp, by: Arc<str> },
}

impl Line {
    /// The line as it is written, with its line feed.
    pub(super) fn to_text(&self) -> io::Result<String> {
        let mut text = serde_json::to_string(self)?;
        text.push('\n');
        Ok(text)
    }
}
