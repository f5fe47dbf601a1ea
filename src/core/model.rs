//! The whole state of the console: the fleet, the screens, what was said and what is being typed.
//!
//! Only `update` changes it; drawing reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::command::Context;
use super::database::Databases;
use super::fleet::Fleet;
use super::foot::Foot;
use super::id::EnvironmentId;
use super::keymap::{Keymap, Pending};
use super::message::Messages;
use super::overlay::Overlay;
use super::page::Line;
use super::preferences::Preferences;
use super::run::Run;
use super::screen::Screen;
use super::settings::Settings;
use super::source::{Generation, SourceId};
use super::table::{Derived, Scene};
use super::time::Now;
use super::view;
use super::view::kind::TableKind;
use super::view::logs::Window;
use super::view::table::TableState;

/// The smallest screen that anything fits on: columns and rows.
pub const SMALLEST: (u16, u16) = (60, 15);
/// Rows at the top that no screen uses: the bar and the breadcrumbs.
pub const ROWS_ABOVE: u16 = 2;
/// The row at the very bottom, which no screen uses: the hints.
const ROWS_OF_HINTS: u16 = 1;

/// A longer list is read in pieces, and at most once a second however much happens.
const LONG_LIST: usize = 2_000;

/// The state of the console.
#[derive(Debug)]
pub struct Model {
    /// The moment.
    pub now: Now,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// What is known of the world.
    pub fleet: Fleet,
    /// What lists make up of it, while they are in sight.
    pub derived: Derived,
    /// Runs of this session and the ones before it.
    pub runs: Vec<Run>,
    /// The databases of the configuration, and the tunnels to them.
    pub databases: Databases,
    /// How many runs were interrupted and wait to be finished, undone or set aside.
    pub interrupted: usize,
    /// The screens, the one in sight last; never empty.
    pub stack: Vec<Screen>,
    /// What has the focus over the screen.
    pub overlay: Option<Overlay>,
    /// Only this environment is shown.
    pub environment: Option<EnvironmentId>,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// Keys of a sequence that was begun.
    pub pending: Pending,
    /// Settings.
    pub settings: Settings,
    /// What is to be found again.
    pub preferences: Preferences,
    /// What was said.
    pub messages: Messages,
    /// What of it, or of what is wrong, stands at the bottom.
    pub foot: Option<Foot>,
    /// Whether a bundle is being written.
    pub bundling: bool,
    /// Bulk events that were dropped because the screen could not keep up.
    pub dropped: u64,
    /// When that happened last.
    pub dropped_at: Option<Now>,
    /// What was typed into the palette before, newest last.
    pub history: Vec<String>,
    /// The lists that were the root before, as they were left.
    pub(super) parked: BTreeMap<TableKind, Box<TableState>>,
    pub(crate) watched: BTreeMap<SourceId, Generation>,
    pub(super) generation: Generation,
    /// Whether the records of runs are looked at.
    pub(super) looks_at_runs: bool,
    pub(super) changed: bool,
    pub(super) refreshed: Now,
    pub(super) quitting: bool,
}

impl Model {
    /// A console over `fleet`, whose environments and targets are known and nothing else yet.
    pub fn new(
        fleet: Fleet,
        keymap: Arc<Keymap>,
        settings: Settings,
        preferences: Preferences,
        now: Now,
    ) -> Self {
        let mut model = Self {
            now,
            size: (80, 24),
            fleet,
            derived: Derived::default(),
            runs: Vec::new(),
            databases: Databases::default(),
            interrupted: 0,
            stack: Vec::new(),
            overlay: None,
            environment: None,
            keymap,
            pending: Pending::default(),
            settings,
            preferences,
            messages: Messages::default(),
            foot: None,
            bundling: false,
            dropped: 0,
            dropped_at: None,
            history: Vec::new(),
            parked: BTreeMap::new(),
            watched: BTreeMap::new(),
            generation: 0,
            looks_at_runs: false,
            changed: true,
            refreshed: now,
            quitting: false,
        };
        let root = if model.settings.known_user && !model.fleet.targets.is_empty() {
            let kind = model.preferences.view.as_deref().and_then(TableKind::from_name);
            let first =
                if model.fleet.environments.len() > 1 { TableKind::Fleet } else { TableKind::Workloads };
            Screen::Table(Box::new(model.table(kind.unwrap_or(first))))
        } else {
            Screen::Welcome
        };
        model.stack.push(root);
        model
    }

    /// A list of that kind, arranged as the operator left it.
    pub(super) fn table(&self, kind: TableKind) -> TableState {
        let mut table = TableState::new(kind, self.preferences.tables.get(kind.name()));
        table.scope.environment.clone_from(&self.environment);
        table
    }

