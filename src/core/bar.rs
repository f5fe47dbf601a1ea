//! The bar at the top: the views as tabs, so that drawing and the mouse agree on where each of them stands.

use crate::core::command::{Command, Context};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::text::width;
use crate::core::view::kind::TableKind;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What a click on it runs.
    pub command: Command,
    /// The keys that show it; empty where none do.
    pub keys: String,
    /// Its name; empty where the bar is short of room.
    pub name: &'static str,
    /// The first column of it on screen.
    pub column: u16,
    /// Whether its view is the root of what is in sight.
    pub current: bool,
}

const VIEWS: [(Command, TableKind); 9] = [
    (Command::Fleet, TableKind::Fleet),
    (Command::Workloads, TableKind::Workloads),
    (Command::Services, TableKind::Services),
    (Command::Hosts, TableKind::Hosts),
    (Command::Images, TableKind::Images),
    (Command::Volumes, TableKind::Volumes),
    (Command::Networks, TableKind::Networks),
    (Command::Timeline, TableKind::Timeline),
    (Command::Runs, TableKind::Runs),
];

/// Columns that the program's name takes at the left of the bar.
pub const NAME_COLUMNS: u16 = 13;
/// Columns between two tabs.
const SPACE: u16 = 2;

/// What the console says of itself at the right of the bar, from the left.
pub fn marks(model: &Model) -> Vec<(Meaning, &'static str)> {
    let demo = model.settings.demo.then_some((Meaning::Demo, "DEMO"));
    let read_only = model.settings.read_only.then_some((Meaning::ReadOnly, "READ-ONLY"));
    demo.into_iter().chain(read_only).collect()
}

/// The columns that the marks take, each with a blank at either side, and a blank before all of them.
pub fn mark_columns(model: &Model) -> u16 {
    marks(model).iter().map(|(_, text)| columns(text) + 2).sum::<u16>() + 1
}

/// The tabs as they stand on the bar.
pub fn tabs(model: &Model) -> Vec<Tab> {
    let root = model.stack.first().and_then(|it| it.table()).map(|it| it.kind);
    let place = |long: bool| {
        let mut column = NAME_COLUMNS;
        let mut tabs = Vec::new();
        for (command, kind) in VIEWS {
            let keys =
                model.keymap.hint(Context::Table, command).map(ToString::to_string).unwrap_or_default();
            let current = root == Some(kind);
            let name = if long || current { kind.name() } else { "" };
            let tab = Tab { command, keys, name, column, current };
            if tab.width() > 0 {
                column = column.saturating_add(tab.width()).saturating_add(SPACE);
                tabs.push(tab);
            }
        }
        (tabs, column)
    };
    let (long, end) = place(true);
    if end <= model.size.0.saturating_sub(mark_columns(model)) { long } else { place(false).0 }
}

impl Tab {
    /// The columns that it takes: its keys, a blank, its name.
    pub fn width(&self) -> u16 {
        let blank = u16::from(!self.keys.is_empty() && !self.name.is_empty());
        columns(&self.keys) + blank + columns(self.name)
    }
}

fn columns(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// The command of the tab at that column.
pub fn tab_at(model: &Model, column: u16) -> Option<Command> {
    let tabs = tabs(model);
    tabs.iter().find(|tab| (tab.column..tab.column + tab.width()).contains(&column)).map(|tab| tab.command)
}
