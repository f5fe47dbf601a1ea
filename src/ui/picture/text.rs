//! A picture of letters only.

use ratatui::buffer::Buffer;

use super::row;

/// The letters of the screen, one line for each row, without the spaces at their ends.
pub fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let start = text.len();
        text.extend(row(buffer, y).map(|place| place.cell.symbol()));
        text.truncate(start + text[start..].trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}
