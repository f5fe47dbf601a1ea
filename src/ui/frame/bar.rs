//! The bar at the top: the program's name, the views as tabs, and what the console says of itself.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::bar::{marks, tabs};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{clear, columns, put};

/// Draws the bar.
pub(super) fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let style = |meaning| theme.style(Meaning::Bar).patch(theme.style(meaning));
    clear(buffer, line, theme.style(Meaning::Bar));
    put(buffer, line.x + 1, line.y, line.width, "quarterdeck", style(Meaning::Title));
    for tab in tabs(model) {
        let x = line.x.saturating_add(tab.column);
        let room = line.right().saturating_sub(x);
        let used = put(buffer, x, line.y, room, &tab.keys, style(Meaning::Key));
        let blank = tab.blank;
        let meaning = if tab.current { Meaning::BarCurrent } else { Meaning::Bar };
        put(buffer, x + used + blank, line.y, room.saturating_sub(used + blank), tab.name, style(meaning));
    }
    let mut right = line.right();
    for (meaning, text) in marks(model).iter().rev() {
        let text = format!(" {text} ");
        right = right.saturating_sub(columns(&text)).max(line.x);
        put(buffer, right, line.y, columns(&text), &text, theme.style(*meaning));
    }
}
