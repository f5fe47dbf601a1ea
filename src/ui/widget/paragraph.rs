//! Text in several lines: broken between words, scrolled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::put;
use super::scrollbar::Scrollbar;
use crate::core::page::{Fit, Line};
use crate::ui::theme::Theme;

/// Lines of text, broken where they are too long, in a rectangle that may show only a part of them.
#[derive(Clone, Copy, Debug)]
pub struct Paragraph<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// The lines.
    pub lines: &'a [Line],
    /// The first line in view, counted after breaking.
    pub first: usize,
}

impl Widget for &Paragraph<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let fit = Fit::new(self.lines, area.width, area.height);
        let first = self.first.min(fit.last);
        let bar = Rect { x: area.right().saturating_sub(1), width: 1.min(area.width), ..area };
        Scrollbar { theme: self.theme, whole: fit.whole, first }.render(bar, buffer);
        let parts = self.lines.iter().flat_map(|line| {
            let hang = |part| if part > 0 { line.hang } else { 0 };
            line.broken(fit.columns).into_iter().enumerate().map(move |(part, pieces)| (hang(part), pieces))
        });
        let end = area.x + fit.columns;
        for ((hang, pieces), y) in parts.skip(first).zip(area.top()..area.bottom()) {
            let mut x = area.x.saturating_add(if hang * 2 < fit.columns { hang } else { 0 });
            for (meaning, text) in pieces {
                x += put(buffer, x, y, end.saturating_sub(x), text, self.theme.style(meaning));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::meaning::Meaning;
    use crate::ui::golden::golden;

    #[test]
    fn what_does_not_fit_is_scrolled() {
        let draw = |first: usize| {
            golden(16, 3, |buffer, area, theme| {
                let lines = [
                    Line::new(Meaning::Danger, "Removes")
                        .and(Meaning::Text, " the container and its volumes."),
                    Line::BLANK,
                    Line::new(Meaning::Muted, "It cannot be undone."),
                ];
                Paragraph { theme, lines: &lines, first }.render(area, buffer);
            })
        };
        insta::assert_snapshot!(draw(0), @r"
        │Removes the    ┃│
         aaaaaaa........b
        │container and  ││
         ...............c
        │its volumes.   ││
         ...............c
        a danger
        b scroll.thumb
        c scroll
        ");
        insta::assert_snapshot!(draw(99), @r"
        │               ││
         ...............a
        │It cannot be   ││
         bbbbbbbbbbbb...a
        │undone.        ┃│
         bbbbbbb........c
        a scroll
        b text.muted
        c scroll.thumb
        ");
    }
}
