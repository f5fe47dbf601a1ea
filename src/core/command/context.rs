//! Where a key is pressed: what has the focus decides which part of the keymap applies.

/// What has the focus. Each is a table of a keymap file; a key that one does not bind falls through to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere: what the others fall through to.
    Global,
    /// A table of rows: workloads, images, the timeline.
    Table,
    /// A tree or a page of text: inspect, help.
    Tree,
    /// A log.
    Logs,
    /// A dialog that asks: the confirmation of a plan.
    Dialog,
    /// A list to choose from: themes, columns.
    Menu,
    /// The menu of changes; it is a menu.
    Actions,
    /// A line of text that is being typed: the filter, the palette. Plain characters always type themselves.
    Input,
}

impl Context {
    /// All contexts, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Global,
        Self::Table,
        Self::Tree,
        Self::Logs,
        Self::Dialog,
        Self::Menu,
        Self::Actions,
        Self::Input,
    ];

    /// The name of its table in a keymap file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Table => "table",
            Self::Tree => "tree",
            Self::Logs => "logs",
            Self::Dialog => "dialog",
            Self::Menu => "menu",
            Self::Actions => "actions",
            Self::Input => "input",
        }
    }

    /// The context with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }

    /// Where a key goes that this context does not bind.
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Global => None,
            Self::Actions => Some(Self::Menu),
            Self::Table | Self::Tree | Self::Logs | Self::Dialog | Self::Menu | Self::Input => {
                Some(Self::Global)
            }
        }
    }
}
