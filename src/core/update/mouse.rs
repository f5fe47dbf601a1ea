//! The mouse: a click selects or presses, dragging selects lines, the wheel scrolls.

use super::{choose, command, screens};
use crate::core::bar;
use crate::core::command::{Command, Invocation};
use crate::core::model::{Model, ROWS_ABOVE};
use crate::core::msg::{Effect, Mouse, MouseAction};
use crate::core::overlay::Overlay;
use crate::core::screen::Screen;
use crate::core::table::MARKS;
use crate::core::view::inspect::Tab;
use crate::core::view::logs::Window;

/// Rows that one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// The mouse did something.
pub(super) fn mouse(model: &mut Model, mouse: Mouse, effects: &mut Vec<Effect>) {
    if model.is_too_small() {
        return;
    }
    match mouse.action {
        MouseAction::WheelUp => wheel(model, -NOTCH, effects),
        MouseAction::WheelDown => wheel(model, NOTCH, effects),
        MouseAction::Click => click(model, mouse, effects),
        MouseAction::Drag | MouseAction::Release => held(model, mouse),
    }
}

/// Selects the lines of a log over which the mouse is moved with its button held down, until that is let go.
fn held(model: &mut Model, mouse: Mouse) {
    let window = model.log_window();
    let above = lines_above(model, window);
    match model.stack.last_mut() {
        Some(Screen::Logs(logs)) if mouse.action == MouseAction::Release => logs.release(),
        Some(Screen::Logs(logs)) if model.overlay.is_none() => {
            logs.drag(i32::from(mouse.row) - i32::from(above), window);
        }
        _ => {}
    }
}

/// The rows of the screen above the first line of a log.
fn lines_above(model: &Model, window: Window) -> u16 {
    let panel = model.page().saturating_sub(window.rows.into());
    ROWS_ABOVE + 1 + u16::try_from(panel).unwrap_or(0)
}

fn wheel(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    if model.overlay.as_ref().is_some_and(|it| !matches!(it, Overlay::Line(_))) {
        return choose::step(model, by.signum());
    }
    let (page, window) = (model.page(), model.log_window());
    match model.stack.last_mut() {
        Some(Screen::Table(table)) => table.scroll(by, page),
        Some(Screen::Logs(logs)) => logs.wheel(by, window),
        _ => {
            let command = if by < 0 { Command::Up } else { Command::Down };
            for _ in 0..by.unsigned_abs() {
                command::run(model, &Invocation::of(command), effects);
            }
        }
    }
}

fn click(model: &mut Model, mouse: Mouse, effects: &mut Vec<Effect>) {
    match &model.overlay {
        // A dialog is left and answered with the keyboard; a click beside it must not change anything.
        Some(Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Menu(_) | Overlay::Palette(_)) => return,
        Some(Overlay::Line(_)) => command::run(model, &Invocation::of(Command::Open), effects),
        None => {}
    }
    if model.overlay.is_some() {
        // What was typed cannot be read: that is mended first.
        return;
    }
    if mouse.row == 0 {
        if let Some(command) = bar::tab_at(model, mouse.column) {
            command::run(model, &Invocation::of(command), effects);
        }
        return;
    }
    if mouse.row == ROWS_ABOVE {
        match model.stack.last_mut() {
            Some(Screen::Inspect(inspect)) => {
                let hit = inspect.places().find(|(_, columns)| columns.contains(&mouse.column));
                inspect.tab = hit.map_or(inspect.tab, |(tab, _)| tab);
            }
            _ => head(model, mouse.column),
        }
        return;
    }
    let page = model.page();
    let body = usize::from(mouse.row.saturating_sub(ROWS_ABOVE));
    let window = model.log_window();
    let above = lines_above(model, window);
    match model.stack.last_mut() {
        Some(Screen::Table(table)) if mouse.row > ROWS_ABOVE && body <= page => {
            let place = table.offset + body - 1;
            if place < table.order().len() {
                if table.cursor() == place {
                    command::run(model, &Invocation::of(Command::Open), effects);
                } else {
                    table.select(place, page);
                }
            }
        }
        Some(Screen::Logs(logs)) if mouse.row > ROWS_ABOVE && mouse.row < above => {
            logs.click_rate(mouse.column, window);
        }
        Some(Screen::Logs(logs)) if mouse.row >= above && body <= page => {
            logs.press(mouse.row - above, window);
        }
        Some(Screen::Kinds(kinds)) if (2..=page).contains(&body) => {
            let place = kinds.offset + body - 2;
            let is_there = kinds.kinds().is_some_and(|it| place < it.rows.len());
            if is_there && kinds.cursor() == place {
                command::run(model, &Invocation::of(Command::Open), effects);
            } else if is_there {
                kinds.select(place, page);
            }
        }
        Some(Screen::Inspect(inspect))
            if inspect.tab == Tab::Details && mouse.row > ROWS_ABOVE && body <= page =>
        {
            let place = inspect.tree.offset() + body - 1;
            if place < inspect.tree.lines().len() {
                inspect.tree.select(place, page);
            }
        }
        _ => {}
    }
}

/// A click on the head of a column sorts by it.
fn head(model: &mut Model, column: u16) {
    let Some((table, layout)) = model.table_in_sight().zip(screens::layout(model)) else { return };
    let hit = column.checked_sub(MARKS).and_then(|column| layout.at(column));
    if let Some(&column) = hit.and_then(|place| table.columns.get(place)) {
        screens::arrange(model, |table| table.sort_by(column));
    }
}
