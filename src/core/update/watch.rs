//! Which sources are open: derived from what is on screen, so that nothing is read that nobody sees.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::core::entity::revision::{MOST, STEP};
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::screen::Screen;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::table::RowId;
use crate::core::target::Technology;
use crate::core::view::kind::TableKind;
use crate::core::view::table::TableState;
use crate::core::view::workloads::STATS_COLUMNS;

/// How many workloads are measured at once at most. Each costs the engine a stream; above this the rows in sight go first.
const MOST_STATS: usize = 200;
/// Environments are measured as long as no more workloads than this run in all.
const MOST_SUMMED: usize = 50;
/// A long list is read anew at most once a second, however much happens: that second, in milliseconds.
const LONG_LIST_PAUSE_MS: u64 = 1_000;

/// Whether it is time to read the list anew.
pub(super) fn may_refresh(model: &Model) -> bool {
    !model.is_list_long() || model.now.millis_since(model.refreshed.0) >= LONG_LIST_PAUSE_MS
}

/// Opens what is wanted and not open, and closes the rest.
pub(super) fn reconcile(model: &mut Model) -> Vec<Effect> {
    let wanted = wanted(model);
    let mut effects = Vec::new();
    let gone: Vec<SourceId> = model.watched.keys().filter(|id| !wanted.contains(id)).cloned().collect();
    for source in gone {
        model.watched.remove(&source);
        effects.push(Effect::Unwatch(source));
    }
    for source in wanted {
        if !model.watched.contains_key(&source) {
            model.generation += 1;
            model.watched.insert(source.clone(), model.generation);
            effects.push(Effect::Watch(source, model.generation));
        }
    }
    let looks = looks_at_runs(model);
    if looks != model.looks_at_runs {
        model.looks_at_runs = looks;
        effects.push(Effect::Records(looks));
    }
    effects
}

/// Whether runs are in sight: other consoles may be at some of them.
fn looks_at_runs(model: &Model) -> bool {
    match model.screen() {
        Screen::Table(table) => table.kind == TableKind::Runs,
        screen => matches!(screen, Screen::Run(_)),
    }
}

pub(super) fn wanted(model: &Model) -> BTreeSet<SourceId> {
    let mut wanted = BTreeSet::new();
    for target in model.fleet.targets.keys() {
        wanted.insert(SourceId { target: target.clone(), subject: Subject::Entities });
    }
    let mut want = |target: &TargetId, subject: Subject| {
        wanted.insert(SourceId { target: target.clone(), subject });
    };
    let stats = |id: &EntityId| Subject::Stats(id.clone());
    if let Screen::Table(table) = model.screen()
        && matches!(table.kind, TableKind::Hosts | TableKind::Fleet)
    {
        for target in model.fleet.targets.values().filter(|it| it.has_machine()) {
            want(&target.id, Subject::Machine);
        }
    }
    match model.screen() {
        Screen::Table(table) => match table.kind {
            TableKind::Workloads => {
                for id in measured(model) {
                    want(&id.target, stats(&id));
                }
            }
            TableKind::Fleet => {
                let up = || model.fleet.workloads.iter().filter(|it| it.is_up());
                if up().take(MOST_SUMMED + 1).count() <= MOST_SUMMED {
                    for workload in up() {
                        want(&workload.id.target, stats(&workload.id));
                    }
                }
            }
            TableKind::Hosts | TableKind::Volumes | TableKind::Images => {
                for target in model.fleet.targets.keys() {
                    want(target, Subject::DiskUse);
                }
            }
            TableKind::Deployments => {
                if let Some(service) = &table.scope.service {
                    want(&service.target, Subject::Deployments(service.clone()));
                }
            }
            TableKind::Revisions => {
                if let (Some(target), Some(family)) = (&table.scope.target, &table.scope.family) {
                    let (family, most) = (Arc::clone(family), looked_up(model, table));
                    want(target, Subject::Revisions { family, most });
                }
            }
            TableKind::LogGroups => {
                for target in model.fleet.targets.values().filter(|it| it.technology == Technology::Ecs) {
                    want(&target.id, Subject::LogGroups);
                }
            }
            _ => {}
        },
        Screen::Inspect(inspect) => {
            for subject in inspect.wanted(&model.fleet) {
                want(&inspect.id.target, subject);
            }
        }
        Screen::Difference(difference) => {
            for subject in difference.wanted() {
                want(&difference.target, subject);
            }
        }
        Screen::Logs(_)
        | Screen::Welcome
        | Screen::Run(_)
        | Screen::Box(_)
        | Screen::Kinds(_)
        | Screen::Help(_)
        | Screen::Messages { .. } => {}
    }
    // A log that is left for a moment (help, inspect) goes on being followed.
    for screen in &model.stack {
        if let Screen::Logs(logs) = screen {
            for (target, subject) in logs.wanted() {
                want(target, subject);
            }
        }
    }
    wanted
}

/// How many of the newest revisions are looked up: down to the last one in sight; all where what they say decides which
/// of them stand where.
fn looked_up(model: &Model, table: &TableState) -> u32 {
    let by_number = table.heads().get(table.sort.column).is_some_and(|it| it.id == "revision");
    if !by_number || !table.filter().shows_all() {
        return MOST;
    }
    let (Some(target), Some(family)) = (&table.scope.target, &table.scope.family) else { return STEP };
    let known = model.fleet.families.get(&(target.clone(), Arc::clone(family)));
    let place = |number: u32| known?.revisions.iter().position(|it| it.number == number);
    let in_sight = table.visible(model.page()).iter().filter_map(|row| match row {
        RowId::Revision(id) => place(id.number),
        _ => None,
    });
    let last = in_sight.max().and_then(|it| u32::try_from(it).ok()).unwrap_or(0);
    (last + 1).next_multiple_of(STEP).min(MOST)
}

fn is_stats(table: &TableState, column: usize) -> bool {
    table.heads().get(column).is_some_and(|head| STATS_COLUMNS.contains(&head.id))
}

/// Whether the order of the list depends on resource use.
pub(super) fn sorts_by_stats(table: &TableState) -> bool {
    is_stats(table, table.sort.column)
}

/// The workloads whose resource use the list in sight shows: those in sight, and all of them when it is sorted by it.
fn measured(model: &Model) -> Vec<EntityId> {
    let Some(table) = model.table_in_sight() else { return Vec::new() };
    if !table.columns.iter().any(|&column| is_stats(table, column)) && !sorts_by_stats(table) {
        return Vec::new();
    }
    let in_sight = table.visible(model.page()).iter();
    let others = if sorts_by_stats(table) { table.order() } else { &[] };
    let mut ids: Vec<EntityId> = Vec::new();
    let mut seen = BTreeSet::new();
    for row in in_sight.chain(others) {
        let RowId::Entity(id) = row else { continue };
        let up = id.kind == Kind::Workload
            && model.fleet.workloads.get(id).is_some_and(super::super::entity::workload::Workload::is_up);
        if up && seen.insert(id) {
            ids.push(id.clone());
        }
        if ids.len() == MOST_STATS {
            break;
        }
    }
    ids
}
