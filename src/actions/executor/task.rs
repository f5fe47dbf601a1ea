//! One run, from its first step to its verdict.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::conflict::subject;
use super::guard::blocking;
use super::halt::Halt;
use super::{Executor, Order};
use crate::actions::access::WriteAccess;
use crate::actions::audit::Event;
use crate::actions::journal::{Journal, Line};
use crate::actions::performer::{Outcome, Performer};
use crate::actions::settle;
use crate::core::fault::Fault;
use crate::core::plan::op::Op;
use crate::core::plan::{Phase, Step, Undo};
use crate::core::run::{Progress, Run, StepState, Verdict};

/// A run that is going on.
pub(super) struct Task {
    executor: Arc<Executor>,
    journal: Arc<Journal>,
    progress: UnboundedSender<Progress>,
    /// The changes that were done and stand: the step, and what undoes it.
    done: Vec<(usize, Option<Op>)>,
    pub(super) run: Run,
    pub(super) access: WriteAccess,
    pub(super) performer: Arc<dyn Performer>,
    pub(super) cancel: CancellationToken,
}

impl Task {
    pub(super) fn new(
        executor: Arc<Executor>,
        run: Run,
        journal: Journal,
        order: Order,
    ) -> (Self, UnboundedReceiver<Progress>) {
        // Unbounded, but never long: a run sends a few messages a step, and must not wait for whoever looks on.
        let (progress, receiver) = unbounded_channel();
        let Order { access, performer, .. } = order;
        let (journal, cancel) = (Arc::new(journal), CancellationToken::new());
        (Self { executor, journal, progress, done: Vec::new(), run, access, performer, cancel }, receiver)
    }

    /// Does all of it.
    pub(super) async fn run(mut self) -> Verdict {
        for index in 0..self.run.plan.steps.len() {
            if let Err(halt) = self.step(index).await {
                return self.halted(index, halt).await;
            }
        }
        self.end(Verdict::Succeeded, String::new()).await
    }

    /// Does one step and records it.
    pub(super) async fn step(&mut self, index: usize) -> Result<(), Halt> {
        let step = self.begin(index).await?;
        match self.attempt(&step, &self.cancel).await {
            Ok(outcome) => self.done(index, &step, outcome).await,
            Err(halt) => {
                self.failed(index, &halt).await;
                Err(halt)
            }
        }
    }

    /// Records that a step is about to be done.
    pub(super) async fn begin(&mut self, index: usize) -> Result<Step, Halt> {
        if self.cancel.is_cancelled() {
            return Err(Halt::Cancelled);
        }
        let plan = Arc::clone(&self.run.plan);
        let Some(step) = plan.steps.get(index) else { return Err(Halt::Cancelled) };
        let at = self.now();
        self.write(Line::Intent { step: index, at }).await.map_err(Halt::Unrecorded)?;
        self.tell(index, StepState::Running { since: at });
        Ok(step.clone())
    }

    /// Records that a step was done.
    pub(super) async fn done(&mut self, index: usize, step: &Step, outcome: Outcome) -> Result<(), Halt> {
        let at = self.now();
        if step.op.changes() {
            let planned = match &step.undo {
                Undo::By { op, .. } => Some(op.clone()),
                Undo::Nothing | Undo::SetBack => None,
            };
            self.done.push((index, outcome.undo.clone().or(planned)));
        }
        let from = match self.run.steps.get(index) {
            Some(StepState::Running { since }) => *since,
            _ => at,
        };
        let result = outcome.text;
        self.tell(index, StepState::Done { from, to: at, result: result.clone() });
        let line = Line::Done { step: index, at, result, undo: outcome.undo };
        self.write(line).await.map_err(Halt::Unrecorded)
    }

    /// Records that a step was not done.
    pub(super) async fn failed(&mut self, index: usize, halt: &Halt) {
        let at = self.now();
        let error: Arc<str> = Arc::from(halt.words());
        let unclear = matches!(halt, Halt::Failed { unclear: true, .. });
        self.tell(index, StepState::Failed { at, error: error.clone() });
        // The run stops anyway, and its end tells the same once more.
        let _ = self.write(Line::Failed { step: index, at, error, unclear }).await;
    }

    /// Brings a run to its end that does not go on: undoes what can be, and says what stands.
    pub(super) async fn halted(mut self, index: usize, halt: Halt) -> Verdict {
        let words = halt.words();
        let changing = self.run.plan.steps.get(index).is_some_and(|it| it.phase != Phase::Preflight);
        let verdict = match halt {
            Halt::Deviation(_) => Verdict::Superseded,
            Halt::Cancelled => Verdict::Cancelled,
            Halt::Unrecorded(_) => Verdict::Failed,
            // Undoing on the word of a target that does not answer could make things worse.
            Halt::Failed { unclear: true, .. } if changing => Verdict::Unknown,
            Halt::Failed { .. } if self.done.is_empty() => Verdict::Failed,
            Halt::Failed { .. } => match self.undo_all().await {
                Ok(()) => return self.end(Verdict::RolledBack, words).await,
                Err(fault) => {
                    let words =
                        fault.map_or(words.clone(), |fault| format!("{words}; then undoing failed: {fault}"));
                    let words = format!("{words}; {}", self.standing());
                    return self.end(Verdict::Failed, words).await;
                }
            },
        };
        let standing = match verdict {
            Verdict::Unknown => "whether this was done is not known".to_owned(),
            _ => self.standing(),
        };
        self.end(verdict, format!("{words}; {standing}")).await
    }

