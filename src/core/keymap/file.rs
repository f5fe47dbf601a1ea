//! One keymap file, read: TOML → bindings with their places. What a binding hides or repeats is found in `layers`.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, FaultKind, Place};
use super::keys::Keys;
use super::source::LARGEST;
use crate::core::command::{Context, Invocation};
use crate::core::nearest::nearest;
use crate::core::text::clean;

/// What one file says.
#[derive(Debug)]
pub(super) struct File {
    /// The keymap that it builds on, and where it says so.
    pub(super) inherits: Option<(String, Place)>,
    /// Its bindings, in the order of the file.
    pub(super) entries: Vec<Entry>,
}

/// One line of a file.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) context: Context,
    pub(super) keys: Keys,
    /// What the keys run; nothing when they are unbound.
    pub(super) runs: Option<Invocation>,
    pub(super) place: Place,
}

/// Reads `text`, which was found at `path`. What can't be read is added to `faults`, and the rest is read on.
pub(super) fn read(path: &str, text: &str, faults: &mut Vec<Fault>) -> File {
    let mut reader = Reader { path: Arc::from(&*clean(path)), text, faults };
    let mut file = File { inherits: None, entries: Vec::new() };
    if text.len() > LARGEST {
        reader.fault(0..0, FaultKind::TooLarge);
        return file;
    }
    match DeTable::parse(text) {
        Ok(table) => reader.top(table.get_ref(), &mut file),
        Err(error) => {
            let place = error.span().unwrap_or(0..0);
            reader.fault(place, FaultKind::Toml(clean(error.message()).into_owned()));
        }
    }
    file
}

struct Reader<'a> {
    path: Arc<str>,
    text: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Reader<'_> {
    fn top(&mut self, table: &DeTable<'_>, file: &mut File) {
        for (key, value) in in_file_order(table) {
            let name = clean(key.get_ref().as_ref());
            match (&*name, Context::from_name(&name), value.get_ref()) {
                ("inherits", _, DeValue::String(parent)) => {
                    file.inherits = Some((parent.to_string(), self.place(value.span())));
                }
                ("inherits", _, other) => {
                    self.wrong_type(value.span(), &name, "the name of a keymap in quotes", other);
                }
                (_, Some(context), DeValue::Table(bindings)) => self.context(context, bindings, file),
                (_, Some(_), other) => self.wrong_type(value.span(), &name, "a table of bindings", other),
                (_, None, DeValue::Table(_)) => {
                    let nearest = nearest(&name, Context::ALL.map(Context::name));
                    self.fault(key.span(), FaultKind::UnknownContext { name: name.into_owned(), nearest });
                }
                (_, None, _) => self.fault(key.span(), FaultKind::OutsideContext(name.into_owned())),
            }
        }
    }

    fn context(&mut self, context: Context, bindings: &DeTable<'_>, file: &mut File) {
        for (key, value) in in_file_order(bindings) {
            let keys = match key.get_ref().parse::<Keys>() {
                Ok(keys) => keys,
                Err(error) => {
                    self.fault(key.span(), error.into());
                    continue;
                }
            };
            let runs = match value.get_ref() {
                DeValue::Boolean(false) => None,
                DeValue::String(line) => match invocation(context, &keys, line) {
                    Ok(invocation) => Some(invocation),
                    Err(kind) => {
                        self.fault(
                            if matches!(kind, FaultKind::TypesItself(_)) { key.span() } else { value.span() },
                            kind,
                        );
                        continue;
                    }
                },
                other => {
                    let wanted = "a command in quotes, or false to unbind it";
                    self.wrong_type(value.span(), &format!("“{keys}”"), wanted, other);
                    continue;
                }
            };
            file.entries.push(Entry { context, keys, runs, place: self.place(key.span()) });
        }
    }

    fn wrong_type(&mut self, at: Range<usize>, name: &str, wanted: &'static str, found: &DeValue<'_>) {
        let found = match found {
            DeValue::Boolean(true) => "true",
            DeValue::Boolean(false) => "false",
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fault(at, FaultKind::WrongType { name: name.to_owned(), wanted, found });
    }

    fn fault(&mut self, at: Range<usize>, kind: FaultKind) {
        let place = self.place(at);
        self.faults.push(Fault { place, kind });
    }

    fn place(&self, at: Range<usize>) -> Place {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
        Place {
            file: Arc::clone(&self.path),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// What `line` says, if `keys` can run it in `context`.
fn invocation(context: Context, keys: &Keys, line: &str) -> Result<Invocation, FaultKind> {
    let invocation: Invocation = line.parse()?;
    if !invocation.command.applies_in(context) {
        return Err(FaultKind::Misplaced { command: invocation.command, context });
    }
    if context == Context::Input && keys.types_itself() {
        return Err(FaultKind::TypesItself(keys.to_string()));
    }
    Ok(invocation)
}

/// The entries of a table in the order in which they were written.
fn in_file_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
