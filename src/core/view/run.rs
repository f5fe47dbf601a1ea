//! One run on screen.

use jiff::tz::TimeZone;

use super::plan::{field, losses, place, progress};
use super::runs::verdict_meaning;
use crate::core::id::RunId;
use crate::core::meaning::Meaning;
use crate::core::page::Line;
use crate::core::run::Run;
use crate::core::time::{Now, age, clock};

/// The screen of a run.
#[derive(Clone, Debug)]
pub struct RunState {
    /// Which run.
    pub id: RunId,
    /// The first line on screen.
    pub offset: usize,
}

/// All that is to be said of a run.
pub fn lines(run: &Run, now: Now, zone: &TimeZone) -> Vec<Line> {
    let (meaning, verdict) = match run.verdict {
        Some(verdict) => (verdict_meaning(verdict), verdict.words()),
        None => (Meaning::Busy, "running"),
    };
    let took = age(Now(run.ended.unwrap_or(now.0)).seconds_since(run.started));
    let took = if run.ended.is_some() { format!(" after {took}") } else { format!(" for {took}") };
    let mut lines = vec![
        Line::new(Meaning::Title, run.plan.title.to_string()),
        field("verdict", meaning, verdict).and(Meaning::Muted, took),
    ];
    if !run.message.is_empty() {
        lines.push(field("", meaning, run.message.to_string()));
    }
    lines.extend(place(&run.plan));
    let by = format!("{} at {}", run.operator, clock(run.started, zone));
    lines.extend([field("run by", Meaning::Text, by), field("id", Meaning::Muted, run.id.as_str())]);
    lines.extend(losses(&run.plan));
    lines.extend(progress(&run.plan, &run.steps, now));
    lines
}
