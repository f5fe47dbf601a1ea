//! The two lines at the bottom: what was said or is being typed, and what can be done now.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;

use crate::core::change::Weight;
use crate::core::command::Command;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::overlay::{Line, Overlay};
use crate::core::possible;
use crate::core::screen::Screen;
use crate::core::sight;
use crate::core::view::logs::Use;
use crate::ui::theme::Theme;
use crate::ui::widget::hints::Hints;
use crate::ui::widget::input::InputLine;
use crate::ui::widget::pen::{columns, cut, put};
use crate::ui::widget::table::counted;

/// Draws the line that is being typed, or what was said last, or else what is wrong; tells where the cursor belongs.
pub(super) fn line(model: &Model, theme: &Theme, buffer: &mut Buffer, line: Rect) -> Option<Position> {
    if let Some(Overlay::Line(typed)) = &model.overlay {
        return Some(input(model, typed, theme, buffer, line));
    }
    let glyphs = theme.glyphs();
    let (meaning, text, key) = if let Some(message) = model.messages.current(model.now) {
        let (sign, meaning) = match message.weight {
            Weight::Quiet => (glyphs.separator, Meaning::Text),
            Weight::Good => (glyphs.check, Meaning::Good),
            Weight::Notable => (glyphs.warn, Meaning::Warn),
            Weight::Bad => (glyphs.cross, Meaning::Bad),
        };
        (meaning, format!("{sign} {}", message.text), message.weight == Weight::Bad)
    } else if let Some((fault, retry)) = sight::fault(model) {
        let again = retry.map_or_else(String::new, |seconds| format!("; next try in {seconds}s"));
        let next = if fault.next.is_empty() { String::new() } else { format!("; {}", fault.next) };
        (Meaning::Bad, format!("{} {}: {}{again}{next}", glyphs.warn, fault.object, fault.cause), false)
    } else if model.dropped > 0 {
        let text = format!("{} {} samples dropped: the screen could not keep up", glyphs.warn, model.dropped);
        (Meaning::Warn, text, false)
    } else {
        return None;
    };
    let dismiss = model.keymap.hint(model.context(), Command::DismissMessage).filter(|_| key);
    let dismiss = dismiss.map_or_else(String::new, |keys| format!("{keys} dismiss "));
    let room = line.width.saturating_sub(columns(&dismiss) + 2);
    let text = cut(&text, room, glyphs);
    put(buffer, line.x + 1, line.y, room, &text, theme.style(meaning));
    let right = line.right().saturating_sub(columns(&dismiss));
    put(buffer, right, line.y, columns(&dismiss), &dismiss, theme.style(Meaning::Muted));
    None
}

fn input(model: &Model, typed: &Line, theme: &Theme, buffer: &mut Buffer, line: Rect) -> Position {
    let glyphs = theme.glyphs();
    let (prompt, hint) = match typed.command {
        Command::Search => ("search ", "words or a regular expression"),
        _ => ("filter ", "words, /regex/, !not, column=value, cpu>50"),
    };
    let (meaning, note) = match model.screen() {
        Screen::Table(table) => match table.filter_error() {
            Some(error) => (Meaning::Bad, error.to_string()),
            None => (Meaning::Muted, counted(table.order().len(), table.total())),
        },
        Screen::Logs(logs) => {
            let purpose = if typed.command == Command::Search { Use::Search } else { Use::Filter };
            let count = logs
                .count(purpose)
                .map(|(count, busy)| format!("{count} lines{}", if busy { ", searching" } else { "" }));
            (Meaning::Muted, count.unwrap_or_default())
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
