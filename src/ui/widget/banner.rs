//! A line that nobody overlooks: this is production, this is a demo, nothing can be changed, all of this is old.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::{clear, columns, cut, put, top_line};
use crate::core::meaning::Meaning;
use crate::ui::theme::Theme;

/// A line across the whole width in the style of its first notice; the others stand at its right in their own. What
/// finds no room is left out from the end, but never the first.
#[derive(Clone, Copy, Debug)]
pub struct Banner<'a, T> {
    /// How it looks.
    pub theme: &'a Theme,
    /// What it says, the most important first: a meaning such as [`Meaning::Production`], and a text.
    pub notices: &'a [(Meaning, T)],
}

impl<T: AsRef<str>> Widget for &Banner<'_, T> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let (line, _) = top_line(area);
        let Some(((meaning, text), others)) = self.notices.split_first() else { return };
        let style = self.theme.style(*meaning);
        clear(buffer, line, style);
        let text = cut(text.as_ref(), line.width.saturating_sub(2), self.theme.glyphs());
        let mut left = line.x.saturating_add(1);
        left += put(buffer, left, line.y, line.width, &text, style);
        let mut right = line.right();
        for (meaning, text) in others {
            let text = format!(" {} ", text.as_ref());
            let width = columns(&text);
            if right.saturating_sub(left) < width.saturating_add(1) {
                break;
            }
            right -= width;
            put(buffer, right, line.y, width, &text, self.theme.style(*meaning));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::golden;

    fn draw(buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let notices = [(Meaning::Production, "PRODUCTION numbers-prod"), (Meaning::ReadOnly, "read-only")];
        Banner { theme, notices: &notices }.render(area, buffer);
    }

    #[test]
    fn the_first_notice_fills_the_line_and_the_others_stand_at_its_right() {
        insta::assert_snapshot!(golden(50, 1, draw), @r"
        │ PRODUCTION numbers-prod                read-only │
         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbb
        a production
        b read-only
        ");
    }

    #[test]
    fn on_a_narrow_line_the_first_notice_stays() {
        insta::assert_snapshot!(golden(30, 1, draw), @r"
        │ PRODUCTION numbers-prod      │
         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        a production
        ");
        insta::assert_snapshot!(golden(12, 1, draw), @r"
        │ PRODUCTIO… │
         aaaaaaaaaaaa
        a production
        ");
        golden(1, 1, draw);
    }
}
