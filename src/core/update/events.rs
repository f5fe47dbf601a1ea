//! Events of sources: into the fleet, or to the screen that asked.

use crate::core::event::{Envelope, Event};
use crate::core::model::Model;
use crate::core::screen::Screen;
use crate::core::view::logs::{Matches, Matching};

/// Takes in one event, unless it answers a question that nobody asks any more.
pub(super) fn event(model: &mut Model, envelope: Envelope) {
    if model.watched.get(&envelope.source) != Some(&envelope.generation) {
        return;
    }
    model.changed = true;
    let Some(envelope) = model.fleet.apply(envelope) else { return };
    for screen in &mut model.stack {
        match (screen, &envelope.event) {
            (Screen::Inspect(inspect), Event::Processes(id, list)) if inspect.id == *id => {
                inspect.set_processes(list.clone());
            }
            (Screen::Inspect(inspect), Event::Detail(id, value)) if inspect.id == *id => {
                inspect.set_detail(value.clone());
            }
            (Screen::Inspect(inspect), Event::Link(link)) if inspect.asks(&envelope.source.subject) => {
                inspect.set_link(link);
            }
            (Screen::Logs(logs), _) if logs.asks(&envelope.source) => logs.take(&envelope.event),
            _ => {}
        }
    }
}

/// A search through a log is done.
pub(super) fn matched(model: &mut Model, matches: Matches) {
    let window = model.log_window();
    model.changed = true;
    for screen in &mut model.stack {
        if let Screen::Logs(logs) = screen
            && logs.id == matches.id
        {
            return logs.matched(matches, window);
        }
    }
}

/// A search through a log that has to be done.
pub(super) fn due(model: &mut Model) -> Option<Matching> {
    model.stack.iter_mut().find_map(|screen| match screen {
        Screen::Logs(logs) => logs.due(),
        _ => None,
    })
}
