//! The palette: what it offers for what is typed, and what accepting runs.

use crate::core::command::{Argument, Command, Group, Invocation};
use crate::core::input::Input;
use crate::core::menu::{Suggestion, rank};
use crate::core::model::Model;
use crate::core::overlay::{Overlay, Palette};
use crate::core::possible;
use crate::core::screen::Screen;
use crate::core::update::screens;

/// How many names are offered at most. The list of a large fleet is filtered with `/`.
const MOST_NAMES: usize = 2_000;

/// Opens the palette.
pub(in crate::core::update) fn palette(model: &mut Model) {
    let suggestions = matching(model, "");
    let input = Input::with_history(model.history.iter().cloned());
    model.overlay = Some(Overlay::Palette(Palette { input, suggestions, cursor: 0 }));
}

/// What fits the text that is typed, best first.
pub(super) fn matching(model: &Model, typed: &str) -> Vec<Suggestion> {
    let typed = typed.trim_start().trim_start_matches(':').trim_start();
    let mut all = commands(model);
    let Some((name, _)) = typed.split_once(char::is_whitespace) else {
        all.extend(whole(model));
        let mut found = rank(typed, &all);
        // Whoever has typed the beginning of a command's name means that command.
        let is_name = |it: &Suggestion| {
            it.invocation.argument.is_none() && it.invocation.command.name().starts_with(typed)
        };
        found.sort_by_key(|it| (it.blocked.is_some(), !is_name(it)));
        return found;
    };
    let Some(command) = Command::from_name(name) else { return Vec::new() };
    let arguments: Vec<Suggestion> =
        arguments(model, command).into_iter().map(|it| with_argument(command, &it)).collect();
    let found = rank(typed.trim_end(), &arguments);
    if found.is_empty() {
        // The argument is free, or nothing that is known: the command itself says what it takes.
        return all.into_iter().filter(|it| it.invocation.command == command).collect();
    }
    found
}

/// All commands that mean something on the screen in sight. Nobody looks for those that only move about.
fn commands(model: &Model) -> Vec<Suggestion> {
    let context = model.screen().context();
    let moves = |it: Command| it.repeats() || it.group() == Group::Forms;
    let mut offered: Vec<Command> =
        Command::ALL.iter().copied().filter(|it| it.applies_in(context) && !moves(*it)).collect();
    // Nor is what a key does at once typed often; while nothing is typed, what leads somewhere stands first.
    offered.sort_by_key(|it| it.group() == Group::Navigation);
    offered
        .into_iter()
        .map(|command| {
            let keys = model.keymap.hint(context, command).map(ToString::to_string).unwrap_or_default();
            let placeholder = command.argument().map_or(String::new(), |it| format!(" {}", it.placeholder()));
            Suggestion {
                invocation: Invocation::of(command),
                label: format!("{}{placeholder}", command.name()),
                doc: command.doc().to_owned(),
                keys,
                blocked: possible::check(model, command).err(),
                matched: Vec::new(),
            }
        })
        .collect()
}

/// Environments and themes are found by their own names, too.
fn whole(model: &Model) -> impl Iterator<Item = Suggestion> {
    [Command::Environment, Command::Theme].into_iter().flat_map(|command| {
        arguments(model, command).into_iter().map(move |argument| with_argument(command, &argument))
    })
}

fn with_argument(command: Command, argument: &str) -> Suggestion {
    Suggestion {
        label: format!("{} {argument}", command.name()),
        invocation: Invocation { command, argument: Some(argument.to_owned()) },
        doc: command.doc().to_owned(),
        keys: String::new(),
        blocked: None,
        matched: Vec::new(),
    }
}

/// What may follow a command, as far as it is known.
fn arguments(model: &Model, command: Command) -> Vec<String> {
    let Some(argument) = command.argument() else { return Vec::new() };
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    match argument {
        Argument::Environment => {
            let names = model.fleet.environments.iter().map(|it| it.id.to_string());
            names.chain(["all".to_owned()]).collect()
        }
        Argument::Theme => model.settings.themes.clone(),
        Argument::Column | Argument::Columns => {
            let table = model.table_in_sight();
            table.map_or_else(Vec::new, |it| it.heads().iter().map(|head| head.id.to_owned()).collect())
        }
        Argument::Subject => {
            let services = model.fleet.services.iter().map(|it| &it.id.name);
            let workloads = model.fleet.workloads.iter().map(|it| &it.name);
            workloads.chain(services).take(MOST_NAMES).map(ToString::to_string).collect()
        }
        Argument::Signal => words(&super::change::SIGNALS.map(|(name, _)| name)),
        Argument::Since => words(&["1m", "5m", "15m", "1h", "6h", "1d", "all"]),
        Argument::Zone => words(&["local", "utc"]),
        Argument::Lines => words(&["0", "3", "10", "more", "less"]),
        Argument::Format if matches!(model.screen(), Screen::Logs(_)) => {
            words(&["text", "json", "text gz", "json gz", "text all", "json all"])
        }
        Argument::Format => words(&["text", "csv", "json"]),
        Argument::Prunable | Argument::Removal | Argument::Times | Argument::Level => {
            words(argument.choices())
        }
        Argument::Filter
        | Argument::Fields
        | Argument::Pattern
        | Argument::FilterPattern
        | Argument::Name
        | Argument::Limits
        | Argument::CommandLine => Vec::new(),
    }
}

/// Writes the selected suggestion into the line, ready for its argument.
pub(super) fn complete(model: &mut Model) {
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return };
    if let Some(suggestion) = palette.suggestions.get(palette.cursor) {
        let invocation = &suggestion.invocation;
        let open = invocation.command.argument().is_some() && invocation.argument.is_none();
        let text = format!("{invocation}{}", if open { " " } else { "" });
        // What is typed already behind the name of a command stays.
        if !palette.input.text().trim_start().trim_start_matches(':').trim_start().starts_with(&text) {
            palette.input.set(&text);
            super::typed(model);
        }
    }
}

/// What to run: what was typed when it is a whole command, else the selected suggestion.
pub(super) fn accept(model: &mut Model, palette: &Palette) -> Option<Invocation> {
    let typed = palette.input.text().trim().trim_start_matches(':').trim().to_owned();
    let has_argument = typed.contains(char::is_whitespace);
    let selected = palette.suggestions.get(palette.cursor).map(|it| it.invocation.clone());
    let invocation = match typed.parse::<Invocation>() {
        // Who has gone down the list means what is selected there.
        Ok(invocation) if palette.cursor == 0 => Some(invocation),
        Err(error) if selected.is_none() || (has_argument && palette.cursor == 0) => {
            screens::say(model, &error.to_string());
            None
        }
        Ok(_) | Err(_) => selected,
    }?;
    let line = if palette.cursor == 0 { typed } else { invocation.to_string() };
    if model.history.last() != Some(&line) && !line.is_empty() {
        model.history.push(line);
    }
    Some(invocation)
}
