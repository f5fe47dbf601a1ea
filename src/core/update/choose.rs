//! What stands over the screen: opening it, typing and choosing in it, closing it.

mod change;
mod open;
mod suggest;

pub(super) use change::{actions, change};
pub(super) use open::{columns, environment, export, filter_out, filters, line, sort, theme, zone};
pub(super) use suggest::palette;

use super::plans;
use crate::core::command::{Command, Invocation};
use crate::core::input::Edited;
use crate::core::menu::Purpose;
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::overlay::{Confirm, Overlay};
use crate::core::page::Fit;
use crate::core::possible;
use crate::core::screen::Screen;
use crate::core::table::RowId;
use crate::core::view::logs::Use;

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
    if chosen == Command::Help {
        leave(model);
        return Chosen::Pass;
    }
    if matches!(
        chosen,
        Command::Quit | Command::Redraw | Command::Suspend | Command::DismissMessage | Command::Cancel
    ) {
        // None of these is about what stands over the screen, so that stays.
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
        Command::Complete => suggest::complete(model),
        Command::Mark | Command::MarkAll | Command::UnmarkAll | Command::MoveUp | Command::MoveDown => {
            open::switch(model, chosen);
        }
        _ if chosen.changes_the_world() && is_actions(model) => match possible::check(model, chosen) {
            Ok(()) => {
                model.overlay = None;
                return Chosen::Run(invocation.clone());
            }
            Err(why) => super::screens::say(model, &format!("{}: {why}", chosen.name())),
        },
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
    match &mut model.overlay {
        Some(Overlay::Line(line)) => {
            let text = line.input.text().to_owned();
            let (command, selected) = (line.command, line.selected.clone());
            look_for(model, command, &text, selected.as_ref());
        }
        Some(Overlay::Palette(palette)) => {
            let typed = palette.input.text().to_owned();
            let suggestions = suggest::matching(model, &typed);
            if let Some(Overlay::Palette(palette)) = &mut model.overlay {
                palette.suggestions = suggestions;
                palette.cursor = 0;
            }
        }
        Some(Overlay::Confirm(confirm)) => confirm.edited(model.now),
        Some(Overlay::Prompt(prompt)) => {
            prompt.refusal = None;
            prompt.answered = false;
        }
        Some(Overlay::Menu(_)) | None => {}
    }
}

/// Searches or filters the screen in sight.
fn look_for(model: &mut Model, command: Command, text: &str, selected: Option<&RowId>) {
    let page = model.page();
    let (now, zone, window) = (model.now, &model.settings.zone, model.log_window());
    match model.stack.last_mut() {
        Some(Screen::Table(_)) => filter(model, text, selected),
        Some(Screen::Inspect(inspect)) => inspect.tree.set_search(text, page),
        Some(Screen::Box(state)) => state.tree.set_search(text, page),
        Some(Screen::Logs(logs)) if command == Command::Search => logs.set_search(text),
        // Each is asked for anew: not before it is typed to its end.
        Some(Screen::Logs(logs)) if command == Command::FilterPattern => logs.forget_refusal(),
        Some(Screen::Logs(logs)) => logs.set_filter(text, now, zone, window),
        _ => {}
    }
}

/// Filters the list in sight. The selection stays on the row where it was when the line was opened; where that is hidden,
/// the first row is selected.
fn filter(model: &mut Model, text: &str, selected: Option<&RowId>) {
    super::screens::arrange(model, |table| table.set_filter(text));
    super::screens::with_table(model, |table, page| {
        let shown = selected.is_some_and(|row| table.select_row(row, page));
        if !shown && table.selected() != selected {
            table.select(0, page);
        }
    });
}

/// Moves the selection of a list that stands over the screen, or scrolls a plan.
pub(super) fn step(model: &mut Model, by: isize) {
    match &mut model.overlay {
        Some(Overlay::Menu(menu)) => menu.step(by),
        Some(Overlay::Palette(palette)) => {
            let last = palette.suggestions.len().saturating_sub(1);
            // Above the first suggestion stand the lines that were typed before.
            let recall = if by < 0 { Command::Up } else { Command::Down };
            if palette.cursor == 0 && palette.input.apply(recall) == Edited::Text {
                typed(model);
            } else {
                palette.cursor = palette.cursor.saturating_add_signed(by).min(last);
            }
        }
        Some(Overlay::Confirm(confirm)) => {
            let (columns, rows) = Confirm::room(model.size);
            let fit = Fit::new(&confirm.lines(model.now, &model.settings.zone), columns, rows);
            confirm.scroll = confirm.scroll.saturating_add_signed(by).min(fit.last);
        }
        Some(Overlay::Line(_) | Overlay::Prompt(_)) | None => {}
    }
}

/// Leaves without accepting: what was before is again.
pub(super) fn leave(model: &mut Model) {
    match model.overlay.take() {
        Some(Overlay::Line(line)) => {
            look_for(model, line.command, &line.before, line.selected.as_ref());
            if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
                logs.leave_line();
            }
        }
        Some(Overlay::Confirm(_)) => super::screens::say(model, "cancelled: nothing was changed"),
        Some(Overlay::Palette(_) | Overlay::Menu(_) | Overlay::Prompt(_)) | None => {}
    }
}

/// Whether the line that filters the screen cannot be read.
fn is_wrong(model: &Model, command: Command) -> bool {
    command == Command::Filter
        && match model.screen() {
            Screen::Table(table) => table.filter_error().is_some(),
            Screen::Logs(logs) => logs.filters.error().is_some(),
            _ => false,
        }
}

/// Accepts what is chosen or typed; what it chose is to be run on the screen.
fn accept(model: &mut Model, effects: &mut Vec<Effect>) -> Option<Invocation> {
    match model.overlay.take() {
        Some(Overlay::Menu(menu)) => {
            let entry = menu.selected().filter(|_| !menu.purpose.switches())?.clone();
            match entry.choice {
                Ok(invocation) => return Some(invocation),
                Err(why) => {
                    super::screens::say(model, &format!("{}: {why}", entry.label));
                    model.overlay = Some(Overlay::Menu(menu));
                }
            }
        }
        Some(Overlay::Palette(palette)) => return suggest::accept(model, &palette),
        Some(Overlay::Prompt(prompt)) => change::answered(model, prompt, effects),
        Some(Overlay::Confirm(mut confirm)) => {
            let confirms = confirm.on_confirm || confirm.plan.word_to_type().is_some();
            // The Enter that opened the dialog may still be held down.
            let ready = confirm.is_ready(model.now);
            model.overlay = Some(Overlay::Confirm(confirm));
            if confirms {
                plans::confirm(model, effects);
            } else if ready {
                leave(model);
            }
        }
        // What cannot be read is mended, and does not go unsaid.
        Some(Overlay::Line(line)) if is_wrong(model, line.command) => {
            model.overlay = Some(Overlay::Line(line));
        }
        Some(Overlay::Line(line)) if line.command == Command::FilterPattern => {
            model.generation += 1;
            let number = model.generation;
            if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
                logs.ask_for(line.input.text(), number);
            }
        }
        Some(Overlay::Line(line)) => {
            let search = line.command == Command::Search;
            if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
                logs.accept_line(if search { Use::Search } else { Use::Filter });
            }
        }
        None => {}
    }
    None
}
