//! The arms of the box-drawing characters U+2500 to U+257F.

/// How thick an arm is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arm {
    /// No arm.
    None,
    /// A thin line.
    Light,
    /// A thick line.
    Heavy,
    /// Two thin lines.
    Double,
}

/// The arms of one character, from its middle to the edges of its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arms {
    pub(super) left: Arm,
    pub(super) right: Arm,
    pub(super) up: Arm,
    pub(super) down: Arm,
}

/// Left, right, up, down as one digit each: 0 none, 1 light, 2 heavy, 3 double. Zero is what has no arms: dashes,
/// arcs and diagonals.
#[rustfmt::skip]
const TABLE: [u16; 128] = [
    0x1100, 0x2200, 0x0011, 0x0022, 0, 0, 0, 0, // ─ ━ │ ┃
    0, 0, 0, 0, 0x0101, 0x0201, 0x0102, 0x0202, // ┌ ┍ ┎ ┏
    0x1001, 0x2001, 0x1002, 0x2002, 0x0110, 0x0210, 0x0120, 0x0220, // ┐ ┑ ┒ ┓ └ ┕ ┖ ┗
    0x1010, 0x2010, 0x1020, 0x2020, 0x0111, 0x0211, 0x0121, 0x0112, // ┘ ┙ ┚ ┛ ├ ┝ ┞ ┟
    0x0122, 0x0221, 0x0212, 0x0222, 0x1011, 0x2011, 0x1021, 0x1012, // ┠ ┡ ┢ ┣ ┤ ┥ ┦ ┧
    0x1022, 0x2021, 0x2012, 0x2022, 0x1101, 0x2101, 0x1201, 0x2201, // ┨ ┩ ┪ ┫ ┬ ┭ ┮ ┯
    0x1102, 0x2102, 0x1202, 0x2202, 0x1110, 0x2110, 0x1210, 0x2210, // ┰ ┱ ┲ ┳ ┴ ┵ ┶ ┷
    0x1120, 0x2120, 0x1220, 0x2220, 0x1111, 0x2111, 0x1211, 0x2211, // ┸ ┹ ┺ ┻ ┼ ┽ ┾ ┿
    0x1121, 0x1112, 0x1122, 0x2121, 0x1221, 0x2112, 0x1212, 0x2221, // ╀ ╁ ╂ ╃ ╄ ╅ ╆ ╇
    0x2212, 0x2122, 0x1222, 0x2222, 0, 0, 0, 0, // ╈ ╉ ╊ ╋
    0x3300, 0x0033, 0x0301, 0x0103, 0x0303, 0x3001, 0x1003, 0x3003, // ═ ║ ╒ ╓ ╔ ╕ ╖ ╗
    0x0310, 0x0130, 0x0330, 0x3010, 0x1030, 0x3030, 0x0311, 0x0133, // ╘ ╙ ╚ ╛ ╜ ╝ ╞ ╟
    0x0333, 0x3011, 0x1033, 0x3033, 0x3301, 0x1103, 0x3303, 0x3310, // ╠ ╡ ╢ ╣ ╤ ╥ ╦ ╧
    0x1130, 0x3330, 0x3311, 0x1133, 0x3333, 0, 0, 0, // ╨ ╩ ╪ ╫ ╬
    0, 0, 0, 0, 0x1000, 0x0010, 0x0100, 0x0001, // ╴ ╵ ╶ ╷
    0x2000, 0x0020, 0x0200, 0x0002, 0x1200, 0x0012, 0x2100, 0x0021, // ╸ ╹ ╺ ╻ ╼ ╽ ╾ ╿
];

/// The arms of this character, if it is drawn with arms.
pub(super) fn arms(letter: char) -> Option<Arms> {
    let place = u32::from(letter).checked_sub(0x2500)?;
    let digits = TABLE.get(place as usize).copied().filter(|digits| *digits != 0)?;
    let arm = |shift: u16| match (digits >> shift) & 0xf {
        0 => Arm::None,
        1 => Arm::Light,
        2 => Arm::Heavy,
        _ => Arm::Double,
    };
    Some(Arms { left: arm(12), right: arm(8), up: arm(4), down: arm(0) })
}
