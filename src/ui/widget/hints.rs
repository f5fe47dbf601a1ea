//! What can be done now, and with which key.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::{clear, columns, put, top_line};
use crate::core::meaning::Meaning;
use crate::ui::theme::Theme;

/// One line of keys and what they do. A hint that does not fit is left out whole, never cut.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'a, K, T> {
    /// How it looks.
    pub theme: &'a Theme,
    /// Keys and what they do, the most important first.
    pub hints: &'a [(K, T)],
}

impl<K: AsRef<str>, T: AsRef<str>> Widget for &Hints<'_, K, T> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        // Columns between two hints.
        const APART: u16 = 2;
        let (line, _) = top_line(area);
        clear(buffer, line, self.theme.style(Meaning::Bar));
        let mut x = line.x.saturating_add(1);
        for (key, text) in self.hints {
            let (key, text) = (key.as_ref(), text.as_ref());
            let (key_width, text_width) = (columns(key), columns(text));
            let needed = key_width.saturating_add(text_width).saturating_add(1);
            if needed > line.right().saturating_sub(x) {
                continue;
            }
            put(buffer, x, line.y, key_width, key, self.theme.style(Meaning::Key));
            put(buffer, x + key_width + 1, line.y, text_width, text, self.theme.style(Meaning::KeyText));
            x = x.saturating_add(needed).saturating_add(APART);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::golden;

    fn draw(buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let hints = [("?", "help"), ("enter", "inspect"), ("l", "logs"), ("x", "actions"), ("/", "filter")];
        Hints { theme, hints: &hints }.render(area, buffer);
    }

    #[test]
    fn hints_stand_in_order_and_the_bar_fills_its_line() {
        insta::assert_snapshot!(golden(60, 1, draw), @r"
        │ ? help  enter inspect  l logs  x actions  / filter         │
         abaccccaabbbbbacccccccaabaccccaabacccccccaabaccccccaaaaaaaaa
        a bar
        b key on bar
        c key.text on bar
        ");
    }

    #[test]
    fn on_a_narrow_line_a_hint_is_whole_or_not_there() {
        insta::assert_snapshot!(golden(28, 1, draw), @r"
        │ ? help  enter inspect      │
         abaccccaabbbbbacccccccaaaaaa
        a bar
        b key on bar
        c key.text on bar
        ");
        insta::assert_snapshot!(golden(5, 1, draw), @r"
        │     │
         aaaaa
        a bar
        ");
    }
}
