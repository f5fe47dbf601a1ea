//! The characters that join their neighbours or must match each other, as geometry: fonts leave gaps between them.
//!
//! A shape lies in one cell of [`CELL`] units with the origin at its top left.

use super::CELL;
use super::lines::{Arm, Arms, arms};

/// A part of a shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    /// A filled rectangle: left, top, width, height.
    Box(i16, i16, i16, i16),
    /// The whole cell, covered so far; 255 is wholly.
    Shade(u8),
    /// A filled circle: its middle and radius.
    Disc(f32, f32, f32),
    /// The left half of a filled circle.
    HalfDisc(f32, f32, f32),
    /// The line of a circle: its middle, the radius and the width of the line.
    Ring(f32, f32, f32, f32),
    /// The quarter of a ring that lies to the left (or right) of its middle, and above (or below) it.
    Quarter(f32, f32, f32, f32, bool, bool),
}

const WIDTH: i16 = CELL.0.cast_signed();
const HEIGHT: i16 = CELL.1.cast_signed();
/// The middle of the cell.
const X: i16 = WIDTH / 2;
const Y: i16 = HEIGHT / 2;
/// Half the width of a thin line.
const THIN: i16 = 1;
/// Half the width of a thick line; also where the two lines of a double one end.
const THICK: i16 = 3;

/// The shape of a character that is not left to the font.
pub(super) fn shape(letter: char) -> Option<Vec<Mark>> {
    let (x, y) = (f32::from(X), f32::from(Y));
    let shape = match letter {
        '●' => vec![Mark::Disc(x, y, 6.0)],
        '○' => vec![Mark::Ring(x, y, 5.0, 2.0)],
        '◐' => vec![Mark::Ring(x, y, 5.0, 2.0), Mark::HalfDisc(x, y, 5.0)],
        '◉' => vec![Mark::Ring(x, y, 5.5, 1.6), Mark::Disc(x, y, 3.0)],
        '•' => vec![Mark::Disc(x, y, 3.4)],
        '╭' => corner(1, 1),
        '╮' => corner(-1, 1),
        '╯' => corner(-1, -1),
        '╰' => corner(1, -1),
        '▀'..='▟' => blocks(letter),
        '\u{2800}'..='\u{28ff}' => dots(u32::from(letter) - 0x2800),
        _ => cross(arms(letter)?),
    };
    Some(shape)
}

/// A rounded corner with one arm to the right (or left) and one downwards (or upwards).
fn corner(right: i16, down: i16) -> Vec<Mark> {
    let radius = X;
    let middle = (f32::from(X + right * radius), f32::from(Y + down * radius));
    let arc = Mark::Quarter(middle.0, middle.1, f32::from(radius), f32::from(2 * THIN), right > 0, down > 0);
    let (top, bottom) = if down > 0 { (Y + radius, HEIGHT) } else { (0, Y - radius) };
    vec![arc, Mark::Box(X - THIN, top, 2 * THIN, bottom - top)]
}

/// The arms of a box-drawing character, each drawn as if it went right and then turned.
fn cross(arms: Arms) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (from, to, top, bottom) in arm(arms.right, arms.up, arms.down, WIDTH - X) {
        marks.push(Mark::Box(X + from, Y + top, to - from, bottom - top));
    }
    for (from, to, top, bottom) in arm(arms.left, arms.up, arms.down, X) {
        marks.push(Mark::Box(X - to, Y + top, to - from, bottom - top));
    }
    for (from, to, left, right) in arm(arms.down, arms.left, arms.right, HEIGHT - Y) {
        marks.push(Mark::Box(X + left, Y + from, right - left, to - from));
    }
    for (from, to, left, right) in arm(arms.up, arms.left, arms.right, Y) {
        marks.push(Mark::Box(X + left, Y - to, right - left, to - from));
    }
    marks
}

