//! The kinds of lines of a log: what is counted, and a table of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::filter::Filter;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::size::{grouped, many};
use crate::core::time::{age, when};
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
        Some(kinds) => told(kinds, state, |at| when(at, model.now, zone)),
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
    let count = kinds.rows.len() as u64;
    let lines = many(kinds.lines, "line");
    let other = match kinds.other {
        0 => String::new(),
        other => format!(" · {} more lines of other kinds", grouped(other)),
    };
    let Some(range) = &kinds.range else { return lines };
    match state.around {
        None => {
            let kinds = many(count, "kind");
            format!("{kinds} of {lines} from {} to {}{other}", at(range.start), at(range.end))
        }
        Some(moment) if moment <= range.start => {
            format!(
                "no line is held from before {}: go farther back, or compare with a later moment",
                at(moment)
            )
        }
        Some(moment) => {
            let span = |from: jiff::Timestamp, to: jiff::Timestamp| {
                age(u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0))
            };
            format!(
                "{} differ after {}: {} before, {} after, {lines}{other}",
                grouped(count),
                at(moment),
                span(range.start, moment),
                span(moment, range.end)
            )
        }
    }
}
