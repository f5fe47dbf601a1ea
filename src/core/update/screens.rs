//! Going from screen to screen.

use std::sync::Arc;

use jiff::Timestamp;

use crate::core::change::Weight;
use crate::core::command::Command;
use crate::core::entity::Identified;
use crate::core::entity::revision::{RevisionId, split};
use crate::core::id::{EntityId, EnvironmentId, Kind, RunId};
use crate::core::logs::Pattern;
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::revision::{family_of, service_of};
use crate::core::screen::Screen;
use crate::core::sight;
use crate::core::table::{Cell, Layout, RowId};

use crate::core::view::blackbox::{BoxState, Pane};
use crate::core::view::difference::DifferenceState;
use crate::core::view::help::HelpState;
use crate::core::view::inspect::{InspectState, Tab};
use crate::core::view::kind::TableKind;
use crate::core::view::logs::{Begun, Filters, KindsState, LogState, Opening, Times, Whose};
use crate::core::view::run::RunState;
use crate::core::view::table::{TableState, belongs_to};

/// The list that a command shows.
pub(super) const fn table_of(command: Command) -> Option<TableKind> {
    Some(match command {
        Command::Fleet => TableKind::Fleet,
        Command::Advice => TableKind::Advice,
        Command::Workloads => TableKind::Workloads,
        Command::Services => TableKind::Services,
        Command::Hosts => TableKind::Hosts,
        Command::Images => TableKind::Images,
        Command::Volumes => TableKind::Volumes,
        Command::Networks => TableKind::Networks,
        Command::LogGroups => TableKind::LogGroups,
        Command::Exposure => TableKind::Exposure,
        Command::Calls => TableKind::Calls,
        Command::Timeline => TableKind::Timeline,
        Command::Runs => TableKind::Runs,
        Command::Databases => TableKind::Databases,
        Command::Tunnels => TableKind::Tunnels,
        _ => return None,
    })
}

/// Where the columns of the list on screen stand.
pub(super) fn layout(model: &Model) -> Option<Layout> {
    let table = model.table_in_sight()?;
    let scene = model.scene();
    let rows: Vec<Vec<Cell<'_>>> = table
        .visible(model.page())
        .iter()
        .filter_map(|id| table.kind.cells(&scene, id, &table.columns))
        .collect();
    let sorted = table.columns.iter().position(|it| *it == table.sort.column);
    let rows = rows.iter().map(Vec::as_slice);
    Some(Layout::of_table(&table.shown_heads(), &rows, sorted, model.size.0, table.shift))
}

/// Shows a list as the root, as it was left: the way back begins there.
pub(super) fn show_table(model: &mut Model, kind: TableKind, effects: &mut Vec<Effect>) {
    keep_arrangement(model);
    if let Some(Screen::Table(mut root)) = model.stack.drain(..).next() {
        root.marks.clear();
        model.parked.insert(root.kind, root);
    }
    let mut table = model.parked.remove(&kind).unwrap_or_else(|| Box::new(model.table(kind)));
    table.limit_to(model.environment.as_ref());
    model.stack.push(Screen::Table(table));
    model.preferences.view = Some(kind.name().to_owned());
    effects.push(Effect::Save(model.preferences.clone()));
    model.refresh();
}

/// Remembers how the lists on the stack are arranged.
pub(super) fn keep_arrangement(model: &mut Model) {
    let Model { stack, preferences, .. } = model;
    for table in stack.iter().filter_map(Screen::table) {
        preferences.tables.insert(table.kind.name().to_owned(), table.preferences());
    }
}

/// Puts a screen on top.
pub(super) fn push(model: &mut Model, screen: Screen) {
    model.stack.push(screen);
    model.refresh();
}

/// Brings a screen that is open already to the top, so that the way back does not grow by going to and fro, and a log
/// stays as far as it was read; `false` when there is none.
fn bring_up(model: &mut Model, is_it: impl Fn(&Screen) -> bool) -> bool {
    let place = model.stack.iter().position(is_it);
    if let Some(place) = place {
        let screen = model.stack.remove(place);
        push(model, screen);
    }
    place.is_some()
}

/// One level up; `false` at the root.
pub(super) fn back(model: &mut Model) -> bool {
    let window = model.log_window();
    match model.stack.last_mut() {
        Some(Screen::Table(table)) if !table.filter_text().is_empty() => {
            table.set_filter("");
            model.refresh();
            return true;
        }
        Some(Screen::Table(table)) if !table.marks.is_empty() => {
            table.marks.clear();
            return true;
        }
        Some(Screen::Logs(logs)) => {
            if let Some(begun) = logs.begun(window) {
                model.generation += 1;
                logs.end(begun, window, model.generation);
                if begun == Begun::Hunt {
                    say(model, "the search is given up");
                }
                return true;
            }
        }
        _ => {}
    }
    if model.stack.len() > 1 {
        keep_arrangement(model);
        model.stack.pop();
        model.refresh_soon();
        return true;
    }
    if model.environment.is_some() && !matches!(model.screen(), Screen::Welcome) {
        limit(model, None);
        return true;
    }
    false
}

