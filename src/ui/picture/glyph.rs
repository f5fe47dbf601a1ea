//! How much each letter covers of its pixels: from the font that is part of the program (`JetBrains Mono`, regular and
//! bold; slanted ones are sheared), or by geometry.

use std::collections::HashMap;

use ab_glyph::{Font, FontRef, Glyph, InvalidFont, PxScale, point};

use super::CELL;
use super::shape::{Mark, shape};

/// Its licence lies beside it: `font/OFL.txt`.
const REGULAR: &[u8] = include_bytes!("font/JetBrainsMono-Regular.ttf");
const BOLD: &[u8] = include_bytes!("font/JetBrainsMono-Bold.ttf");

/// The size of an em in units of the cell: makes a letter exactly as wide as the cell.
pub(super) const EM: u16 = 30;

/// The line that letters stand on, from the top of the cell, in its units.
pub(super) const BASELINE: u16 = 30;

/// How far the top of a slanted letter leans over, for each unit of its height.
const SLANT: f32 = 0.2;

/// How much a letter covers of the pixels around it.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// Where it begins, in pixels from the left and the top of its cell.
    pub(super) left: isize,
    pub(super) top: isize,
    /// Pixels in a row.
    pub(super) width: usize,
    /// Row by row; 255 is wholly.
    pub(super) pixels: Vec<u8>,
}

/// Draws letters, and keeps what it has drawn.
pub(super) struct Letters {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
    /// Pixels for one unit.
    scale: f32,
    drawn: HashMap<(char, bool, bool), Coverage>,
}

impl Letters {
    /// Letters of this many pixels for one unit.
    pub(super) fn new(scale: f32) -> Result<Self, InvalidFont> {
        let regular = FontRef::try_from_slice(REGULAR)?;
        let bold = FontRef::try_from_slice(BOLD)?;
        Ok(Self { regular, bold, scale, drawn: HashMap::new() })
    }

    /// What this letter covers, by geometry or by the font; the font's empty box where it has no such letter.
    pub(super) fn coverage(&mut self, letter: char, bold: bool, italic: bool) -> &Coverage {
        let font = if bold { &self.bold } else { &self.regular };
        let scale = self.scale;
        self.drawn.entry((letter, bold, italic)).or_insert_with(|| {
            if let Some(marks) = shape(letter) {
                return geometry(&marks, scale);
            }
            let upright = draw(font, letter, scale);
            if italic { slant(&upright, f32::from(BASELINE) * scale) } else { upright }
        })
    }
}

fn geometry(marks: &[Mark], scale: f32) -> Coverage {
    // Each pixel is asked at 4 × 4 points.
    const POINTS: u16 = 4;
    let side = |units: u16| (f32::from(units) * scale) as usize;
    let (width, height) = (side(CELL.0), side(CELL.1));
    let unit =
        |pixel: usize, point: u16| (pixel as f32 + (f32::from(point) + 0.5) / f32::from(POINTS)) / scale;
    let mut pixels = Vec::with_capacity(width * height);
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let mut covered = 0;
        for (v, u) in (0..POINTS).flat_map(|v| (0..POINTS).map(move |u| (v, u))) {
            let (x, y) = (unit(x, u), unit(y, v));
            let here = marks.iter().filter(|mark| mark.covers(x, y)).map(|mark| mark.cover());
            covered += u16::from(here.max().unwrap_or(0));
        }
        pixels.push((covered / (POINTS * POINTS)) as u8);
    }
    Coverage { left: 0, top: 0, width, pixels }
}

fn draw(font: &FontRef<'_>, letter: char, scale: f32) -> Coverage {
    let em = f32::from(EM) * scale;
    // A `PxScale` is the height from the highest ascender to the lowest descender.
    let height = font.units_per_em().map_or(em, |units| em * font.height_unscaled() / units);
    let id = font.glyph_id(letter);
    let position = point(0.0, f32::from(BASELINE) * scale);
    let Some(outline) = font.outline_glyph(Glyph { id, scale: PxScale::from(height), position }) else {
        return Coverage::default();
    };
    let bounds = outline.px_bounds();
    let (width, rows) = (bounds.width() as usize, bounds.height() as usize);
    let mut pixels = vec![0; width * rows];
    outline.draw(|x, y, covered| {
        if let Some(pixel) = pixels.get_mut(y as usize * width + x as usize) {
            *pixel = (covered.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    });
    Coverage { left: bounds.min.x as isize, top: bounds.min.y as isize, width, pixels }
}

/// Shifts each row by its height above the baseline.
fn slant(upright: &Coverage, baseline: f32) -> Coverage {
    let lean = |row: usize| (baseline - upright.top as f32 - row as f32) * SLANT;
    let rows = upright.pixels.chunks(upright.width.max(1));
    let (least, most) = (lean(rows.len()).floor() as isize, lean(0).ceil() as isize);
    let width = upright.width + (most - least) as usize + 1;
    let mut pixels = vec![0_u8; width * rows.len()];
    for (row, covered) in rows.enumerate() {
        let shift = lean(row) - least as f32;
        let (whole, part) = (shift.floor() as usize, shift.fract());
        let out = &mut pixels[row * width..][..width];
        for (x, covered) in covered.iter().map(|covered| f32::from(*covered)).enumerate() {
            out[x + whole] = out[x + whole].saturating_add((covered * (1.0 - part)) as u8);
            out[x + whole + 1] = out[x + whole + 1].saturating_add((covered * part) as u8);
        }
    }
    Coverage { left: upright.left + least, top: upright.top, width, pixels }
}
