//! Lines and menus: what is in them when they open. The menu of changes and the palette are elsewhere.

use jiff::tz::TimeZone;

use crate::core::command::{Command, Context, Invocation};
use crate::core::input::Input;
use crate::core::logs::joined;
use crate::core::meaning::Meaning;
use crate::core::menu::{Entry, Menu, Purpose};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::overlay::{Line, Overlay};
use crate::core::screen::Screen;
use crate::core::table::Head;
use crate::core::text::clean;
use crate::core::time;
use crate::core::update::screens;
use crate::core::view::workloads::tier_meaning;

/// Opens the line that filters or searches; with an argument it is accepted at once.
pub(in crate::core::update) fn line(model: &mut Model, command: Command, argument: Option<&str>) {
    let before = match model.screen() {
        Screen::Table(table) => table.filter_text().to_owned(),
        Screen::Inspect(inspect) => inspect.tree.search_text().to_owned(),
        Screen::Box(state) => state.tree.search_text().to_owned(),
        Screen::Logs(logs) if command == Command::Search => logs.search_text().to_owned(),
        Screen::Logs(logs) if command == Command::FilterPattern => logs.filter_pattern().to_owned(),
        Screen::Logs(logs) => logs.filters.text(),
        _ => return,
    };
    let window = model.log_window();
    let selected = model.table_in_sight().and_then(|table| table.selected().cloned());
    if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
        logs.begin_line(window);
    }
    let mut input = Input::default();
    input.set(argument.unwrap_or(&before));
    input.select();
    model.overlay = Some(Overlay::Line(Line { command, input, before, selected }));
    if argument.is_some() {
        super::typed(model);
        super::accept(model, &mut Vec::new());
    }
}

fn choice(label: &str, note: &str, invocation: Invocation, checked: Option<bool>) -> Entry {
    let meaning = Meaning::Text;
    Entry { label: label.to_owned(), note: note.to_owned(), choice: Ok(invocation), meaning, checked }
}

fn with_argument(command: Command, argument: &str) -> Invocation {
    Invocation { command, argument: Some(argument.to_owned()) }
}

fn menu(model: &mut Model, title: &str, purpose: Purpose, entries: Vec<Entry>) {
    let current = entries.iter().position(|it| it.checked == Some(true) && purpose == Purpose::Choose);
    let mut menu = Menu::new(title, purpose, entries);
    menu.cursor = current.unwrap_or(menu.cursor);
    model.overlay = Some(Overlay::Menu(menu));
}

/// Sorts by a column, or lets one be chosen.
pub(in crate::core::update) fn sort(model: &mut Model, argument: Option<&str>) {
    let Some(table) = model.table_in_sight() else { return };
    if let Some(argument) = argument {
        match table.heads().iter().position(|head| head.id == argument) {
            Some(column) => screens::arrange(model, |table| table.sort_by(column)),
            None => {
                let text = no_column(argument, table.heads());
                screens::say(model, &format!("sort: {text}"));
            }
        }
        return;
    }
    let entries = table
        .heads()
        .iter()
        .enumerate()
        .map(|(place, head)| {
            let sorted = table.sort.column == place;
            choice(head.id, head.doc, with_argument(Command::Sort, head.id), Some(sorted))
        })
        .collect();
    menu(model, "Sort by", Purpose::Choose, entries);
}

/// Chooses and arranges the columns.
pub(in crate::core::update) fn columns(model: &mut Model, argument: Option<&str>) {
    let Some(table) = model.table_in_sight() else { return };
    let heads = table.heads().to_vec();
    if let Some(argument) = argument {
        let names = argument.split([',', ' ']).filter(|it| !it.is_empty());
        let place = |name: &str| heads.iter().position(|head| head.id == name).ok_or_else(|| name.to_owned());
        match names.map(place).collect::<Result<Vec<usize>, String>>() {
            Ok(places) if places.is_empty() => {}
            Ok(places) => screens::arrange(model, |table| table.show_columns(places)),
            Err(name) => screens::say(model, &format!("columns: {}", no_column(&name, &heads))),
        }
        return;
    }
    let hidden = (0..heads.len()).filter(|place| !table.columns.contains(place));
    let entries = table
        .columns
        .iter()
        .copied()
        .chain(hidden)
        .filter_map(|place| {
            let head = heads.get(place)?;
            let shown = table.columns.contains(&place);
            Some(choice(head.id, head.doc, with_argument(Command::Columns, head.id), Some(shown)))
        })
        .collect();
    menu(model, "Columns", Purpose::Columns, entries);
}

