//! What the screen in sight is about: its entity, its environment, the targets behind it, and how old what it shows is.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::advice::Advice;
use super::database::Database;
use super::entity::Workload;
use super::entity::revision::RevisionId;
use super::environment::Environment;
use super::event::Link;
use super::fault::Fault;
use super::id::{EntityId, EnvironmentId, Kind, TargetId};
use super::model::Model;
use super::revision::Listed;
use super::screen::Screen;
use super::table::RowId;
use super::target::Target;
use super::view::kind::TableKind;
use super::view::logs::Lane;
use super::view::table::belongs_to;

/// The entity that a row is about; that of a change is what it happened to.
fn entity_of<'m>(model: &'m Model, row: &'m RowId) -> Option<&'m EntityId> {
    match row {
        RowId::Entity(id) => Some(id),
        RowId::Advice(id) => Some(&id.entity),
        RowId::Exposure(id) | RowId::Deployment(id) => Some(&id.0),
        RowId::Change(number) => model.fleet.timeline.get(*number)?.change.entity.as_ref(),
        RowId::Database(id) => model.databases.get(id)?.managed(&model.fleet).map(|it| &it.id),
        RowId::Environment(_) | RowId::Run(_) | RowId::Revision(_) | RowId::Calls(_) => None,
    }
}

/// The entity that the screen in sight is about: that of the selected row of a list, or the one that the screen shows.
pub fn subject(model: &Model) -> Option<&EntityId> {
    match model.screen() {
        Screen::Table(table) => entity_of(model, table.selected()?),
        Screen::Logs(logs) => logs.subject(model.log_window()),
        screen => screen.entity(),
    }
}

/// The database of the selected row.
pub fn database(model: &Model) -> Option<&Database> {
    match model.screen().table()?.selected()? {
        RowId::Database(id) => model.databases.get(id),
        _ => None,
    }
}

/// The finding of the selected row.
pub fn advice(model: &Model) -> Option<&Advice> {
    match model.screen().table()?.selected()? {
        RowId::Advice(id) => model.derived.advice.iter().find(|it| it.id == **id),
        _ => None,
    }
}

/// The two revisions that are to be compared, the older one first: those that are marked, or the marked one and the
/// selected one, or the selected one and the one that runs; or why there are no two.
pub fn compared(model: &Model) -> Result<[RevisionId; 2], String> {
    let revision = |row: &RowId| match row {
        RowId::Revision(id) => Some((**id).clone()),
        _ => None,
    };
    let Some(table) = model.screen().table() else { return Err("not here".to_owned()) };
    let marked: Vec<RevisionId> = table.marked().into_iter().filter_map(revision).collect();
    let selected =
        table.selected().and_then(revision).ok_or_else(|| "there is nothing in the list".to_owned())?;
    let of_family = |it: &&Listed| it.id.family == selected.family && it.id.target == selected.target;
    let other = match &*marked {
        [one, other] => return Ok(in_order(one.clone(), other.clone())),
        [one] if *one != selected => one.clone(),
        [] => {
            let all = || model.derived.revisions.iter().filter(of_family).rev();
            let running = all().find(|it| it.runs()).map(|it| it.id.clone());
            match running.filter(|it| *it != selected) {
                Some(it) => it,
                // Beside the one that runs, it is the one before that one asks for.
                None => all()
                    .find(|it| it.id < selected)
                    .map(|it| it.id.clone())
                    .ok_or_else(|| "there is no older one: mark the one to compare it with".to_owned())?,
            }
        }
        [_] => return Err("that one is marked: select another".to_owned()),
        _ => return Err("two at a time: remove the marks from the others".to_owned()),
    };
    Ok(in_order(other, selected))
}

fn in_order(one: RevisionId, other: RevisionId) -> [RevisionId; 2] {
    if one < other { [one, other] } else { [other, one] }
}

/// The local port of the tunnel to a database, while it stands.
pub fn tunnel_port(model: &Model, database: &Database) -> Option<u16> {
    let report = &model.databases.tunnel(&database.id)?.report;
    (!report.state.is_over()).then_some(report.port)
}

