//! One theme file, read: its entries with their lines, and what is wrong in it. Nothing is resolved here.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use ratatui::style::{Color, Modifier};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::core::meaning::Meaning;
use crate::core::nearest::{did_you_mean, nearest};
use crate::ui::color;

/// Something in a theme file that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The file: `themes/dark.toml`, or a path; empty where the fault is in no file.
    pub file: String,
    /// The line, from 1; 0 where the fault is in no line.
    pub line: usize,
    /// What is wrong, with the key that it is about, and what happens instead.
    pub problem: String,
}

impl Warning {
    /// The theme that was asked for does not exist.
    pub(super) fn no_such_theme<'a>(name: &str, used: &str, names: impl Iterator<Item = &'a str>) -> Self {
        let meant = did_you_mean(nearest(name, names));
        let problem = format!("there is no theme “{name}”{meant}; “{used}” is used");
        Self { file: String::new(), line: 0, problem }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.file, self.line) {
            ("", _) => f.write_str(&self.problem),
            (file, 0) => write!(f, "{file}: {}", self.problem),
            (file, line) => write!(f, "{file}:{line}: {}", self.problem),
        }
    }
}

/// What a theme file says.
#[derive(Debug, Default)]
pub(super) struct ThemeFile {
    /// Where it came from.
    pub(super) file: String,
    /// What it says of itself.
    pub(super) about: String,
    /// The theme it builds on, and the line that says so.
    pub(super) inherits: Option<(String, usize)>,
    /// Its named colours.
    pub(super) palette: BTreeMap<String, Color>,
    /// Its styles, by the name of a meaning or of a group of meanings.
    pub(super) styles: BTreeMap<String, StyleText>,
    /// What is wrong in it.
    pub(super) warnings: Vec<Warning>,
}

/// A style whose colours are not looked up yet.
#[derive(Debug, Default)]
pub(super) struct StyleText {
    /// The line of the entry.
    pub(super) line: usize,
    /// The colour of the letters: a name or a literal.
    pub(super) fg: Option<String>,
    /// The colour behind them.
    pub(super) bg: Option<String>,
    /// What else is done to them.
    pub(super) modifiers: Modifier,
}

/// So many warnings of one file are kept; a file of nonsense has as many as it has bytes.
const MOST_WARNINGS: usize = 100;

/// The names of the modifiers.
const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed-out", Modifier::CROSSED_OUT),
];

impl ThemeFile {
    /// Reads the `text` of `file`. Whatever cannot be read is a warning.
    pub(super) fn parse(file: &str, text: &str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader { text, read: Self { file: file.to_owned(), ..Self::default() } };
        for error in errors {
            reader.warn(&error.span().unwrap_or_default(), format!("not TOML: {}", error.message()));
        }
        reader.top(table.get_ref());
        reader.read
    }
}

struct Reader<'t> {
    text: &'t str,
    read: ThemeFile,
}

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().iter().take(span.start);
        1 + before.filter(|&&byte| byte == b'\n').count()
    }

    fn warn(&mut self, span: &Range<usize>, problem: String) {
        if self.read.warnings.len() == MOST_WARNINGS {
            return;
        }
        let line = self.line(span);
        self.read.warnings.push(Warning { file: self.read.file.clone(), line, problem });
    }

    fn top(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match (&**key.get_ref(), value.get_ref()) {
                ("about", DeValue::String(text)) => self.read.about = text.to_string(),
                ("inherits", DeValue::String(name)) => {
                    self.read.inherits = Some((name.to_string(), self.line(&value.span())));
                }
                ("palette", DeValue::Table(table)) => self.palette(table),
                ("style", DeValue::Table(table)) => self.styles(table),
                (name @ ("about" | "inherits"), other) => {
                    self.warn(&key.span(), format!("`{name}` is a text, not {}", other.type_str()));
                }
                (name @ ("palette" | "style"), other) => {
                    self.warn(&key.span(), format!("`{name}` is a table, not {}", other.type_str()));
                }
                (name, _) => {
                    let meant = did_you_mean(nearest(name, ["about", "inherits", "palette", "style"]));
                    self.warn(&key.span(), format!("there is no key `{name}`{meant}"));
                }
            }
        }
    }

    fn palette(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            if let Some(color) = value.get_ref().as_str().and_then(color::parse) {
                self.read.palette.insert(name.get_ref().to_string(), color);
            } else {
                let problem = format!("`palette.{}` is no colour; write {}", name.get_ref(), color::FORMS);
                self.warn(&name.span(), problem);
            }
        }
    }

    fn styles(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = &**key.get_ref();
            if !is_name_or_group(name) {
                let names = Meaning::ALL.iter().map(|meaning| meaning.name());
                let meant = did_you_mean(nearest(name, names));
                self.warn(&key.span(), format!("no meaning is called `{name}`{meant}"));
                continue;
            }
            let line = self.line(&key.span());
            let style = match value.get_ref() {
                DeValue::String(fg) => StyleText { fg: Some(fg.to_string()), ..StyleText::default() },
                DeValue::Table(table) => self.style(name, table),
                other => {
                    let kind = other.type_str();
                    self.warn(&key.span(), format!("`{name}` is a colour or a table, not {kind}"));
                    continue;
                }
            };
            self.read.styles.insert(name.to_owned(), StyleText { line, ..style });
        }
    }

    fn style(&mut self, name: &str, table: &DeTable<'_>) -> StyleText {
        let mut style = StyleText::default();
        for (key, value) in table {
            match (&**key.get_ref(), value.get_ref()) {
                ("fg", DeValue::String(color)) => style.fg = Some(color.to_string()),
                ("bg", DeValue::String(color)) => style.bg = Some(color.to_string()),
                ("modifiers", DeValue::Array(list)) => {
                    for modifier in list {
                        style.modifiers |= self.modifier(name, modifier);
                    }
                }
                (key_name @ ("fg" | "bg" | "modifiers"), other) => {
                    let wanted = if key_name == "modifiers" { "a list" } else { "a text" };
                    let problem = format!("`{key_name}` of `{name}` is {wanted}, not {}", other.type_str());
                    self.warn(&key.span(), problem);
                }
                (other, _) => {
                    let whole = format!("{name}.{other}");
                    let problem = if is_name_or_group(&whole) {
                        format!("write the name between quotes: \"{whole}\"")
                    } else {
                        format!("`{name}` has no key `{other}`; there are fg, bg and modifiers")
                    };
                    self.warn(&key.span(), problem);
                }
            }
        }
        style
    }

    fn modifier(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Modifier {
        let word = value.get_ref().as_str().unwrap_or_default();
        if let Some((_, modifier)) = MODIFIERS.iter().find(|(known, _)| *known == word) {
            return *modifier;
        }
        let known = MODIFIERS.map(|(known, _)| known);
        let meant = did_you_mean(nearest(word, known));
        self.warn(
            &value.span(),
            format!("`{name}` has an unknown modifier{meant}; there are {}", known.join(", ")),
        );
        Modifier::empty()
    }
}

/// Whether this is the name of a meaning, or what comes before a dot in one.
fn is_name_or_group(name: &str) -> bool {
    Meaning::ALL.iter().any(|meaning| {
        meaning.name().strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
