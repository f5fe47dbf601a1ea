//! What may follow a command's name on a command line. It is always optional: without it the screen asks, or the command
//! means what is selected.

/// The kind of a command's argument: what completes it, and what is known to be wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Argument {
    /// The name of a theme.
    Theme,
    /// The name of an environment.
    Environment,
    /// The name of a column of the table that is shown.
    Column,
    /// Names of columns, in the order in which they shall stand, with commas or spaces between.
    Columns,
    /// A filter of `filter`.
    Filter,
    /// A regular expression or a plain text to search for.
    Pattern,
    /// A filter pattern of CloudWatch: `ERROR -health`, `{ $.status = 500 }`.
    FilterPattern,
    /// How far back: `15m`, `2h`, `09:10`, a timestamp, `all`.
    Since,
    /// Names of fields, with commas or spaces between.
    Fields,
    /// A form of timestamps.
    Times,
    /// A clock: `local`, `utc`, `+02:00`.
    Zone,
    /// How serious a line is.
    Level,
    /// How many lines: a number, `more`, `less`.
    Lines,
    /// A file format.
    Format,
    /// A signal: `TERM`, `HUP`, `9`.
    Signal,
    /// What to prune.
    Prunable,
    /// The name of what it is about.
    Subject,
    /// How to remove.
    Removal,
    /// A new name.
    Name,
    /// Limits to set: `cpus=1.5 memory=512m`.
    Limits,
    /// A command line for a container.
    CommandLine,
}

impl Argument {
    /// The word that stands for it in help: `theme THEME`.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Theme => "THEME",
            Self::Environment => "ENVIRONMENT",
            Self::Column => "COLUMN",
            Self::Columns => "COLUMNS",
            Self::Filter => "FILTER",
            Self::Pattern | Self::FilterPattern => "PATTERN",
            Self::Since => "SINCE",
            Self::Fields => "FIELDS",
            Self::Times => "FORM",
            Self::Zone => "ZONE",
            Self::Level => "LEVEL",
            Self::Lines => "LINES",
            Self::Format => "FORMAT",
            Self::Signal => "SIGNAL",
            Self::Prunable => "WHAT",
            Self::Subject | Self::Name => "NAME",
            Self::Removal => "HOW",
            Self::Limits => "LIMITS",
            Self::CommandLine => "COMMAND",
        }
    }

    /// All that it may be, where that is known beforehand; empty where it is not.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Self::Times => &["time", "date", "age", "distance", "none"],
            Self::Level => &["all", "trace", "debug", "info", "warn", "error", "fatal"],
            Self::Prunable => {
                &["containers", "networks", "dangling-images", "unused-images", "build-cache", "volumes"]
            }
            Self::Removal => &["plainly", "volumes", "force", "force-volumes"],
            _ => &[],
        }
    }
}
