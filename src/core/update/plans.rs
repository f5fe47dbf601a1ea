//! Plans on their way: asked for, shown, confirmed, run.

use std::sync::Arc;

use super::screens::say;
use crate::core::change::Weight;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind, RunId, TargetId};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::{Confirm, Overlay};
use crate::core::plan::op::Op;
use crate::core::plan::request::Request;
use crate::core::plan::{Phase, Plan};
use crate::core::run::{Progress, Run, Verdict};
use crate::core::screen::Screen;
use crate::core::table::RowId;

/// What a change is done to: what is marked or selected in a list, or the subject of the screen.
pub(super) fn chosen(model: &Model) -> Vec<EntityId> {
    match model.screen() {
        Screen::Table(table) => {
            let entity = |row: RowId| match row {
                RowId::Entity(id) => Some(id),
                RowId::Environment(_) | RowId::Change(_) | RowId::Run(_) => None,
            };
            table.chosen().into_iter().filter_map(entity).collect()
        }
        screen => screen.entity().cloned().into_iter().collect(),
    }
}

/// The workloads among what is chosen.
pub(super) fn chosen_workloads(model: &Model) -> Vec<EntityId> {
    chosen(model).into_iter().filter(|id| id.kind == Kind::Workload).collect()
}

/// The target that a prune is for: that of what is selected, or the only one there is.
pub(super) fn chosen_target(model: &Model) -> Option<TargetId> {
    let selected = chosen(model).into_iter().next().map(|id| id.target);
    selected.or_else(|| {
        let mut targets = model.fleet.targets.keys();
        targets.next().filter(|_| targets.next().is_none()).cloned()
    })
}

/// Asks for a plan.
pub(super) fn ask(model: &mut Model, request: Request, effects: &mut Vec<Effect>) {
    if model.settings.read_only {
        say(model, &format!("{}: qd runs with --read-only, so nothing can be changed", request.runbook()));
        return;
    }
    model.overlay = None;
    effects.push(Effect::Plan(request));
}

/// The plan was made, or not.
pub(super) fn planned(model: &mut Model, plan: Result<Arc<Plan>, Fault>) {
    match plan {
        Ok(plan) => {
            model.pending.clear();
            model.overlay = Some(Overlay::Confirm(Box::new(Confirm::new(plan, model.now))));
        }
        Err(fault) => model.messages.fault(model.now, &fault),
    }
}

/// The operator confirms the plan that is shown.
pub(super) fn confirm(model: &mut Model, effects: &mut Vec<Effect>) {
    let now = model.now;
    let Some(Overlay::Confirm(confirm)) = &mut model.overlay else { return };
    if !confirm.is_armed(now) {
        confirm.refusal = Some("read the plan first: the keys count from half a second on".to_owned());
        return;
    }
    let typed = confirm.plan.word_to_type().is_some().then(|| confirm.input.text().to_owned());
    match Plan::clone(&confirm.plan).confirm(typed.as_deref(), now) {
        Ok(confirmed) => {
            model.overlay = None;
            effects.push(Effect::Start(Arc::new(confirmed)));
        }
        Err(refusal) => confirm.refusal = Some(refusal.to_string()),
    }
}

/// A run began. One that takes the terminal is not shown: the terminal is not ours meanwhile.
pub(super) fn started(model: &mut Model, run: Run) {
    model.changed = true;
    let quick = run.plan.steps.iter().filter(|step| step.phase == Phase::Change).count() <= 1;
    let takes_terminal =
        run.plan.steps.iter().any(|step| matches!(step.op, Op::Exec { .. } | Op::Attach { .. }));
    model.messages.say(model.now, Weight::Quiet, format!("{}: running", run.plan.title));
    let id = run.id.clone();
    model.runs.push(run);
    if !quick && !takes_terminal {
        super::screens::push(model, Screen::Run(crate::core::view::run::RunState { id, offset: 0 }));
    }
    if let Some(table) = model.stack.iter_mut().rev().find_map(Screen::table_mut) {
        table.marks.clear();
    }
}

/// A run went on.
pub(super) fn progress(model: &mut Model, id: &RunId, progress: Progress) {
    model.changed = true;
    let Some(run) = model.runs.iter_mut().find(|it| it.id == *id) else { return };
    let ended = match &progress {
        Progress::Ended { verdict, message, .. } => Some((*verdict, message.clone())),
        Progress::Step { .. } => None,
    };
    run.apply(progress);
    if let Some((verdict, message)) = ended {
        let weight = match verdict {
            Verdict::Succeeded => Weight::Good,
            Verdict::Cancelled => Weight::Notable,
            Verdict::RolledBack | Verdict::Failed | Verdict::Superseded | Verdict::Unknown => Weight::Bad,
        };
        let colon = if message.is_empty() { "" } else { ": " };
        let text = format!("{}: {}{colon}{message}", run.plan.title, verdict.words());
        model.messages.say(model.now, weight, text);
    }
}
