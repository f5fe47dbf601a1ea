//! What stands over the screen and has the focus.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::theme::Theme;
use crate::core::model::Model;

/// Draws it; tells where the cursor of the terminal belongs, where a line is being typed.
pub(super) fn draw(
    model: &Model,
    theme: &Theme,
    buffer: &mut Buffer,
    screen: Rect,
    body: Rect,
) -> Option<Position> {
    let _ = (model, theme, buffer, screen, body);
    None
}
