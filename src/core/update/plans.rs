//! Plans on their way: asked for, shown, confirmed, run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::screens::say;
use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind, RunId};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::{Confirm, Overlay};
use crate::core::plan::op::Op;
use crate::core::plan::request::Request;
use crate::core::plan::{Phase, Plan};
use crate::core::possible::READ_ONLY;
use crate::core::run::{History, Progress, Run, Verdict};
use crate::core::screen::Screen;
use crate::core::sight;

/// The workloads and services among what is chosen.
pub(super) fn chosen_workloads(model: &Model) -> Vec<EntityId> {
    let chosen = sight::chosen(model).into_iter();
    chosen.filter(|id| matches!(id.kind, Kind::Workload | Kind::Service)).cloned().collect()
}

/// Asks for a plan.
pub(super) fn ask(model: &mut Model, request: Request, effects: &mut Vec<Effect>) {
    if model.settings.read_only {
        return say(model, &format!("{}: {READ_ONLY}", request.runbook()));
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
        Err(fault) => match &mut model.overlay {
            Some(Overlay::Prompt(prompt)) if prompt.answered => {
                prompt.answered = false;
                prompt.refusal = Some(fault.to_string());
            }
            _ => model.messages.fault(model.now, &fault),
        },
    }
}

/// The operator confirms the plan that is shown.
pub(super) fn confirm(model: &mut Model, effects: &mut Vec<Effect>) {
    let now = model.now;
    let Some(Overlay::Confirm(confirm)) = &mut model.overlay else { return };
    if !confirm.is_ready(now) {
        confirm.refusal = Some("read the plan first: the keys count from half a second on".to_owned());
        return;
    }
    let typed = confirm.plan.word_to_type().is_some().then(|| confirm.input.text().to_owned());
    match Plan::clone(&confirm.plan).confirm(typed.as_deref(), now) {
        Ok(_) if confirm.is_pasted(now) => {
            let text = "a plan is confirmed by typing, not by pasting: press the key again";
            confirm.refusal = Some(text.to_owned());
        }
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
    // Its journal may have been read before this was told.
    model.runs.retain(|it| it.id != id);
    model.runs.push(Run { here: true, ..run });
    if let Some(table) = model.stack.iter_mut().rev().find_map(Screen::table_mut) {
        table.marks.clear();
    }
    if !quick && !takes_terminal && model.overlay.is_none() {
        super::screens::run(model, id);
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
        let change = entry(run, weight, &model.fleet);
        model.fleet.timeline.push(change);
    }
}

/// The records of runs were read anew. Of its own runs the console knows more than they say.
pub(super) fn recorded(model: &mut Model, history: History) {
    let own: BTreeMap<RunId, Run> =
        model.runs.drain(..).filter(|run| run.here).map(|run| (run.id.clone(), run)).collect();
    let others = history.runs.into_iter().map(|run| (run.id.clone(), run));
    let all: BTreeMap<RunId, Run> = others.chain(own).collect();
    model.runs = all.into_values().collect();
    model.interrupted = history.interrupted;
    model.changed = true;
}

/// What the timeline says of a run that has ended.
fn entry(run: &Run, weight: Weight, fleet: &Fleet) -> Change {
    let entity = run.plan.steps.iter().find_map(|step| step.op.entity()).cloned();
    let verdict = run.verdict.map_or("", Verdict::words);
    let colon = if run.message.is_empty() { "" } else { ": " };
    // What was removed can no longer tell which project it was of, but its environment can.
    let environment = fleet.environments.iter().find(|it| it.id == run.plan.environment);
    let place = environment.and_then(|it| it.places.iter().find(|place| place.target == run.plan.target));
    let project = entity.as_ref().and_then(|id| fleet.project_of(id)).map(Arc::from);
    Change {
        at: run.ended.unwrap_or(run.started),
        target: run.plan.target.clone(),
        project: project.or_else(|| place?.project.clone()),
        name: run.plan.title.clone(),
        entity,
        kind: ChangeKind::Operator,
        weight,
        text: Arc::from(format!("{verdict}, by {}{colon}{}", run.operator, run.message)),
        death: None,
    }
}