/// Shows the lines of a kind in the log below.
fn open_kind(model: &mut Model, pattern: Option<&Pattern>) {
    let Some(pattern) = pattern else { return };
    model.stack.pop();
    let window = model.log_window();
    if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
        logs.show_kind(pattern, window);
    }
}

/// Limits everything to one environment, or to none.
pub(super) fn limit(model: &mut Model, environment: Option<&EnvironmentId>) {
    model.environment = environment.cloned();
    for table in model.stack.iter_mut().filter_map(Screen::table_mut) {
        table.limit_to(environment);
    }
    model.refresh();
}

/// Goes into what is selected.
pub(super) fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    let page = model.page();
    match model.stack.last_mut() {
        Some(Screen::Welcome) => {
            let first =
                if model.fleet.environments.len() > 1 { TableKind::Fleet } else { TableKind::Workloads };
            show_table(model, first, effects);
        }
        Some(Screen::Inspect(inspect)) if inspect.tab == Tab::Details => inspect.tree.toggle(page),
        Some(Screen::Kinds(kinds)) => {
            let chosen = kinds.selected().map(|it| it.pattern.clone());
            open_kind(model, chosen.as_ref());
        }
        Some(Screen::Box(state)) if state.is_tree() => state.tree.toggle(page),
        Some(Screen::Table(_)) => open_row(model, effects),
        _ => {}
    }
}

fn open_row(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(row) = model.table_in_sight().and_then(|it| it.selected().cloned()) else { return };
    match row {
        RowId::Environment(id) => {
            let mut table = model.table(TableKind::Workloads);
            table.scope.environment = Some(id);
            push(model, Screen::Table(Box::new(table)));
        }
        RowId::Run(id) => run(model, id),
        RowId::Revision(_) => difference(model),
        RowId::Deployment(id) => deployment(model, &id.0, &id.1),
        RowId::Database(_) => super::databases::toggle(model, effects),
        RowId::Advice(id) if id.entity.kind == Kind::Network => {
            let table = model.table(TableKind::Exposure);
            push(model, Screen::Table(Box::new(table)));
        }
        RowId::Exposure(id) if id.0.kind == Kind::Network => {
            say(model, "that is a security group: change it where it was made");
        }
        RowId::Calls(_) => say(model, "there is no more to know of these calls"),
        RowId::Exposure(id) => inspect(model, &id.0, Tab::Details),
        RowId::Advice(id) => inspect(model, &id.entity, Tab::Details),
        RowId::Change(_) if open_box(model, Pane::Lines, effects) => {}
        RowId::Change(number) => {
            let entity = model.fleet.timeline.get(number).and_then(|it| it.change.entity.clone());
            match entity {
                Some(id) => inspect(model, &id, Tab::Details),
                None => say(model, "this change is about no single entity"),
            }
        }
        RowId::Entity(id) => match id.kind {
            Kind::Workload | Kind::Database => inspect(model, &id, Tab::Details),
            Kind::LogGroup => logs(model, Whose::These(vec![id])),
            Kind::Service | Kind::Host | Kind::Image | Kind::Volume | Kind::Network => {
                workloads_of(model, id);
            }
        },
    }
}

/// The workloads that belong to a service, or use an image, volume or network, or run on a host.
fn workloads_of(model: &mut Model, id: EntityId) {
    let mut table = model.table(TableKind::Workloads);
    match id.kind {
        Kind::Service => table.scope.service = Some(id),
        Kind::Host => table.scope.target = Some(id.target),
        _ => {
            table.scope.used = Some(model.fleet.name_of(&id));
            table.scope.uses = Some(id);
        }
    }
    push(model, Screen::Table(Box::new(table)));
}

/// Shows the revisions of the task definition that an entity is made from.
pub(super) fn revisions(model: &mut Model, id: &EntityId) {
    let Some(family) = family_of(&model.fleet, id) else {
        let name = model.fleet.name_of(id);
        return say(model, &format!("revisions: {name} is made from no task definition"));
    };
    let is_it = |screen: &Screen| {
        screen.table().is_some_and(|it| {
            it.scope.family.as_ref() == Some(&family) && it.scope.target.as_ref() == Some(&id.target)
        })
    };
    if bring_up(model, is_it) {
        return;
    }
    let mut table = model.table(TableKind::Revisions);
    table.scope.target = Some(id.target.clone());
    table.scope.environment = model.fleet.environment_of_entity(id).map(|it| it.id.clone());
    table.scope.family = Some(family);
    push(model, Screen::Table(Box::new(table)));
}

