//! The keys that may follow those that were pressed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::keymap::Keys;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::ui::theme::Theme;
use crate::ui::widget::panel::{Anchor, Panel, Popup};
use crate::ui::widget::pen::{columns, cut, put};

/// The widest that the box gets.
const WIDEST: u16 = 56;

/// Draws them in the lower right corner.
pub(super) fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, body: Rect) {
    let pressed = model.pending.keys();
    let rows: Vec<(String, String)> = model
        .keymap
        .continuations(model.context(), pressed)
        .into_iter()
        .map(|it| {
            let what = it.runs.map_or_else(|| "and another key".to_owned(), ToString::to_string);
            (it.key.to_string(), what)
        })
        .collect();
    let keys = rows.iter().map(|(key, _)| columns(key)).max().unwrap_or(0);
    let widest = rows.iter().map(|(_, what)| columns(what)).max().unwrap_or(0);
    let title = Keys::from(pressed).to_string();
    let width = (keys + 2).saturating_add(widest).max(columns(&title) + 4).min(WIDEST);
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let panel = Panel { theme, title: &title, note: "esc gives up", border: Meaning::Border };
    let within =
        Popup { panel, size: (width.max(18), height), anchor: Anchor::LowerRight }.draw(body, buffer);
    for ((key, what), y) in rows.iter().zip(within.top()..within.bottom()) {
        put(buffer, within.x, y, within.width, key, theme.style(Meaning::Key));
        let x = within.x + keys + 2;
        let room = within.right().saturating_sub(x);
        put(buffer, x, y, room, &cut(what, room, theme.glyphs()), theme.style(Meaning::Text));
    }
}
