//! The processes of a workload, in the columns that the engine gives them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::event::ProcessList;
use crate::core::meaning::Meaning;
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{columns, cut, put, top_line};
use crate::ui::widget::scrollbar::Scrollbar;

/// A column takes at most so much, but for the last.
const WIDEST: u16 = 24;
/// Columns between two of them.
const APART: u16 = 2;

/// Draws the list from the process `first` on.
pub(super) fn draw(list: &ProcessList, first: usize, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let (line, body) = top_line(area);
    let first = first.min(list.rows.len().saturating_sub(usize::from(body.height)));
    let bar = Rect { x: body.right().saturating_sub(1), width: 1.min(body.width), ..body };
    Scrollbar { theme, whole: list.rows.len(), first }.render(bar, buffer);
    let widths: Vec<u16> = list
        .titles
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let cells = list.rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| columns(cell)).max().unwrap_or(0);
            if column + 1 == list.titles.len() { u16::MAX } else { widest.max(columns(title)).min(WIDEST) }
        })
        .collect();
    let mut write = |y: u16, texts: &[std::sync::Arc<str>], meaning| {
        let mut x = area.x + 2;
        for (text, width) in texts.iter().zip(&widths) {
            let room = (*width).min(area.right().saturating_sub(x + 2));
            put(buffer, x, y, room, &cut(text, room, theme.glyphs()), theme.style(meaning));
            x = x.saturating_add(*width).saturating_add(APART);
        }
    };
    if line.height > 0 {
        write(line.y, &list.titles, Meaning::Header);
    }
    for (row, y) in list.rows.iter().skip(first).zip(body.top()..body.bottom()) {
        write(y, row, Meaning::Text);
    }
}
