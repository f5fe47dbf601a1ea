//! What changed between two frames → the fewest bytes that show them: a console over a slow link lives by what it does not write.

mod shown;

use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Modifier};

pub(super) use shown::Shown;

/// Writes what brings a terminal that shows `old` to `new`, which is as large. Looks are plain before and after; the cursor
/// may stand anywhere.
pub(super) fn draw(bytes: &mut Vec<u8>, old: &Shown, new: &Shown) {
    let mut pen = Pen { bytes, place: Place::Unknown, look: PLAIN, columns: new.area.width };
    for (old, new) in old.changed(new) {
        draw_row(&mut pen, &old, &new);
    }
    pen.wear(PLAIN);
}

fn draw_row(pen: &mut Pen<'_>, old: &Buffer, new: &Buffer) {
    let mut changed = old.diff_iter(new).peekable();
    while let Some((column, row, cell)) = changed.next() {
        pen.put(column, row, cell);
        // A terminal blanks the other half of a wide letter when one is written over, in a look of its own choice.
        let last = column + cell.cell_width().max(1) - 1;
        let was_wide = old.cell((last, row)).is_some_and(|it| it.cell_width() > 1);
        let behind = last + 1;
        if was_wide
            && changed.peek().is_none_or(|next| (next.0, next.1) != (behind, row))
            && let Some(cell) = new.cell((behind, row))
        {
            pen.put(behind, row, cell);
        }
    }
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    text: Color,
    ground: Color,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        Self { text: cell.fg, ground: cell.bg, modifier: cell.modifier }
    }
}

const PLAIN: Look = Look { text: Color::Reset, ground: Color::Reset, modifier: Modifier::empty() };

/// Where the cursor is.
#[derive(Clone, Copy)]
enum Place {
    Unknown,
    /// Here, as every terminal sees it.
    At(u16, u16),
    /// Here, unless the terminal takes what was written for wider or narrower than it is: fit to be written on from,
    /// and not to be counted from.
    Behind(u16, u16),
}

struct Pen<'b> {
    bytes: &'b mut Vec<u8>,
    place: Place,
    look: Look,
    columns: u16,
}

impl Pen<'_> {
    fn put(&mut self, column: u16, row: u16, cell: &Cell) {
        self.go_to(column, row);
        self.wear(Look::of(cell));
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        self.place = match column + 1 {
            // Behind the last column the cursor stands where each terminal likes.
            next if next >= self.columns => Place::Unknown,
            next if cell.symbol().len() == 1 && matches!(self.place, Place::At(..)) => Place::At(next, row),
            next => Place::Behind(next, row),
        };
    }

    fn go_to(&mut self, column: u16, row: u16) {
        let from = match self.place {
            Place::At(x, y) | Place::Behind(x, y) if (x, y) == (column, row) => return,
            Place::At(x, y) => Some((x, y)),
            Place::Behind(..) | Place::Unknown => None,
        };
        let absolute = format!("\x1b[{};{}H", row + 1, column + 1);
        let way = from.and_then(|from| relative(from, (column, row))).filter(|it| it.len() < absolute.len());
        self.bytes.extend_from_slice(way.unwrap_or(absolute).as_bytes());
        self.place = Place::At(column, row);
    }

    fn wear(&mut self, look: Look) {
        if look == self.look {
            return;
        }
        let mut codes = Vec::new();
        let mut from = self.look;
        if !look.modifier.contains(from.modifier) || look == PLAIN {
            codes.push("0".to_owned());
            from = PLAIN;
        }
        for (modifier, code) in MODIFIERS {
            if (look.modifier - from.modifier).contains(*modifier) {
                codes.push((*code).to_owned());
            }
        }
        if look.text != from.text {
            codes.push(colour(look.text, 30));
        }
        if look.ground != from.ground {
            codes.push(colour(look.ground, 40));
        }
        // Writing into memory does not fail.
        let _ = write!(self.bytes, "\x1b[{}m", codes.join(";"));
        self.look = look;
    }
}

/// The way to a place further down or further right of the same row, by counting.
fn relative((x, y): (u16, u16), (column, row): (u16, u16)) -> Option<String> {
    let step = |count: u16, letter: char| match count {
        0 => String::new(),
        1 => format!("\x1b[{letter}"),
        count => format!("\x1b[{count}{letter}"),
    };
    let down = step(row.checked_sub(y)?, 'B');
    let aside = if column >= x { step(column - x, 'C') } else { step(x - column, 'D') };
    Some(down + &aside)
}

