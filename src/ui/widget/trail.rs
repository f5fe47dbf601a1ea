//! The way here: breadcrumbs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::{clear, columns, cut, put, top_line};
use crate::core::meaning::Meaning;
use crate::ui::theme::Theme;

/// The screens that lead here, the root first. Where there is no room, the first ones go.
#[derive(Clone, Copy, Debug)]
pub struct Trail<'a, T> {
    /// How it looks.
    pub theme: &'a Theme,
    /// The names of the screens, the current one last.
    pub parts: &'a [T],
}

impl<T: AsRef<str>> Widget for &Trail<'_, T> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let (line, _) = top_line(area);
        let glyphs = self.theme.glyphs();
        clear(buffer, line, self.theme.style(Meaning::Bar));
        let between = format!(" {} ", glyphs.separator);
        let mut room = line.width.saturating_sub(1);
        // How many of the last parts fit, with the sign for those before them.
        let mut first = self.parts.len();
        for (index, part) in self.parts.iter().enumerate().rev() {
            let more =
                columns(part.as_ref()) + if index + 1 < self.parts.len() { columns(&between) } else { 0 };
            let sign = if index == 0 { 0 } else { columns(glyphs.ellipsis) + columns(&between) };
            if more.saturating_add(sign) > room && index + 1 < self.parts.len() {
                break;
            }
            room = room.saturating_sub(more);
            first = index;
        }
        let mut x = line.x.saturating_add(1);
        let mut write = |text: &str, meaning| {
            let text = cut(text, line.right().saturating_sub(x), glyphs);
            x += put(buffer, x, line.y, line.width, &text, self.theme.style(meaning));
        };
        if first > 0 && first < self.parts.len() && columns(self.parts[first].as_ref()) + 5 < line.width {
            write(glyphs.ellipsis, Meaning::Muted);
            write(&between, Meaning::Muted);
        }
        for (index, part) in self.parts.iter().enumerate().skip(first) {
            let last = index + 1 == self.parts.len();
            write(part.as_ref(), if last { Meaning::BarCurrent } else { Meaning::Bar });
            if !last {
                write(&between, Meaning::Muted);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::golden;

    fn draw(buffer: &mut Buffer, area: Rect, theme: &Theme) {
        Trail { theme, parts: &["fleet", "numbers-prod", "workloads", "api-1"] }.render(area, buffer);
    }

    #[test]
    fn the_whole_way_is_shown_where_it_fits() {
        insta::assert_snapshot!(golden(50, 1, draw), @r"
        │ fleet › numbers-prod › workloads › api-1         │
         aaaaaabbbaaaaaaaaaaaabbbaaaaaaaaabbbcccccaaaaaaaaa
        a bar
        b text.muted on bar
        c bar.current
        ");
    }

    #[test]
    fn on_a_narrow_line_the_first_parts_go() {
        insta::assert_snapshot!(golden(30, 1, draw), @r"
        │ … › workloads › api-1        │
         abbbbaaaaaaaaabbbcccccaaaaaaaa
        a bar
        b text.muted on bar
        c bar.current
        ");
        insta::assert_snapshot!(golden(12, 1, draw), @r"
        │ … › api-1  │
         abbbbcccccaa
        a bar
        b text.muted on bar
        c bar.current
        ");
        insta::assert_snapshot!(golden(4, 1, draw), @r"
        │ ap…│
         abbb
        a bar
        b bar.current
        ");
        golden(0, 1, draw);
    }
}
