//! How many colours the terminal shows, and the nearest ones that it has.

use std::f64::consts::TAU;

use ratatui::style::{Color, Style};

use super::Styles;
use crate::core::meaning::Meaning;
use crate::ui::color::{self, Lab, SIXTEEN};

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: only modifiers (`NO_COLOR`, `TERM=dumb`).
    None,
    /// The sixteen that every user sets up to taste.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// All of them.
    True,
}

impl Depth {
    /// How many colours that are, in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "no colours",
            Self::Sixteen => "16 colours",
            Self::Indexed => "256 colours",
            Self::True => "true colour",
        }
    }

    /// What the environment says of the terminal, by the usual signs: `NO_COLOR`, `COLORTERM` and `TERM`.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name| variable(name).unwrap_or_default();
        let term = value("TERM");
        let term_says = |words: &[&str]| words.iter().any(|word| term.contains(word));
        // https://no-color.org: set and not empty, whatever the value.
        if !value("NO_COLOR").is_empty() || term == "dumb" {
            Self::None
        } else if matches!(&*value("COLORTERM"), "truecolor" | "24bit")
            || term_says(&["direct", "truecolor", "kitty", "alacritty", "ghostty", "wezterm", "foot"])
        {
            Self::True
        } else if term_says(&["256color", "tmux", "screen"]) {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }

    /// The nearest colour that this terminal shows, if it shows any.
    pub(super) fn nearest(self, color: Color) -> Option<Color> {
        match self {
            Self::None => None,
            Self::Sixteen => Some(nearest_of_sixteen(color)),
            Self::Indexed => Some(nearest_of_256(color)),
            Self::True => Some(color),
        }
    }

    /// Replaces each colour by the nearest that this terminal shows.
    pub(super) fn apply(self, styles: &mut Styles) {
        for style in styles.iter_mut() {
            let fg = style.fg.and_then(|it| self.nearest(it));
            let bg =
                style.bg.and_then(|it| self.nearest(if self == Self::Sixteen { surface(it) } else { it }));
            *style = Style { fg, bg, ..*style };
        }
        if self == Self::Sixteen {
            set_apart(styles);
        }
    }
}

/// With sixteen colours shades fall together. What shows where the operator stands is drawn in the inverse of plain
/// text, other surfaces melt into the screen, letters stay readable, and an olive green is not a yellow.
fn set_apart(styles: &mut Styles) {
    let text = styles[Meaning::Text as usize].fg;
    let screen =
        styles[Meaning::Background as usize].bg.map(|color| legible(color, text.unwrap_or(color), READABLE));
    if styles[Meaning::Good as usize].fg == styles[Meaning::Warn as usize].fg {
        styles[Meaning::Good as usize].fg = Some(Color::LightGreen);
    }
    for &meaning in Meaning::ALL {
        let style = &mut styles[meaning as usize];
        match meaning {
            Meaning::Background => style.bg = screen,
            Meaning::Selection | Meaning::Match | Meaning::MatchCurrent | Meaning::Cursor
                if style.bg.is_some() && (style.fg.is_none() || style.bg == screen) =>
            {
                *style = Style { fg: screen, bg: text, ..*style };
            }
            _ if style.fg.is_none() => style.bg = None,
            _ => {
                // Letters on the screen keep their hue even where it is faint: users set up these colours to be
                // read on their screen. On a banner nobody did.
                let wanted = if style.bg.is_some() { READABLE } else { SEEN };
                if let (Some(fg), Some(bg)) = (style.fg, style.bg.or(screen)) {
                    style.fg = Some(legible(fg, bg, wanted));
                }
            }
        }
    }
}

/// The least contrast at which large letters are read, by WCAG.
pub(super) const READABLE: f64 = 3.0;

/// The least contrast at which letters are seen at all.
const SEEN: f64 = 1.2;

/// `fg`, or where its contrast is less than `wanted` the one of black and white that has more.
pub(super) fn legible(fg: Color, bg: Color, wanted: f64) -> Color {
    let contrast = |fg: Color| match (color::rgb(fg), color::rgb(bg)) {
        (Some(fg), Some(bg)) => color::contrast(fg, bg),
        _ => f64::INFINITY,
    };
    if contrast(fg) >= wanted {
        fg
    } else if contrast(Color::Black) >= contrast(Color::White) {
        Color::Black
    } else {
        Color::White
    }
}

/// What lies behind letters: of the greys among sixteen colours, only the darkest and the lightest are a ground to read
/// on, but many a theme's grey lies nearer to those between.
fn surface(color: Color) -> Color {
    let Some(rgb) = color::rgb(color).filter(|_| !SIXTEEN.contains(&color)) else { return color };
    if Lab::new(rgb).chroma() >= COLOURFUL {
        return color;
    }
    let dark = color::contrast(rgb, [0; 3]) <= color::contrast(rgb, [255; 3]);
    if dark { Color::Black } else { Color::White }
}

/// Below this a colour looks grey.
const COLOURFUL: f64 = 0.05;

/// The nearest of xterm's cube and greys; the first sixteen are left out, as every user sees others there.
fn nearest_of_256(color: Color) -> Color {
    let Color::Rgb(red, green, blue) = color else { return color };
    let wanted = Lab::new([red, green, blue]);
    nearest((16..=255).map(Color::Indexed), |lab| lab.distance(wanted)).unwrap_or(color)
}

/// By hue first: the pale green of a pastel theme must become green, not the white that lies nearer.
fn nearest_of_sixteen(color: Color) -> Color {
    let Some(wanted) = color::rgb(color).filter(|_| !SIXTEEN.contains(&color)).map(Lab::new) else {
        return color;
    };
    let by_light = |lab: Lab| (lab.light - wanted.light).abs();
    if wanted.chroma() < COLOURFUL {
        return nearest([0, 7, 8, 15].map(|grey| SIXTEEN[grey]), by_light).unwrap_or(color);
    }
    let by_hue = |lab: Lab| {
        let turn = (lab.hue() - wanted.hue()).rem_euclid(TAU);
        turn.min(TAU - turn)
    };
    let dark = nearest(SIXTEEN[1..7].iter().copied(), by_hue);
    let pair = SIXTEEN.iter().position(|known| Some(*known) == dark).map(|place| [place, place + 8]);
    nearest(pair.into_iter().flatten().map(|place| SIXTEEN[place]), by_light).unwrap_or(color)
}

fn nearest(candidates: impl IntoIterator<Item = Color>, difference: impl Fn(Lab) -> f64) -> Option<Color> {
    let ranked =
        candidates.into_iter().filter_map(|color| Some((difference(Lab::new(color::rgb(color)?)), color)));
    ranked.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, color)| color)
}
