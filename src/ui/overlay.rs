//! What stands over the screen and has the focus: the palette, menus, questions, the confirmation of a plan, and the keys
//! that may follow those that were pressed.

mod confirm;
mod menu;
mod palette;
mod pending;
mod prompt;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::theme::Theme;
use crate::core::model::Model;
use crate::core::overlay::Overlay;

/// Draws it over the body of the screen; tells where the cursor of the terminal belongs, where a line is being typed.
pub(super) fn draw(
    model: &Model,
    theme: &Theme,
    buffer: &mut Buffer,
    screen: Rect,
    body: Rect,
) -> Option<Position> {
    let cursor = match &model.overlay {
        Some(Overlay::Palette(palette)) => Some(palette::draw(palette, theme, buffer, body)),
        Some(Overlay::Menu(menu)) => {
            menu::draw(menu, theme, buffer, body);
            None
        }
        Some(Overlay::Prompt(prompt)) => Some(prompt::draw(prompt, theme, buffer, body)),
        Some(Overlay::Confirm(confirm)) => confirm::draw(model, confirm, theme, buffer, screen),
        Some(Overlay::Line(_)) | None => None,
    };
    if !model.pending.keys().is_empty() {
        pending::draw(model, theme, buffer, body);
    }
    cursor
}

/// The first of `rows` entries in view, so that the one at `cursor` is among them.
fn first_in_view(cursor: usize, rows: usize) -> usize {
    (cursor + 1).saturating_sub(rows.max(1))
}
