//! Colours: how themes write them, what terminals show for them, and the arithmetic of how they look.

use ratatui::style::Color;

/// Red, green and blue.
pub(crate) type Rgb = [u8; 3];

/// What [`parse`] takes, for the end of a warning.
pub(crate) const FORMS: &str = "#rrggbb, a terminal's colour (red, bright-red), 0 to 255, or default";

/// The terminal's own sixteen colours, in its order.
const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// The colours of a terminal by its numbers 0 to 15, in ratatui's words.
pub(crate) const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// What xterm shows for the sixteen colours when nobody has changed them.
const XTERM: [Rgb; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The colour that a theme writes so.
pub(crate) fn parse(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        let digits = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let [_, red, green, blue] = u32::from_str_radix(hex, 16).ok().filter(|_| digits)?.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    if text == "default" {
        return Some(Color::Reset);
    }
    let named = NAMES.iter().position(|name| *name == text).map(|place| SIXTEEN[place]);
    named.or_else(|| text.parse().ok().map(Color::Indexed))
}

/// What a terminal shows for a colour; nothing for the terminal's own default.
pub(crate) fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index @ 0..=15) => Some(XTERM[usize::from(index)]),
        Color::Indexed(index @ 16..=231) => Some(cube(index - 16)),
        Color::Indexed(index) => Some([8 + 10 * (index - 232); 3]),
        named => SIXTEEN.iter().position(|known| *known == named).map(|place| XTERM[place]),
    }
}

/// The 6 × 6 × 6 colours in the middle of the 256.
fn cube(place: u8) -> Rgb {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    [level(place / 36), level(place / 6 % 6), level(place % 6)]
}

/// A colour in Oklab, where distances are about as large as people see them.
/// <https://bottosson.github.io/posts/oklab/>
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lab {
    /// How light, 0 to 1.
    pub(crate) light: f64,
    /// Green to red, about -0.3 to 0.3.
    pub(crate) a: f64,
    /// Blue to yellow, about -0.3 to 0.3.
    pub(crate) b: f64,
}

impl Lab {
    /// The colour that these parts of red, green and blue make.
    pub(crate) fn new([red, green, blue]: Rgb) -> Self {
        let [red, green, blue] = [red, green, blue].map(linear);
        let long = libm::cbrt(0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue);
        let middle = libm::cbrt(0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue);
        let short = libm::cbrt(0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue);
        Self {
            light: 0.210_454_255_3 * long + 0.793_617_785_0 * middle - 0.004_072_046_8 * short,
            a: 1.977_998_495_1 * long - 2.428_592_205_0 * middle + 0.450_593_709_9 * short,
            b: 0.025_904_037_1 * long + 0.782_771_766_2 * middle - 0.808_675_766_0 * short,
        }
    }

    /// How different two colours look; black and white are 1 apart.
    pub(crate) fn distance(self, other: Self) -> f64 {
        libm::hypot(libm::hypot(self.light - other.light, self.a - other.a), self.b - other.b)
    }

    /// How colourful it is; greys have 0.
    pub(crate) fn chroma(self) -> f64 {
        libm::hypot(self.a, self.b)
    }

    /// The direction of its colour, in radians.
    pub(crate) fn hue(self) -> f64 {
        libm::atan2(self.b, self.a)
    }
}

/// The light of one sRGB part, 0 to 1.
pub(crate) fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.040_45 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
}

/// How well letters of one colour can be read on another, by WCAG 2: 1 (not at all) to 21 (black on white).
/// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
pub(crate) fn contrast(letters: Rgb, behind: Rgb) -> f64 {
    let luminance = |[red, green, blue]: Rgb| {
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) + 0.05
    };
    let (letters, behind) = (luminance(letters), luminance(behind));
    letters.max(behind) / letters.min(behind)
}
