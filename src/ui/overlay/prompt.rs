//! A question that a line of text answers.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;

use crate::core::meaning::Meaning;
use crate::core::overlay::Prompt;
use crate::core::page::Line;
use crate::ui::theme::Theme;
use crate::ui::widget::input::InputLine;
use crate::ui::widget::panel::{Anchor, Panel, Popup};
use crate::ui::widget::paragraph::Paragraph;
use crate::ui::widget::pen::top_line;

/// The columns that it takes where there is room.
const WIDTH: u16 = 68;
/// The rows for what may be answered, or for what was wrong with the answer.
const WORDS: u16 = 3;

/// Draws it; tells where the cursor stands.
pub(super) fn draw(prompt: &Prompt, theme: &Theme, buffer: &mut Buffer, body: Rect) -> Position {
    let panel = Panel { theme, title: &prompt.title, note: "", border: Meaning::BorderFocus };
    let within = Popup { panel, size: (WIDTH, 2 + WORDS), anchor: Anchor::Middle }.draw(body, buffer);
    let (line, below) = top_line(within);
    let input = InputLine {
        theme,
        prompt: "",
        text: prompt.input.text(),
        cursor: Some(prompt.input.cursor_column()),
        hint: "",
        meaning: if prompt.refusal.is_some() { Meaning::Bad } else { Meaning::Input },
        selected: prompt.input.is_selected(),
    };
    input.render(line, buffer);
    let words = match &prompt.refusal {
        Some(why) => Line::new(Meaning::Bad, why.as_str()),
        None => Line::new(Meaning::Muted, prompt.help.as_str()),
    };
    let (_, place) = top_line(below);
    Paragraph { theme, lines: &[words], first: 0 }.render(place, buffer);
    input.cursor_at(line)
}
