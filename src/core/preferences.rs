//! What one user's last session left to be found again: the view, the theme, and how the tables were arranged.
//!
//! Where it is kept, and what happens to a file that cannot be read, is the business of `config::state`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The form of [`Preferences`] that this version writes. A reader takes what it knows of any form.
pub const FORM: u32 = 1;

/// What the last session left. Everything in it is a name that may no longer mean anything: whoever uses one looks it
/// up, and goes on without it where it is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The form it was written in.
    pub form: u32,
    /// The name of the view that was shown last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The name of the theme that was chosen on the screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// How each table was arranged, by the name of the table.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, TablePreferences>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { form: FORM, view: None, theme: None, tables: BTreeMap::new() }
    }
}

impl Preferences {
    /// The names of all that it holds, as they are written.
    pub const NAMES: [&'static str; 4] = ["form", "view", "theme", "tables"];
}

/// How one table was arranged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TablePreferences {
    /// The id of the column that it was sorted by; the table's own order when `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Whether it was sorted from high to low.
    pub descending: bool,
    /// The ids of the columns that were shown, in their order; the table's own choice when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_that_are_written() {
        let all = Preferences {
            view: Some(String::new()),
            theme: Some(String::new()),
            tables: [(String::new(), TablePreferences::default())].into(),
            ..Preferences::default()
        };
        let written = serde_json::to_value(all).unwrap();
        let written: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(written, Preferences::NAMES);
    }
}
