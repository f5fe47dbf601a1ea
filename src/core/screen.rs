//! The screens: what can stand on the stack that Esc goes down.

use super::command::Context;
use super::id::EntityId;
use super::run::Run;
use super::view::blackbox::BoxState;
use super::view::difference::DifferenceState;
use super::view::help::HelpState;
use super::view::inspect::InspectState;
use super::view::logs::{KindsState, LogState};
use super::view::run::RunState;
use super::view::table::TableState;

/// One screen.
#[derive(Debug)]
pub enum Screen {
    /// The first one that a new user sees, or where there is nothing to show.
    Welcome,
    /// A list.
    Table(Box<TableState>),
    /// Everything about one entity.
    Inspect(Box<InspectState>),
    /// A log.
    Logs(Box<LogState>),
    /// The kinds of lines of a log.
    Kinds(Box<KindsState>),
    /// One run: its plan and how far it is.
    Run(RunState),
    /// A black box.
    Box(Box<BoxState>),
    /// What differs between two revisions of a task definition.
    Difference(Box<DifferenceState>),
    /// Keys and commands.
    Help(HelpState),
    /// The messages of this session.
    Messages {
        /// The first line on screen.
        offset: usize,
    },
}

impl Screen {
    /// The part of the keymap that applies.
    pub const fn context(&self) -> Context {
        match self {
            Self::Table(_) => Context::Table,
            Self::Logs(_) => Context::Logs,
            Self::Welcome
            | Self::Inspect(_)
            | Self::Kinds(_)
            | Self::Run(_)
            | Self::Box(_)
            | Self::Difference(_)
            | Self::Help(_)
            | Self::Messages { .. } => Context::Tree,
        }
    }

    /// The list on it.
    pub fn table(&self) -> Option<&TableState> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The list on it.
    pub fn table_mut(&mut self) -> Option<&mut TableState> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The entity that it is about, where it is about one.
    pub fn entity(&self) -> Option<&EntityId> {
        match self {
            Self::Inspect(inspect) => Some(&inspect.id),
            Self::Logs(logs) => logs.entity(),
            Self::Box(state) => Some(&state.entity),
            _ => None,
        }
    }

    /// Its name in the line of breadcrumbs.
    pub fn title(&self, runs: &[Run]) -> String {
        match self {
            Self::Welcome => "welcome".to_owned(),
            Self::Table(table) => table.title(),
            Self::Inspect(inspect) => inspect.name.to_string(),
            Self::Logs(logs) => format!("log of {}", logs.name),
            Self::Kinds(kinds) if kinds.around.is_some() => "before and after".to_owned(),
            Self::Kinds(_) => "kinds of lines".to_owned(),
            Self::Run(run) => {
                let title = runs.iter().find(|it| it.id == run.id).map(|it| it.plan.title.to_string());
                title.unwrap_or_else(|| format!("run {}", run.id))
            }
            Self::Box(state) => format!("black box of {}", state.name),
            Self::Difference(state) => state.title(),
            Self::Help(_) => "help".to_owned(),
            Self::Messages { .. } => "messages".to_owned(),
        }
    }
}
