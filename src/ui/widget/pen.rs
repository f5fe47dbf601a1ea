//! Putting text on the screen: clipped to it, cut where there is no room. Nothing here can run over an edge.

use std::borrow::Cow;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::core::text::{cells, slice_columns, truncate_to_width, width};
use crate::ui::theme::Glyphs;

/// Writes `text` at a place, at most `columns` of it; returns the columns that it took. What the style leaves open stays
/// as it is there.
pub fn put(buffer: &mut Buffer, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
    let area = buffer.area;
    if columns == 0 || !(area.left()..area.right()).contains(&x) || !(area.top()..area.bottom()).contains(&y)
    {
        return 0;
    }
    halve(buffer, x, y);
    let end = x.saturating_add(columns).min(area.right());
    let mut at = x;
    for letter in cells(text) {
        let (symbol, width) = match letter.text {
            "\t" => (" ", letter.width as u16),
            control if control.contains(char::is_control) => continue,
            symbol => (symbol, symbol.cell_width()),
        };
        if width > end - at {
            break;
        }
        for (place, column) in (at..at + width).enumerate() {
            // A wide letter hides the cells that it covers; they keep its style for when it goes.
            let symbol = if place == 0 { symbol } else { " " };
            if let Some(cell) = buffer.cell_mut((column, y)) {
                cell.set_symbol(symbol).set_style(style);
            }
        }
        at += width;
    }
    at - x
}

/// Takes away the wide letter whose right half lies at this place, because terminals cannot show its left half.
fn halve(buffer: &mut Buffer, x: u16, y: u16) {
    if x > buffer.area.left()
        && let Some(cell) = buffer.cell_mut((x - 1, y))
        && cell.symbol().cell_width() > 1
    {
        cell.set_symbol(" ");
    }
}

/// `text`, or its start and its end around the sign that the middle is missing: for names, which differ at both.
pub fn cut_middle<'t>(text: &'t str, columns: u16, glyphs: &Glyphs) -> Cow<'t, str> {
    let (whole, room) = (width(text), usize::from(columns).saturating_sub(1));
    if whole <= usize::from(columns) || room < 6 {
        return cut(text, columns, glyphs);
    }
    let (start, used) = truncate_to_width(text, room - room / 2);
    let end = slice_columns(text, whole - (room - used), room);
    Cow::Owned(format!("{start}{}{}", glyphs.ellipsis, end.text))
}

/// `text`, or as much of it as fits into `columns` with the sign that some is missing.
pub fn cut<'t>(text: &'t str, columns: u16, glyphs: &Glyphs) -> Cow<'t, str> {
    let columns = usize::from(columns);
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let (start, _) = truncate_to_width(text, columns - 1);
    Cow::Owned(format!("{start}{}", glyphs.ellipsis))
}

/// Empties a rectangle and gives it a style, whatever was there.
pub fn clear(buffer: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buffer.area);
    for y in area.rows().map(|row| row.y) {
        halve(buffer, area.x, y);
    }
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_style(style);
        }
    }
}

/// The columns that `text` takes, as the screen counts them.
pub fn columns(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// The first line of a rectangle, and the rest of it.
pub fn top_line(area: Rect) -> (Rect, Rect) {
    let height = area.height.min(1);
    let rest = Rect { y: area.y + height, height: area.height - height, ..area };
    (Rect { height, ..area }, rest)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Cell;
    use ratatui::style::Color;

    use super::*;

    #[test]
    fn text_is_cut_with_a_sign_where_there_is_no_room() {
        let glyphs = &Glyphs::UNICODE;
        for (text, columns, wanted) in [
            ("hello", 5, "hello"),
            ("hello", 4, "hel…"),
            ("日本語", 4, "日…"),
            ("hello", 1, "…"),
            ("hello", 0, ""),
        ] {
            assert_eq!(cut(text, columns, glyphs), wanted);
        }
        assert_eq!(cut("hello", 4, &Glyphs::ASCII), "hel~");
    }

    #[test]
    fn nothing_is_written_outside_the_screen() {
        let mut buffer = Buffer::empty(Rect::new(2, 2, 3, 1));
        for (x, y) in [(0, 2), (5, 2), (2, 1), (2, 3), (u16::MAX, u16::MAX)] {
            assert_eq!(put(&mut buffer, x, y, 9, "x", Style::new()), 0);
        }
        assert_eq!(put(&mut buffer, 3, 2, 9, "xyz", Style::new()), 2);
        clear(&mut buffer, Rect::new(0, 0, 100, 100), Style::new());
        assert_eq!(buffer, Buffer::empty(Rect::new(2, 2, 3, 1)));
    }

    #[test]
    fn a_name_is_cut_in_its_middle() {
        let glyphs = &Glyphs::UNICODE;
        for (text, columns, wanted) in [
            ("numbers-prod-proxy-1", 20, "numbers-prod-proxy-1"),
            ("numbers-prod-proxy-1", 12, "number…oxy-1"),
            ("日本語日本語日本語", 9, "日本…本語"),
            ("日本語日本語日本語", 10, "日本…本語"),
            ("numbers-prod", 6, "numbe…"),
        ] {
            assert_eq!(cut_middle(text, columns, glyphs), wanted);
        }
    }

    #[test]
    fn a_wide_letter_goes_whole_when_its_half_is_written_over() {
        let area = Rect::new(0, 0, 6, 1);
        let mut buffer = Buffer::empty(area);
        assert_eq!(put(&mut buffer, 0, 0, 6, "日本語", Style::new().red()), 6);
        put(&mut buffer, 3, 0, 1, "|", Style::new());
        clear(&mut buffer, Rect::new(5, 0, 1, 1), Style::new());
        let symbols: Vec<&str> = buffer.content().iter().map(Cell::symbol).collect();
        assert_eq!(symbols, ["日", " ", " ", "|", " ", " "]);
        assert!(buffer.content()[..5].iter().all(|cell| cell.fg == Color::Red));
    }

    #[test]
    fn tabs_are_spaces_and_control_characters_are_nothing() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        assert_eq!(put(&mut buffer, 0, 0, 12, "ab\tc\u{1b}d", Style::new()), 10);
        assert_eq!(buffer, Buffer::with_lines(["ab      cd  "]));
    }
}
