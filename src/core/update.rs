//! What happens when something happens: the one place where the model changes.

mod blackboxes;
mod choose;
mod command;
mod databases;
mod events;
mod files;
mod focus;
mod foot;
mod logs;
mod mouse;
mod named;
mod plans;
mod screens;
mod watch;

use super::change::Weight;
use super::model::Model;
use super::msg::{Effect, Msg};

/// Takes in one message and tells what the world shall do about it.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    match msg {
        Msg::Tick(now) => {
            model.now = now;
        }
        Msg::Key(key) => focus::key(model, key, &mut effects),
        Msg::Run(invocation) => command::run(model, &invocation, &mut effects),
        Msg::Select(id) => screens::select(model, id, &mut effects),
        Msg::Welcome => screens::welcome(model),
        Msg::Paste(text) => focus::paste(model, &text),
        Msg::Mouse(mouse) => mouse::mouse(model, mouse, &mut effects),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            model.changed = true;
        }
        Msg::Event(envelope) => events::event(model, *envelope),
        Msg::Dropped(count) => {
            model.dropped += count;
            model.dropped_at = Some(model.now);
        }
        Msg::Planned(plan) => plans::planned(model, plan),
        Msg::Started(run) => plans::started(model, *run),
        Msg::Progress(id, progress) => plans::progress(model, &id, progress),
        Msg::Recorded(history) => plans::recorded(model, history),
        Msg::Worked(done) => events::worked(model, *done),
        Msg::BlackBox(tiding) => {
            blackboxes::tiding(model, tiding);
            command::keep_in_bounds(model);
        }
        Msg::Tunnel(id, report) => databases::told(model, id, *report),
        Msg::Bundling(text) => model.messages.say(model.now, Weight::Quiet, format!("bundle: {text}")),
        Msg::Bundled(Ok(bundle)) => {
            model.bundling = false;
            model.messages.say(model.now, Weight::Good, format!("written: {}", bundle.words()));
        }
        Msg::Bundled(Err(fault)) => {
            model.bundling = false;
            model.messages.fault(model.now, &fault);
        }
        Msg::Exported(Ok(path)) => {
            model.messages.say(model.now, Weight::Good, format!("written: {}", path.display()));
        }
        Msg::Resumed(Ok(text)) => {
            if !text.is_empty() {
                model.messages.say(model.now, Weight::Good, text);
            }
        }
        Msg::Ending => {
            if let Some(run) = model.runs.iter().find(|run| run.is_under_way_here()) {
                let text = format!("{}: waiting until it is at a safe point", run.plan.title);
                model.messages.say(model.now, Weight::Notable, text);
            }
            screens::keep_arrangement(model);
            effects.push(Effect::Save(model.preferences.clone()));
        }
        Msg::Exported(Err(fault)) | Msg::Resumed(Err(fault)) | Msg::Notice(fault) => {
            model.messages.fault(model.now, &fault);
        }
    }
    effects
}

/// Brings what is derived up to date, right before a frame is drawn: the message, rows in their order, and what is
/// watched.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    model.foot = foot::foot(model);
    if model.changed && watch::may_refresh(model) {
        model.refresh_soon();
    }
    screens::keep_in_sight(model);
    let mut effects = watch::reconcile(model);
    effects.extend(events::due(model).map(|work| Effect::Work(Box::new(work))));
    effects
}

#[cfg(test)]
mod tests;
