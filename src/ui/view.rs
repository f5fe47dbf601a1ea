//! The screens: one file for each, named as in `core::view`.

mod blackbox;
mod empty;
mod help;
mod inspect;
mod kinds;
mod logs;
mod page;
mod processes;
mod stats;
mod table;
mod welcome;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::theme::Theme;
use crate::core::model::Model;
use crate::core::screen::Screen;

/// Draws the screen in sight.
pub(super) fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    match model.screen() {
        Screen::Welcome => welcome::draw(model, theme, buffer, area),
        Screen::Table(state) => table::draw(model, state, theme, buffer, area),
        Screen::Inspect(state) => inspect::draw(model, state, theme, buffer, area),
        Screen::Logs(state) => logs::draw(model, state, theme, buffer, area),
        Screen::Kinds(state) => kinds::draw(model, state, theme, buffer, area),
        Screen::Box(state) => blackbox::draw(model, state, theme, buffer, area),
        Screen::Help(state) => help::draw(model, state, theme, buffer, area),
        screen @ Screen::Run(run) => page::draw(model, screen, run.offset, theme, buffer, area),
        screen @ Screen::Difference(it) => page::draw(model, screen, it.offset, theme, buffer, area),
        screen @ Screen::Messages { offset } => page::draw(model, screen, *offset, theme, buffer, area),
    }
}
