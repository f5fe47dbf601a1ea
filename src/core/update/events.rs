//! Events of sources: into the fleet, or to the screen that asked.

use super::{screens, watch};
use crate::core::event::{Envelope, Event};
use crate::core::logs::Budget;
use crate::core::model::Model;
use crate::core::screen::Screen;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::view::inspect::InspectState;
use crate::core::view::kind::TableKind;
use crate::core::view::logs::{LogState, Matches, Matching};

/// Takes in one event, unless it answers a question that nobody asks any more.
pub(super) fn event(model: &mut Model, envelope: Envelope) {
    if model.watched.get(&envelope.source) != Some(&envelope.generation) {
        return;
    }
    model.changed |= changes_rows(model, &envelope);
    let Some(Envelope { source, event, .. }) = model.fleet.apply(envelope) else { return };
    match event {
        Event::Log(event) => {
            if let Some(logs) = logs_asking(model, &source) {
                logs.take(event);
                share_memory(model);
            }
        }
        Event::Link(link) => {
            if let Some(logs) = logs_asking(model, &source)
                && let Some(fault) = logs.set_link(&source.subject, link.clone())
            {
                model.messages.fault(model.now, &fault);
            }
            for inspect in inspects(model).filter(|it| it.asks(&source.subject)) {
                inspect.set_link(&link);
            }
        }
        Event::Processes(id, list) => {
            for inspect in inspects(model).filter(|it| it.id == id) {
                inspect.set_processes(list.clone());
            }
        }
        Event::Detail(id, value) => {
            for inspect in inspects(model).filter(|it| it.id == id) {
                inspect.set_detail(value.clone());
            }
        }
        // All others were for the fleet.
        _ => {}
    }
}

/// Whether the rows of a list may be others after this, or stand in another order. Cells are read when they are drawn.
fn changes_rows(model: &Model, envelope: &Envelope) -> bool {
    match &envelope.event {
        Event::Ready(_) | Event::Upsert(_) | Event::Remove(_) | Event::Change(_) | Event::DiskUse(_) => true,
        Event::Link(_) => envelope.source.subject == Subject::Entities,
        Event::Samples(..) => model.table_in_sight().is_some_and(|table| match table.kind {
            TableKind::Fleet => true,
            TableKind::Workloads => !table.filter().shows_all() || watch::sorts_by_stats(table),
            _ => false,
        }),
        Event::Reset(_)
        | Event::Item(_)
        | Event::Heartbeat
        | Event::Processes(..)
        | Event::Detail(..)
        | Event::Log(_) => false,
    }
}

fn inspects(model: &mut Model) -> impl Iterator<Item = &mut InspectState> {
    model.stack.iter_mut().filter_map(|screen| match screen {
        Screen::Inspect(inspect) => Some(&mut **inspect),
        _ => None,
    })
}

fn all_logs(model: &mut Model) -> impl Iterator<Item = &mut LogState> {
    model.stack.iter_mut().filter_map(|screen| match screen {
        Screen::Logs(logs) => Some(&mut **logs),
        _ => None,
    })
}

fn logs_asking<'m>(model: &'m mut Model, source: &SourceId) -> Option<&'m mut LogState> {
    all_logs(model).find(|logs| logs.asks(source))
}

/// Keeps all logs that are open together within what the operator gives them.
fn share_memory(model: &mut Model) {
    let budget = Budget::new(model.settings.log_bytes);
    if let Some(level) = budget.level(all_logs(model).map(|logs| logs.heap_bytes())) {
        for logs in all_logs(model).filter(|logs| logs.heap_bytes() > level) {
            logs.shrink_to(level);
        }
    }
}

/// A search through a log is done.
pub(super) fn matched(model: &mut Model, matches: Matches) {
    let window = model.log_window();
    let said = all_logs(model).find(|logs| logs.id == matches.id).and_then(|it| it.matched(matches, window));
    if let Some(text) = said {
        screens::say(model, text);
    }
}

/// A search through a log that has to be done.
pub(super) fn due(model: &mut Model) -> Option<Matching> {
    all_logs(model).find_map(LogState::due)
}
