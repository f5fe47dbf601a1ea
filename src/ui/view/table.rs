//! Every list: the rows in view, read from the scene.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use super::empty;
use crate::core::model::Model;
use crate::core::overlay::Overlay;
use crate::core::sight;
use crate::core::table::Cell;
use crate::core::view::table::TableState;
use crate::ui::theme::Theme;
use crate::ui::widget::table::{Row, Table};

/// Draws a list.
pub(super) fn draw(model: &Model, state: &TableState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let scene = model.scene();
    let page = usize::from(area.height.saturating_sub(1));
    let heads = state.shown_heads();
    let rows: Vec<Row<'_>> = state
        .visible(page)
        .iter()
        .map(|id| {
            // A row that is gone since the list was read stands empty until it is read again, right below.
            let cells = state.kind.cells(&scene, id, &state.columns);
            Row {
                cells: cells.unwrap_or_else(|| vec![Cell::EMPTY; heads.len()]),
                marked: state.marks.contains(id),
                stale: sight::is_stale(model, id),
            }
        })
        .collect();
    let sorted = state.columns.iter().position(|column| *column == state.sort.column);
    let table = Table {
        theme,
        heads: &heads,
        rows: &rows,
        first: state.offset,
        whole: state.order().len(),
        selected: state.cursor().checked_sub(state.offset),
        sorted: sorted.map(|place| (place, state.sort.descending)),
        shift: state.shift,
        focused: matches!(model.overlay, None | Some(Overlay::Line(_))),
        filter: state.filter(),
    };
    table.render(area, buffer);
    if rows.is_empty() {
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        empty::draw(model, state, theme, buffer, below);
    }
}