fn no_column(name: &str, heads: &[Head]) -> String {
    let known: Vec<&str> = heads.iter().map(|head| head.id).collect();
    let meant = did_you_mean(nearest(name, known.iter().copied()));
    format!("there is no column `{}`, only {}{meant}", clean(name), known.join(", "))
}

/// Switches or moves the selected entry of a menu of switches; what stands behind it follows at once.
pub(super) fn switch(model: &mut Model, how: Command) {
    let Some(Overlay::Menu(menu)) = &mut model.overlay else { return };
    if !menu.purpose.switches() {
        return;
    }
    let cursor = menu.cursor;
    match how {
        Command::Mark => {
            if let Some(entry) = menu.entries.get_mut(cursor) {
                entry.checked = entry.checked.map(|it| !it);
            }
        }
        Command::MarkAll | Command::UnmarkAll => {
            for entry in &mut menu.entries {
                entry.checked = entry.checked.map(|_| how == Command::MarkAll);
            }
        }
        Command::MoveUp if cursor > 0 && menu.purpose == Purpose::Columns => {
            menu.entries.swap(cursor, cursor - 1);
            menu.cursor -= 1;
        }
        Command::MoveDown if cursor + 1 < menu.entries.len() && menu.purpose == Purpose::Columns => {
            menu.entries.swap(cursor, cursor + 1);
            menu.cursor += 1;
        }
        _ => {}
    }
    if menu.purpose == Purpose::Columns
        && menu.entries.iter().all(|it| it.checked == Some(false))
        && let Some(entry) = menu.entries.get_mut(cursor)
    {
        // A list without a column would show nothing at all.
        entry.checked = Some(true);
    }
    let (purpose, entries) = (menu.purpose, menu.entries.clone());
    let (now, zone, window) = (model.now, model.settings.zone.clone(), model.log_window());
    let shown = entries.iter().filter(|it| it.checked == Some(true));
    if purpose == Purpose::Columns {
        screens::arrange(model, |table| {
            let place = |entry: &Entry| table.heads().iter().position(|head| head.id == entry.label);
            let columns = shown.filter_map(place).collect();
            table.show_columns(columns);
        });
    } else if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
        logs.show_only(&shown.map(|it| it.label.as_str()).collect::<Vec<_>>(), now, &zone, window);
    }
}

/// Lets the conditions of a log be switched on and off.
pub(in crate::core::update) fn filters(model: &mut Model) {
    let Screen::Logs(logs) = model.screen() else { return };
    let known = &model.settings.log_conditions;
    let entries: Vec<Entry> = logs
        .filters
        .all()
        .iter()
        .map(|it| {
            let shows = known.iter().find(|named| *named.name == it.name).map_or("", |named| &*named.shows);
            choice(&it.name, shows, Invocation::of(Command::Filters), Some(it.is_on))
        })
        .collect();
    if entries.is_empty() {
        let how = model.keymap.hint(Context::Logs, Command::Filter).map(ToString::to_string);
        let how = how.map_or_else(|| ":filter".to_owned(), |keys| format!("`{keys}`"));
        return screens::say(model, &format!("no condition was set yet: {how} sets some"));
    }
    menu(model, "Lines that are shown", Purpose::Filters, entries);
}

