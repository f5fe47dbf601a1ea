//! A question that a line of text answers.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget as _;

use crate::core::meaning::Meaning;
use crate::core::overlay::Prompt;
use crate::ui::theme::Theme;
use crate::ui::widget::input::InputLine;
use crate::ui::widget::panel::{Anchor, Panel, Popup};
use crate::ui::widget::pen::{cut, put};

/// The columns that it takes where there is room.
const WIDTH: u16 = 68;

/// Draws it; tells where the cursor stands.
pub(super) fn draw(prompt: &Prompt, theme: &Theme, buffer: &mut Buffer, body: Rect) -> Position {
    let panel = Panel { theme, title: &prompt.title, note: "", border: Meaning::BorderFocus };
    let within = Popup { panel, size: (WIDTH, 3), anchor: Anchor::Middle }.draw(body, buffer);
    let line = Rect { height: 1.min(within.height), ..within };
    let wrong = prompt.refusal.is_some();
    let input = InputLine {
        theme,
        prompt: "",
        text: prompt.input.text(),
        cursor: Some(prompt.input.cursor_column()),
        hint: "",
        meaning: if wrong { Meaning::Bad } else { Meaning::Input },
    };
    input.render(line, buffer);
    let (meaning, text) = match &prompt.refusal {
        Some(why) => (Meaning::Bad, why),
        None => (Meaning::Muted, &prompt.help),
    };
    let text = cut(text, within.width, theme.glyphs());
    if within.height > 2 {
        put(buffer, within.x, within.y + 2, within.width, &text, theme.style(meaning));
    }
    input.cursor_at(line)
}
