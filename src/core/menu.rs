//! Menus: a list to choose from, over the screen.

use std::ops::Range;

use super::command::Invocation;
use super::fuzzy;
use super::meaning::Meaning;

/// One entry of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it says.
    pub label: String,
    /// The key that chooses it directly, or a word on its state.
    pub note: String,
    /// What choosing it runs; `Err` says why it cannot be chosen now.
    pub choice: Result<Invocation, String>,
    /// What it means.
    pub meaning: Meaning,
    /// Whether it is switched on, in a menu where that is said.
    pub checked: Option<bool>,
}

/// A menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// What is chosen.
    pub title: String,
    /// The entries.
    pub entries: Vec<Entry>,
    /// The place of the selected entry.
    pub cursor: usize,
    /// What the menu is for.
    pub purpose: Purpose,
}

/// What a menu is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Its choices change the world, each by way of a plan.
    Actions,
    /// Its entries are the columns of the list behind it, to be switched and moved.
    Columns,
    /// Its entries are the conditions of the log behind it, to be switched.
    Filters,
    /// Anything else.
    Choose,
}

impl Purpose {
    /// Whether its entries are switched, and take effect at once, instead of one being chosen.
    pub const fn switches(self) -> bool {
        matches!(self, Self::Columns | Self::Filters)
    }
}

impl Menu {
    /// A menu with the first entry selected that can be chosen.
    pub fn new(title: impl Into<String>, purpose: Purpose, entries: Vec<Entry>) -> Self {
        let cursor = entries.iter().position(|it| it.choice.is_ok()).unwrap_or(0);
        Self { title: title.into(), entries, cursor, purpose }
    }

    /// The selected entry.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.cursor)
    }

    /// Selects the entry `by` places on; at the ends it stays.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.entries.len().saturating_sub(1));
    }
}

/// A row of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What accepting it runs.
    pub invocation: Invocation,
    /// What it says.
    pub label: String,
    /// What it does.
    pub doc: String,
    /// The keys that run it directly.
    pub keys: String,
    /// Why it cannot be run now; `None` when it can.
    pub blocked: Option<String>,
    /// What of the label matched, as byte ranges.
    pub matched: Vec<Range<usize>>,
}

/// The suggestions that fit what is typed, best first; what can be run now goes before what cannot.
pub fn rank(typed: &str, all: &[Suggestion]) -> Vec<Suggestion> {
    let found = fuzzy::rank(typed, all.iter().map(|it| (it.label.as_str(), it.doc.as_str())));
    let mut ranked: Vec<Suggestion> = found
        .into_iter()
        .filter_map(|it| Some(Suggestion { matched: it.name, ..all.get(it.index)?.clone() }))
        .collect();
    ranked.sort_by_key(|it| it.blocked.is_some());
    ranked
}