/// What a change is done to: the entities of the marked rows or of the selected one, or the one that the screen shows.
pub fn chosen(model: &Model) -> Vec<&EntityId> {
    match model.screen() {
        Screen::Table(table) => {
            let mut seen = BTreeSet::new();
            let ids = table.chosen().into_iter().filter_map(|row| entity_of(model, row));
            ids.filter(|id| seen.insert(*id)).collect()
        }
        _ => subject(model).into_iter().collect(),
    }
}

/// The workloads that are meant by what is marked or selected, or shown: a service and an environment stand for theirs.
pub fn workloads(model: &Model) -> Vec<EntityId> {
    let fleet = &model.fleet;
    let of = |is_meant: &dyn Fn(&Workload) -> bool| -> Vec<EntityId> {
        fleet.workloads.iter().filter(|it| is_meant(it)).map(|it| it.id.clone()).collect()
    };
    let of_entity = |id: &EntityId| match id.kind {
        Kind::Workload => vec![id.clone()],
        Kind::Service => of(&|it| belongs_to(it, id)),
        Kind::Host | Kind::Image | Kind::Volume | Kind::Network | Kind::Database | Kind::LogGroup => {
            Vec::new()
        }
    };
    let of_row = |row: &RowId| match row {
        RowId::Environment(environment) => {
            of(&|it| fleet.environment_of(it).is_some_and(|it| it.id == *environment))
        }
        row => entity_of(model, row).map(of_entity).unwrap_or_default(),
    };
    let meant: Vec<EntityId> = match model.screen() {
        Screen::Table(table) => table.chosen().into_iter().flat_map(of_row).collect(),
        Screen::Logs(_) | Screen::Kinds(_) => log_lanes(model).iter().map(|lane| lane.id.clone()).collect(),
        screen => screen.entity().map(of_entity).unwrap_or_default(),
    };
    let mut seen = BTreeSet::new();
    meant.into_iter().filter(|id| seen.insert(id.clone())).collect()
}

/// The logs that the screen in sight shows, or the kinds of lines of.
fn log_lanes(model: &Model) -> &[Lane] {
    let is_log = |screen: &Screen| !matches!(screen, Screen::Kinds(_));
    match model.stack.iter().rfind(|it| is_log(it)) {
        Some(Screen::Logs(logs)) => logs.lanes(),
        _ => &[],
    }
}

/// The target that a prune is for: that of what is selected, or the only one there is.
pub fn chosen_target(model: &Model) -> Option<&TargetId> {
    let only = |mut ids: BTreeSet<_>| if ids.len() == 1 { ids.pop_first() } else { None };
    let row = model.table_in_sight().and_then(|table| table.selected());
    if let Some(RowId::Environment(id)) = row {
        let environment = model.fleet.environments.iter().find(|it| it.id == *id)?;
        return only(environment.places.iter().map(|place| &place.target).collect());
    }
    subject(model).map(|id| &id.target).or_else(|| only(model.fleet.targets.keys().collect()))
}

/// The environment that the screen in sight is limited to or about.
pub fn environment(model: &Model) -> Option<&Environment> {
    let named = |id: &EnvironmentId| model.fleet.environments.iter().find(|it| it.id == *id);
    match model.screen() {
        Screen::Table(table) => {
            let scope = &table.scope;
            let entity = scope.service.as_ref().or(scope.uses.as_ref());
            scope.environment.as_ref().and_then(named).or_else(|| model.fleet.environment_of_entity(entity?))
        }
        Screen::Run(run) => {
            let run = model.runs.iter().find(|it| it.id == run.id)?;
            named(&run.plan.environment)
        }
        Screen::Difference(state) => state.environment.as_ref().and_then(named),
        Screen::Logs(_) | Screen::Kinds(_) if !log_lanes(model).is_empty() => {
            let mut all = log_lanes(model).iter().map(|lane| model.fleet.environment_of_entity(&lane.id));
            let first = all.next()??;
            all.all(|it| it.is_some_and(|it| it.id == first.id)).then_some(first)
        }
        screen => match screen.entity() {
            Some(id) => model.fleet.environment_of_entity(id),
            None => model.environment.as_ref().and_then(named),
        },
    }
}

