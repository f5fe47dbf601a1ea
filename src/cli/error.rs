//! What can go wrong on the command line, and the exit codes.

use std::process::ExitCode;

use crate::config::problem::ConfigError;
use crate::core::fault::Fault;

/// The exit codes, as `qd man` lists them.
pub(super) const CODES: [(u8, &str); 7] = [
    (0, "done; with --grep, --where, --field or --level: something matched"),
    (1, "failed; with --grep, --where, --field or --level: nothing matched; `doctor`: something is wrong"),
    (USAGE.0, "the command line or the configuration is wrong"),
    (UNREACHABLE.0, "a target could not be reached"),
    (REFUSED.0, "refused: read-only, not confirmed, or a plan that no longer fits"),
    (NOT_SUCCEEDED.0, "a run ended in another way than succeeded"),
    (101, "the program has a fault (a panic); please report it"),
];

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(u8);

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code.0)
    }
}

/// Something failed.
pub(super) const FAILED: Code = Code(1);
/// The command line or the configuration is wrong.
pub(super) const USAGE: Code = Code(2);
/// A target could not be reached.
pub(super) const UNREACHABLE: Code = Code(3);
/// Refused.
pub(super) const REFUSED: Code = Code(4);
/// A run ended in another way than succeeded.
pub(super) const NOT_SUCCEEDED: Code = Code(5);

/// Why a subcommand could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The configuration is wrong.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// A target cannot be reached.
    #[error("{0}")]
    Unreachable(Fault),
    /// Something was refused.
    #[error("{0}")]
    Refused(Fault),
    /// The command line asks for what there is not.
    #[error("{0}")]
    Usage(Fault),
    /// Everything else.
    #[error("{0}")]
    Other(Fault),
}

impl Failure {
    /// A failure of the last kind.
    pub(super) fn other(object: &str, cause: &str, next: &str) -> Self {
        Self::Other(Fault::new(object, cause, next))
    }

    /// A command line that asks for what there is not.
    pub(super) fn usage(object: &str, cause: &str, next: &str) -> Self {
        Self::Usage(Fault::new(object, cause, next))
    }

    /// The exit code for it.
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::Config(_) | Self::Usage(_) => USAGE,
            Self::Unreachable(_) => UNREACHABLE,
            Self::Refused(_) => REFUSED,
            Self::Other(_) => FAILED,
        }
    }
}
