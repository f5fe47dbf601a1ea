//! What stands over the screen: opening it, typing and choosing in it, closing it.

mod change;
mod open;

pub(super) use change::{actions, change};
pub(super) use open::{columns, environment, export, line, palette, sort, theme};

use super::plans;
use crate::core::command::{Command, Invocation};
use crate::core::input::Edited;
use crate::core::menu::{Purpose, rank};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::{Confirm, Overlay};
use crate::core::page::Fit;
use crate::core::screen::Screen;

/// What became of a command that was given while something stood over the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// It was done.
    Done,
    /// It means the screen itself.
    Pass,
    /// It chose this, which is to be run on the screen.
    Run(Invocation),
}

/// Runs a command on what stands over the screen.
pub(super) fn run(model: &mut Model, invocation: &Invocation, effects: &mut Vec<Effect>) -> Chosen {
    let chosen = invocation.command;
    if matches!(
        chosen,
        Command::Quit | Command::Redraw | Command::Suspend | Command::DismissMessage | Command::Help
    ) {
        model.overlay = None;
        return Chosen::Pass;
    }
    match chosen {
        Command::Back | Command::BackOrQuit => leave(model),
        Command::Open => return accept(model, effects).map_or(Chosen::Done, Chosen::Run),
        Command::Confirm => plans::confirm(model, effects),
        Command::NextPane | Command::PreviousPane | Command::Left | Command::Right
            if matches!(model.overlay, Some(Overlay::Confirm(_))) && chosen_by_focus(model, chosen) => {}
        Command::Up => step(model, -1),
        Command::Down => step(model, 1),
        Command::PageUp | Command::HalfPageUp => step(model, -10),
        Command::PageDown | Command::HalfPageDown => step(model, 10),
        Command::Top => step(model, isize::MIN),
        Command::Bottom => step(model, isize::MAX),
        Command::Complete => open::complete(model),
        Command::Mark | Command::MoveUp | Command::MoveDown => open::arrange(model, chosen),
        _ if chosen.changes_the_world() && is_actions(model) => {
            model.overlay = None;
            return Chosen::Run(invocation.clone());
        }
        _ => {
            if let Some(input) = model.overlay.as_mut().and_then(Overlay::input_mut)
                && input.apply(chosen) == Edited::Text
            {
                typed(model);
            }
        }
    }
    Chosen::Done
}

fn is_actions(model: &Model) -> bool {
    matches!(&model.overlay, Some(Overlay::Menu(menu)) if menu.purpose == Purpose::Actions)
}

/// Moves between the two buttons of a confirmation; `false` when its line of text should have the command.
fn chosen_by_focus(model: &mut Model, chosen: Command) -> bool {
    let Some(Overlay::Confirm(confirm)) = &mut model.overlay else { return false };
    let typing = confirm.plan.word_to_type().is_some();
    if typing && matches!(chosen, Command::Left | Command::Right) {
        return false;
    }
    confirm.on_confirm = !confirm.on_confirm;
    true
}

/// The text of the line changed: what depends on it follows.
pub(super) fn typed(model: &mut Model) {
    let page = model.page();
    match &mut model.overlay {
        Some(Overlay::Line(line)) => {
            let text = line.input.text().to_owned();
            let search = line.command == Command::Search;
            match model.stack.last_mut() {
                Some(Screen::Table(table)) => table.set_filter(&text),
                Some(Screen::Inspect(inspect)) => inspect.tree.set_search(&text, page),
                Some(Screen::Logs(logs)) if search => logs.set_search(&text),
                Some(Screen::Logs(logs)) => logs.set_filter(&text),
                _ => {}
            }
            model.refresh();
        }
        Some(Overlay::Palette(palette)) => {
            let text = palette.input.text().trim_start_matches(':').to_owned();
            let name = text.split_whitespace().next().unwrap_or_default().to_owned();
            let all = open::suggestions(model);
            let has_argument = text.trim_start().contains(char::is_whitespace);
            let wanted = if has_argument { name } else { text };
            if let Some(Overlay::Palette(palette)) = &mut model.overlay {
                palette.suggestions = rank(&wanted, &all);
                palette.cursor = 0;
            }
        }
        Some(Overlay::Confirm(confirm)) => confirm.refusal = None,
        Some(Overlay::Prompt(prompt)) => prompt.refusal = None,
        Some(Overlay::Menu(_)) | None => {}
    }
}

/// Moves the selection of a list that stands over the screen, or scrolls a plan.
pub(super) fn step(model: &mut Model, by: isize) {
    match &mut model.overlay {
        Some(Overlay::Menu(menu)) => menu.step(by),
        Some(Overlay::Palette(palette)) => {
            let last = palette.suggestions.len().saturating_sub(1);
            palette.cursor = palette.cursor.saturating_add_signed(by).min(last);
        }
        Some(Overlay::Confirm(confirm)) => {
            let (columns, rows) = Confirm::room(model.size);
            let fit = Fit::new(&confirm.lines(model.now, &model.settings.zone), columns, rows);
            confirm.scroll = confirm.scroll.saturating_add_signed(by).min(fit.last);
        }
        Some(Overlay::Line(line)) => {
            line.input.apply(if by < 0 { Command::Up } else { Command::Down });
            typed(model);
        }
        Some(Overlay::Prompt(_)) | None => {}
    }
}

/// Leaves without accepting.
fn leave(model: &mut Model) {
    if let Some(Overlay::Line(line)) = model.overlay.take() {
        let before = line.before.clone();
        let mut input = line.input;
        input.set(&before);
        model.overlay = Some(Overlay::Line(crate::core::overlay::Line { input, ..line }));
        typed(model);
        model.overlay = None;
    }
}

/// Accepts what is chosen or typed; what it chose is to be run on the screen.
fn accept(model: &mut Model, effects: &mut Vec<Effect>) -> Option<Invocation> {
    match model.overlay.take() {
        Some(Overlay::Menu(menu)) => {
            let entry = menu.selected().filter(|_| menu.purpose != Purpose::Columns)?.clone();
            match entry.choice {
                Ok(invocation) => return Some(invocation),
                Err(why) => {
                    super::screens::say(model, &format!("{}: {why}", entry.label));
                    model.overlay = Some(Overlay::Menu(menu));
                }
            }
        }
        Some(Overlay::Palette(palette)) => return open::accept_palette(model, &palette),
        Some(Overlay::Prompt(prompt)) => change::answered(model, prompt, effects),
        Some(Overlay::Confirm(confirm)) => {
            let confirms = confirm.on_confirm || confirm.plan.word_to_type().is_some();
            if confirms {
                model.overlay = Some(Overlay::Confirm(confirm));
                plans::confirm(model, effects);
            } else if !confirm.is_armed(model.now) {
                // The Enter that opened the dialog may still be held down.
                model.overlay = Some(Overlay::Confirm(confirm));
            } else {
                super::screens::say(model, "cancelled: nothing was changed");
            }
        }
        Some(Overlay::Line(_)) | None => {}
    }
    None
}
