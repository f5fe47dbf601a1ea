//! The screen as an SVG: letters as text, everything that must join as geometry.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use super::glyph::{BASELINE, EM};
use super::shape::{Mark, shape};
use super::{CELL, Ink, MARGIN, Paper, row};
use crate::ui::color::Rgb;

/// The fonts that are asked for; all are fixed in width, and `textLength` keeps any other in its cells.
const FONTS: &str = "'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace";

/// The screen as the text of an SVG file, 9×19 to a cell; `title` is what a screen reader says.
pub fn svg(buffer: &Buffer, paper: Paper, title: &str) -> String {
    let side = |cells: u16, cell: u16| u32::from(cells) * u32::from(cell) + 2 * u32::from(MARGIN);
    let (width, height) = (side(buffer.area.width, CELL.0), side(buffer.area.height, CELL.1));
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" xml:space=\"preserve\" font-family=\"{FONTS}\" font-size=\"{EM}\">\n<title>",
        width / 2,
        height / 2,
    );
    escape(title, &mut out);
    let behind = Hex(paper.behind);
    let _ =
        writeln!(out, "</title>\n<rect width=\"{width}\" height=\"{height}\" rx=\"12\" fill=\"{behind}\"/>");
    for y in 0..buffer.area.height {
        let top = u32::from(MARGIN) + u32::from(y) * u32::from(CELL.1);
        let runs = runs(buffer, y, paper);
        for same in runs.chunk_by(|a, b| a.ink.behind == b.ink.behind) {
            let behind = same[0].ink.behind;
            if behind != paper.behind {
                let width: u16 = same.iter().map(|run| run.width).sum();
                let (left, width, height) = (same[0].left(), width * CELL.0, CELL.1);
                let _ = writeln!(
                    out,
                    "<path fill=\"{}\" shape-rendering=\"crispEdges\" d=\"M{left} {top}h{width}v{height}h-{width}z\"/>",
                    Hex(behind)
                );
            }
        }
        for run in &runs {
            run.write(top, &mut out);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Neighbours in a row that are drawn in one go.
struct Run {
    /// The first column and how many there are.
    column: u16,
    width: u16,
    ink: Ink,
    what: What,
}

/// What a run draws.
enum What {
    /// Letters, with the spaces between them.
    Text(String),
    /// One letter of two columns, kept apart so that others keep their places.
    Wide(String),
    /// Shapes, each with its column.
    Marks(Vec<(u16, Mark)>),
}

fn runs(buffer: &Buffer, y: u16, paper: Paper) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for place in row(buffer, y) {
        let ink = Ink::of(place.cell, paper);
        let symbol = place.cell.symbol();
        let marks = symbol.chars().next().and_then(shape);
        let what = match marks {
            Some(marks) => What::Marks(marks.into_iter().map(|mark| (place.column, mark)).collect()),
            None if place.width > 1 => What::Wide(symbol.to_owned()),
            None => What::Text(symbol.to_owned()),
        };
        let run = Run { column: place.column, width: place.width, ink, what };
        let apart = match runs.last_mut() {
            Some(last) => last.join(run),
            None => Some(run),
        };
        runs.extend(apart);
    }
    runs
}

impl Run {
    fn left(&self) -> u32 {
        u32::from(MARGIN) + u32::from(self.column) * u32::from(CELL.0)
    }

    /// Takes in the `next` run; gives it back where the two cannot be drawn in one go.
    fn join(&mut self, next: Self) -> Option<Self> {
        match (&mut self.what, next.what) {
            (What::Text(text), What::Text(more)) if self.ink == next.ink => text.push_str(&more),
            (What::Marks(marks), What::Marks(more)) if self.ink == next.ink => marks.extend(more),
            (_, what) => return Some(Self { what, ..next }),
        }
        self.width += next.width;
        None
    }

    fn write(&self, top: u32, out: &mut String) {
        let left = self.left();
        match &self.what {
            What::Text(text) | What::Wide(text) => self.text(text, top, out),
            What::Marks(marks) => {
                for same in marks.chunk_by(|a, b| a.1.cover() == b.1.cover()) {
                    let _ = write!(out, "<path fill=\"{}\"", Hex(self.ink.letters));
                    let cover = same[0].1.cover();
                    if cover < u8::MAX {
                        let _ = write!(out, " fill-opacity=\"{:.2}\"", f32::from(cover) / 255.0);
                    }
                    out.push_str(" d=\"");
                    for (column, mark) in same {
                        let column = u32::from(MARGIN) + u32::from(*column) * u32::from(CELL.0);
                        mark.path(column as f32, top as f32, out);
                    }
                    out.push_str("\"/>\n");
                }
            }
        }
        for (above, height) in self.ink.lines() {
            let (y, width) = (top + u32::from(above), u32::from(self.width) * u32::from(CELL.0));
            let line = format_args!("M{left} {y}h{width}v{height}h-{width}z");
            let _ = writeln!(out, "<path fill=\"{}\" d=\"{line}\"/>", Hex(self.ink.letters));
        }
    }

    fn text(&self, text: &str, top: u32, out: &mut String) {
        let trimmed = text.trim_matches(' ');
        if trimmed.is_empty() {
            return;
        }
        // Only spaces are cut, which take one column each.
        let before = (text.len() - text.trim_start_matches(' ').len()) as u32;
        let columns = u32::from(self.width) - (text.len() - trimmed.len()) as u32;
        let left = self.left() + before * u32::from(CELL.0);
        let _ = write!(
            out,
            "<text x=\"{left}\" y=\"{}\" textLength=\"{}\" fill=\"{}\"",
            top + u32::from(BASELINE),
            columns * u32::from(CELL.0),
            Hex(self.ink.letters),
        );
        if self.ink.is(Modifier::BOLD) {
            out.push_str(" font-weight=\"bold\"");
        }
        if self.ink.is(Modifier::ITALIC) {
            out.push_str(" font-style=\"italic\"");
        }
        out.push('>');
        escape(trimmed, out);
        out.push_str("</text>\n");
    }
}

impl Mark {
    /// Adds the outline of this shape to a path, with the cell's corner at `left` and `top`.
    fn path(self, left: f32, top: f32, out: &mut String) {
        let mut circle = |cx: f32, cy: f32, radius: f32, sweep: u8| {
            let (x, y, across) = (left + cx - radius, top + cy, 2.0 * radius);
            let _ = write!(
                out,
                "M{x} {y}a{radius} {radius} 0 1 {sweep} {across} 0a{radius} {radius} 0 1 {sweep} -{across} 0z"
            );
        };
        match self {
            Self::Box(x, y, width, height) => {
                let (x, y) = (left + f32::from(x), top + f32::from(y));
                let _ = write!(out, "M{x} {y}h{width}v{height}h-{width}z");
            }
            Self::Shade(_) => {
                let (width, height) = CELL;
                let _ = write!(out, "M{left} {top}h{width}v{height}h-{width}z");
            }
            Self::Disc(cx, cy, radius) => circle(cx, cy, radius, 1),
            Self::Ring(cx, cy, radius, width) => {
                circle(cx, cy, radius + width / 2.0, 1);
                circle(cx, cy, radius - width / 2.0, 0);
            }
            Self::HalfDisc(cx, cy, radius) => {
                let (x, y, across) = (left + cx, top + cy - radius, 2.0 * radius);
                let _ = write!(out, "M{x} {y}a{radius} {radius} 0 0 0 0 {across}z");
            }
            Self::Quarter(cx, cy, radius, width, on_left, above) => {
                let (across, down) = (if on_left { -1.0 } else { 1.0 }, if above { -1.0 } else { 1.0 });
                let (outer, inner) = (radius + width / 2.0, radius - width / 2.0);
                let (x, y) = (left + cx, top + cy);
                let (there, back) = if on_left == above { (0, 1) } else { (1, 0) };
                let _ = write!(
                    out,
                    "M{} {y}A{outer} {outer} 0 0 {back} {x} {}V{}A{inner} {inner} 0 0 {there} {} {y}z",
                    x + across * outer,
                    y + down * outer,
                    y + down * inner,
                    x + across * inner,
                );
            }
        }
    }
}

/// A colour as SVG writes it.
struct Hex(Rgb);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Adds `text` as XML; what XML 1.0 cannot hold becomes the replacement character.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
}
