//! Commands: what each of them does.

use super::choose::{self, Chosen};
use super::{databases, files, logs, named, screens};
use crate::core::command::{Command, Invocation};
use crate::core::id::EntityId;
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::page::Fit;
use crate::core::possible;
use crate::core::screen::Screen;
use crate::core::sight;
use crate::core::size::many;
use crate::core::table::RowId;
use crate::core::text::clean;
use crate::core::view::blackbox::Pane;
use crate::core::view::inspect::Tab;
use crate::core::view::kind::TableKind;
use crate::core::view::logs::Handled;
use crate::core::view::table::TableState;

/// Runs a command, or says why it cannot be run now.
pub(super) fn run(model: &mut Model, invocation: &Invocation, effects: &mut Vec<Effect>) {
    if model.overlay.is_some() {
        match choose::run(model, invocation, effects) {
            Chosen::Done => return,
            Chosen::Run(chosen) => return run(model, &chosen, effects),
            Chosen::Pass => {}
        }
    }
    if let Err(why) = possible::check_invocation(model, invocation) {
        return screens::say(model, &format!("{}: {why}", invocation.command.name()));
    }
    let (now, zone, window) = (model.now, model.settings.zone.clone(), model.log_window());
    if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
        match logs.run(invocation, now, &zone, window) {
            Handled::No => {}
            Handled::Yes => return,
            Handled::Copy(text) => return copy(model, text, effects),
            Handled::Export { name, ending, text } => {
                effects.push(Effect::Export { name, ending, text });
                return;
            }
            Handled::Page(text) => {
                effects.push(Effect::Page(text));
                return;
            }
            Handled::Done(text) => return screens::done(model, text),
            Handled::Fault(text) => return screens::say(model, &text),
        }
    }
    let pane = match invocation.command {
        Command::Logs => Some(Pane::Lines),
        Command::Inspect => Some(Pane::Inspect),
        _ => None,
    };
    if let Some(pane) = pane.filter(|_| invocation.argument.is_none())
        && screens::open_box_of_gone(model, pane, effects)
    {
        return;
    }
    general(model, invocation, effects);
}

fn general(model: &mut Model, invocation: &Invocation, effects: &mut Vec<Effect>) {
    let page = model.page();
    let argument = invocation.argument.as_deref();
    let command = invocation.command;
    if let Some(kind) = screens::table_of(command) {
        return screens::show_table(model, kind, effects);
    }
    match command {
        Command::Up => step(model, -1),
        Command::Down => step(model, 1),
        Command::PageUp => step(model, -isize::try_from(page.max(1)).unwrap_or(1)),
        Command::PageDown => step(model, isize::try_from(page.max(1)).unwrap_or(1)),
        Command::HalfPageUp => step(model, -isize::try_from((page / 2).max(1)).unwrap_or(1)),
        Command::HalfPageDown => step(model, isize::try_from((page / 2).max(1)).unwrap_or(1)),
        Command::Top => go_to(model, 0),
        Command::Bottom => go_to(model, usize::MAX),
        Command::Left | Command::Right => sideways(model, command == Command::Right),
        Command::NextTab | Command::NextPane => turn(model, 1),
        Command::PreviousTab | Command::PreviousPane => turn(model, -1),
        Command::Open => screens::open(model, effects),
        Command::Back => {
            screens::back(model);
        }
        Command::BackOrQuit if !screens::back(model) => {
            quit(model, effects);
        }
        Command::Quit => quit(model, effects),
        Command::Redraw => effects.push(Effect::Redraw),
        Command::Suspend => effects.push(Effect::Suspend),
        Command::Help => screens::help(model),
        Command::Palette => choose::palette(model),
        Command::Inspect => on_entity(model, command, argument, |model, id| {
            screens::inspect(model, id, Tab::Details);
        }),
        Command::Revisions => on_entity(model, command, argument, screens::revisions),
        Command::Deployments => on_entity(model, command, argument, screens::deployments),
        Command::Diff => screens::difference(model),
        Command::Processes => on_workload(model, command, argument, |model, id| {
            screens::inspect(model, &id, Tab::Processes);
        }),
        Command::Stats => on_workload(model, command, argument, |model, id| {
            screens::inspect(model, &id, Tab::Stats);
        }),
        Command::Logs => match logs::whose(model, argument) {
            Ok(whose) => screens::logs(model, whose),
            Err(why) => screens::say(model, &format!("{}: {why}", command.name())),
        },
        Command::Environment => choose::environment(model, argument),
        Command::Filter | Command::Search | Command::FilterPattern => choose::line(model, command, argument),
        Command::Kinds => screens::kinds(model, None),
        Command::Compare => logs::compare(model, argument),
        Command::FilterOut => choose::filter_out(model, argument),
        Command::Filters => choose::filters(model),
        Command::Zone => choose::zone(model, argument),
        Command::ClearFilter => screens::arrange(model, |table| table.set_filter("")),
        Command::Sort => choose::sort(model, argument),
        Command::SortNext => screens::arrange(model, TableState::sort_by_next),
        Command::SortReverse => screens::arrange(model, |table| table.sort_by(table.sort.column)),
        Command::Columns => choose::columns(model, argument),
        Command::Mark => screens::with_table(model, |table, page| {
            table.toggle_mark();
            table.step(1, page);
        }),
        Command::MarkAll => screens::with_table(model, |table, _| table.mark_all()),
        Command::UnmarkAll => screens::with_table(model, |table, _| table.marks.clear()),
        Command::ShowStopped => screens::arrange(model, |table| table.stopped = !table.stopped),
        Command::Copy | Command::CopyId => {
            let text = if command == Command::Copy { selection_text(model) } else { ids_text(model) };
            copy(model, text, effects);
        }
        Command::Tunnel | Command::Client | Command::CopyDsn => databases::run(model, command, effects),
        Command::Export => files::export(model, argument, effects),
        Command::Bundle => files::bundle(model, argument, effects),
        Command::Fold => with_tree(model, super::super::tree::TreeState::fold),
        Command::Unfold => with_tree(model, |tree, _| tree.unfold()),
        Command::FoldAll => with_tree(model, |tree, page| tree.fold_all(true, page)),
        Command::UnfoldAll => with_tree(model, |tree, page| tree.fold_all(false, page)),
        Command::Reveal => with_tree(model, |tree, _| tree.toggle_reveal()),
        Command::SearchNext | Command::SearchPrevious => {
            let forward = command == Command::SearchNext;
            let mut found = true;
            with_tree(model, |tree, page| found = tree.search().is_none() || tree.find(forward, false, page));
            if !found {
                screens::say(model, "nothing matches");
            }
        }
        Command::Theme | Command::NextTheme => choose::theme(model, command, argument, effects),
        Command::Mouse => {
            model.settings.mouse = !model.settings.mouse;
            let state = if model.settings.mouse { "on" } else { "off: the terminal selects text again" };
            screens::done(model, &format!("the mouse is {state}"));
            effects.push(Effect::Mouse(model.settings.mouse));
        }
        Command::DismissMessage => model.messages.dismiss(),
        Command::Messages => screens::messages(model),
        Command::Cancel => cancel(model, effects),
        Command::Actions => choose::actions(model),
        _ if command.changes_the_world() => choose::change(model, command, argument, effects),
        // What is left belongs to dialogs and lines of text, which take their commands before they get here.
        _ => {}
    }
}

