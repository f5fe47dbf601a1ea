//! Events of sources: into the fleet, or to the screen that asked.

use crate::core::event::{Envelope, Event};
use crate::core::model::Model;
use crate::core::screen::Screen;

/// Takes in one event, unless it answers a question that nobody asks any more.
pub(super) fn event(model: &mut Model, envelope: Envelope) {
    if model.watched.get(&envelope.source) != Some(&envelope.generation) {
        return;
    }
    model.changed = true;
    let Some(envelope) = model.fleet.apply(envelope) else { return };
    let now = model.now;
    for screen in &mut model.stack {
        match (screen, &envelope.event) {
            (Screen::Inspect(inspect), Event::Processes(id, list)) if inspect.id == *id => {
                inspect.set_processes(list.clone());
            }
            (Screen::Inspect(inspect), Event::Detail(id, value)) if inspect.id == *id => inspect.set_detail(value.clone()),
            (Screen::Inspect(inspect), Event::Link(link)) if inspect.asks(&envelope.source.subject) => {
                inspect.set_link(link);
            }
            (Screen::Logs(logs), _) if logs.asks(&envelope.source) => logs.take(&envelope.event, now),
            _ => {}
        }
    }
}
