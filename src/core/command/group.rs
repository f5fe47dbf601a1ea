//! The groups that help and the list of keys are divided into.

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
