//! The screen as a PNG: a palette of at most 256 colours where that is enough.

use std::collections::HashMap;

use ratatui::buffer::Buffer;

use super::canvas::Canvas;
use super::glyph::Letters;
use super::{Ink, Paper, row};
use crate::ui::color::Rgb;

/// Screens of more cells are drawn at one pixel for two units: they are large enough to be read so.
const LARGE: u32 = 160 * 56;

/// A picture that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The font that is part of the program cannot be read.
    #[error("the program's own font cannot be read")]
    Font(#[from] ab_glyph::InvalidFont),
    /// The encoder refused.
    #[error("a screen of {width}×{height} cells cannot be written as PNG")]
    Encode {
        /// Columns of the screen.
        width: u16,
        /// Rows of the screen.
        height: u16,
        /// What the encoder says.
        source: png::EncodingError,
    },
}

/// The screen as the bytes of a PNG file; a cell is 18×38 pixels, on very large screens 9×19.
pub fn png(buffer: &Buffer, paper: Paper) -> Result<Vec<u8>, PictureError> {
    let (width, height) = (buffer.area.width, buffer.area.height);
    let halved = u32::from(width) * u32::from(height) > LARGE;
    let scale = if halved { 0.5 } else { 1.0 };
    let mut canvas = Canvas::new(width, height, scale, paper.behind);
    let mut letters = Letters::new(scale)?;
    for y in 0..height {
        for place in row(buffer, y) {
            canvas.cell(&place, y, Ink::of(place.cell, paper), &mut letters);
        }
    }
    encode(&canvas).map_err(|source| PictureError::Encode { width, height, source })
}

fn encode(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, canvas.width as u32, canvas.height() as u32);
    encoder.set_compression(png::Compression::High);
    // Letters and flat colours pack better as they are than as differences.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_depth(png::BitDepth::Eight);
    let data = if let Some((palette, places)) = with_palette(&canvas.pixels) {
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette.concat());
        places
    } else {
        encoder.set_color(png::ColorType::Rgb);
        canvas.pixels.concat()
    };
    encoder.write_header()?.write_image_data(&data)?;
    Ok(file)
}

/// The colours in the order in which they first appear, and each pixel's place among them; nothing if there are more
/// than a palette holds.
fn with_palette(pixels: &[Rgb]) -> Option<(Vec<Rgb>, Vec<u8>)> {
    let mut palette = Vec::new();
    let mut known: HashMap<Rgb, u8> = HashMap::new();
    let mut places = Vec::with_capacity(pixels.len());
    // Most pixels have the colour of their neighbour.
    for same in pixels.chunk_by(|a, b| a == b) {
        let place = match known.get(&same[0]) {
            Some(place) => *place,
            None => u8::try_from(palette.len()).ok()?,
        };
        if known.insert(same[0], place).is_none() {
            palette.push(same[0]);
        }
        places.resize(places.len() + same.len(), place);
    }
    Some((palette, places))
}
