//! How each [`Meaning`] looks: a table of styles, made once from theme files.
//!
//! A theme is a TOML file with an optional `inherits`, a `[palette]` and a `[style]` table. What is wrong in one is
//! a [`Warning`], never a failure: the rest of the file still counts. Reading the user's folder is the business of
//! `config`; here only texts come in.

mod depth;
mod file;
mod glyphs;
mod ink;
mod resolve;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use include_dir::{Dir, include_dir};
use ratatui::style::Style;

use crate::core::meaning::Meaning;

pub use depth::Depth;
pub use file::Warning;
pub use glyphs::Glyphs;

/// The themes that are part of the program.
static BUNDLED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The theme that works without colours.
const COLOURLESS: &str = "monochrome";

/// One style for each meaning.
type Styles = [Style; Meaning::ALL.len()];

/// How everything looks: the style of each meaning, and the shapes that lines and marks are drawn with.
#[derive(Clone, Debug)]
pub struct Theme {
    name: String,
    styles: Styles,
    depth: Depth,
    glyphs: &'static Glyphs,
}

impl Theme {
    /// The theme that is used when none is chosen.
    pub const DEFAULT: &'static str = "dark";

    /// The name that it was loaded by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How this meaning looks. What it leaves open (a colour, a modifier) shows through from what lies below.
    pub const fn style(&self, meaning: Meaning) -> Style {
        self.styles[meaning as usize]
    }

    /// A theme for tests, made from one style for each meaning.
    #[cfg(test)]
    pub(crate) fn by_meaning(glyphs: &'static Glyphs, style: impl Fn(Meaning) -> Style) -> Self {
        let mut styles = [Style::new(); Meaning::ALL.len()];
        for &meaning in Meaning::ALL {
            styles[meaning as usize] = style(meaning);
        }
        Self { name: "test".to_owned(), styles, depth: Depth::True, glyphs }
    }

    /// How plain text on the empty screen looks: what everything else is drawn over.
    pub fn base(&self) -> Style {
        self.style(Meaning::Background).patch(self.style(Meaning::Text))
    }

    /// The shapes of lines and marks.
    pub const fn glyphs(&self) -> &'static Glyphs {
        self.glyphs
    }
}

impl Default for Theme {
    /// The default theme in full colour, with Unicode shapes.
    fn default() -> Self {
        Themes::new(Vec::new()).load(Self::DEFAULT, Depth::True, &Glyphs::UNICODE).0
    }
}

/// One theme file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeText {
    /// What a user calls the theme, the file's name without its ending: `dark`.
    pub name: String,
    /// Where the text came from, for warnings: `themes/dark.toml`, or a path.
    pub file: String,
    /// The TOML.
    pub text: Cow<'static, str>,
}

/// One line of the list of themes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeInfo {
    /// What a user calls the theme.
    pub name: String,
    /// Where it came from.
    pub file: String,
    /// What it says of itself; empty where it says nothing.
    pub about: String,
}

/// All themes that can be chosen: the user's, then those that are part of the program.
#[derive(Clone, Debug)]
pub struct Themes {
    texts: Vec<ThemeText>,
}

impl Themes {
    /// The themes of the `user` before the bundled ones; of two with one name the first is meant.
    pub fn new(user: Vec<ThemeText>) -> Self {
        let mut texts = user;
        texts.extend(bundled());
        Self { texts }
    }

    /// The themes that can be chosen, by name; one that is hidden by another of its name is not listed.
    pub fn list(&self) -> Vec<ThemeInfo> {
        let mut list: Vec<ThemeInfo> = Vec::new();
        for text in &self.texts {
            if list.iter().all(|known| known.name != text.name) {
                let about = file::ThemeFile::parse(&text.file, &text.text).about;
                list.push(ThemeInfo { name: text.name.clone(), file: text.file.clone(), about });
            }
        }
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
    }

    /// The theme called `name` for a terminal of this `depth`, and what is wrong in the files that it is made of.
    ///
    /// An unknown name is a warning too and gives the default theme. Where the terminal shows no colours, a theme
    /// that needs them gives way to `monochrome`.
    pub fn load(&self, name: &str, depth: Depth, glyphs: &'static Glyphs) -> (Theme, Vec<Warning>) {
        let mut warnings = Vec::new();
        let known = self.texts.iter().any(|text| text.name == name);
        if !known {
            let names = self.texts.iter().map(|text| &*text.name);
            warnings.push(Warning::no_such_theme(name, Theme::DEFAULT, names));
        }
        let name = if known { name } else { Theme::DEFAULT };
        let mut styles = resolve::styles(&self.texts, name, &mut warnings);
        if depth == Depth::None && styles.iter().any(|style| style.fg.or(style.bg).is_some()) {
            styles = resolve::styles(&self.texts, COLOURLESS, &mut Vec::new());
        }
        depth.apply(&mut styles);
        (Theme { name: name.to_owned(), styles, depth, glyphs }, warnings)
    }
}

/// The themes that are part of the program.
fn bundled() -> impl Iterator<Item = ThemeText> {
    BUNDLED.files().filter_map(|file| {
        let name = file.path().file_stem()?.to_str()?;
        Some(ThemeText {
            name: name.to_owned(),
            file: format!("themes/{name}.toml"),
            text: Cow::Borrowed(file.contents_utf8()?),
        })
    })
}
