//! What differs between two task definitions: in what they mean, not in how they are written.
//!
//! | file | what it holds |
//! |---|---|
//! | `normal` | a task definition as its single settings, with those that have a default and are not written |
//! | `rules` | which lists have no order, what tells their items apart, and what the defaults are |

mod normal;
mod rules;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use self::normal::{Leaf, Settings, settings};
use super::redact::{Redactor, Veil};
use super::text::clean;
use super::tree::{MASK, masked};

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The container that it is of; `None` where it is of the task.
    pub container: Option<String>,
    /// Where it stands, in the words of task definitions: `environment`, `LOG_LEVEL`.
    pub path: Vec<String>,
    /// What it was; `None` where it was not there.
    pub before: Option<String>,
    /// What it is; `None` where it is not there any more.
    pub after: Option<String>,
    /// Whether the values are secrets: then both are masked.
    pub secret: bool,
}

/// What differs between two task definitions, as AWS writes them: first of the containers, by name, then of the task.
pub fn differences(before: &Value, after: &Value, redactor: &std::sync::Arc<Redactor>) -> Vec<Difference> {
    let veil = Veil::new(std::sync::Arc::clone(redactor));
    let (before, after) = (settings(before), settings(after));
    let paths: BTreeSet<&Vec<String>> = before.keys().chain(after.keys()).collect();
    let mut found: Vec<Difference> =
        paths.into_iter().filter_map(|path| difference(path, &before, &after, redactor, &veil)).collect();
    // The image is what most revisions are made for.
    found.sort_by_key(|it| (it.container.is_none(), it.container.clone(), it.path != ["image"]));
    found
}

fn difference(
    path: &[String],
    before: &Settings,
    after: &Settings,
    redactor: &Redactor,
    veil: &Veil,
) -> Option<Difference> {
    let (old, new) = (before.get(path), after.get(path));
    let is_same = match (old, new) {
        (Some(old), Some(new)) => old.value == new.value,
        // What is new as a whole has its defaults, which say nothing.
        (Some(it), None) | (None, Some(it)) => it.is_default,
        (None, None) => true,
    };
    if is_same {
        return None;
    }
    let shown = |it: &Leaf| shown(path, &it.value, redactor, veil);
    let (old, new) = (old.map(shown), new.map(shown));
    let is_masked = |it: &Option<String>| it.as_deref() == Some(MASK);
    // Two values that look alike once their secrets are hidden differ in these.
    let secret = is_masked(&old) || is_masked(&new) || old == new;
    let hidden = |it: Option<String>| if secret { it.map(|_| MASK.to_owned()) } else { it };
    let (container, path) = match path {
        [list, name, rest @ ..] if list == rules::CONTAINERS => (Some(name.clone()), rest.to_vec()),
        path => (None, path.to_vec()),
    };
    Some(Difference { container, path, before: hidden(old), after: hidden(new), secret })
}

/// A value as it may be shown.
fn shown(path: &[String], value: &Value, redactor: &Redactor, veil: &Veil) -> String {
    let name = path.last().map_or("", String::as_str);
    // Those lists name where a secret is kept, and not what it is.
    let is_reference = path.iter().any(|it| rules::REFERENCES.contains(&it.as_str()));
    let text = match value {
        Value::String(text) if is_reference => redactor.redact(text).into_owned(),
        Value::String(_) if redactor.is_secret(name) => return MASK.to_owned(),
        Value::String(text) => {
            // Some values are secrets by what they are called only.
            let named = format!("{name}={text}");
            let hidden = redactor.redact(&named);
            hidden.strip_prefix(&format!("{name}=")).map_or_else(|| MASK.to_owned(), str::to_owned)
        }
        Value::Array(_) => {
            let masked = masked(&json!({ name: value }), veil);
            let items = masked[name].as_array().into_iter().flatten();
            items.map(word).collect::<Vec<_>>().join(" ")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    };
    clean(&text).into_owned()
}

/// An item of a list of words, in quotes where it would read as several.
fn word(item: &Value) -> String {
    match item {
        Value::String(text) if text.is_empty() || text.contains(char::is_whitespace) => format!("{text:?}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
