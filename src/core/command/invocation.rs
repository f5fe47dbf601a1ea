//! One command line, read and printed: `sort cpu`, `:theme dark`.

use std::fmt;
use std::str::FromStr;

use super::argument::Argument;
use super::table::Command;
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::text::clean;

/// A command with its argument: what a key is bound to, and what a command line says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Invocation {
    /// What to do.
    pub command: Command,
    /// What follows the name, without the space around it; only with a command that takes one, and never empty.
    pub argument: Option<String>,
}

impl Invocation {
    /// The command without an argument.
    pub const fn of(command: Command) -> Self {
        Self { command, argument: None }
    }

    fn new(command: Command, argument: &str) -> Result<Self, InvocationError> {
        if argument.is_empty() {
            return Ok(Self::of(command));
        }
        let Some(kind) = command.argument() else {
            return Err(InvocationError::NoArgument { command, argument: clean(argument).into_owned() });
        };
        let choices = kind.choices();
        if !choices.is_empty() && !choices.contains(&argument) {
            let nearest = nearest(argument, choices.iter().copied());
            return Err(InvocationError::NoChoice {
                command,
                kind,
                argument: clean(argument).into_owned(),
                nearest,
            });
        }
        Ok(Self { command, argument: Some(argument.to_owned()) })
    }
}

impl From<Command> for Invocation {
    fn from(command: Command) -> Self {
        Self::of(command)
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.argument {
            Some(argument) => f.pad(&format!("{} {argument}", self.command.name())),
            None => f.pad(self.command.name()),
        }
    }
}

/// Why a text is no command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvocationError {
    /// There is nothing but space.
    #[error("no command is given; `:help` lists them")]
    Empty,
    /// No command has this name.
    #[error("there is no command “{name}”{}", did_you_mean(*.nearest))]
    Unknown {
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The command takes no argument.
    #[error("“{}” takes no argument, so “{argument}” can't follow it", .command.name())]
    NoArgument {
        /// The command.
        command: Command,
        /// What followed it.
        argument: String,
    },
    /// The argument is none of those that there are.
    #[error("there is no “{argument}” to {}, only {}{}", .command.name(), .kind.choices().join(", "), did_you_mean(*.nearest))]
    NoChoice {
        /// The command.
        command: Command,
        /// The kind of its argument.
        kind: Argument,
        /// What followed it.
        argument: String,
        /// The choice that was probably meant.
        nearest: Option<&'static str>,
    },
}

impl FromStr for Invocation {
    type Err = InvocationError;

    /// Reads `name argument`; the colon that people type before a command is allowed.
    fn from_str(line: &str) -> Result<Self, InvocationError> {
        let line = line.trim();
        let line = line.strip_prefix(':').map_or(line, str::trim_start);
        let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if name.is_empty() {
            return Err(InvocationError::Empty);
        }
        let Some(command) = Command::from_name(name) else {
            let names = Command::ALL
                .iter()
                .flat_map(|c| std::iter::once(c.name()).chain(c.aliases().iter().copied()));
            return Err(InvocationError::Unknown {
                name: clean(name).into_owned(),
                nearest: nearest(name, names),
            });
        };
        Self::new(command, argument.trim())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> Result<Invocation, InvocationError> {
        line.parse()
    }

    fn with(command: Command, argument: &str) -> Invocation {
        Invocation { command, argument: Some(argument.to_owned()) }
    }

    #[test]
    fn a_command_line_is_a_name_and_what_follows_it() {
        assert_eq!(read("up"), Ok(Invocation::of(Command::Up)));
        assert_eq!(read(":theme dark"), Ok(with(Command::Theme, "dark")));
        assert_eq!(read("  : sort   cpu "), Ok(with(Command::Sort, "cpu")));
        assert_eq!(
            read("filter  state=exited  !\"my app\""),
            Ok(with(Command::Filter, "state=exited  !\"my app\""))
        );
        assert_eq!(read(":q"), Ok(Invocation::of(Command::Quit)));
        assert_eq!(read("theme"), Ok(Invocation::of(Command::Theme)));
        assert_eq!(read("prune build-cache"), Ok(with(Command::Prune, "build-cache")));
    }

    #[test]
    fn a_wrong_command_line_says_what_was_probably_meant() {
        let message = |line: &str| read(line).unwrap_err().to_string();
        insta::assert_snapshot!(
            [message(" : "), message(":fitler web"), message("xyzzy"), message("redraw now"), message("level wran"),
             message("prune everything")]
            .join("\n"),
            @r"
        no command is given; `:help` lists them
        there is no command “fitler”; did you mean “filter”?
        there is no command “xyzzy”
        “redraw” takes no argument, so “now” can't follow it
        there is no “wran” to level, only all, trace, debug, info, warn, error, fatal; did you mean “warn”?
        there is no “everything” to prune, only containers, networks, dangling-images, unused-images, build-cache, volumes
        "
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_as_the_same(
            command in prop::sample::select(Command::ALL),
            argument in "[a-z=!/\"é][a-z =!/\"é]{0,20}",
        ) {
            let invocation = Invocation::new(command, argument.trim()).unwrap_or(Invocation::of(command));
            prop_assert_eq!(read(&invocation.to_string()), Ok(invocation));
        }

        #[test]
        fn no_line_makes_the_parser_panic(line in any::<String>()) {
            let _ = read(&line);
        }
    }
}
