//! A line of text that is being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

use super::pen::{columns, put, top_line};
use crate::core::meaning::Meaning;
use crate::core::text::slice_columns;
use crate::ui::theme::Theme;

/// A line of text with a cursor, scrolled so that the cursor is in sight.
#[derive(Clone, Copy, Debug)]
pub struct InputLine<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// What stands before the text: `/`, `:`.
    pub prompt: &'a str,
    /// The text.
    pub text: &'a str,
    /// The column of the text in which the cursor stands; `None` where the keys go elsewhere.
    pub cursor: Option<usize>,
    /// What is shown while there is no text.
    pub hint: &'a str,
    /// What the text means: [`Meaning::Input`], or [`Meaning::Bad`] where it is wrong.
    pub meaning: Meaning,
    /// Whether the text is selected.
    pub selected: bool,
}

impl InputLine<'_> {
    /// Where the cursor stands when it is drawn there.
    pub fn cursor_at(&self, area: Rect) -> Position {
        let (x, room) = self.room(area);
        let cursor = self.cursor.unwrap_or(0);
        let right = u16::try_from(cursor - self.from(room)).unwrap_or(u16::MAX);
        Position::new(x.saturating_add(right.min(room.saturating_sub(1))), area.y)
    }

    /// Where the text starts, and how many columns there are for it.
    fn room(&self, area: Rect) -> (u16, u16) {
        let x = area.x.saturating_add(columns(self.prompt).min(area.width));
        (x, area.right().saturating_sub(x))
    }

    /// The first column of the text that is in view: the cursor may stand behind the last letter.
    fn from(&self, room: u16) -> usize {
        self.cursor.map_or(0, |cursor| (cursor + 1).saturating_sub(usize::from(room)))
    }
}

impl Widget for &InputLine<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let (line, _) = top_line(area);
        put(buffer, line.x, line.y, line.width, self.prompt, self.theme.style(Meaning::Key));
        let (x, room) = self.room(line);
        if self.text.is_empty() {
            put(buffer, x, line.y, room, self.hint, self.theme.style(Meaning::Muted));
        }
        let from = self.from(room);
        let slice = slice_columns(self.text, from, usize::from(room));
        let blank = u16::try_from(slice.blank).unwrap_or(0);
        let mut style = self.theme.style(self.meaning);
        if self.selected {
            style = style.patch(self.theme.style(Meaning::Selection));
        }
        put(buffer, x + blank, line.y, room - blank, slice.text, style);
        if self.cursor.is_some() && room > 0 {
            let Position { x, y } = self.cursor_at(line);
            let place = Rect::new(x, y, 1, 1);
            buffer.set_style(place.intersection(buffer.area), self.theme.style(Meaning::Cursor));
        }
        let more = self.theme.glyphs().more_left;
        if from > 0 {
            put(buffer, x, line.y, columns(more), more, self.theme.style(Meaning::Muted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::golden;

    fn line(width: u16, text: &str, cursor: Option<usize>) -> String {
        golden(width, 1, |buffer, area, theme| {
            let hint = "type to filter";
            let (meaning, selected) = (Meaning::Input, false);
            InputLine { theme, prompt: "/", text, cursor, hint, meaning, selected }.render(area, buffer);
        })
    }

    #[test]
    fn what_the_next_letter_takes_the_place_of_is_seen() {
        let text = golden(12, 1, |buffer, area, theme| {
            let (cursor, meaning, selected) = (Some(3), Meaning::Input, true);
            InputLine { theme, prompt: "/", text: "web", cursor, hint: "", meaning, selected }
                .render(area, buffer);
        });
        insta::assert_snapshot!(text, @r"
        │/web        │
         abbbc
        a key
        b input on selection
        c text on input.cursor
        ");
    }

    #[test]
    fn the_cursor_stands_on_its_letter_or_behind_the_last() {
        insta::assert_snapshot!(line(20, "web|api", Some(3)), @r"
        │/web|api            │
         abbbcbbb
        a key
        b input
        c input on input.cursor
        ");
        insta::assert_snapshot!(line(20, "web", Some(3)), @r"
        │/web                │
         abbbc
        a key
        b input
        c text on input.cursor
        ");
        insta::assert_snapshot!(line(20, "web", None), @r"
        │/web                │
         abbb
        a key
        b input
        ");
    }

    #[test]
    fn an_empty_line_says_what_it_is_for() {
        insta::assert_snapshot!(line(20, "", Some(0)), @r"
        │/type to filter     │
         abccccccccccccc
        a key
        b text.muted on input.cursor
        c text.muted
        ");
    }

    #[test]
    fn a_long_line_scrolls_with_its_cursor() {
        insta::assert_snapshot!(line(10, "abcdefghijklmnop", Some(16)), @r"
        │/‹jklmnop │
         abcccccccd
        a key
        b text.muted
        c input
        d text on input.cursor
        ");
        insta::assert_snapshot!(line(10, "日本日本日本日本", Some(16)), @r"
        │/‹ 本日本 │
         abcccccccd
        a key
        b text.muted
        c input
        d text on input.cursor
        ");
        insta::assert_snapshot!(line(10, "abcdefghijklmnop", Some(2)), @r"
        │/abcdefghi│
         abbcbbbbbb
        a key
        b input
        c input on input.cursor
        ");
        line(1, "abc", Some(2));
        line(0, "abc", Some(2));
    }
}
