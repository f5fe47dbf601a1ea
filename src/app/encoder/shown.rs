//! What a terminal shows, kept between two frames in a twentieth of the memory that a buffer of cells takes.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::Look;

/// What a terminal shows.
#[derive(Debug, PartialEq)]
pub(in crate::app) struct Shown {
    pub(in crate::app) area: Rect,
    rows: Vec<Row>,
}

/// One row of it.
#[derive(Debug, PartialEq)]
struct Row {
    text: Box<str>,
    /// Where the symbol of each cell ends in the text.
    ends: Box<[u32]>,
    /// How cells look, and the number of the first that looks otherwise.
    looks: Box<[(Look, u16)]>,
}

impl Shown {
    /// What a terminal shows after this was drawn.
    pub(in crate::app) fn of(buffer: &Buffer) -> Self {
        let columns = usize::from(buffer.area.width.max(1));
        Self { area: buffer.area, rows: buffer.content.chunks(columns).map(Row::of).collect() }
    }

    /// What a cleared terminal shows.
    pub(in crate::app) fn blank(area: Rect) -> Self {
        Self::of(&Buffer::empty(area))
    }

    /// The rows that look otherwise in `new`, which has the same area: as they are here and there.
    pub(super) fn changed<'s>(&'s self, new: &'s Self) -> impl Iterator<Item = (Buffer, Buffer)> + 's {
        let rows = (self.area.y..).zip(self.rows.iter().zip(&new.rows));
        rows.filter(|(_, (old, new))| old != new).map(|(y, (old, new))| {
            let area = Rect { y, height: 1, ..self.area };
            (old.unpacked(area), new.unpacked(area))
        })
    }
}

impl Row {
    fn of(cells: &[Cell]) -> Self {
        let (mut text, mut ends) = (String::with_capacity(cells.len()), Vec::with_capacity(cells.len()));
        let mut looks: Vec<(Look, u16)> = Vec::new();
        for (cell, end) in cells.iter().zip(1..) {
            text.push_str(cell.symbol());
            ends.push(text.len() as u32);
            let look = Look::of(cell);
            match looks.last_mut() {
                Some((last, until)) if *last == look => *until = end,
                _ => looks.push((look, end)),
            }
        }
        Self { text: text.into(), ends: ends.into(), looks: looks.into() }
    }

    fn unpacked(&self, area: Rect) -> Buffer {
        let mut buffer = Buffer::empty(area);
        let (mut start, mut looks) = (0, self.looks.iter());
        let mut look = looks.next();
        for ((cell, &end), column) in buffer.content.iter_mut().zip(&self.ends).zip(0..) {
            if look.is_some_and(|(_, until)| *until <= column) {
                look = looks.next();
            }
            cell.set_symbol(&self.text[start..end as usize]);
            if let Some((look, _)) = look {
                (cell.fg, cell.bg, cell.modifier) = (look.text, look.ground, look.modifier);
            }
            start = end as usize;
        }
        buffer
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    #[test]
    fn a_row_comes_out_as_it_went_in() {
        let area = Rect::new(0, 0, 14, 2);
        let mut buffer = Buffer::empty(area);
        let red = Style::new().fg(Color::Rgb(200, 0, 0)).add_modifier(Modifier::BOLD);
        buffer.set_string(0, 0, "plain", Style::new());
        buffer.set_string(5, 0, "red 漢字", red);
        buffer.set_string(0, 1, "e\u{301}\u{302} 🧑‍🚀", Style::new().bg(Color::Indexed(7)));
        let changed: Vec<_> =
            Shown::blank(area).changed(&Shown::of(&buffer)).map(|(_, row)| row.content).collect();
        assert_eq!(changed.concat(), buffer.content);
    }

    #[test]
    fn only_rows_that_look_otherwise_have_changed() {
        let area = Rect::new(0, 0, 3, 3);
        let mut buffer = Buffer::empty(area);
        let old = Shown::of(&buffer);
        buffer.set_style(Rect::new(2, 1, 1, 1), Style::new().bg(Color::Red));
        let new = Shown::of(&buffer);
        let rows: Vec<_> = old.changed(&new).map(|(old, _)| old.area.y).collect();
        assert_eq!((rows.as_slice(), old == new), (&[1][..], false));
        assert_eq!(new.changed(&Shown::of(&buffer)).count(), 0);
    }
}
