//! What stands before the message of a line: when, how serious, on which host, from which program.

use std::ops::Range;

use super::super::line::Level;
use super::time::Stamp;

/// What was found before the message.
#[derive(Clone, Debug, Default)]
pub(super) struct Lead {
    /// The line's own moment, and where it stands.
    pub(super) time: Option<(Range<usize>, Stamp)>,
    /// The level that it says.
    pub(super) level: Option<Level>,
    /// Whether the level follows from the message itself ("Traceback …"), and is no part of the lead.
    pub(super) is_opener: bool,
    /// Whether the line adds to the record before it: a `DETAIL:` of Postgres.
    pub(super) is_detail: bool,
    pub(super) host: Option<Range<usize>>,
    pub(super) program: Option<Range<usize>>,
    pub(super) pid: Option<Range<usize>>,
    /// The file and line that it comes from.
    pub(super) source: Option<Range<usize>>,
    /// Where the message begins.
    pub(super) message: usize,
    /// Where the walk ended: at the message, or behind names at its begin that may as well be a part of it.
    pub(super) end: usize,
}
