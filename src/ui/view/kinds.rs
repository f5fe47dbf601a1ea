//! The kinds of lines of a log: what is counted, and a table of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::filter::Filter;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::size::grouped;
use crate::core::time::{age, clock};
use crate::core::view::logs::{Kinds, KindsState};
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{cut, put, top_line};
use crate::ui::widget::table::{Row, Table};

/// Draws the screen.
pub(super) fn draw(model: &Model, state: &KindsState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let (line, body) = top_line(area);
    let zone = &model.settings.zone;
    let text = match state.kinds() {
        None => format!("reading the lines of {}", state.name),
        Some(kinds) => told(kinds, state, |at| clock(at, zone)),
    };
    let meaning = if state.kinds().is_some() { Meaning::Text } else { Meaning::Busy };
    let room = line.width.saturating_sub(2);
    put(buffer, line.x + 1, line.y, room, &cut(&text, room, theme.glyphs()), theme.style(meaning));
    let Some(kinds) = state.kinds() else { return };
    let page = usize::from(body.height.saturating_sub(1));
    let rows: Vec<Row<'_>> = kinds
        .rows
        .iter()
        .skip(state.offset)
        .take(page)
        .map(|kind| Row { cells: kind.cells(state, zone), marked: false, stale: false })
        .collect();
    let table = Table {
        theme,
        heads: state.heads(),
        rows: &rows,
        first: state.offset,
        whole: kinds.rows.len(),
        selected: state.cursor().checked_sub(state.offset),
        sorted: None,
        shift: 0,
        focused: model.overlay.is_none(),
        filter: &Filter::default(),
    };
    table.render(body, buffer);
    if kinds.rows.is_empty() {
        let text = match state.around {
            Some(_) => "No kind of line is new or gone, and none comes more or less often.",
            None => "There are no lines yet.",
        };
        put(buffer, body.x + 2, body.y + 2, body.width.saturating_sub(4), text, theme.style(Meaning::Muted));
    }
}

/// How many kinds there are of how many lines, and of which time.
fn told(kinds: &Kinds, state: &KindsState, at: impl Fn(jiff::Timestamp) -> String) -> String {
    let count = grouped(kinds.rows.len() as u64);
    let lines = grouped(kinds.lines);
    let other = match kinds.other {
        0 => String::new(),
        other => format!(" · {} more lines of other kinds", grouped(other)),
    };
    let Some(range) = &kinds.range else { return format!("{lines} lines") };
    match state.around {
        None => {
            let kind = if kinds.rows.len() == 1 { "kind" } else { "kinds" };
            format!("{count} {kind} of {lines} lines from {} to {}{other}", at(range.start), at(range.end))
        }
        Some(moment) => {
            let span = |from: jiff::Timestamp, to: jiff::Timestamp| {
                age(u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0))
            };
            format!(
                "{count} differ after {}: {} before, {} after, {lines} lines{other}",
                at(moment),
                span(range.start, moment),
                span(moment, range.end)
            )
        }
    }
}
