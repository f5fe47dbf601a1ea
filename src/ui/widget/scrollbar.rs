//! Where the part in view stands in the whole.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::put;
use crate::core::meaning::Meaning;
use crate::ui::theme::Theme;

/// A scroll bar down one column; where everything is in view, nothing is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scrollbar<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// The lines of the whole.
    pub whole: usize,
    /// The first line in view.
    pub first: usize,
}

impl Widget for &Scrollbar<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let height = usize::from(area.height);
        if area.width == 0 || height == 0 || self.whole <= height {
            return;
        }
        let length = (height * height / self.whole).clamp(1, height);
        let hidden = self.whole - height;
        // The thumb touches an end only where nothing is hidden beyond it.
        let free = height - length;
        let top = match self.first.min(hidden) {
            0 => 0,
            first if first == hidden => free,
            first => (free * first / hidden).clamp(1, free.saturating_sub(1).max(1)),
        };
        let glyphs = self.theme.glyphs();
        for (line, y) in (area.top()..area.bottom()).enumerate() {
            let (glyph, meaning) = if (top..top + length).contains(&line) {
                (glyphs.scroll_thumb, Meaning::ScrollThumb)
            } else {
                (glyphs.scroll, Meaning::Scroll)
            };
            put(buffer, area.x, y, 1, glyph, self.theme.style(meaning));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumb_touches_the_ends_only_when_nothing_is_beyond() {
        let shown = |first| {
            let area = Rect::new(0, 0, 1, 6);
            let theme = Theme::default();
            let mut buffer = Buffer::empty(area);
            Scrollbar { theme: &theme, whole: 20, first }.render(area, &mut buffer);
            buffer.content().iter().map(|cell| cell.symbol().to_owned()).collect::<String>()
        };
        assert_eq!(shown(0), "┃│││││");
        assert_eq!(shown(1), "│┃││││");
        assert_eq!(shown(7), "││┃│││");
        assert_eq!(shown(13), "││││┃│");
        assert_eq!(shown(14), "│││││┃");
        assert_eq!(shown(99), "│││││┃");
    }

    #[test]
    fn where_everything_is_in_view_there_is_no_bar() {
        let theme = Theme::default();
        let area = Rect::new(0, 0, 1, 4);
        let mut buffer = Buffer::empty(area);
        Scrollbar { theme: &theme, whole: 4, first: 0 }.render(area, &mut buffer);
        Scrollbar { theme: &theme, whole: 9, first: 3 }.render(Rect { height: 0, ..area }, &mut buffer);
        assert_eq!(buffer, Buffer::empty(area));
    }
}
