//! The bar at the top: the views as tabs, so that drawing and the mouse agree on where each of them stands.

use crate::core::command::{Command, Context};
use crate::core::environment::Tier;
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::text::width;
use crate::core::time::zone_name;
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
    /// Columns between its keys and its name.
    pub blank: u16,
}

const VIEWS: [(Command, TableKind); 10] = [
    (Command::Fleet, TableKind::Fleet),
    (Command::Workloads, TableKind::Workloads),
    (Command::Services, TableKind::Services),
    (Command::Hosts, TableKind::Hosts),
    (Command::Images, TableKind::Images),
    (Command::Volumes, TableKind::Volumes),
    (Command::Networks, TableKind::Networks),
    (Command::Timeline, TableKind::Timeline),
    (Command::Runs, TableKind::Runs),
    (Command::Databases, TableKind::Databases),
];

/// Columns that the program's name takes at the left of the bar.
pub const NAME_COLUMNS: u16 = 14;

/// From so many columns on, the bar has room to say where tunnels lead.
const NAMES_TUNNELS: u16 = 110;

/// How the tabs stand on the bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spacing {
    /// `1 fleet  2 workloads`.
    Wide,
    /// `1 fleet 2 workloads`.
    Narrow,
    /// `1fleet 2workloads`.
    Close,
    /// `1  2 workloads  3`: only the current one is named.
    Keys,
}

/// What the console says of itself at the right of the bar, from the left.
pub fn marks(model: &Model) -> Vec<(Meaning, String)> {
    let settings = &model.settings;
    let demo = settings.demo.then(|| (Meaning::Demo, "DEMO".to_owned()));
    let read_only = settings.read_only.then(|| (Meaning::ReadOnly, "READ-ONLY".to_owned()));
    // Times that are told by another clock than the operator's must not be taken for theirs.
    let zone =
        (settings.zone != settings.home).then(|| (Meaning::Demo, zone_name(&settings.zone, model.now)));
    // As long as a way into production stands open, every screen says so.
    let open: Vec<_> = model
        .databases
        .open()
        .filter(|(it, tunnel)| it.tier == Some(Tier::Production) && !tunnel.report.state.is_over())
        .map(|(it, _)| it.id.to_string())
        .collect();
    let is_narrow = model.size.0 < NAMES_TUNNELS;
    let tunnels = match &*open {
        [] => None,
        [_] if is_narrow => Some((Meaning::Production, "PROD TUNNEL".to_owned())),
        [one] => Some((Meaning::Production, format!("TUNNEL {one}"))),
        many if is_narrow => Some((Meaning::Production, format!("{} PROD TUNNELS", many.len()))),
        many => Some((Meaning::Production, format!("{} TUNNELS INTO PRODUCTION", many.len()))),
    };
    zone.into_iter().chain(tunnels).chain(demo).chain(read_only).collect()
}

/// The columns that the marks take, each with a blank at either side, and a blank before all of them.
pub fn mark_columns(model: &Model) -> u16 {
    marks(model).iter().map(|(_, text)| columns(text) + 2).sum::<u16>() + 1
}

/// The tabs as they stand on the bar.
pub fn tabs(model: &Model) -> Vec<Tab> {
    let root = model.stack.first().and_then(|it| it.table()).map(|it| it.kind);
    let place = |spacing: Spacing| {
        let mut column = NAME_COLUMNS;
        let mut tabs = Vec::new();
        let (blank, space) = match spacing {
            Spacing::Wide | Spacing::Keys => (1, 2),
            Spacing::Narrow => (1, 1),
            Spacing::Close => (0, 1),
        };
        for (command, kind) in VIEWS {
            let keys =
                model.keymap.hint(Context::Table, command).map(ToString::to_string).unwrap_or_default();
            let current = root == Some(kind);
            let name = if spacing == Spacing::Keys && !current { "" } else { kind.name() };
            // A key of a letter would read as a part of the name.
            let blank = if keys.ends_with(char::is_alphabetic) { 1 } else { blank };
            let blank = if keys.is_empty() || name.is_empty() { 0 } else { blank };
            let tab = Tab { command, keys, name, column, current, blank };
            if tab.width() > 0 {
                column = column.saturating_add(tab.width()).saturating_add(space);
                tabs.push(tab);
            }
        }
        (tabs, column)
    };
    let width = model.size.0.saturating_sub(mark_columns(model));
    [Spacing::Wide, Spacing::Narrow, Spacing::Close]
        .map(place)
        .into_iter()
        .find_map(|(tabs, end)| (end <= width).then_some(tabs))
        .unwrap_or_else(|| place(Spacing::Keys).0)
}

impl Tab {
    /// The columns that it takes: its keys, a blank, its name.
    pub fn width(&self) -> u16 {
        columns(&self.keys) + self.blank + columns(self.name)
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