/// The codes of the looks that cells have (ECMA-48, SGR).
const MODIFIERS: &[(Modifier, &str)] = &[
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::SLOW_BLINK, "5"),
    (Modifier::RAPID_BLINK, "6"),
    (Modifier::REVERSED, "7"),
    (Modifier::HIDDEN, "8"),
    (Modifier::CROSSED_OUT, "9"),
];

/// The code of a colour; `base` is 30 for text and 40 for its ground (ECMA-48; 90 and 100 by aixterm, 38 and 48 by
/// ISO 8613-6).
fn colour(colour: Color, base: u8) -> String {
    let plain = |number: u8| (base + number).to_string();
    let bright = |number: u8| (base + 60 + number).to_string();
    match colour {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const SIZE: (u16, u16) = (12, 4);

    fn buffer(cells: &[(u16, u16, &'static str, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (x, y, symbol, style) in cells {
            let (end, _) = buffer.set_stringn(*x, *y, symbol, usize::from(SIZE.0 - x), *style);
            // As the widgets do: both halves of a wide letter have its looks.
            buffer.set_style(Rect::new(*x, *y, end - x, 1), *style);
        }
        buffer
    }

    fn written(from: &Buffer, to: &Buffer) -> Vec<u8> {
        let mut bytes = Vec::new();
        draw(&mut bytes, &Shown::of(from), &Shown::of(to));
        bytes
    }

    #[test]
    fn neighbours_need_no_way_and_those_below_a_short_one() {
        let plain = Style::new();
        let from = buffer(&[(8, 1, "0.1", plain), (8, 2, "0.1", plain)]);
        let to = buffer(&[(8, 1, "0.2", plain), (8, 2, "0.2", plain)]);
        assert_eq!(String::from_utf8(written(&from, &to)).unwrap(), "\x1b[2;11H2\x1b[B\x1b[D2");
    }

    #[test]
    fn looks_are_said_once_and_reset_at_the_end() {
        let red = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        let to = buffer(&[(0, 0, "ab", red), (2, 0, "c", Style::new().fg(Color::Indexed(7)))]);
        let text = String::from_utf8(written(&buffer(&[]), &to)).unwrap();
        assert_eq!(text, "\x1b[1;1H\x1b[1;31mab\x1b[0;38;5;7mc\x1b[0m");
    }

    fn cells() -> impl Strategy<Value = Vec<(u16, u16, &'static str, Style)>> {
        let colours =
            prop::sample::select(vec![Color::Reset, Color::Red, Color::Indexed(99), Color::Rgb(1, 2, 3)]);
        let modifiers = prop::sample::select(vec![
            Modifier::empty(),
            Modifier::BOLD,
            Modifier::ITALIC.union(Modifier::UNDERLINED),
        ]);
        let style = (colours.clone(), colours, modifiers)
            .prop_map(|(text, ground, modifier)| Style::new().fg(text).bg(ground).add_modifier(modifier));
        let text = prop::sample::select(vec!["a", "bcd ef", "●●x", "漢字a", "é", "x 漢y", "0.1", ""]);
        // One text a row: none is written over half of another's letter.
        prop::array::uniform4((0..SIZE.0, text, style))
            .prop_map(|rows| (0..).zip(rows).map(|(y, (x, text, style))| (x, y, text, style)).collect())
    }

    proptest! {
        /// A terminal that showed one frame shows the next one after these bytes.
        #[test]
        fn the_terminal_shows_what_was_drawn(first in cells(), second in cells()) {
            let (first, second) = (buffer(&first), buffer(&second));
            let mut terminal = emulator();
            terminal.process(&written(&buffer(&[]), &first));
            terminal.process(&written(&first, &second));
            let mut fresh = emulator();
            fresh.process(&written(&buffer(&[]), &second));
            for y in 0..SIZE.1 {
                for x in 0..SIZE.0 {
                    let (shown, wanted) = (terminal.screen().cell(y, x), fresh.screen().cell(y, x));
                    prop_assert_eq!(shown.map(look), wanted.map(look), "at {},{}", x, y);
                }
            }
        }
    }

    fn emulator() -> vt100::Parser {
        let [rows, columns] = [SIZE.1, SIZE.0].map(|it| std::num::NonZero::new(it).unwrap());
        vt100::Parser::new(rows, columns, 0)
    }

    /// How a cell looks; nothing for the second half of a wide letter. What is blank is neither bold nor slanted.
    fn look(cell: &vt100::Cell) -> Option<(String, vt100::Color, vt100::Color, [bool; 3])> {
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let marks = [cell.bold() && text != " ", cell.italic() && text != " ", cell.underline()];
        (!cell.is_wide_continuation()).then(|| (text.to_owned(), cell.fgcolor(), cell.bgcolor(), marks))
    }
}
