//! Help: the keys that apply where it was asked for, and all commands.

use crate::core::command::{Command, Context, Group};
use crate::core::keymap::Keymap;

/// The help screen.
#[derive(Clone, Debug)]
pub struct HelpState {
    /// Where help was asked for.
    pub about: Context,
    /// The first line on screen.
    pub offset: usize,
}

/// One line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading.
    Heading(String),
    /// Keys, the command they run, and what it does.
    Command {
        /// All keys that run it, the best first; empty where only its name does.
        keys: String,
        /// The command's name.
        name: &'static str,
        /// What it does.
        doc: &'static str,
    },
    /// An empty line.
    Blank,
}

/// All lines of help for `about`: first what applies there, then all other commands by their name.
pub fn lines(keymap: &Keymap, about: Context) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    section(&mut lines, keymap, about, &format!("Here ({})", about.name()), |command| {
        command.applies_in(about)
    });
    section(&mut lines, keymap, about, "Elsewhere", |command| !command.applies_in(about));
    lines
}

fn section(
    lines: &mut Vec<HelpLine>,
    keymap: &Keymap,
    about: Context,
    title: &str,
    belongs: impl Fn(Command) -> bool,
) {
    // What the place is for comes first.
    let own = Group::of(about);
    let others = Group::ALL.into_iter().filter(|it| Some(*it) != own);
    for group in own.into_iter().chain(others) {
        let commands: Vec<Command> =
            Command::ALL.iter().copied().filter(|it| it.group() == group && belongs(*it)).collect();
        if commands.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Heading(format!("{title}: {}", group.title())));
        for command in commands {
            let context =
                Context::ALL.into_iter().find(|it| command.applies_in(*it) && *it != Context::Global);
            let context = if command.applies_in(about) { about } else { context.unwrap_or(about) };
            let keys: Vec<String> =
                keymap.bindings_of(context, command).take(3).map(|it| it.keys.to_string()).collect();
            lines.push(HelpLine::Command { keys: keys.join(", "), name: command.name(), doc: command.doc() });
        }
    }
}
