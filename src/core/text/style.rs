//! What a log line asked to look like: colours and attributes of SGR sequences, without any terminal library.

/// A colour as a program asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Color {
    /// Of the terminal's palette: 0–7 normal, 8–15 bright, 16–255 the fixed cube and greys.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// A set of yes-or-no attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attributes(u8);

impl Attributes {
    /// Heavier than normal.
    pub const BOLD: Self = Self(1);
    /// Fainter than normal.
    pub const DIM: Self = Self(1 << 1);
    /// Slanted.
    pub const ITALIC: Self = Self(1 << 2);
    /// With a line below.
    pub const UNDERLINE: Self = Self(1 << 3);
    /// Foreground and background swapped.
    pub const REVERSE: Self = Self(1 << 4);
    /// Not text of the program but our escape for something harmful.
    pub const ESCAPED: Self = Self(1 << 5);

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These but not `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// How a stretch of text asked to look; `None` colours are the theme's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// The colour of the letters.
    pub foreground: Option<Color>,
    /// The colour behind them.
    pub background: Option<Color>,
    /// Everything else.
    pub attributes: Attributes,
}

/// A stretch of a line that does not look plain. Runs of a line are in order and do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it starts, in bytes of the clean line.
    pub start: u32,
    /// Where it ends (exclusive).
    pub end: u32,
    /// How it looks.
    pub style: Style,
}

/// The longest parameter list that is read as SGR; a longer one is shown as an escape.
const MAX_PARAMETERS: usize = 64;

impl Style {
    /// Reads an SGR sequence (`ESC [ … m`) at the start of `bytes`: the style it makes of this one, and its length
    /// in bytes. Nothing else counts: not other sequences, not private ones (`ESC [ > … m`), not unfinished ones.
    pub(super) fn after_sgr(self, bytes: &[u8]) -> Option<(Self, usize)> {
        let body = bytes.strip_prefix(b"\x1b[")?;
        let window = &body[..body.len().min(MAX_PARAMETERS + 1)];
        let length = window.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':'))?;
        (body[length] == b'm').then(|| (self.applying(&body[..length]), 2 + length + 1))
    }

    fn applying(mut self, parameters: &[u8]) -> Self {
        let mut groups = parameters.split(|&byte| byte == b';');
        while let Some(group) = groups.next() {
            let mut parts = group.split(|&byte| byte == b':').map(number);
            match parts.next().unwrap_or(0) {
                0 => self = Self::default(),
                1 => self.set(Attributes::BOLD),
                2 => self.set(Attributes::DIM),
                3 => self.set(Attributes::ITALIC),
                4 if parts.next() == Some(0) => self.unset(Attributes::UNDERLINE),
                4 | 21 => self.set(Attributes::UNDERLINE),
                7 => self.set(Attributes::REVERSE),
                22 => self.unset(Attributes::BOLD.with(Attributes::DIM)),
                23 => self.unset(Attributes::ITALIC),
                24 => self.unset(Attributes::UNDERLINE),
                27 => self.unset(Attributes::REVERSE),
                code @ 30..=37 => self.foreground = Some(Color::Indexed((code - 30) as u8)),
                code @ 40..=47 => self.background = Some(Color::Indexed((code - 40) as u8)),
                code @ 90..=97 => self.foreground = Some(Color::Indexed((code - 90 + 8) as u8)),
                code @ 100..=107 => self.background = Some(Color::Indexed((code - 100 + 8) as u8)),
                39 => self.foreground = None,
                49 => self.background = None,
                code @ (38 | 48) => {
                    let color = if group.contains(&b':') { colons(parts) } else { semicolons(&mut groups) };
                    if code == 38 {
                        self.foreground = color.or(self.foreground);
                    } else {
                        self.background = color.or(self.background);
                    }
                }
                _ => {}
            }
        }
        self
    }

    fn set(&mut self, attributes: Attributes) {
        self.attributes = self.attributes.with(attributes);
    }

    fn unset(&mut self, attributes: Attributes) {
        self.attributes = self.attributes.without(attributes);
    }
}

/// An empty number is 0, as terminals read it; one that is too large is no code that means anything.
fn number(digits: &[u8]) -> u16 {
    digits.iter().fold(0_u16, |value, digit| {
        value.saturating_mul(10).saturating_add(u16::from(digit.wrapping_sub(b'0')))
    })
}

/// `38;5;N` and `38;2;R;G;B`: the parameters behind the 38.
fn semicolons<'a>(groups: &mut impl Iterator<Item = &'a [u8]>) -> Option<Color> {
    let mut next = || groups.next().map(number);
    match next()? {
        5 => indexed(next()?),
        2 => rgb(next()?, next()?, next()?),
        _ => None,
    }
}

/// `38:5:N`, `38:2:R:G:B` and `38:2:SPACE:R:G:B`: the parts behind the 38.
fn colons(parts: impl Iterator<Item = u16>) -> Option<Color> {
    let mut values = [0; 6];
    let count = values.iter_mut().zip(parts).map(|(slot, part)| *slot = part).count();
    match (values[0], count) {
        (5, 2..) => indexed(values[1]),
        (2, 4) => rgb(values[1], values[2], values[3]),
        (2, 5..) => rgb(values[2], values[3], values[4]),
        _ => None,
    }
}

fn indexed(index: u16) -> Option<Color> {
    u8::try_from(index).ok().map(Color::Indexed)
}

fn rgb(red: u16, green: u16, blue: u16) -> Option<Color> {
    Some(Color::Rgb(u8::try_from(red).ok()?, u8::try_from(green).ok()?, u8::try_from(blue).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sequence: &str) -> Option<Style> {
        Style::default().after_sgr(sequence.as_bytes()).map(|(style, length)| {
            assert_eq!(length, sequence.len());
            style
        })
    }

    fn foreground(color: Color) -> Style {
        Style { foreground: Some(color), ..Style::default() }
    }

    #[test]
    fn every_way_to_write_a_colour_is_understood() {
        assert_eq!(after("\x1b[31m"), Some(foreground(Color::Indexed(1))));
        assert_eq!(after("\x1b[97m"), Some(foreground(Color::Indexed(15))));
        assert_eq!(after("\x1b[38;5;208m"), Some(foreground(Color::Indexed(208))));
        assert_eq!(after("\x1b[38:5:208m"), Some(foreground(Color::Indexed(208))));
        assert_eq!(after("\x1b[38;2;1;2;3m"), Some(foreground(Color::Rgb(1, 2, 3))));
        assert_eq!(after("\x1b[38:2:1:2:3m"), Some(foreground(Color::Rgb(1, 2, 3))));
        assert_eq!(after("\x1b[38:2::1:2:3m"), Some(foreground(Color::Rgb(1, 2, 3))));
        let background = Style { background: Some(Color::Indexed(8)), ..Style::default() };
        assert_eq!(after("\x1b[100m"), Some(background));
    }

    #[test]
    fn attributes_add_up_and_are_taken_back() {
        let attributes = Attributes::BOLD.with(Attributes::DIM).with(Attributes::UNDERLINE);
        assert_eq!(after("\x1b[1;2;4m"), Some(Style { attributes, ..Style::default() }));
        assert_eq!(after("\x1b[1;2;22m"), Some(Style::default()));
        assert_eq!(after("\x1b[4:3;4:0m"), Some(Style::default()));
        assert_eq!(after("\x1b[1;31;44;0m"), Some(Style::default()));
        assert_eq!(after("\x1b[7;31m\x1b[m".split_at(7).1), Some(Style::default()));
    }

    #[test]
    fn what_is_no_finished_sgr_sequence_is_left_alone() {
        let long = format!("\x1b[{}m", "1;".repeat(40));
        for other in ["\x1b[2J", "\x1b[>4;2m", "\x1b[?25l", "\x1b[31", "\x1b[", "\x1b", "31m", &long] {
            assert_eq!(after(other), None, "{other:?}");
        }
    }

    #[test]
    fn senseless_parameters_change_nothing() {
        for sequence in
            ["\x1b[38m", "\x1b[38;5m", "\x1b[38;2;1;2m", "\x1b[38;5;300m", "\x1b[999999999m", "\x1b[38:9:1m"]
        {
            assert_eq!(after(sequence), Some(Style::default()), "{sequence:?}");
        }
    }
}
