//! The pixels of a picture, and how cells are put on them.

use ratatui::style::Modifier;
use unicode_width::UnicodeWidthChar;

use super::glyph::Letters;
use super::{CELL, Ink, MARGIN, Place, blend};
use crate::ui::color::Rgb;

/// How many steps there are between no cover and full cover: the eye sees no more, and a palette can hold them.
const STEPS: u32 = 8;

/// The pixels of a picture.
pub(super) struct Canvas {
    /// Pixels in a row.
    pub(super) width: usize,
    /// Row by row.
    pub(super) pixels: Vec<Rgb>,
    /// Pixels for one unit: 1 or ½.
    scale: f32,
}

/// A rectangle of pixels: left, top, width and height.
#[derive(Clone, Copy)]
struct Area(usize, usize, usize, usize);

impl Canvas {
    /// An empty sheet for so many columns and rows of cells.
    pub(super) fn new(columns: u16, rows: u16, scale: f32, behind: Rgb) -> Self {
        let side = |cells: u16, cell: u16| {
            ((f32::from(cells) * f32::from(cell) + 2.0 * f32::from(MARGIN)) * scale) as usize
        };
        let (width, height) = (side(columns, CELL.0), side(rows, CELL.1));
        Self { width, pixels: vec![behind; width * height], scale }
    }

    /// Rows of pixels.
    pub(super) fn height(&self) -> usize {
        self.pixels.len() / self.width.max(1)
    }

    /// Draws one cell of this row of cells.
    pub(super) fn cell(&mut self, place: &Place<'_>, row: u16, ink: Ink, letters: &mut Letters) {
        let scale = self.scale;
        let pixels = |margin, cells: u16, cell: u16| {
            ((f32::from(margin) + f32::from(cells) * f32::from(cell)) * scale) as usize
        };
        let (left, top) = (pixels(MARGIN, place.column, CELL.0), pixels(MARGIN, row, CELL.1));
        let area = Area(left, top, pixels(0, place.width, CELL.0), pixels(0, 1, CELL.1));
        self.fill(area, ink.behind);
        for letter in place.cell.symbol().chars().filter(|letter| *letter != ' ') {
            self.letter(letter, area, ink, letters);
        }
        for (above, height) in ink.lines() {
            let line = Area(left, top + pixels(0, above, 1), area.2, pixels(0, height, 1));
            self.fill(line, ink.letters);
        }
    }

    fn fill(&mut self, Area(left, top, width, height): Area, color: Rgb) {
        for y in top..top + height {
            self.pixels[y * self.width + left..][..width].fill(color);
        }
    }

    fn letter(&mut self, letter: char, area: Area, ink: Ink, letters: &mut Letters) {
        let Area(left, top, width, height) = area;
        let coverage = letters.coverage(letter, ink.is(Modifier::BOLD), ink.is(Modifier::ITALIC));
        // A wide letter that the font has no shape for shows its empty box in the middle of the two cells.
        let columns = letter.width().unwrap_or(1).max(1);
        let shift = (width - width / columns) / 2;
        for (index, covered) in coverage.pixels.iter().enumerate() {
            let x = (index % coverage.width + shift).checked_add_signed(coverage.left);
            let y = (index / coverage.width).checked_add_signed(coverage.top);
            if let (Some(x), Some(y)) = (x.filter(|x| *x < width), y.filter(|y| *y < height)) {
                self.put(left + x, top + y, ink.letters, *covered);
            }
        }
    }

    fn put(&mut self, x: usize, y: usize, color: Rgb, cover: u8) {
        let steps = (u32::from(cover) * STEPS + 127) / 255;
        if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
            *pixel = blend(*pixel, color, (steps * 255 / STEPS) as u8);
        }
    }
}
