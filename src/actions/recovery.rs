//! Plans that finish or undo a run: one that was interrupted, or one that stands in the history. Pure.
//!
//! A step that was begun, and of which nobody knows whether it was done, is judged by the facts it depended on: if
//! they still hold it was not done. Where they cannot tell, nothing is guessed.

use std::sync::Arc;

use super::journal::Recorded;
use super::settle;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::Op;
use crate::core::plan::{Phase, Plan, Step, Undo};
use crate::core::run::StepState;
use crate::core::time::Now;

/// The plan that does what a run has left undone.
pub fn resume(recorded: &Recorded, fleet: &Fleet, now: Now) -> Result<Plan, Fault> {
    let plan = &recorded.run.plan;
    if recorded.undoing.is_some() || recorded.run.steps.contains(&StepState::Undone) {
        return Err(Fault::new(&plan.title, "it was being undone", "undo the rest, or set it aside"));
    }
    let mut steps = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        let left = match step.phase {
            Phase::Preflight => false,
            Phase::Change => !was_done(recorded, index, fleet)?,
            Phase::Verify => true,
        };
        if left {
            steps.push(step.clone());
        }
    }
    if !steps.iter().any(|it| it.phase == Phase::Change) && recorded.run.verdict.is_some() {
        return Err(Fault::new(&plan.title, "all that it changes is done", "there is nothing to resume"));
    }
    Ok(Plan {
        title: Arc::from(format!("finish: {}", plan.title)),
        steps,
        made_at: now.0,
        ..(**plan).clone()
    })
}

/// The plan that undoes what a run has done, in reverse.
pub fn undo(recorded: &Recorded, fleet: &Fleet, now: Now) -> Result<Plan, Fault> {
    let plan = &recorded.run.plan;
    let mut changes = Vec::new();
    let mut verify = Vec::new();
    for (index, step) in plan.steps.iter().enumerate().rev().filter(|(_, it)| it.phase == Phase::Change) {
        if !was_done(recorded, index, fleet)? {
            continue;
        }
        let (title, op) = match (recorded.undo.get(index).cloned().flatten(), &step.undo) {
            (Some(op), _) => (format!("undo: {}", step.title), op),
            (None, Undo::By { title, op }) => (title.to_string(), op.clone()),
            (None, Undo::Nothing | Undo::SetBack) => {
                let cause = "it is done, and nothing undoes it";
                return Err(Fault::new(&step.title, cause, "make a plan for what is to be instead"));
            }
        };
        if let Some(waits) = settle::awaited(&op) {
            verify.push(bare(Phase::Verify, format!("wait for it: {title}"), waits));
        }
        changes.push(bare(Phase::Change, title, op));
    }
    if changes.is_empty() {
        return Err(Fault::new(&plan.title, "nothing of it is done", "there is nothing to undo"));
    }
    changes.extend(verify);
    Ok(Plan {
        runbook: Arc::from("undo"),
        title: Arc::from(format!("undo: {}", plan.title)),
        steps: changes,
        losses: Vec::new(),
        made_at: now.0,
        ..(**plan).clone()
    })
}

fn bare(phase: Phase, title: String, op: Op) -> Step {
    Step { phase, title: Arc::from(title), op, precondition: None, undo: Undo::Nothing }
}

/// Whether a step that changes something is done, and stands.
fn was_done(recorded: &Recorded, index: usize, fleet: &Fleet) -> Result<bool, Fault> {
    let doubt = match recorded.run.steps.get(index) {
        Some(StepState::Done { .. }) => recorded.undoing == Some(index),
        Some(StepState::Running { .. }) => true,
        Some(StepState::Failed { .. }) => recorded.unclear.contains(&index),
        Some(StepState::Waiting | StepState::Skipped | StepState::Undone) | None => return Ok(false),
    };
    if !doubt {
        return Ok(matches!(recorded.run.steps.get(index), Some(StepState::Done { .. })));
    }
    let Some(step) = recorded.run.plan.steps.get(index) else { return Ok(false) };
    told(step, fleet).ok_or_else(|| {
        Fault::new(
            &step.title,
            "nobody knows whether this was done when the run ended, and nothing there tells",
            "look at it yourself, then set the run aside and make a new plan",
        )
    })
}

/// Whether the world shows that a step is done; `None` where that cannot be seen.
fn told(step: &Step, fleet: &Fleet) -> Option<bool> {
    let before = step.precondition.as_ref()?;
    let found = facts_of(fleet, &before.entity);
    let aspect = match step.op {
        Op::Remove { .. } => return Some(found.is_none()),
        Op::Start { .. } | Op::Stop { .. } | Op::Pause { .. } | Op::Unpause { .. } => Aspect::State,
        Op::Restart { .. } => Aspect::Started,
        Op::Rename { .. } => Aspect::Name,
        Op::Check { .. }
        | Op::Await { .. }
        | Op::Kill { .. }
        | Op::Limits { .. }
        | Op::Prune { .. }
        | Op::Exec { .. }
        | Op::Attach { .. } => return None,
    };
    Some(before.facts.get(aspect)? != found?.get(aspect)?)
}

fn facts_of(fleet: &Fleet, id: &EntityId) -> Option<Facts> {
    match id.kind {
        Kind::Workload => fleet.workloads.get(id).map(Facts::of_workload),
        Kind::Image => fleet.images.get(id).map(Facts::of_image),
        Kind::Volume => fleet.volumes.get(id).map(Facts::of_volume),
        Kind::Network => fleet.networks.get(id).map(Facts::of_network),
        Kind::Service | Kind::Host | Kind::Database | Kind::LogGroup => None,
    }
}