/// Shows the deployments of the service that an entity is, or is of.
pub(super) fn deployments(model: &mut Model, id: &EntityId) {
    let Some(service) = service_of(&model.fleet, id) else {
        let name = model.fleet.name_of(id);
        return say(model, &format!("deployments: {name} is of no service of an ECS cluster"));
    };
    let is_it = |screen: &Screen| {
        let table = screen.table().filter(|it| it.kind == TableKind::Deployments);
        table.is_some_and(|it| it.scope.service.as_ref() == Some(&service))
    };
    if bring_up(model, is_it) {
        return;
    }
    let mut table = model.table(TableKind::Deployments);
    table.scope.environment = None;
    table.scope.service = Some(service);
    push(model, Screen::Table(Box::new(table)));
}

/// Shows what a deployment changed: what differs between the revisions that it goes from and to.
fn deployment(model: &mut Model, service: &EntityId, id: &Arc<str>) {
    let all = model.fleet.deployments.get(service);
    let Some(it) = all.and_then(|all| all.iter().find(|it| it.id == *id)) else { return };
    let revision = |name: &Arc<str>| {
        let (family, number) = split(name)?;
        Some(RevisionId { target: service.target.clone(), family: Arc::from(family), number })
    };
    let (Some(before), Some(after)) = (it.from.first().and_then(revision), revision(&it.to)) else {
        return say(model, "nothing is known of what ran before");
    };
    if before == after {
        return say(model, &format!("it deployed {} anew", it.to));
    }
    let environment = model.fleet.environment_of_entity(service).map(|it| it.id.clone());
    let redactor = Arc::clone(&model.fleet.redactor);
    let state = DifferenceState::new([&before, &after], environment, Vec::new(), redactor);
    push(model, Screen::Difference(Box::new(state)));
}

/// Shows what differs between the revisions that are marked or selected.
pub(super) fn difference(model: &mut Model) {
    let [before, after] = match sight::compared(model) {
        Ok(both) => both,
        Err(why) => return say(model, &format!("diff: {why}")),
    };
    let running = model.derived.revisions.iter().filter(|it| it.runs());
    let running: Vec<Arc<str>> =
        running.filter(|it| it.id == before || it.id == after).map(|it| it.id.name()).collect();
    let environment = model.table_in_sight().and_then(|it| it.scope.environment.clone());
    let redactor = Arc::clone(&model.fleet.redactor);
    let state = DifferenceState::new([&before, &after], environment, running, redactor);
    push(model, Screen::Difference(Box::new(state)));
}

/// Shows one run.
pub(super) fn run(model: &mut Model, id: RunId) {
    if !bring_up(model, |it| matches!(it, Screen::Run(run) if run.id == id)) {
        push(model, Screen::Run(RunState { id, offset: 0 }));
    }
}

/// The workload that an entity stands for: a service for the first of its workloads that runs.
pub(super) fn workload_of(model: &Model, id: &EntityId) -> Option<EntityId> {
    match id.kind {
        Kind::Workload => Some(id.clone()),
        Kind::Service => {
            let members = || model.fleet.workloads.iter().filter(|it| belongs_to(it, id));
            members().find(|it| it.is_up()).or_else(|| members().next()).map(|it| it.id().clone())
        }
        _ => None,
    }
}

/// Shows everything about an entity.
pub(super) fn inspect(model: &mut Model, id: &EntityId, tab: Tab) {
    if bring_up(model, |it| matches!(it, Screen::Inspect(inspect) if inspect.id == *id)) {
        if let Some(Screen::Inspect(inspect)) = model.stack.last_mut() {
            inspect.tab = tab;
        }
        return;
    }
    let name = model.fleet.name_of(id);
    let inspect = InspectState::new(id.clone(), name, tab).under(model.fleet.veil());
    push(model, Screen::Inspect(Box::new(inspect)));
}

/// Shows the black box of the selected change; `false` where it has none.
fn open_box(model: &mut Model, pane: Pane, effects: &mut Vec<Effect>) -> bool {
    let row = model.table_in_sight().and_then(TableState::selected);
    let Some(RowId::Change(number)) = row else { return false };
    let Some(entry) = model.fleet.timeline.get(*number) else { return false };
    let (Some(id), Some(entity)) = (entry.kept.clone(), entry.change.entity.clone()) else { return false };
    let name = entry.change.name.clone();
    if !bring_up(model, |it| matches!(it, Screen::Box(open) if open.id == id)) {
        effects.push(Effect::OpenBox(id.clone()));
        push(model, Screen::Box(Box::new(BoxState::new(id, entity, name, pane))));
    }
    true
}

