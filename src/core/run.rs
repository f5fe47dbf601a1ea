//! Runs: one execution of a plan each, as the console follows it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::RunId;
use super::plan::Plan;

/// The truth about how a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every step was done and verified.
    Succeeded,
    /// It failed and what it had done was undone.
    RolledBack,
    /// It failed, and what it had done stands.
    Failed,
    /// The operator stopped it at a safe point.
    Cancelled,
    /// Somebody else's change took its place.
    Superseded,
    /// Nobody knows: the console ended, or the target stopped answering, in the middle of a step.
    Unknown,
}

impl Verdict {
    /// The words on screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::RolledBack => "rolled back",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
            Self::Unknown => "unknown",
        }
    }
}

/// Where one step of a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum StepState {
    /// Not yet begun.
    Waiting,
    /// Begun.
    Running {
        /// When.
        since: Timestamp,
    },
    /// Done.
    Done {
        /// When it began and ended.
        from: Timestamp,
        /// When it ended.
        to: Timestamp,
        /// What the target said: `2 images, 310 MB`.
        result: Arc<str>,
    },
    /// Failed.
    Failed {
        /// When it ended.
        at: Timestamp,
        /// Why, in the target's own words.
        error: Arc<str>,
    },
    /// Never begun, because an earlier one failed or the run was cancelled.
    Skipped,
    /// Done and then undone.
    Undone,
}

/// One execution of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The plan.
    pub plan: Arc<Plan>,
    /// Who runs it: `ada@bastion`.
    pub operator: Arc<str>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where each step of the plan stands.
    pub steps: Vec<StepState>,
    /// How it ended.
    pub verdict: Option<Verdict>,
    /// Why, where that needs words.
    pub message: Arc<str>,
    /// Whether this process runs it, or ran it.
    #[serde(skip)]
    pub here: bool,
}

/// What is recorded of the runs of all processes of this user.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The runs, oldest first.
    pub runs: Vec<Run>,
    /// How many of them were interrupted and left something that somebody has to look at.
    pub interrupted: usize,
}

impl Run {
    /// A run that is about to begin.
    pub fn new(id: RunId, plan: Arc<Plan>, operator: impl AsRef<str>, started: Timestamp) -> Self {
        let steps = vec![StepState::Waiting; plan.steps.len()];
        Self {
            id,
            plan,
            operator: Arc::from(operator.as_ref()),
            started,
            ended: None,
            steps,
            verdict: None,
            message: Arc::from(""),
            here: false,
        }
    }

    /// Whether this process is at it right now.
    pub const fn is_under_way_here(&self) -> bool {
        self.here && self.verdict.is_none()
    }

    /// How many steps are behind it.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|it| !matches!(it, StepState::Waiting | StepState::Running { .. })).count()
    }

    /// Takes in what the executor reports.
    pub fn apply(&mut self, progress: Progress) {
        match progress {
            Progress::Step { index, state } => {
                if let Some(step) = self.steps.get_mut(index) {
                    *step = state;
                }
            }
            Progress::Ended { at, verdict, message } => {
                self.ended = Some(at);
                self.verdict = Some(verdict);
                self.message = message;
            }
        }
    }
}

/// What the executor reports of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// A step stands somewhere else.
    Step {
        /// Which, counted from 0.
        index: usize,
        /// Where.
        state: StepState,
    },
    /// The run ended.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        verdict: Verdict,
        /// Why, where that needs words.
        message: Arc<str>,
    },
}
