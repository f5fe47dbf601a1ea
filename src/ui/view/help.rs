//! Help: keys in one column, what they do in another.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::view::help::{HelpLine, HelpState, lines};
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{columns, cut, put};
use crate::ui::widget::scrollbar::Scrollbar;

/// The most columns that keys take.
const WIDEST_KEYS: u16 = 26;
/// Columns between keys, name and doc.
const APART: u16 = 2;
/// From this width on there is room for the names of the commands too.
const NAMES_FROM: u16 = 110;

/// Draws the page.
pub(super) fn draw(model: &Model, state: &HelpState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = lines(&model.keymap, state.about);
    let glyphs = theme.glyphs();
    let commands = || {
        lines.iter().filter_map(|line| match line {
            HelpLine::Command { keys, name, doc } => Some((pressed(keys, name), *name, *doc)),
            HelpLine::Heading(_) | HelpLine::Blank => None,
        })
    };
    let keys_width = commands().map(|(keys, ..)| columns(&keys)).max().unwrap_or(0).min(WIDEST_KEYS);
    let name_width = commands().map(|(_, name, _)| columns(name)).max().unwrap_or(0);

    let first = state.offset.min(lines.len().saturating_sub(usize::from(area.height)));
    let bar = Rect { x: area.right().saturating_sub(1), width: 1.min(area.width), ..area };
    Scrollbar { theme, whole: lines.len(), first }.render(bar, buffer);
    let end = area.right().saturating_sub(2);
    for (line, y) in lines.iter().skip(first).zip(area.top()..area.bottom()) {
        let mut x = area.x + 1;
        let mut write = |text: &str, width: u16, meaning| {
            let room = width.min(end.saturating_sub(x));
            put(buffer, x, y, room, &cut(text, room, glyphs), theme.style(meaning));
            x = x.saturating_add(width).saturating_add(APART);
        };
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(text) => write(text, u16::MAX, Meaning::Title),
            HelpLine::Command { keys, name, doc } => {
                let meaning = if keys.is_empty() { Meaning::Label } else { Meaning::Key };
                write(&pressed(keys, name), keys_width, meaning);
                if area.width >= NAMES_FROM {
                    write(name, name_width, Meaning::Label);
                }
                write(doc, u16::MAX, Meaning::Text);
            }
        }
    }
}

/// What runs a command: its keys, or where it has none, its name in the palette.
fn pressed(keys: &str, name: &str) -> String {
    if keys.is_empty() { format!(":{name}") } else { keys.to_owned() }
}
