//! The groups that help and the list of keys are divided into.

use super::context::Context;

/// A group of commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Moving about, and the program itself.
    Navigation,
    /// What to look at.
    Views,
    /// Tables and their rows.
    Tables,
    /// Trees: inspect.
    Trees,
    /// Logs.
    Logs,
    /// What changes the world; each first shows a plan.
    Changes,
    /// Dialogs, menus and lines of text.
    Forms,
    /// The program's looks and messages.
    Settings,
}

impl Group {
    /// All groups, in the order of help.
    pub const ALL: [Self; 8] = [
        Self::Navigation,
        Self::Views,
        Self::Tables,
        Self::Trees,
        Self::Logs,
        Self::Changes,
        Self::Forms,
        Self::Settings,
    ];

    /// What a place is there for; `None` where that is no group of its own.
    pub const fn of(context: Context) -> Option<Self> {
        match context {
            Context::Table => Some(Self::Tables),
            Context::Tree => Some(Self::Trees),
            Context::Logs => Some(Self::Logs),
            Context::Actions => Some(Self::Changes),
            Context::Dialog | Context::Menu | Context::Input => Some(Self::Forms),
            Context::Global => None,
        }
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Navigation => "Moving about",
            Self::Views => "Views",
            Self::Tables => "Tables",
            Self::Trees => "Trees",
            Self::Logs => "Logs",
            Self::Changes => "Changes",
            Self::Forms => "Dialogs and lines of text",
            Self::Settings => "Settings",
        }
    }
}