    /// What was done and was not undone, in words.
    fn standing(&self) -> String {
        let titles: Vec<&str> = self
            .done
            .iter()
            .filter_map(|(index, _)| self.run.plan.steps.get(*index))
            .map(|it| &*it.title)
            .collect();
        if titles.is_empty() {
            "nothing was changed".to_owned()
        } else {
            format!("done, and so it stands: {}", titles.join("; "))
        }
    }

    /// Undoes what was done, in reverse; an error where any of it stands, with the reason if there is a new one.
    async fn undo_all(&mut self) -> Result<(), Option<Fault>> {
        let mut result = Ok(());
        let mut standing = Vec::new();
        while let Some((index, undo)) = self.done.pop() {
            let Some(op) = undo else {
                standing.push((index, None));
                result = result.and(Err(None));
                continue;
            };
            match self.undo(index, &op).await {
                Ok(()) => self.tell(index, StepState::Undone),
                Err(fault) => {
                    standing.push((index, Some(op)));
                    result = Err(Some(fault));
                    break;
                }
            }
        }
        standing.reverse();
        self.done.append(&mut standing);
        result
    }

    async fn undo(&self, index: usize, op: &Op) -> Result<(), Fault> {
        self.write(Line::UndoIntent { step: index, at: self.now() }).await?;
        let uninterrupted = CancellationToken::new();
        for (phase, op) in [(Phase::Change, Some(op.clone())), (Phase::Verify, settle::awaited(op))] {
            let Some(op) = op else { continue };
            let title = self.run.plan.steps.get(index).map_or_else(|| Arc::from(""), |it| it.title.clone());
            let step = Step { phase, title, op, precondition: None, undo: Undo::Nothing };
            self.attempt(&step, &uninterrupted).await.map_err(|halt| match halt {
                Halt::Failed { fault, .. } | Halt::Unrecorded(fault) => fault,
                Halt::Deviation(_) | Halt::Cancelled => Fault::new(&step.title, halt.words(), ""),
            })?;
        }
        self.write(Line::Undone { step: index, at: self.now() }).await
    }

    /// Records the end, everywhere it has to be recorded, and tells it.
    pub(super) async fn end(mut self, verdict: Verdict, mut message: String) -> Verdict {
        let at = self.now();
        for index in 0..self.run.steps.len() {
            if self.run.steps.get(index) == Some(&StepState::Waiting) {
                self.tell(index, StepState::Skipped);
            }
        }
        let ended = Line::Ended { at, verdict, message: Arc::from(message.as_str()) };
        let journaled = self.write(ended).await;
        let audited = self.audit_end(at, verdict, &message).await;
        if let Err(fault) = journaled.and(audited) {
            message = format!("{message}; the end could not be recorded: {fault}");
        }
        let _ = self.progress.send(Progress::Ended { at, verdict, message: Arc::from(message) });
        verdict
    }

    async fn audit_end(&self, at: Timestamp, verdict: Verdict, message: &str) -> Result<(), Fault> {
        let run = &self.run;
        let steps = run.plan.steps.iter().zip(&run.steps).map(|(step, it)| (step.title.clone(), words(it)));
        let event = Event::Result {
            subject: subject(run),
            verdict,
            message: Arc::from(message),
            steps: steps.collect(),
            duration_ms: u64::try_from(at.as_millisecond() - run.started.as_millisecond()).unwrap_or(0),
        };
        let (executor, journal) = (Arc::clone(&self.executor), Arc::clone(&self.journal));
        blocking(move || {
            executor.audit.append(at, &executor.operator, event)?;
            journal.close().map_err(|error| unwritten(&error))
        })
        .await?
    }

    async fn write(&self, line: Line) -> Result<(), Fault> {
        let journal = Arc::clone(&self.journal);
        blocking(move || journal.append(&line).map_err(|error| unwritten(&error))).await?
    }

    fn tell(&mut self, index: usize, state: StepState) {
        let progress = Progress::Step { index, state };
        self.run.apply(progress.clone());
        let _ = self.progress.send(progress);
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.executor.clock)()
    }
}

fn unwritten(error: &std::io::Error) -> Fault {
    let cause = format!("it cannot be written: {error}");
    Fault::new("the journal of the run", cause, "see who may write to the state folder, and its disk")
}

/// What the audit log says of a step.
fn words(state: &StepState) -> Arc<str> {
    match state {
        StepState::Waiting | StepState::Skipped => Arc::from("not begun"),
        StepState::Running { .. } => Arc::from("begun"),
        StepState::Done { result, .. } if result.is_empty() => Arc::from("done"),
        StepState::Done { result, .. } => Arc::from(format!("done: {result}")),
        StepState::Failed { error, .. } => Arc::from(format!("failed: {error}")),
        StepState::Undone => Arc::from("done and undone"),
    }
}
