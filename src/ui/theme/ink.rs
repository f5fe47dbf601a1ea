//! What a log line asked to look like, as far as the theme and the terminal can show it.

use ratatui::style::{Color, Modifier, Style};

use super::Theme;
use super::depth::{READABLE, legible};
use crate::core::meaning::Meaning;
use crate::core::text::{self, Attributes};

/// What the sixteen colours of terminals are in a theme: its own shades of them, in the terminal's order.
const SIXTEEN: [Meaning; 16] = [
    Meaning::Muted,
    Meaning::Bad,
    Meaning::Good,
    Meaning::Warn,
    Meaning::Source0,
    Meaning::Source2,
    Meaning::Source4,
    Meaning::Text,
    Meaning::Muted,
    Meaning::Bad,
    Meaning::Good,
    Meaning::Warn,
    Meaning::Source0,
    Meaning::Source2,
    Meaning::Source4,
    Meaning::Strong,
];

impl Theme {
    /// How a stretch of text looks that asked for `asked`, on text that otherwise looks like `base`. Letters stay readable
    /// whatever they ask for.
    pub fn ink(&self, asked: text::Style, base: Style) -> Style {
        let has = |attribute| asked.attributes.contains(attribute);
        if has(Attributes::ESCAPED) {
            return base.patch(self.style(Meaning::Escape));
        }
        let mut style = base;
        if let Some(color) = asked.foreground.and_then(|it| self.color(it)) {
            style.fg = Some(color);
        }
        if let Some(color) = asked.background.and_then(|it| self.color(it)) {
            style.bg = Some(color);
        }
        let screen = self.base();
        if let (Some(fg), Some(bg)) = (style.fg.or(screen.fg), style.bg.or(screen.bg))
            && (asked.foreground.is_some() || asked.background.is_some())
        {
            style.fg = Some(legible(fg, bg, READABLE));
        }
        for (attribute, modifier) in [
            (Attributes::BOLD, Modifier::BOLD),
            (Attributes::DIM, Modifier::DIM),
            (Attributes::ITALIC, Modifier::ITALIC),
            (Attributes::UNDERLINE, Modifier::UNDERLINED),
            (Attributes::REVERSE, Modifier::REVERSED),
        ] {
            if has(attribute) {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    fn color(&self, color: text::Color) -> Option<Color> {
        match color {
            text::Color::Indexed(number @ 0..16) => self.style(SIXTEEN[usize::from(number)]).fg,
            text::Color::Indexed(number) => self.depth.nearest(Color::Indexed(number)),
            text::Color::Rgb(red, green, blue) => self.depth.nearest(Color::Rgb(red, green, blue)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Depth, Glyphs, Themes};
    use super::*;
    use crate::ui::color;

    fn asked(foreground: Option<text::Color>, background: Option<text::Color>) -> text::Style {
        text::Style { foreground, background, attributes: Attributes::BOLD }
    }

    #[test]
    fn letters_are_readable_in_every_theme_whatever_they_ask_for() {
        let themes = Themes::new(Vec::new());
        let mut colors: Vec<text::Color> = (0..=255).map(text::Color::Indexed).collect();
        colors.extend([
            text::Color::Rgb(0, 0, 0),
            text::Color::Rgb(255, 255, 255),
            text::Color::Rgb(9, 20, 30),
        ]);
        for info in themes.list() {
            let theme = themes.load(&info.name, Depth::True, &Glyphs::UNICODE).0;
            let base = theme.style(Meaning::Text);
            for (index, color) in colors.iter().enumerate() {
                let other = colors[(index * 7) % colors.len()];
                for ink in [
                    theme.ink(asked(Some(*color), None), base),
                    theme.ink(asked(None, Some(*color)), base),
                    theme.ink(asked(Some(*color), Some(other)), base),
                ] {
                    let (fg, bg) = (ink.fg.or(theme.base().fg), ink.bg.or(theme.base().bg));
                    let (Some(fg), Some(bg)) = (fg.and_then(color::rgb), bg.and_then(color::rgb)) else {
                        continue;
                    };
                    let contrast = color::contrast(fg, bg);
                    assert!(contrast >= 3.0, "{}: {color:?} {contrast}", info.name);
                }
            }
        }
    }

    #[test]
    fn without_colours_only_weight_is_left() {
        let theme = Themes::new(Vec::new()).load("dark", Depth::None, &Glyphs::ASCII).0;
        let all = asked(Some(text::Color::Rgb(1, 2, 3)), Some(text::Color::Indexed(1)));
        assert_eq!(theme.ink(all, Style::new()), Style::new().add_modifier(Modifier::BOLD));
    }
}
