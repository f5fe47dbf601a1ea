//! The themes and keymaps that there are (the user's folders over what comes with the program), and the ones chosen.

use std::path::Path;

use super::file;
use super::inputs::{Inputs, User, shown};
use super::problem::{Place, Problem, known_instead, quoted};
use super::ui::{Colours, Shapes, Ui};
use super::value::Said;
use crate::core::keymap::{self, Keymap, KeymapError};
use crate::core::text::clean;
use crate::ui::theme::{Depth, Glyphs, Theme, ThemeText, Themes};

/// So many files are read from a folder of themes or keymaps.
const MOST_FILES: usize = 256;

/// How the screen looks, and what can be chosen instead.
#[derive(Clone, Debug)]
pub struct Looks {
    /// The theme, for this terminal.
    pub theme: Theme,
    /// All themes.
    pub themes: Themes,
    /// How many colours the terminal shows.
    pub depth: Depth,
    /// The shapes that it can show.
    pub glyphs: &'static Glyphs,
}

impl Looks {
    /// What the settings say, or else `remembered` from the last session; an unknown theme is a problem where somebody
    /// wrote it down, and a warning where it was only remembered.
    pub(super) fn of(
        ui: &Ui,
        remembered: Option<&str>,
        inputs: &Inputs,
        problems: &mut Vec<Problem>,
        warnings: &mut Vec<String>,
    ) -> Self {
        let texts = folder(inputs, "themes", warnings).into_iter().map(|file| ThemeText {
            name: file.name,
            file: file.path,
            text: file.text.into(),
        });
        let themes = Themes::new(texts.collect());
        let names: Vec<String> = themes.list().into_iter().map(|info| info.name).collect();
        let known = |name: &str| names.iter().any(|known| known == name);
        if !known(&ui.theme.value) {
            problems.push(unknown("theme", &ui.theme, names.iter().map(String::as_str)));
        }
        let name = match remembered.filter(|_| ui.theme.is_built_in()) {
            Some(name) if known(name) => name,
            Some(name) => {
                let used = &ui.theme.value;
                warnings.push(format!(
                    "the theme {} of the last session is gone; `{used}` is used",
                    quoted(name)
                ));
                used
            }
            None => &ui.theme.value,
        };
        let variable = |name: &str| inputs.variable(name).map(str::to_owned);
        let depth = match ui.colours {
            Colours::Auto => Depth::detect(variable),
            Colours::Truecolor => Depth::True,
            Colours::Indexed => Depth::Indexed,
            Colours::Sixteen => Depth::Sixteen,
            Colours::None => Depth::None,
        };
        let glyphs = match ui.shapes {
            Shapes::Auto => Glyphs::detect(variable),
            Shapes::Unicode => &Glyphs::UNICODE,
            Shapes::Ascii => &Glyphs::ASCII,
        };
        let (theme, theme_warnings) = themes.load(name, depth, glyphs);
        warnings.extend(theme_warnings.iter().map(|warning| clean(&warning.to_string()).into_owned()));
        Self { theme, themes, depth, glyphs }
    }
}

/// The keymap that the settings choose; `None` after noting what is wrong with it.
pub(super) fn keymap(
    ui: &Ui,
    inputs: &Inputs,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<String>,
) -> Option<Keymap> {
    let files = folder(inputs, "keymaps", warnings);
    let own: Vec<keymap::Source<'_>> = files
        .iter()
        .map(|file| keymap::Source { name: &file.name, path: &file.path, text: &file.text })
        .collect();
    match keymap::load(&ui.keymap.value, &own) {
        Ok(keymap) => return Some(keymap),
        Err(KeymapError::Unknown { known, .. }) => {
            problems.push(unknown("keymap", &ui.keymap, known.iter().map(String::as_str)));
        }
        Err(KeymapError::Faults(faults)) => problems.extend(faults.into_iter().map(|fault| {
            let position = Some((fault.place.line, fault.place.column));
            Problem::new(Place { object: fault.place.file, position }, fault.kind.to_string(), "")
        })),
    }
    None
}

fn unknown<'a>(kind: &str, said: &Said<String>, known: impl Iterator<Item = &'a str> + Clone) -> Problem {
    let cause = format!("there is no {kind} {}", quoted(&said.value));
    Problem::new(said.place.clone(), cause, known_instead(&said.value, known))
}

/// A file of a folder.
struct OwnFile {
    /// Its name without `.toml`.
    name: String,
    path: String,
    text: String,
}

/// The TOML files of one of the user's folders, by name. One that cannot be used is a warning: it may not be the one
/// that is chosen.
fn folder(inputs: &Inputs, name: &str, warnings: &mut Vec<String>) -> Vec<OwnFile> {
    let Some(folder) = inputs.configuration_folder().map(|folder| folder.join(name)) else {
        return Vec::new();
    };
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            warnings.push(format!("{}: {}", shown(&folder), file::cause(&error)));
            return Vec::new();
        }
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    if paths.len() > MOST_FILES {
        warnings.push(format!("{}: only the first {MOST_FILES} files are read", shown(&folder)));
        paths.truncate(MOST_FILES);
    }
    paths.iter().filter_map(|path| own_file(path, inputs.user, warnings)).collect()
}

fn own_file(path: &Path, user: User, warnings: &mut Vec<String>) -> Option<OwnFile> {
    // A name that is no UTF-8 could not be chosen anyway; a hidden file is an editor's.
    let name = path.file_stem()?.to_str().filter(|name| !name.starts_with('.'))?.to_owned();
    match file::read(path, user) {
        Ok(text) => Some(OwnFile { name, path: shown(path), text: text? }),
        Err(problem) => {
            warnings.push(problem.to_string());
            None
        }
    }
}
