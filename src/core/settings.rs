//! What the operator set and the screens need to know.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::logs::Named;

/// Settings of the screen.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the theme.
    pub theme: String,
    /// The names of all themes.
    pub themes: Vec<String>,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether nothing may be changed anywhere.
    pub read_only: bool,
    /// Whether the fleet is simulated.
    pub demo: bool,
    /// How many bytes of log lines one stream may hold.
    pub log_stream_bytes: usize,
    /// How many bytes of log lines may be held in all.
    pub log_bytes: usize,
    /// How many lines a log opens with.
    pub log_tail: u32,
    /// Conditions on lines that have a name, to be switched on.
    pub log_conditions: Arc<[Named]>,
    /// Whether a log opens with the times of its lines.
    pub log_timestamps: bool,
    /// What was looked for and found at the start: for the first screen.
    pub found: Vec<Found>,
    /// Whether this user has been here before.
    pub known_user: bool,
    /// Times of day are shown, and read, by the clock there.
    pub zone: TimeZone,
    /// Where the operator sits.
    pub home: TimeZone,
}

/// One place that was looked at for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was looked for: `DOCKER_HOST`, `the default socket`.
    pub what: Arc<str>,
    /// What came of it: `unix:///var/run/docker.sock`, `not set`.
    pub result: Arc<str>,
    /// Which of the four it is.
    pub outcome: Outcome,
}

/// What came of looking for a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a target.
    Used,
    /// It could be one.
    Spare,
    /// It cannot be one as it is.
    Unusable,
    /// There is nothing, and nothing is wrong with that.
    Absent,
}
