//! The lines at the bottom: what was said or is being typed, and what can be done now.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;

use crate::core::change::Weight;
use crate::core::command::Command;
use crate::core::foot::{Foot, SIGN_COLUMNS};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::overlay::{Line, Overlay};
use crate::core::possible;
use crate::core::screen::Screen;
use crate::core::size::many;
use crate::core::view::logs::Use;
use crate::core::view::timeline::weight_meaning;
use crate::ui::theme::{Glyphs, Theme};
use crate::ui::widget::hints::Hints;
use crate::ui::widget::input::InputLine;
use crate::ui::widget::pen::{columns, cut, put};
use crate::ui::widget::table::counted;

/// Draws the line that is being typed, or the message; tells where the cursor belongs.
pub(super) fn line(model: &Model, theme: &Theme, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    if let Some(Overlay::Line(typed)) = &model.overlay {
        return Some(input(model, typed, theme, buffer, area));
    }
    if let Some(foot) = &model.foot {
        message(foot, theme, buffer, area);
    }
    None
}

fn message(foot: &Foot, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let glyphs = theme.glyphs();
    let style = theme.style(weight_meaning(foot.weight));
    put(buffer, area.x + 1, area.y, SIGN_COLUMNS, sign(foot.weight, glyphs), style);
    for (text, y) in foot.rows.iter().zip(area.top()..area.bottom()) {
        let text = cut(text, foot.columns, glyphs);
        put(buffer, area.x + 1 + SIGN_COLUMNS, y, foot.columns, &text, style);
    }
    for (text, y) in foot.asides.iter().zip(area.top()..area.bottom()) {
        let x = area.right().saturating_sub(columns(text) + 1).max(area.x);
        put(buffer, x, y, columns(text), text, theme.style(Meaning::Muted));
    }
}

/// The sign of a message: it tells how bad it is where there are no colours.
const fn sign(weight: Weight, glyphs: &Glyphs) -> &'static str {
    match weight {
        Weight::Quiet => glyphs.separator,
        Weight::Good => glyphs.check,
        Weight::Notable => glyphs.warn,
        Weight::Bad => glyphs.cross,
    }
}

fn input(model: &Model, typed: &Line, theme: &Theme, buffer: &mut Buffer, line: Rect) -> Position {
    let glyphs = theme.glyphs();
    let (prompt, hint) = match typed.command {
        Command::Search => ("search ", "words or a regular expression"),
        Command::FilterPattern => ("CloudWatch ", "ERROR -health, ?WARN ?ERROR, { $.status >= 500 }"),
        _ if matches!(model.screen(), Screen::Logs(_)) => {
            ("filter ", "GET /api & !health & status>=500 & level>=warn & time>=5m")
        }
        _ => ("filter ", "words, /regex/, !not, column=value, cpu>50"),
    };
    let (meaning, note) = match model.screen() {
        Screen::Table(table) => match table.filter_error() {
            Some(error) => (Meaning::Bad, error.to_string()),
            None => (Meaning::Muted, counted(table.order().len(), table.total())),
        },
        Screen::Logs(logs) if typed.command == Command::FilterPattern => match logs.refusal() {
            Some(why) => (Meaning::Bad, why.to_owned()),
            None => (Meaning::Muted, "Docker's logs are left out".to_owned()),
        },
        Screen::Logs(logs) => {
            let purpose = if typed.command == Command::Search { Use::Search } else { Use::Filter };
            let count = logs
                .count(purpose)
                .map(|(count, busy)| many(count as u64, "line") + if busy { ", searching" } else { "" });
            match logs.filters.error().filter(|_| purpose == Use::Filter) {
                Some(error) => (Meaning::Bad, error.to_string()),
                None => (Meaning::Muted, count.unwrap_or_default()),
            }
        }
        _ => (Meaning::Muted, String::new()),
    };
    let note = cut(&note, line.width * 2 / 3, glyphs);
    let taken = if note.is_empty() { 0 } else { columns(&note) + 2 };
    let left = Rect { x: line.x + 1, width: line.width.saturating_sub(1 + taken), ..line };
    let text_meaning = if meaning == Meaning::Bad { Meaning::Bad } else { Meaning::Input };
    let input = InputLine {
        theme,
        prompt,
        text: typed.input.text(),
        cursor: Some(typed.input.cursor_column()),
        hint,
        meaning: text_meaning,
        selected: typed.input.is_selected(),
    };
    input.render(left, buffer);
    put(buffer, left.right() + 1, line.y, columns(&note), &note, theme.style(meaning));
    input.cursor_at(left)
}

/// Draws what can be done now.
pub(super) fn hints(model: &Model, theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let hints: Vec<(String, &str)> =
        possible::hints(model).into_iter().map(|it| (it.keys, it.text)).collect();
    Hints { theme, hints: &hints }.render(line, buffer);
}
