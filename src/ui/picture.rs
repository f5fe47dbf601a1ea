//! Pictures of the screen: a grid of cells as text, SVG or PNG, the same bytes on every machine.
//!
//! This file reads a cell: what it shows once defaults, reversal and dimming are applied. The writers and the shapes
//! that lines and blocks are drawn with have a file each.

mod canvas;
mod glyph;
mod lines;
mod png;
mod shape;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::color::{Rgb, rgb};
use super::theme::Theme;

pub use self::png::{PictureError, png};
pub use self::svg::svg;
pub use self::text::text;

/// The size of a cell in the units of [`shape`]; all strokes lie on even units, so half of this is crisp too.
const CELL: (u16, u16) = (18, 38);

/// The space around the cells, in the same units.
const MARGIN: u16 = 16;

/// What shows where a cell says nothing of its colours: the default letters and the paper behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The colour of letters: red, green, blue.
    pub letters: [u8; 3],
    /// The colour behind them.
    pub behind: [u8; 3],
}

impl Paper {
    /// What a terminal of nobody's taste shows: light grey on nearly black.
    pub const PLAIN: Self = Self { letters: [0xd5, 0xdb, 0xe4], behind: [0x11, 0x15, 0x1c] };

    /// The paper of this theme; [`Paper::PLAIN`] where it leaves colours to the terminal.
    pub fn of(theme: &Theme) -> Self {
        let base = theme.base();
        Self {
            letters: base.fg.and_then(rgb).unwrap_or(Self::PLAIN.letters),
            behind: base.bg.and_then(rgb).unwrap_or(Self::PLAIN.behind),
        }
    }
}

/// How the letters of a cell are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ink {
    letters: Rgb,
    behind: Rgb,
    /// Bold, italic, underlined, crossed out: what is not in the colours already.
    modifiers: Modifier,
}

impl Ink {
    const KEPT: Modifier =
        Modifier::BOLD.union(Modifier::ITALIC).union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

    fn of(cell: &Cell, paper: Paper) -> Self {
        let has = |modifier| cell.modifier.contains(modifier);
        let or = |color: Color, default| rgb(color).unwrap_or(default);
        let (mut letters, mut behind) = (or(cell.fg, paper.letters), or(cell.bg, paper.behind));
        if has(Modifier::REVERSED) {
            (letters, behind) = (behind, letters);
        }
        if has(Modifier::DIM) {
            letters = blend(behind, letters, 160);
        }
        Self {
            letters: if has(Modifier::HIDDEN) { behind } else { letters },
            behind,
            modifiers: cell.modifier & Self::KEPT,
        }
    }

    /// The lines under and through the letters: how far below the top of the cell, and how thick.
    fn lines(self) -> impl Iterator<Item = (u16, u16)> {
        let under = self.is(Modifier::UNDERLINED).then_some((glyph::BASELINE + 4, 2));
        let through = self.is(Modifier::CROSSED_OUT).then_some((glyph::BASELINE - 10, 2));
        under.into_iter().chain(through)
    }

    fn is(self, modifier: Modifier) -> bool {
        self.modifiers.contains(modifier)
    }
}

/// `below` with `above` over it; 255 covers it wholly.
fn blend(below: Rgb, above: Rgb, cover: u8) -> Rgb {
    let part = |below: u8, above: u8| {
        let cover = u32::from(cover);
        ((u32::from(below) * (255 - cover) + u32::from(above) * cover + 127) / 255) as u8
    };
    [part(below[0], above[0]), part(below[1], above[1]), part(below[2], above[2])]
}

/// One symbol of a row, with the columns that it takes.
struct Place<'b> {
    /// The column it begins at, from 0.
    column: u16,
    /// One, or two for wide letters.
    width: u16,
    cell: &'b Cell,
}

/// The symbols of a row; the cells that a wide one covers are left out.
fn row(buffer: &Buffer, row: u16) -> impl Iterator<Item = Place<'_>> {
    let area = buffer.area;
    let mut column = 0;
    std::iter::from_fn(move || {
        let cell = buffer.cell((area.x.checked_add(column)?, area.y.checked_add(row)?))?;
        let width = (cell.symbol().width() as u16).clamp(1, area.width - column);
        let place = Place { column, width, cell };
        column += width;
        Some(place)
    })
}