/// The strokes of one arm that runs from the middle to `end`: from, to, and the two edges across, all relative to the
/// middle. `before` and `after` are the arms that it meets there; where it begins depends on them.
fn arm(own: Arm, before: Arm, after: Arm, end: i16) -> Vec<(i16, i16, i16, i16)> {
    let half = |arm| match arm {
        Arm::None => 0,
        Arm::Light => THIN,
        Arm::Heavy | Arm::Double => THICK,
    };
    let joint = -half(before).max(half(after)).max(THIN);
    match own {
        Arm::None => Vec::new(),
        Arm::Light | Arm::Heavy => {
            let through = before == Arm::Double && after == Arm::Double;
            let from = if through { THIN } else { joint };
            vec![(from, end, -half(own), half(own))]
        }
        Arm::Double => {
            // A stroke ends at the inner line of a double arm on its own side, and goes around one on the other.
            let from = |side| if side == Arm::Double { THIN } else { joint };
            vec![(from(before), end, -THICK, -THIN), (from(after), end, THIN, THICK)]
        }
    }
}

/// U+2580 to U+259F: halves, eighths, shades and quarters of the cell.
fn blocks(letter: char) -> Vec<Mark> {
    let place = (u32::from(letter) - 0x2580) as i16;
    let eighths = |whole: i16, count: i16| (whole * count + 4) / 8;
    match place {
        0 => vec![Mark::Box(0, 0, WIDTH, Y)],
        1..=8 => {
            let height = eighths(HEIGHT, place);
            vec![Mark::Box(0, HEIGHT - height, WIDTH, height)]
        }
        9..=15 => vec![Mark::Box(0, 0, eighths(WIDTH, 16 - place), HEIGHT)],
        16 => vec![Mark::Box(X, 0, X, HEIGHT)],
        17 => vec![Mark::Shade(64)],
        18 => vec![Mark::Shade(128)],
        19 => vec![Mark::Shade(192)],
        20 => vec![Mark::Box(0, 0, WIDTH, eighths(HEIGHT, 1))],
        21 => vec![Mark::Box(WIDTH - eighths(WIDTH, 1), 0, eighths(WIDTH, 1), HEIGHT)],
        _ => {
            // Bits: upper left, upper right, lower left, lower right; from ▖ on.
            const QUARTERS: [u8; 10] =
                [0b0010, 0b0001, 0b1000, 0b1011, 0b1001, 0b1110, 0b1101, 0b0100, 0b0110, 0b0111];
            let bits = QUARTERS[(place - 22) as usize];
            [(0b1000, 0, 0), (0b0100, X, 0), (0b0010, 0, Y), (0b0001, X, Y)]
                .into_iter()
                .filter(|(bit, _, _)| bits & bit != 0)
                .map(|(_, left, top)| Mark::Box(left, top, X, Y))
                .collect()
        }
    }
}

/// The braille pattern with these dots, numbered as in Unicode: 1 to 3 down the left, 4 to 6 down the right, 7, 8 below.
fn dots(pattern: u32) -> Vec<Mark> {
    const PLACES: [(f32, f32); 8] =
        [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (0.0, 3.0), (1.0, 3.0)];
    let step = (f32::from(WIDTH) / 2.0, f32::from(HEIGHT) / 4.0);
    let lit = PLACES.iter().enumerate().filter(|(bit, _)| pattern & (1 << bit) != 0);
    lit.map(|(_, (x, y))| Mark::Disc((x + 0.5) * step.0, (y + 0.5) * step.1, 2.7)).collect()
}

impl Mark {
    /// Whether this point of the cell lies in it.
    pub(super) fn covers(self, x: f32, y: f32) -> bool {
        let distance = |cx: f32, cy: f32| ((x - cx) * (x - cx) + (y - cy) * (y - cy)).sqrt();
        match self {
            Self::Box(left, top, width, height) => {
                (f32::from(left)..f32::from(left + width)).contains(&x)
                    && (f32::from(top)..f32::from(top + height)).contains(&y)
            }
            Self::Shade(_) => true,
            Self::Disc(cx, cy, radius) => distance(cx, cy) < radius,
            Self::HalfDisc(cx, cy, radius) => x < cx && distance(cx, cy) < radius,
            Self::Ring(cx, cy, radius, width) => (distance(cx, cy) - radius).abs() < width / 2.0,
            Self::Quarter(cx, cy, radius, width, left, above) => {
                (x < cx) == left && (y < cy) == above && Self::Ring(cx, cy, radius, width).covers(x, y)
            }
        }
    }

    /// How much it covers of the points that lie in it; 255 is wholly.
    pub(super) fn cover(self) -> u8 {
        if let Self::Shade(cover) = self { cover } else { 255 }
    }
}
