//! Events of sources: into the fleet, or to the screen that asked.

use std::sync::Arc;

use super::{choose, command, screens, watch};
use crate::core::command::Command;
use crate::core::entity::Entity;
use crate::core::entity::revision::MOST;
use crate::core::event::{Envelope, Event, LogEvent};
use crate::core::id::{EntityId, Kind};
use crate::core::logs::Budget;
use crate::core::model::Model;
use crate::core::screen::Screen;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::view::difference::DifferenceState;
use crate::core::view::inspect::InspectState;
use crate::core::view::kind::TableKind;
use crate::core::view::logs::{Done, LogState, Work};

/// Takes in one event, unless it answers a question that nobody asks any more.
pub(super) fn event(model: &mut Model, envelope: Envelope) {
    if model.watched.get(&envelope.source) != Some(&envelope.generation) {
        return;
    }
    model.changed |= changes_rows(model, &envelope);
    let came = newcomers(&envelope.event);
    let is_of_host = matches!(&envelope.event, Event::Upsert(Entity::Host(_)) | Event::Ready(Kind::Host));
    let is_of_database = is_of_database(&envelope.event);
    note_what_is_left_out(model, &envelope);
    let rest = model.fleet.apply(envelope);
    if is_of_database {
        model.databases.find(&model.fleet);
    }
    if let Some(came) = came {
        join_logs(model, &came);
    }
    if is_of_host {
        note_clocks(model);
    }
    let Some(Envelope { source, event, .. }) = rest else { return };
    match event {
        Event::Log(event) => {
            let now = model.now;
            let is_refused = matches!(event, LogEvent::Refused(_));
            if let Some(logs) = logs_asking(model, &source) {
                logs.take(&source.subject, event, now);
                share_memory(model);
                if is_refused {
                    mend_filter_pattern(model);
                }
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
            for state in open_differences(model).filter(|it| it.asks(&source)) {
                state.set_link(&link);
            }
            if let (Subject::Revisions { .. } | Subject::Deployments(_), Some(fault)) =
                (&source.subject, link.fault())
            {
                // It is tried again and again, and told once.
                let told = fault.to_string();
                if model.messages.iter().next_back().is_none_or(|it| *it.text != told) {
                    model.messages.fault(model.now, fault);
                }
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
        Event::Definition(name, value) => {
            for state in open_differences(model).filter(|it| it.asks(&source)) {
                state.set(&name, &value);
            }
            command::keep_in_bounds(model);
        }
        // All others were for the fleet.
        _ => {}
    }
}

/// Says that a list of revisions is not all there is, when it comes first.
fn note_what_is_left_out(model: &mut Model, envelope: &Envelope) {
    let Event::Revisions(family) = &envelope.event else { return };
    let key = (envelope.source.target.clone(), Arc::clone(&family.name));
    if family.has_more && !model.fleet.families.contains_key(&key) {
        screens::say(model, &format!("only the newest {MOST} revisions of {} are listed", family.name));
    }
}

/// Which workloads may have come with an event.
enum Came {
    /// All of a target are told.
    All,
    /// This one.
    One(EntityId),
}

/// CloudWatch refuses the filter pattern of the log in sight: the line is opened again to mend it, where nothing else is being
/// done.
fn mend_filter_pattern(model: &mut Model) {
    let is_refused = matches!(model.screen(), Screen::Logs(logs) if logs.refusal().is_some());
    if is_refused && model.overlay.is_none() {
        choose::line(model, Command::FilterPattern, None);
    }
}

fn newcomers(event: &Event) -> Option<Came> {
    match event {
        Event::Ready(Kind::Workload) => Some(Came::All),
        Event::Upsert(Entity::Workload(workload)) => Some(Came::One(workload.id.clone())),
        _ => None,
    }
}

/// Whether an event may change which databases AWS runs, or where.
fn is_of_database(event: &Event) -> bool {
    match event {
        Event::Ready(kind) => *kind == Kind::Database,
        Event::Upsert(Entity::Managed(_)) => true,
        Event::Remove(id) => id.kind == Kind::Database,
        _ => false,
    }
}

/// Opens the logs of workloads that have come to what open screens show.
fn join_logs(model: &mut Model, came: &Came) {
    let Model { stack, fleet, .. } = model;
    for screen in stack {
        let Screen::Logs(logs) = screen else { continue };
        match came {
            Came::All => logs.follow_fleet(fleet),
            Came::One(id) => {
                if let Some(workload) = fleet.workloads.get(id) {
                    logs.join(workload, fleet);
                }
            }
        }
    }
}

/// Tells open logs by how much the clocks of hosts are ahead.
fn note_clocks(model: &mut Model) {
    let Model { stack, fleet, .. } = model;
    for screen in stack {
        if let Screen::Logs(logs) = screen {
            logs.note_clocks(fleet);
        }
    }
}

/// Whether the rows of a list may be others after this, or stand in another order. Cells are read when they are drawn.
fn changes_rows(model: &Model, envelope: &Envelope) -> bool {
    match &envelope.event {
        Event::Ready(_)
        | Event::Upsert(_)
        | Event::Remove(_)
        | Event::Change(_)
        | Event::Lacks { .. }
        | Event::Guards(_)
        | Event::Revisions(_)
        | Event::Deployments(..)
        | Event::LogGroups(_)
        | Event::DiskUse(_)
        | Event::Machine(_) => true,
        Event::Calls(_) => model.table_in_sight().is_some_and(|table| table.kind == TableKind::Calls),
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
        | Event::Definition(..)
        | Event::Log(_) => false,
    }
}

fn inspects(model: &mut Model) -> impl Iterator<Item = &mut InspectState> {
    model.stack.iter_mut().filter_map(|screen| match screen {
        Screen::Inspect(inspect) => Some(&mut **inspect),
        _ => None,
    })
}

fn open_differences(model: &mut Model) -> impl Iterator<Item = &mut DifferenceState> {
    model.stack.iter_mut().filter_map(|screen| match screen {
        Screen::Difference(state) => Some(&mut **state),
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
    let sizes: Vec<usize> = all_logs(model).flat_map(|logs| logs.heap_bytes()).collect();
    if let Some(level) = budget.level(sizes) {
        for logs in all_logs(model) {
            logs.shrink_to(level);
        }
    }
}

/// Work over logs is done.
pub(super) fn worked(model: &mut Model, done: Done) {
    let (window, page) = (model.log_window(), model.page());
    if let Done::Kinds(counted) = done {
        // Nothing but a log is below the kinds of its lines, and they are never opened twice.
        let kinds = model.stack.iter_mut().find_map(|screen| match screen {
            Screen::Kinds(kinds) if kinds.log == counted.log => Some(kinds),
            _ => None,
        });
        if let Some(kinds) = kinds {
            kinds.done(counted, page);
        }
        return;
    }
    let said = all_logs(model).find(|logs| logs.awaits(&done)).and_then(|it| it.done(done, window));
    if let Some(text) = said {
        screens::say(model, text);
    }
}

/// Work over logs that has to be done.
pub(super) fn due(model: &mut Model) -> Option<Work> {
    let (now, window) = (model.now, model.log_window());
    if let Some(work) = all_logs(model).find_map(|logs| logs.due(now, window)) {
        return Some(work);
    }
    let (kinds, below) = model.stack.split_last_mut()?;
    let Screen::Kinds(kinds) = kinds else { return None };
    below.iter().find_map(|screen| match screen {
        Screen::Logs(log) => kinds.due(log, now).map(Work::Kinds),
        _ => None,
    })
}
