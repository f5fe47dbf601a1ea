//! What can be wrong with a keymap file, and where.

use std::fmt;
use std::sync::Arc;

use super::keys::KeysError;
use crate::core::command::{Command, Context, InvocationError};
use crate::core::nearest::did_you_mean;

/// A place in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path of the file, as the user would write it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One thing that is wrong with a keymap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong with a keymap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The file is no TOML.
    #[error("{0}")]
    Toml(String),
    /// The file is too large to be a keymap.
    #[error("this is no keymap: it is larger than {} KB", super::source::LARGEST / 1024)]
    TooLarge,
    /// A table's name is no context.
    #[error("there is no context [{name}]{}", did_you_mean(*.nearest))]
    UnknownContext {
        /// The name.
        name: String,
        /// The context that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A setting that is neither `inherits` nor a context.
    #[error(
        "“{0}” stands in no context; bindings stand below [global], [table], [tree], [logs], [dialog], [menu], [actions] or [input]"
    )]
    OutsideContext(String),
    /// `inherits` or a context holds something else than it must.
    #[error("{name} must be {wanted}, not {found}")]
    WrongType {
        /// The setting.
        name: String,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The left side of a binding is no sequence of keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The right side of a binding is no command.
    #[error(transparent)]
    Command(#[from] InvocationError),
    /// The command means nothing in the context.
    #[error("“{}” does nothing in [{}]; bind it in {}", .command.name(), .context.name(), places(*.command))]
    Misplaced {
        /// The command.
        command: Command,
        /// Where it is bound.
        context: Context,
    },
    /// A key that types itself is bound where text is typed.
    #[error("“{0}” types itself in [input], so it can't run a command; use it with ctrl or alt")]
    TypesItself(String),
    /// The same sequence is bound twice.
    #[error("“{keys}” is bound twice in [{}]: first at {first}", .context.name())]
    Twice {
        /// The sequence.
        keys: String,
        /// The context.
        context: Context,
        /// Where it is bound first.
        first: Place,
    },
    /// Of two sequences one begins with the other, so one of them could never be pressed.
    #[error("“{keys}” and “{other}” of {place} can't both be pressed in [{}]; {}", .context.name(),
        if *.inherited { format!("unbind the inherited one with \"{other}\" = false") } else { "remove one".to_owned() })]
    Hidden {
        /// The sequence.
        keys: String,
        /// The other one.
        other: String,
        /// The context.
        context: Context,
        /// Where the other one is bound.
        place: Place,
        /// Whether the other one stands in a file that this one builds on.
        inherited: bool,
    },
    /// No file has the name that is inherited.
    #[error("there is no keymap “{name}” to inherit{}", did_you_mean(.nearest.as_deref()))]
    UnknownParent {
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// The files inherit from each other.
    #[error("the keymap inherits itself: {0}")]
    Circle(String),
    /// In a context there is no key that leads out of the program.
    #[error("no key runs “quit” or “back-or-quit” in [{}]; bind one, for example \"ctrl-c\" = \"quit\" in [global]", .0.name())]
    NoWayOut(Context),
}

/// The contexts where `command` means something: `[tree] or [logs]`.
fn places(command: Command) -> String {
    let names: Vec<String> = Context::ALL
        .into_iter()
        .filter(|context| *context != Context::Global && command.applies_in(*context))
        .map(|context| format!("[{}]", context.name()))
        .collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Why there is no keymap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No file and no bundled keymap has this name.
    #[error("there is no keymap “{name}”, but {}{}", .known.join(", "), did_you_mean(.nearest.as_deref()))]
    Unknown {
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
        /// The names of all keymaps.
        known: Vec<String>,
    },
    /// The keymap, or one that it inherits, has faults; at least one.
    #[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
}
