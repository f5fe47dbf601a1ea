//! The screens: one file for each, named as in `core::view`.

mod empty;
mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::theme::Theme;
use crate::core::model::Model;
use crate::core::screen::Screen;

/// Draws the screen in sight.
pub(super) fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    if let Screen::Table(state) = model.screen() {
        table::draw(model, state, theme, buffer, area);
    }
}