/// Stops the run in sight, or else the bundle that is being written.
fn cancel(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(id) = possible::run_under_way(model).cloned() {
        screens::say(model, "it stops at its next safe point");
        effects.push(Effect::Cancel(id));
    } else if model.bundling {
        effects.push(Effect::StopBundle);
    }
}

fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    model.quitting = true;
    effects.push(Effect::Quit);
}

fn step(model: &mut Model, by: isize) {
    let page = model.page();
    let shift = |offset: &mut usize| *offset = offset.saturating_add_signed(by);
    match model.stack.last_mut() {
        Some(Screen::Table(table)) => table.step(by, page),
        Some(Screen::Inspect(inspect)) if inspect.tab == Tab::Details => inspect.tree.step(by, page),
        Some(Screen::Inspect(inspect)) => shift(&mut inspect.processes_offset),
        Some(Screen::Kinds(kinds)) => kinds.step(by, page),
        Some(Screen::Box(state)) if state.is_tree() => state.tree.step(by, page),
        Some(Screen::Box(state)) => shift(&mut state.offset),
        Some(Screen::Run(run)) => shift(&mut run.offset),
        Some(Screen::Difference(state)) => shift(&mut state.offset),
        Some(Screen::Help(help)) => shift(&mut help.offset),
        Some(Screen::Messages { offset }) => shift(offset),
        _ => {}
    }
    keep_in_bounds(model);
}

fn go_to(model: &mut Model, place: usize) {
    let page = model.page();
    match model.stack.last_mut() {
        Some(Screen::Table(table)) => table.select(place, page),
        Some(Screen::Inspect(inspect)) if inspect.tab == Tab::Details => inspect.tree.select(place, page),
        Some(Screen::Inspect(inspect)) => inspect.processes_offset = place,
        Some(Screen::Kinds(kinds)) => kinds.select(place, page),
        Some(Screen::Box(state)) if state.is_tree() => state.tree.select(place, page),
        Some(Screen::Box(state)) => state.offset = place,
        Some(Screen::Run(run)) => run.offset = place,
        Some(Screen::Difference(state)) => state.offset = place,
        Some(Screen::Help(help)) => help.offset = place,
        Some(Screen::Messages { offset }) => *offset = place,
        _ => {}
    }
    keep_in_bounds(model);
}

