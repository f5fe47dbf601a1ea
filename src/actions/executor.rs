//! The one executor: it performs confirmed plans, step by step, and nothing else in the crate changes the world.
//!
//! Before a run: the plan is young enough, access is granted, no record is damaged, nobody is at the same entities,
//! journal and audit log are written. In it: each step is looked at again right before it is done. After it: what
//! failed is undone where that can be, and the verdict says the truth.

mod conflict;
mod guard;
mod halt;
mod session;
mod step;
mod task;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use session::{OpenSession, SessionEnd};

use super::access::WriteAccess;
use super::audit::{Audit, Event};
use super::journal::{Damage, Journals, OpenRun};
use super::operator::Operator;
use super::performer::{Performer, TerminalSize};
use crate::core::fault::Fault;
use crate::core::id::RunId;
use crate::core::plan::op::Op;
use crate::core::plan::{Confirmed, Phase, Plan};
use crate::core::run::{Progress, Run, Verdict};
use crate::core::time::Now;
use task::Task;

/// Tells the time.
pub type Clock = fn() -> Timestamp;

/// Performs plans, and keeps the records of it in a state folder.
#[derive(Debug)]
pub struct Executor {
    audit: Audit,
    journals: Journals,
    operator: Operator,
    clock: Clock,
    serial: AtomicU64,
}

/// A plan to be performed, with all that it takes.
pub struct Order {
    /// The plan.
    pub plan: Confirmed<Plan>,
    /// The right to change what it changes.
    pub access: WriteAccess,
    /// What performs operations on its target.
    pub performer: Arc<dyn Performer>,
    /// The interrupted run that it finishes or undoes.
    pub finishes: Option<RunId>,
}

/// A run that has begun. It goes on to its end whether or not anybody listens; who wants to end the process waits for
/// `verdict` first.
#[derive(Debug)]
pub struct Running {
    /// The run as it begins.
    pub run: Run,
    /// What becomes of it: at most four messages a step, and one at the end.
    pub progress: UnboundedReceiver<Progress>,
    /// Stops it at the next safe point.
    pub cancel: CancellationToken,
    /// How it ended.
    pub verdict: JoinHandle<Verdict>,
}

impl Executor {
    /// An executor whose records are in the state folder `folder`.
    pub fn new(folder: impl Into<PathBuf>, operator: Operator, clock: Clock) -> Self {
        let folder = folder.into();
        Self {
            audit: Audit::in_folder(&folder),
            journals: Journals::in_folder(&folder),
            operator,
            clock,
            serial: AtomicU64::new(1),
        }
    }

    /// The audit log.
    pub const fn audit(&self) -> &Audit {
        &self.audit
    }

    /// The journals.
    pub const fn journals(&self) -> &Journals {
        &self.journals
    }

    /// The runs whose end is not recorded, those included that only the audit log knows. Reads files.
    pub fn open_runs(&self) -> Result<Vec<OpenRun>, Fault> {
        let unreadable = |error: std::io::Error| {
            let cause = format!("the records of earlier runs cannot be read: {error}");
            Fault::new(self.audit.path().display().to_string(), cause, "see who may read the state folder")
        };
        let mut open = self.journals.open_runs().map_err(unreadable)?;
        let lost = self.audit.open_runs().map_err(unreadable)?;
        let lost = lost.into_iter().filter(|run| !self.journals.has(run));
        open.extend(lost.map(|run| OpenRun::Damaged(run, Damage::Missing)));
        Ok(open)
    }

    /// Records that the operator has looked at a run whose end is not recorded, and has dealt with it.
    pub fn set_aside(&self, run: &RunId) -> Result<(), Fault> {
        let failed = |error: std::io::Error| {
            Fault::new(run.as_str(), format!("its journal cannot be closed: {error}"), "see `qd runs`")
        };
        let record = |why: &str| {
            let event = Event::SetAside { run: run.clone(), why: Arc::from(why) };
            self.audit.append((self.clock)(), &self.operator, event)
        };
        let found = self.open_runs()?.into_iter().find(|it| it.id() == run);
        match found {
            Some(OpenRun::UnderWay(_)) => Err(Fault::new(
                run.as_str(),
                "a console is at it right now",
                "wait for its end, or cancel it there",
            )),
            Some(OpenRun::Interrupted(_)) => {
                record("it was interrupted")?;
                self.journals.set_aside(run, (self.clock)(), "set aside").map_err(failed)
            }
            Some(OpenRun::Damaged(_, Damage::Missing)) => record(&Damage::Missing.to_string()),
            Some(OpenRun::Damaged(_, damage)) => {
                record(&damage.to_string())?;
                self.journals.set_damaged_aside(run).map_err(failed)
            }
            None => Err(Fault::new(run.as_str(), "there is no such open run", "see `qd runs`")),
        }
    }

    /// Begins to perform a plan. A refusal means that nothing was changed and nothing will be.
    pub async fn start(self: &Arc<Self>, order: Order) -> Result<Running, Fault> {
        if order.plan.get().steps.iter().any(|it| is_session(&it.op)) {
            let cause = "it connects a terminal to a workload";
            return Err(Fault::new(&order.plan.get().title, cause, "open it from a terminal"));
        }
        let (task, run, progress) = self.begin(order).await?;
        let cancel = task.cancel.clone();
        let verdict = tokio::spawn(task.run());
        Ok(Running { run, progress, cancel, verdict })
    }

    /// Performs the preflight of a plan for an exec or attach, and opens it.
    pub async fn open(
        self: &Arc<Self>,
        order: Order,
        terminal: Option<TerminalSize>,
    ) -> Result<OpenSession, Fault> {
        let plan = order.plan.get();
        let mut changes = plan.steps.iter().filter(|it| it.phase == Phase::Change);
        if !changes.next().is_some_and(|it| is_session(&it.op)) || changes.next().is_some() {
            return Err(Fault::new(&plan.title, "it opens no terminal", "run it"));
        }
        let (task, run, progress) = self.begin(order).await?;
        task.open(terminal, run, progress).await
    }

    async fn begin(
        self: &Arc<Self>,
        order: Order,
    ) -> Result<(Task, Run, UnboundedReceiver<Progress>), Fault> {
        let plan = order.plan.get();
        let at = (self.clock)();
        if plan.is_expired(Now(at)) {
            return Err(Fault::new(&plan.title, "the plan is older than 10 minutes", "make it again"));
        }
        if let Some(stray) = plan.steps.iter().find(|it| *it.op.target() != plan.target) {
            let cause =
                format!("the plan is for {}, but this step is for {}", plan.target, stray.op.target());
            return Err(Fault::new(&stray.title, cause, "make the plan again"));
        }
        order.access.check(&plan.environment)?;
        let run = Run::new(self.next_id(at), Arc::new(plan.clone()), self.operator.to_string(), at);
        let journal = {
            let (executor, run, finishes) = (Arc::clone(self), run.clone(), order.finishes.clone());
            guard::blocking(move || executor.record_begin(&run, finishes.as_ref())).await??
        };
        let (task, progress) = Task::new(Arc::clone(self), run.clone(), journal, order);
        Ok((task, run, progress))
    }

    /// Sorts by time; unlike any other of this machine, because no two processes share an id at one moment.
    fn next_id(&self, at: Timestamp) -> RunId {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        RunId::new(format!("{}-{}-{serial}", at.strftime("%Y%m%dT%H%M%S.%3fZ"), self.operator.pid))
    }
}

const fn is_session(op: &Op) -> bool {
    matches!(op, Op::Exec { .. } | Op::Attach { .. })
}

#[cfg(test)]
mod tests;