    /// The screen in sight.
    pub fn screen(&self) -> &Screen {
        // The stack is never empty: `new` fills it and nothing takes the last one.
        self.stack.last().unwrap_or(&Screen::Welcome)
    }

    /// The list in sight.
    pub fn table_in_sight(&self) -> Option<&TableState> {
        self.screen().table()
    }

    /// What rows are read from.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            fleet: &self.fleet,
            derived: &self.derived,
            runs: &self.runs,
            databases: &self.databases,
            now: self.now,
            zone: &self.settings.zone,
        }
    }

    /// The part of the keymap that applies.
    pub fn context(&self) -> Context {
        self.overlay.as_ref().map_or_else(|| self.screen().context(), Overlay::context)
    }

    /// Whether the terminal is too small for anything.
    pub const fn is_too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// Rows at the bottom that no screen uses: the message, which may need several, and the hints.
    pub fn rows_below(&self) -> u16 {
        // There is always a row for it.
        let rows = self.foot.as_ref().map_or(1, |foot| foot.rows.len());
        u16::try_from(rows).unwrap_or(1) + ROWS_OF_HINTS
    }

    /// Rows between the bars.
    pub fn body_rows(&self) -> u16 {
        self.size.1.saturating_sub(ROWS_ABOVE + self.rows_below())
    }

    /// Rows of a list: the body without the line of heads.
    pub fn page(&self) -> usize {
        self.body_rows().saturating_sub(1) as usize
    }

    /// The room for the rows of a log: the body without the line that says what is shown, and the panel.
    pub fn log_window(&self) -> Window {
        let rows = self.body_rows().saturating_sub(1);
        let panel = match self.screen() {
            Screen::Logs(logs) => logs.panel_rows(rows),
            _ => 0,
        };
        Window { rows: rows - panel, columns: self.size.0 }
    }

    /// The columns and rows for a page of text: the body with a blank at either side.
    pub fn page_room(&self) -> (u16, u16) {
        (self.size.0.saturating_sub(2), self.body_rows())
    }

    /// The text of a screen that is a page of text: a run, the messages.
    pub fn page_of(&self, screen: &Screen) -> Option<Vec<Line>> {
        let zone = &self.settings.zone;
        match screen {
            Screen::Run(state) => {
                let run = self.runs.iter().find(|it| it.id == state.id)?;
                Some(view::run::lines(run, self.now, zone))
            }
            Screen::Difference(state) => Some(state.lines()),
            Screen::Messages { .. } => Some(view::messages::lines(&self.messages, &self.fleet, zone)),
            _ => None,
        }
    }

    /// Whether the program is about to end.
    pub const fn is_quitting(&self) -> bool {
        self.quitting
    }

    /// Reads the rows of the list in sight anew; where they are environments, adds those up.
    pub(super) fn refresh(&mut self) {
        if let Some(kind) = self.table_in_sight().map(|table| table.kind) {
            kind.derive(&mut self.derived, &self.fleet, self.now);
        }
        self.read_list(TableState::refresh);
        self.refreshed = self.now;
        self.changed = false;
    }

    /// Reads them anew; those of a long list in pieces ([`Model::go_on`]), so that keys are answered meanwhile.
    pub(super) fn refresh_soon(&mut self) {
        match self.stack.last_mut().and_then(Screen::table_mut) {
            Some(table) if table.total() > LONG_LIST => {
                table.begin_refresh();
                self.refreshed = self.now;
                self.changed = false;
            }
            _ => self.refresh(),
        }
    }

    /// Whether the list in sight is long.
    pub(super) fn is_list_long(&self) -> bool {
        self.table_in_sight().is_some_and(|table| table.total() > LONG_LIST)
    }

    /// Whether the list in sight is being read: there is something to do between keys.
    pub fn is_reading(&self) -> bool {
        self.table_in_sight().is_some_and(TableState::is_reading)
    }

    /// Reads a piece of the list in sight; `true` when that was the last one, and there is something new to draw.
    pub fn go_on(&mut self) -> bool {
        self.read_list(TableState::go_on).unwrap_or(false)
    }

    fn read_list<T>(&mut self, read: impl FnOnce(&mut TableState, &Scene<'_>, usize) -> T) -> Option<T> {
        let page = self.page();
        let scene = Scene {
            fleet: &self.fleet,
            derived: &self.derived,
            runs: &self.runs,
            databases: &self.databases,
            now: self.now,
            zone: &self.settings.zone,
        };
        let table = self.stack.last_mut().and_then(Screen::table_mut)?;
        Some(read(table, &scene, page))
    }
}