/// Keeps the offsets of screens of plain lines where there are lines.
pub(super) fn keep_in_bounds(model: &mut Model) {
    let rows = model.body_rows();
    let last = |lines: usize| lines.saturating_sub(usize::from(rows));
    let most = match model.screen() {
        Screen::Inspect(inspect) => {
            // The tabs and the heads of the columns stand above.
            last(inspect.processes.as_ref().map_or(0, |list| list.rows.len() + 2))
        }
        Screen::Box(state) => {
            // The tabs stand above.
            let (columns, rows) = model.page_room();
            Fit::new(&state.lines(&model.settings.zone), columns, rows.saturating_sub(1)).last
        }
        Screen::Help(help) => last(crate::core::view::help::lines(&model.keymap, help.about).len()),
        screen => {
            let (columns, rows) = model.page_room();
            model.page_of(screen).map_or(0, |lines| Fit::new(&lines, columns, rows).last)
        }
    };
    match model.stack.last_mut() {
        Some(Screen::Inspect(inspect)) => inspect.processes_offset = inspect.processes_offset.min(most),
        Some(Screen::Box(state)) => state.offset = state.offset.min(most),
        Some(Screen::Run(run)) => run.offset = run.offset.min(most),
        Some(Screen::Difference(state)) => state.offset = state.offset.min(most),
        Some(Screen::Help(help)) => help.offset = help.offset.min(most),
        Some(Screen::Messages { offset }) => *offset = (*offset).min(most),
        _ => {}
    }
}

/// Scrolls a list by one column; to the right only while some found no room.
fn sideways(model: &mut Model, right: bool) {
    if let Some(Screen::Kinds(kinds)) = model.stack.last_mut() {
        return kinds.scroll(right);
    }
    let more = screens::layout(model).is_some_and(|it| it.more_right);
    screens::with_table(model, |table, _| match right {
        true if more => table.shift = table.shift.saturating_add(1),
        true => {}
        false => table.shift = table.shift.min(table.columns.len()).saturating_sub(1),
    });
}

fn turn(model: &mut Model, by: isize) {
    match model.stack.last_mut() {
        Some(Screen::Inspect(inspect)) => inspect.turn(by),
        Some(Screen::Box(state)) => state.turn(),
        _ => {}
    }
}

fn on_entity(
    model: &mut Model,
    command: Command,
    name: Option<&str>,
    show: impl FnOnce(&mut Model, &EntityId),
) {
    match named::meant(model, name) {
        Ok(id) => show(model, &id),
        Err(why) => screens::say(model, &format!("{}: {why}", command.name())),
    }
}

fn on_workload(
    model: &mut Model,
    command: Command,
    name: Option<&str>,
    show: impl FnOnce(&mut Model, EntityId),
) {
    let found = named::meant(model, name).and_then(|id| {
        let none = || format!("{} has no workload", model.fleet.name_of(&id));
        screens::workload_of(model, &id).ok_or_else(none)
    });
    match found {
        Ok(id) => show(model, id),
        Err(why) => screens::say(model, &format!("{}: {why}", command.name())),
    }
}

fn with_tree(model: &mut Model, act: impl FnOnce(&mut crate::core::tree::TreeState, usize)) {
    let page = model.page();
    match model.stack.last_mut() {
        Some(Screen::Inspect(inspect)) => act(&mut inspect.tree, page),
        Some(Screen::Box(state)) => act(&mut state.tree, page),
        _ => {}
    }
}

/// Puts a text into the clipboard.
fn copy(model: &mut Model, text: String, effects: &mut Vec<Effect>) {
    if text.is_empty() {
        return screens::say(model, "there is nothing to copy");
    }
    let lines = text.lines().count() as u64;
    screens::done(model, &format!("copied {}", many(lines, "line")));
    effects.push(Effect::Copy(text));
}

fn selection_text(model: &Model) -> String {
    match model.screen() {
        Screen::Table(table) => {
            let scene = model.scene();
            let rows = table.chosen().into_iter();
            let cells = rows.filter_map(|id| table.kind.cells(&scene, id, &table.columns));
            let line = |cells: Vec<crate::core::table::Cell<'_>>| {
                let texts: Vec<&str> = cells.iter().map(|it| &*it.text).filter(|it| !it.is_empty()).collect();
                texts.join("  ")
            };
            cells.map(line).collect::<Vec<_>>().join("\n")
        }
        Screen::Inspect(inspect) => line_of(&inspect.tree),
        Screen::Box(state) if state.is_tree() => line_of(&state.tree),
        Screen::Box(state) => match &state.content {
            Some(Ok(it)) => it.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"),
            _ => String::new(),
        },
        Screen::Difference(state) => state.text(),
        Screen::Kinds(state) => {
            state.selected().map_or_else(String::new, |it| state.veil.over(it.pattern.text()).into_owned())
        }
        _ => String::new(),
    }
}

/// The value of the selected line of a tree, or its name where it has none.
fn line_of(tree: &crate::core::tree::TreeState) -> String {
    tree.selected().map_or_else(String::new, |line| {
        line.value.as_ref().map_or_else(|| line.label.clone(), |leaf| leaf.text.clone())
    })
}

fn ids_text(model: &Model) -> String {
    let ids: Vec<String> = match model.screen() {
        // What happened has no id of its own, but what it happened to has.
        Screen::Table(table) if table.kind != TableKind::Timeline => {
            table.chosen().into_iter().map(RowId::to_string).collect()
        }
        _ => sight::chosen(model).into_iter().map(|id| clean(&*id.name).into_owned()).collect(),
    };
    ids.join("\n")
}