/// The same only where the workload itself is not there any more.
pub(super) fn open_box_of_gone(model: &mut Model, pane: Pane, effects: &mut Vec<Effect>) -> bool {
    let is_gone = sight::subject(model).is_some_and(|id| !sight::is_there(model, id));
    is_gone && open_box(model, pane, effects)
}

/// Shows logs, read as one.
pub(super) fn logs(model: &mut Model, whose: Whose) {
    if bring_up(model, |it| matches!(it, Screen::Logs(logs) if logs.whose == whose)) {
        return;
    }
    let name = match &whose {
        Whose::These(ids) => match &**ids {
            [] => Arc::from(""),
            [id] => model.fleet.name_of(id),
            [id, others @ ..] => Arc::from(format!("{} and {} more", model.fleet.name_of(id), others.len())),
        },
        Whose::Service(id) => model.fleet.name_of(id),
        Whose::Selected(selector) => Arc::from(selector.to_string()),
    };
    model.generation += 1;
    let opening = Opening {
        number: model.generation,
        tail: model.settings.log_tail,
        budget: model.settings.log_stream_bytes,
    };
    let mut log = LogState::new(whose, name, opening);
    log.filters = Filters::of(model.settings.log_conditions.clone(), model.now, &model.settings.zone);
    log.open(&model.fleet);
    log.times = if model.settings.log_timestamps { Times::Clock } else { Times::Off };
    log.veil = model.fleet.veil();
    push(model, Screen::Logs(Box::new(log)));
}

/// Shows the kinds of lines of the log in sight; with a moment, what became of them then.
pub(super) fn kinds(model: &mut Model, around: Option<Timestamp>) {
    if let Screen::Logs(logs) = model.screen() {
        let kinds = KindsState::new(logs, around);
        push(model, Screen::Kinds(Box::new(kinds)));
    }
}

/// Shows the keys and commands that apply.
pub(super) fn help(model: &mut Model) {
    if !matches!(model.screen(), Screen::Help(_)) {
        let about = model.screen().context();
        model.stack.retain(|it| !matches!(it, Screen::Help(_)));
        push(model, Screen::Help(HelpState { about, offset: 0 }));
    }
}

/// Shows the messages of this session.
pub(super) fn messages(model: &mut Model) {
    if !bring_up(model, |it| matches!(it, Screen::Messages { .. })) {
        push(model, Screen::Messages { offset: 0 });
    }
}

/// Shows the list of workloads with one of them selected.
pub(super) fn select(model: &mut Model, id: EntityId, effects: &mut Vec<Effect>) {
    show_table(model, TableKind::Workloads, effects);
    let (page, row) = (model.page(), RowId::Entity(id));
    let found = |model: &mut Model| {
        model.stack.last_mut().and_then(Screen::table_mut).is_some_and(|it| it.select_row(&row, page))
    };
    if !found(model) {
        arrange(model, |table| table.set_filter(""));
        found(model);
    }
}

/// Shows the first screen again.
pub(super) fn welcome(model: &mut Model) {
    model.stack.clear();
    model.stack.push(Screen::Welcome);
}

/// Keeps what is selected in sight, whatever room the message at the bottom leaves.
pub(super) fn keep_in_sight(model: &mut Model) {
    let page = model.page();
    match model.stack.last_mut() {
        Some(Screen::Table(table)) => table.scroll_to_cursor(page),
        Some(Screen::Inspect(inspect)) => inspect.tree.select(inspect.tree.cursor(), page),
        Some(Screen::Box(state)) => state.tree.select(state.tree.cursor(), page),
        _ => {}
    }
}

/// Says why something is not done, or what has become of it that was not asked for.
pub(super) fn say(model: &mut Model, text: &str) {
    model.messages.say(model.now, Weight::Notable, text);
}

/// Says that what was asked for is done.
pub(super) fn done(model: &mut Model, text: &str) {
    model.messages.say(model.now, Weight::Good, text);
}

/// Arranges the list in sight anew, and reads its rows.
pub(super) fn arrange(model: &mut Model, act: impl FnOnce(&mut TableState)) {
    if let Some(table) = model.stack.last_mut().and_then(Screen::table_mut) {
        act(table);
        model.refresh();
    }
}

/// Does something to the list in sight that leaves its rows as they are.
pub(super) fn with_table(model: &mut Model, act: impl FnOnce(&mut TableState, usize)) {
    let page = model.page();
    if let Some(table) = model.stack.last_mut().and_then(Screen::table_mut) {
        act(table, page);
    }
}
