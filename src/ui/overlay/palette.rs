//! The palette: what is typed, and the commands that fit it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;

use super::first_in_view;
use crate::core::meaning::Meaning;
use crate::core::menu::Suggestion;
use crate::core::overlay::Palette;
use crate::core::size::many;
use crate::ui::theme::Theme;
use crate::ui::widget::input::InputLine;
use crate::ui::widget::panel::{Anchor, Panel, Popup};
use crate::ui::widget::pen::{columns, cut, put, top_line};

/// The columns that it takes where there is room.
const WIDTH: u16 = 84;
/// The most suggestions in view.
const MOST: u16 = 12;
/// Columns of the names.
const NAMES: u16 = 26;

/// Draws it; tells where the cursor stands.
pub(super) fn draw(palette: &Palette, theme: &Theme, buffer: &mut Buffer, body: Rect) -> Position {
    let note = many(palette.suggestions.len() as u64, "command");
    let panel = Panel { theme, title: "Command", note: &note, border: Meaning::BorderFocus };
    // It keeps its size while it is typed in.
    let rows = MOST.min(body.height.saturating_sub(6));
    let popup = Popup { panel, size: (WIDTH, rows + 1), anchor: Anchor::Upper };
    let within = popup.draw(body, buffer);
    let (line, list) = top_line(within);
    let input = InputLine {
        theme,
        prompt: ":",
        text: palette.input.text(),
        cursor: Some(palette.input.cursor_column()),
        hint: "a command, or words of what it does",
        meaning: Meaning::Input,
        selected: palette.input.is_selected(),
    };
    input.render(line, buffer);
    if palette.suggestions.is_empty() {
        put(buffer, list.x, list.y, list.width, "No command is like that.", theme.style(Meaning::Muted));
    }
    let first = first_in_view(palette.cursor, usize::from(list.height));
    let shown = palette.suggestions.iter().enumerate().skip(first);
    for ((place, suggestion), y) in shown.zip(list.top()..list.bottom()) {
        row(suggestion, place == palette.cursor, theme, buffer, Rect { y, height: 1, ..list });
    }
    input.cursor_at(line)
}

fn row(suggestion: &Suggestion, selected: bool, theme: &Theme, buffer: &mut Buffer, row: Rect) {
    let glyphs = theme.glyphs();
    let (name, doc) = match &suggestion.blocked {
        Some(_) => (Meaning::Muted, Meaning::Muted),
        None => (Meaning::Strong, Meaning::Text),
    };
    let keys = columns(&suggestion.keys);
    let label = cut(&suggestion.label, NAMES.min(row.width), glyphs);
    put(buffer, row.x, row.y, row.width, &label, theme.style(name));
    let about = suggestion.blocked.as_ref().filter(|why| !why.is_empty()).unwrap_or(&suggestion.doc);
    let x = row.x.saturating_add(NAMES + 1);
    let room = row.right().saturating_sub(x).saturating_sub(if keys > 0 { keys + 2 } else { 0 });
    put(buffer, x, row.y, room, &cut(about, room, glyphs), theme.style(doc));
    let at = row.right().saturating_sub(keys).max(row.x);
    put(buffer, at, row.y, keys.min(row.width), &suggestion.keys, theme.style(Meaning::Key));
    if selected {
        buffer.set_style(row, theme.style(Meaning::Selection));
    }
    for found in
        suggestion.matched.iter().filter(|it| label.is_char_boundary(it.end) && it.end <= label.len())
    {
        let from = columns(&label[..found.start]);
        let place = Rect::new(row.x + from, row.y, columns(&label[found.clone()]), 1);
        buffer.set_style(place.intersection(row), theme.style(Meaning::Match));
    }
}
