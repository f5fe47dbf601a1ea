//! A black box: the tabs, and the pane in sight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use super::inspect::tree;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::view::blackbox::{BoxState, Pane};
use crate::ui::theme::Theme;
use crate::ui::widget::paragraph::Paragraph;
use crate::ui::widget::pen::{columns, cut, put, top_line};

/// Draws the screen.
///
/// ```text
///  [last lines]  inspect                      exit code 3, after 2s, 4m ago
///  …
///  18:41:52 FATAL: no space left on device
/// ```
pub(super) fn draw(model: &Model, state: &BoxState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let (line, body) = top_line(area);
    tabs(model, state, theme, buffer, line);
    if state.is_tree() && !state.tree.is_empty() {
        return tree(&state.tree, theme, buffer, body);
    }
    let lines = state.lines(&model.settings.zone);
    let place = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
    Paragraph { theme, lines: &lines, first: state.offset }.render(place, buffer);
}

fn tabs(model: &Model, state: &BoxState, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let mut x = line.x + 1;
    for pane in Pane::ALL {
        let (left, right, meaning) =
            if pane == state.pane { ("[", "]", Meaning::Title) } else { (" ", " ", Meaning::Muted) };
        let text = format!("{left}{}{right}", pane.word());
        x += put(buffer, x, line.y, line.right().saturating_sub(x), &text, theme.style(meaning)) + 1;
    }
    let note = match state.tree.search_text() {
        search if state.is_tree() && !search.is_empty() => Some((Meaning::Input, format!("/{search}"))),
        _ => state.note(model.now).map(|text| (Meaning::Muted, text)),
    };
    let Some((meaning, text)) = note else { return };
    let room = line.right().saturating_sub(x + 1);
    let text = cut(&text, room, theme.glyphs());
    let at = line.right().saturating_sub(columns(&text) + 1);
    put(buffer, at, line.y, room, &text, theme.style(meaning));
}
