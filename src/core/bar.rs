//! The bar at the top: the views as tabs, so that drawing and the mouse agree on where each of them stands.

use crate::core::command::{Command, Context};
use crate::core::model::Model;
use crate::core::view::kind::TableKind;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What a click on it runs.
    pub command: Command,
    /// The key that shows it, and its name: `2 workloads`; only the key where the bar is short of room.
    pub text: String,
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

/// The tabs as they stand on a bar that is `columns` wide.
pub fn tabs(model: &Model) -> Vec<Tab> {
    let root = model.stack.first().and_then(|it| it.table()).map(|it| it.kind);
    let place = |long: bool| {
        let mut column = NAME_COLUMNS;
        let mut tabs = Vec::new();
        for (command, kind) in VIEWS {
            let key = model.keymap.hint(Context::Table, command).map(ToString::to_string).unwrap_or_default();
            let current = root == Some(kind);
            let text = if long || current { format!("{key} {}", kind.name()) } else { key };
            let text = text.trim().to_owned();
            if text.is_empty() {
                continue;
            }
            let width = crate::core::text::width(&text) as u16;
            tabs.push(Tab { command, text, column, current });
            column += width + SPACE;
        }
        (tabs, column)
    };
    let (long, end) = place(true);
    if end <= model.size.0.saturating_sub(RIGHT_COLUMNS) { long } else { place(false).0 }
}

/// Columns at the right of the bar that are kept for what the console says of itself: demo, read-only.
pub const RIGHT_COLUMNS: u16 = 20;

/// The command of the tab at that column.
pub fn tab_at(model: &Model, column: u16) -> Option<Command> {
    tabs(model)
        .into_iter()
        .find(|tab| (tab.column..tab.column + crate::core::text::width(&tab.text) as u16).contains(&column))
        .map(|tab| tab.command)
}
