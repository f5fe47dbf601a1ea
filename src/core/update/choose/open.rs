//! Lines, menus and the palette: what is in them when they open, and what accepting does.

use crate::core::command::{Command, Group, Invocation};
use crate::core::input::Input;
use crate::core::meaning::Meaning;
use crate::core::menu::{Entry, Menu, Purpose, Suggestion};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::{Line, Overlay, Palette};
use crate::core::possible;
use crate::core::screen::Screen;
use crate::core::update::screens;
use crate::core::view::workloads::tier_meaning;

/// Opens the line that filters or searches; with an argument it is accepted at once.
pub(in crate::core::update) fn line(model: &mut Model, command: Command, argument: Option<&str>) {
    let before = match model.screen() {
        Screen::Table(table) => table.filter_text().to_owned(),
        Screen::Inspect(inspect) => inspect.tree.search_text().to_owned(),
        Screen::Logs(logs) if command == Command::Search => logs.search_text().to_owned(),
        Screen::Logs(logs) => logs.filter_text().to_owned(),
        _ => return,
    };
    let mut input = Input::default();
    input.set(argument.unwrap_or(&before));
    model.overlay = Some(Overlay::Line(Line { command, input, before }));
    if argument.is_some() {
        super::typed(model);
        model.overlay = None;
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
            Some(column) => screens::with_table(model, |table, _| table.sort_by(column)),
            None => {
                let names: Vec<&str> = table.heads().iter().map(|head| head.id).collect();
                let text = format!("sort: there is no column `{argument}`, only {}", names.join(", "));
                screens::say(model, &text);
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
        let places: Option<Vec<usize>> =
            names.map(|name| heads.iter().position(|head| head.id == name)).collect();
        match places {
            Some(places) if !places.is_empty() => {
                screens::with_table(model, |table, _| table.columns = places);
            }
            _ => {
                let known: Vec<&str> = heads.iter().map(|head| head.id).collect();
                screens::say(model, &format!("columns: choose among {}", known.join(", ")));
            }
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

/// Switches or moves the selected column of the menu of columns; the list behind it follows at once.
pub(super) fn arrange(model: &mut Model, how: Command) {
    let Some(Overlay::Menu(menu)) = &mut model.overlay else { return };
    if menu.purpose != Purpose::Columns {
        return;
    }
    let cursor = menu.cursor;
    match how {
        Command::Mark => {
            if let Some(entry) = menu.entries.get_mut(cursor) {
                entry.checked = entry.checked.map(|it| !it);
            }
        }
        Command::MoveUp if cursor > 0 => {
            menu.entries.swap(cursor, cursor - 1);
            menu.cursor -= 1;
        }
        Command::MoveDown if cursor + 1 < menu.entries.len() => {
            menu.entries.swap(cursor, cursor + 1);
            menu.cursor += 1;
        }
        _ => {}
    }
    let shown: Vec<String> =
        menu.entries.iter().filter(|it| it.checked == Some(true)).map(|it| it.label.clone()).collect();
    if shown.is_empty() {
        // A list without a column would show nothing at all: the last one stays.
        if let Some(entry) = menu.entries.get_mut(cursor) {
            entry.checked = Some(true);
        }
        return;
    }
    screens::with_table(model, |table, _| {
        let heads = table.heads().to_vec();
        table.columns =
            shown.iter().filter_map(|name| heads.iter().position(|head| head.id == name)).collect();
    });
}

/// Limits the screens to one environment, or lets one be chosen.
pub(in crate::core::update) fn environment(model: &mut Model, argument: Option<&str>) {
    if let Some(argument) = argument {
        let known =
            model.fleet.environments.iter().find(|it| it.id.as_str() == argument).map(|it| it.id.clone());
        match known {
            Some(id) => screens::limit(model, Some(&id)),
            None if argument == "all" => screens::limit(model, None),
            None => screens::say(model, &format!("there is no environment `{argument}`")),
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
        let text = format!("there is no theme `{name}`, only {}", themes.join(", "));
        return screens::say(model, &text);
    }
    screens::say(model, &format!("theme {name}"));
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

/// Opens the palette.
pub(in crate::core::update) fn palette(model: &mut Model) {
    let suggestions = suggestions(model);
    let input = Input::with_history(model.history.iter().cloned());
    model.overlay = Some(Overlay::Palette(Palette { input, suggestions, cursor: 0 }));
}

/// All that the palette can offer: commands, environments and themes.
pub(super) fn suggestions(model: &Model) -> Vec<Suggestion> {
    let context = model.screen().context();
    let mut all: Vec<Suggestion> = Vec::new();
    for command in Command::ALL.iter().copied().filter(|it| it.applies_in(context)) {
        let keys = model.keymap.hint(context, command).map(ToString::to_string).unwrap_or_default();
        let placeholder = command.argument().map_or(String::new(), |it| format!(" {}", it.placeholder()));
        all.push(Suggestion {
            invocation: Invocation::of(command),
            label: format!("{}{placeholder}", command.name()),
            doc: command.doc().to_owned(),
            keys,
            blocked: possible::check(model, command).err(),
            matched: Vec::new(),
        });
    }
    let environments = model.fleet.environments.iter().map(|it| (Command::Environment, it.id.to_string()));
    let themes = model.settings.themes.iter().map(|it| (Command::Theme, it.clone()));
    for (command, argument) in environments.chain(themes) {
        all.push(Suggestion {
            label: format!("{} {argument}", command.name()),
            invocation: Invocation { command, argument: Some(argument) },
            doc: command.doc().to_owned(),
            keys: String::new(),
            blocked: None,
            matched: Vec::new(),
        });
    }
    // Nobody types what a key moves; while nothing is typed, what leads somewhere stands first.
    all.sort_by_key(|it| it.invocation.command.group() == Group::Navigation);
    all
}

/// Writes the selected suggestion into the line, ready for its argument.
pub(super) fn complete(model: &mut Model) {
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return };
    if let Some(suggestion) = palette.suggestions.get(palette.cursor) {
        let invocation = &suggestion.invocation;
        let open = invocation.command.argument().is_some() && invocation.argument.is_none();
        let text = format!("{invocation}{}", if open { " " } else { "" });
        palette.input.set(&text);
        super::typed(model);
    }
}

/// What to run: what was typed when it is a whole command with its argument, else the selected suggestion.
pub(super) fn accept_palette(model: &mut Model, palette: &Palette) -> Option<Invocation> {
    let typed = palette.input.text().trim().trim_start_matches(':').trim().to_owned();
    let has_argument = typed.contains(char::is_whitespace);
    let selected = palette.suggestions.get(palette.cursor).map(|it| it.invocation.clone());
    let invocation = match typed.parse::<Invocation>() {
        Ok(invocation) if has_argument || palette.cursor == 0 => Some(invocation),
        Err(error) if has_argument => {
            screens::say(model, &error.to_string());
            None
        }
        Ok(_) | Err(_) => {
            if selected.is_none() {
                screens::say(model, &format!("there is no command like `{typed}`"));
            }
            selected
        }
    }?;
    if model.history.last() != Some(&typed) && !typed.is_empty() {
        model.history.push(typed);
    }
    Some(invocation)
}
