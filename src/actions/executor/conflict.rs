//! What must be in order before a run may begin: the records, and nobody else at the same entities.

use std::sync::Arc;

use super::{Executor, is_session};
use crate::actions::audit::{Event, Subject};
use crate::actions::journal::{Journal, OpenRun};
use crate::core::fault::Fault;
use crate::core::id::RunId;
use crate::core::plan::Plan;
use crate::core::run::Run;

impl Executor {
    /// Looks at the records of other runs, then writes those of this one. Journal first, audit log second: of a run
    /// that is in the audit log there must be a journal.
    pub(super) fn record_begin(&self, run: &Run, after: Option<&RunId>) -> Result<Journal, Fault> {
        let (open, over): (Vec<_>, Vec<_>) =
            self.open_runs()?.into_iter().partition(|it| it.needs_attention() || is_under_way(it));
        for run_over in &over {
            // Whoever cannot write this cannot write what follows either, and hears of it there.
            let _ = self.set_aside(run_over.id());
        }
        let taken = after.and_then(|id| open.iter().find(|it| it.id() == id));
        for other in &open {
            let is_taken = taken.is_some_and(|it| it.id() == other.id());
            if !is_taken || !matches!(other, OpenRun::Interrupted(_)) {
                in_the_way(other, &run.plan).map_or(Ok(()), Err)?;
            }
        }
        let journal = self.journals.begin(run, &self.operator).map_err(|error| {
            let cause = format!("the journal cannot be written, so nothing is changed: {error}");
            Fault::new("the journal of the run", cause, "see who may write to the state folder, and its disk")
        })?;
        let steps = run.plan.steps.iter().map(|it| it.title.clone()).collect();
        let intent = Event::Intent { subject: subject(run), steps };
        if let Err(fault) = self.audit.append(run.started, &self.operator, intent) {
            journal.forget();
            return Err(fault);
        }
        if let Some(OpenRun::Interrupted(taken)) = taken {
            let (id, by) = (&taken.run.id, format!("taken over by {}", run.id));
            let failed =
                |error| Fault::new(id.as_str(), format!("its journal cannot be closed: {error}"), "");
            self.journals.set_aside(id, run.started, &by).map_err(failed)?;
            let event = Event::SetAside { run: id.clone(), why: Arc::from(by) };
            self.audit.append(run.started, &self.operator, event)?;
        }
        Ok(journal)
    }
}

/// What the audit log says of a run at its begin and at its end.
pub(super) fn subject(run: &Run) -> Subject {
    let plan = &run.plan;
    Subject {
        run: run.id.clone(),
        environment: plan.environment.clone(),
        target: plan.target.clone(),
        host: plan.host.clone(),
        runbook: plan.runbook.clone(),
        title: plan.title.clone(),
        plan: Arc::from(plan.hash()),
    }
}

const fn is_under_way(run: &OpenRun) -> bool {
    matches!(run, OpenRun::UnderWay(_))
}

/// Why `open` forbids that `plan` begins.
fn in_the_way(open: &OpenRun, plan: &Plan) -> Option<Fault> {
    match open {
        OpenRun::Damaged(id, damage) => Some(Fault::new(
            id.as_str(),
            format!("{damage}: what it did nobody knows, so nothing is changed"),
            "look at what it may have left, then set it aside: `qd runs`",
        )),
        OpenRun::UnderWay(other) if collide(&other.run.plan, plan) => Some(Fault::new(
            &plan.title,
            format!(
                "{} is at it: {} (since {})",
                other.run.operator, other.run.plan.title, other.run.started
            ),
            "wait until that run has ended",
        )),
        OpenRun::Interrupted(other) if collide(&other.run.plan, plan) => Some(Fault::new(
            &plan.title,
            format!("an earlier run was interrupted: {} (since {})", other.run.plan.title, other.run.started),
            "resume it, undo it, or set it aside: `qd runs`",
        )),
        OpenRun::UnderWay(_) | OpenRun::Interrupted(_) => None,
    }
}

/// Whether two plans change the same things. An open shell is in nobody's way.
fn collide(one: &Plan, other: &Plan) -> bool {
    let changes = |plan: &Plan| -> Vec<_> {
        let steps = plan.steps.iter().filter(|it| it.op.changes() && !is_session(&it.op));
        steps.map(|it| it.op.entity().cloned()).collect()
    };
    let (mine, theirs) = (changes(one), changes(other));
    one.target == other.target
        && mine.iter().any(|a| theirs.iter().any(|b| a.is_none() || b.is_none() || a == b))
}
