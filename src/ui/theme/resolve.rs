//! A theme and what it inherits → one style for each meaning.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use super::file::{StyleText, ThemeFile, Warning};
use super::{Styles, ThemeText};
use crate::core::meaning::Meaning;
use crate::core::nearest::{did_you_mean, nearest};
use crate::ui::color;

/// The styles of the theme `name`; what is wrong in its files is added to `warnings`.
pub(super) fn styles(texts: &[ThemeText], name: &str, warnings: &mut Vec<Warning>) -> Styles {
    let files = ancestry(texts, name, warnings);
    let mut palette = BTreeMap::new();
    for (name, color) in files.iter().rev().flat_map(|file| &file.palette) {
        palette.insert(&**name, *color);
    }
    let mut named = BTreeMap::new();
    for file in files.iter().rev() {
        for (name, text) in &file.styles {
            named.insert(&**name, style(file, name, text, &palette, warnings));
        }
    }
    warnings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let mut styles = [Style::new(); Meaning::ALL.len()];
    for &meaning in Meaning::ALL {
        styles[meaning as usize] = find(meaning, &named);
    }
    styles
}

/// The theme called `name`, the one that it inherits, and so on.
///
/// A theme that inherits its own name means the next one of that name: this is how a user changes a bundled theme
/// a little. A file is never used twice, so a circle ends in a warning.
fn ancestry(texts: &[ThemeText], name: &str, warnings: &mut Vec<Warning>) -> Vec<ThemeFile> {
    let mut unused: Vec<&ThemeText> = texts.iter().collect();
    let mut files: Vec<ThemeFile> = Vec::new();
    let mut wanted = Some((name.to_owned(), 0));
    while let Some((name, line)) = wanted {
        let Some(place) = unused.iter().position(|text| text.name == name) else {
            if let Some(file) = files.last() {
                let problem = if texts.iter().any(|text| text.name == name) {
                    format!("inherits “{name}”, which inherits this theme: a circle, cut here")
                } else {
                    let meant = did_you_mean(nearest(&name, texts.iter().map(|text| &*text.name)));
                    format!("inherits “{name}”, which does not exist{meant}")
                };
                warnings.push(Warning { file: file.file.clone(), line, problem });
            }
            break;
        };
        let text = unused.remove(place);
        let mut file = ThemeFile::parse(&text.file, &text.text);
        warnings.append(&mut file.warnings);
        wanted = file.inherits.take();
        files.push(file);
    }
    files
}

fn style(
    file: &ThemeFile,
    name: &str,
    text: &StyleText,
    palette: &BTreeMap<&str, Color>,
    warnings: &mut Vec<Warning>,
) -> Style {
    let mut look_up = |word: &Option<String>| {
        let word = word.as_ref()?;
        let color = palette.get(&**word).copied().or_else(|| color::parse(word));
        if color.is_none() {
            let help = match nearest(word, palette.keys().copied()) {
                None => format!("; write a name of the palette, {}", color::FORMS),
                meant => did_you_mean(meant),
            };
            let problem = format!("`{name}` uses “{word}”, which is no colour{help}");
            warnings.push(Warning { file: file.file.clone(), line: text.line, problem });
        }
        color
    };
    let (fg, bg) = (look_up(&text.fg), look_up(&text.bg));
    Style { fg, bg, ..Style::new() }.add_modifier(text.modifiers)
}

/// Along the dots: `state.good` → `state`; then what must not be lost is set off without colour; then `text`.
fn find(meaning: Meaning, named: &BTreeMap<&str, Style>) -> Style {
    let mut name = Some(meaning.name());
    while let Some(known) = name {
        if let Some(style) = named.get(known) {
            return *style;
        }
        name = known.rsplit_once('.').map(|(group, _)| group);
    }
    match meaning {
        Meaning::Selection | Meaning::Match | Meaning::MatchCurrent | Meaning::Cursor => {
            Style::new().add_modifier(Modifier::REVERSED)
        }
        Meaning::Mark | Meaning::SelectionUnfocused => Style::new().add_modifier(Modifier::UNDERLINED),
        Meaning::Demo | Meaning::ReadOnly | Meaning::Danger | Meaning::Staging => {
            Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
        }
        Meaning::Production | Meaning::ProductionBorder => {
            Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED)
        }
        _ => named.get(Meaning::Text.name()).copied().unwrap_or_default(),
    }
}