/// Opens the filter of a log for one more condition, that hides lines; with an argument it is set at once.
pub(in crate::core::update) fn filter_out(model: &mut Model, argument: Option<&str>) {
    let Screen::Logs(logs) = model.screen() else { return };
    let hidden = format!("!{}", argument.unwrap_or_default());
    let text = joined([&*logs.filters.text(), &hidden].into_iter());
    if argument.is_some() {
        return line(model, Command::Filter, Some(&text));
    }
    line(model, Command::Filter, None);
    if let Some(input) = model.overlay.as_mut().and_then(Overlay::input_mut) {
        input.set(&text);
    }
    super::typed(model);
}

/// Tells times by another clock: the one that is named, or in turn that of the operator and UTC.
pub(in crate::core::update) fn zone(model: &mut Model, argument: Option<&str>) {
    let settings = &mut model.settings;
    let name = argument.unwrap_or(if settings.zone == TimeZone::UTC { "local" } else { "utc" });
    match time::zone(name, &settings.home) {
        Some(zone) => {
            settings.zone = zone;
            screens::done(model, &format!("times are told by the clock of {name}"));
        }
        None => {
            let text = format!("there is no clock `{}`: use local, utc, or +02:00", clean(name));
            screens::say(model, &text);
        }
    }
}

/// Limits the screens to one environment, or lets one be chosen.
pub(in crate::core::update) fn environment(model: &mut Model, argument: Option<&str>) {
    if let Some(argument) = argument {
        let known =
            model.fleet.environments.iter().find(|it| it.id.as_str() == argument).map(|it| it.id.clone());
        match known {
            Some(id) => screens::limit(model, Some(&id)),
            None if argument == "all" => screens::limit(model, None),
            None => {
                let known = model.fleet.environments.iter().map(|it| it.id.as_str()).chain(["all"]);
                let meant = did_you_mean(nearest(argument, known));
                let text = format!("there is no environment `{}`{meant}", clean(argument));
                screens::say(model, &text);
            }
        }
        return;
    }
    let current = model.environment.clone();
    let mut entries = vec![choice(
        "all",
        "show everything",
        with_argument(Command::Environment, "all"),
        Some(current.is_none()),
    )];
    entries.extend(model.fleet.environments.iter().map(|it| {
        let chosen = current.as_ref() == Some(&it.id);
        let note = it.tier.map_or("", |tier| tier.word());
        let invocation = with_argument(Command::Environment, it.id.as_str());
        Entry { meaning: tier_meaning(it.tier), ..choice(it.id.as_str(), note, invocation, Some(chosen)) }
    }));
    menu(model, "Environment", Purpose::Choose, entries);
}

/// Uses a theme, the next one, or lets one be chosen.
pub(in crate::core::update) fn theme(
    model: &mut Model,
    command: Command,
    argument: Option<&str>,
    effects: &mut Vec<Effect>,
) {
    let themes = &model.settings.themes;
    let name = match (command, argument) {
        (Command::NextTheme, _) => {
            let here = themes.iter().position(|it| *it == model.settings.theme);
            let next = here.map_or(0, |here| (here + 1) % themes.len().max(1));
            themes.get(next).cloned()
        }
        (_, Some(name)) => Some(name.to_owned()),
        (_, None) => None,
    };
    let Some(name) = name else {
        let current = model.settings.theme.clone();
        let entries = themes
            .iter()
            .map(|it| choice(it, "", with_argument(Command::Theme, it), Some(*it == current)))
            .collect();
        return menu(model, "Theme", Purpose::Choose, entries);
    };
    if !themes.contains(&name) {
        let text = format!("there is no theme `{}`, only {}", clean(&name), themes.join(", "));
        return screens::say(model, &text);
    }
    screens::done(model, &format!("theme {name}"));
    model.settings.theme.clone_from(&name);
    model.preferences.theme = Some(name);
    effects.push(Effect::Save(model.preferences.clone()));
}

/// Lets the format of an export be chosen.
pub(in crate::core::update) fn export(model: &mut Model) {
    let formats =
        [("text", "aligned columns"), ("csv", "comma separated values"), ("json", "an array of objects")];
    let entries = formats
        .into_iter()
        .map(|(name, note)| choice(name, note, with_argument(Command::Export, name), None))
        .collect();
    menu(model, "Write what is shown into a file as", Purpose::Choose, entries);
}
