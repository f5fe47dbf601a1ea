//! One TOML text as a table whose every part knows its place; what is wrong is collected, not thrown.
//!
//! Not serde's derive: it stops at the first mistake, and an unknown key or a wrong value has no place of its own there.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, known_instead, quoted};
use crate::core::text::clean;

/// So many problems of one file are noted; nobody reads more, and a file of nonsense has as many as it has bytes.
const MOST_NOTED: usize = 100;

/// The reading of one document: where its lines begin, and what is wrong with it so far.
pub(super) struct Reading {
    file: Arc<str>,
    text: Arc<str>,
    /// The offset at which each line begins.
    lines: Vec<usize>,
    /// The key whose value is being read.
    pub(super) key: &'static str,
    /// What is wrong with it so far.
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    /// Reads the `text` of `file` with `read`; a text that is no TOML is not read at all, because what remains of it
    /// would only be the cause of more messages.
    pub(super) fn of(file: &str, text: &str, read: impl FnOnce(&mut Self, &DeTable<'_>)) -> Vec<Problem> {
        let lines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(lines).collect();
        let mut reading =
            Self { file: Arc::from(file), text: Arc::from(text), lines, key: "", problems: Vec::new() };
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            read(&mut reading, table.get_ref());
        }
        // The parser trips again over what follows its first mistake in a line.
        let mut last = 0;
        for error in errors {
            let at = error.span().unwrap_or_default();
            let line = reading.line(at.start);
            if line > last {
                reading.problem(&at, format!("this is no TOML: {}", clean(error.message())), "");
                last = line;
            }
        }
        reading.problems
    }

    /// The line of an offset, from 1.
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).max(1)
    }

    /// The place of a part of the text.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let line = self.line(span.start);
        let start = self.lines[line - 1];
        let before = self.text.as_bytes().get(start..span.start).unwrap_or_default();
        let column = 1 + String::from_utf8_lossy(before).chars().count();
        Place { object: Arc::clone(&self.file), position: Some((line, column)) }
    }

    /// Notes that something is wrong with a part of the text.
    pub(super) fn problem(&mut self, span: &Range<usize>, cause: impl Into<String>, next: impl Into<String>) {
        if self.problems.len() < MOST_NOTED {
            let problem = Problem::new(self.place(span), cause, next);
            self.problems.push(problem);
        }
    }

    /// Notes that the value of the current key is not what can be written there.
    pub(super) fn mismatch(&mut self, value: &Spanned<DeValue<'_>>, next: impl Into<String>) {
        self.mismatch_of(self.key, value, next);
    }

    /// The same for the value of a key within that of the current one.
    pub(super) fn mismatch_of(&mut self, key: &str, value: &Spanned<DeValue<'_>>, next: impl Into<String>) {
        let found = match value.get_ref() {
            DeValue::String(text) => format!("the text {}", quoted(text)),
            DeValue::Integer(number) => format!("the number {}", quoted(number.as_str())),
            other => kind_of(other).to_owned(),
        };
        self.problem(&value.span(), format!("`{key}` can't be {found}"), next);
    }

    /// Notes that there is no such key in the table called `title`, whose keys are `known`.
    pub(super) fn unknown_key<'a>(
        &mut self,
        key: &Spanned<impl AsRef<str>>,
        title: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        let name = key.get_ref().as_ref();
        // Underscores are the other habit of TOML files.
        let next = known_instead(&name.replace('_', "-"), known);
        self.problem(&key.span(), format!("there is no key {} in {title}", quoted(name)), next);
    }
}

/// The kind of a value, as a message names it.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(true) => "true",
        DeValue::Boolean(false) => "false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