/// The targets that the screen in sight shows something of.
pub fn targets(model: &Model) -> Vec<&Target> {
    let only = |id: &TargetId| model.fleet.targets.get(id).into_iter().collect();
    match model.screen() {
        Screen::Table(table) => {
            let scope = &table.scope;
            let entity = scope.service.as_ref().or(scope.uses.as_ref());
            if let Some(id) = scope.target.as_ref().or_else(|| entity.map(|it| &it.target)) {
                return only(id);
            }
            let environment = scope.environment.as_ref();
            let places = environment
                .and_then(|id| model.fleet.environments.iter().find(|it| it.id == *id))
                .map(|it| &it.places);
            let holds = |target: &&Target| {
                places.is_none_or(|places| places.iter().any(|place| place.target == target.id))
            };
            model.fleet.targets.values().filter(holds).collect()
        }
        Screen::Logs(_) | Screen::Kinds(_) => {
            let ids: BTreeSet<&TargetId> = log_lanes(model).iter().map(|lane| &lane.id.target).collect();
            ids.into_iter().filter_map(|id| model.fleet.targets.get(id)).collect()
        }
        Screen::Difference(state) => only(&state.target),
        screen => screen.entity().map_or_else(Vec::new, |id| only(&id.target)),
    }
}

/// Whether what a row shows may no longer be true. What happened and what was run stays true.
pub fn is_stale(model: &Model, row: &RowId) -> bool {
    match row {
        RowId::Entity(id) => model.fleet.is_stale(&id.target, model.now),
        RowId::Exposure(id) | RowId::Deployment(id) => model.fleet.is_stale(&id.0.target, model.now),
        RowId::Advice(id) => model.fleet.is_stale(&id.entity.target, model.now),
        RowId::Environment(id) => {
            model.fleet.environments.iter().find(|it| it.id == *id).is_some_and(|it| {
                it.places.iter().all(|place| model.fleet.is_stale(&place.target, model.now))
            })
        }
        RowId::Revision(id) => model.fleet.is_stale(&id.target, model.now),
        RowId::Change(_) | RowId::Run(_) | RowId::Database(_) | RowId::Calls(_) => false,
    }
}

/// How old what is in sight is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// How many of the targets in sight are silent.
    pub stale: usize,
    /// How many targets there are in sight.
    pub targets: usize,
    /// When the one that is silent for longest was last heard; `None` when it never was.
    pub heard: Option<Timestamp>,
}

/// How old what is in sight is; `None` where it is of no target.
pub fn age(model: &Model) -> Option<Age> {
    let targets = targets(model);
    let stale: Vec<&&Target> = targets.iter().filter(|it| it.is_stale(model.now)).collect();
    let heard = stale.iter().map(|it| it.heard).min().flatten();
    (!targets.is_empty()).then_some(Age { stale: stale.len(), targets: targets.len(), heard })
}

/// Why a target in sight cannot be reached, and in how many seconds it is tried again; `None` there: not any more.
pub fn fault(model: &Model) -> Option<(&Fault, Option<u64>)> {
    targets(model).into_iter().find_map(|target| match &target.link {
        Link::Lost { fault, retry_at } => {
            let left = retry_at.as_millisecond().saturating_sub(model.now.0.as_millisecond());
            Some((fault, Some(u64::try_from(left).unwrap_or(0).div_ceil(1000))))
        }
        Link::Ended(fault) => Some((fault, None)),
        Link::Connecting | Link::Live => None,
    })
}

/// What of a target in sight cannot be read, though the rest of it can.
pub fn lack(model: &Model) -> Option<&Fault> {
    let lists_groups = model.table_in_sight().is_some_and(|it| it.kind == TableKind::LogGroups);
    targets(model).into_iter().find_map(|target| {
        let groups = target.lacks_log_groups.as_ref().filter(|_| lists_groups);
        groups.or_else(|| target.lacks.first())
    })
}

/// Whether an entity is still there.
pub fn is_there(model: &Model, id: &EntityId) -> bool {
    let fleet = &model.fleet;
    match id.kind {
        Kind::Workload => fleet.workloads.get(id).is_some(),
        Kind::Service => fleet.services.get(id).is_some(),
        Kind::Host => fleet.hosts.get(id).is_some(),
        Kind::Image => fleet.images.get(id).is_some(),
        Kind::Volume => fleet.volumes.get(id).is_some(),
        Kind::Network => fleet.networks.get(id).is_some(),
        Kind::Database => fleet.managed.get(id).is_some(),
        Kind::LogGroup => fleet.log_groups.get(id).is_some(),
    }
}
