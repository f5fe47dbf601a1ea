//! A plan in words: what its confirmation and the screen of its run say.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::workloads::tier_meaning;
use crate::core::meaning::Meaning;
use crate::core::page::Line;
use crate::core::plan::{Phase, Plan, Step, Undo};
use crate::core::run::StepState;
use crate::core::time::{Now, age, clock};

/// Columns of the names of fields, with the blank behind them.
const NAME: usize = 13;
/// Columns before the words of a step, with the blanks around its number or state.
const STEP: u16 = 11;

/// A field: its name and what it says.
pub(super) fn field(name: &str, meaning: Meaning, text: impl Into<String>) -> Line {
    Line::new(Meaning::Label, format!("{name:NAME$}")).and(meaning, text).hang(NAME as u16)
}

/// Where a plan changes something.
pub fn place(plan: &Plan) -> Vec<Line> {
    let mut environment = field("environment", tier_meaning(plan.tier), plan.environment.as_str());
    if let Some(tier) = plan.tier {
        environment = environment.and(Meaning::Muted, format!(", {}", tier.word()));
    }
    let target = field("target", Meaning::Strong, plan.target.as_str());
    let host = if *plan.host == *plan.target.as_str() { String::new() } else { format!(" on {}", plan.host) };
    vec![environment, target.and(Meaning::Text, host)]
}

/// What a plan loses for good; nothing where it loses nothing.
pub fn losses(plan: &Plan) -> Vec<Line> {
    if plan.losses.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::BLANK, Line::new(Meaning::Danger, "Lost for good:")];
    lines.extend(
        plan.losses
            .iter()
            .map(|it| Line::new(Meaning::Text, "  ").and(Meaning::Danger, it.to_string()).hang(2)),
    );
    lines
}

/// The steps of a plan that was not run yet.
pub fn steps(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut before = None;
    for (number, step) in (1..).zip(&plan.steps) {
        heading(&mut lines, &mut before, step);
        lines.push(words(Meaning::Muted, &format!("{number:>7}"), step));
        if step.phase == Phase::Change {
            lines.push(undo(step));
        }
    }
    lines
}

/// The steps of a plan that is or was run, and where each of them stands.
pub fn progress(plan: &Plan, states: &[StepState], now: Now) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut before = None;
    for (step, state) in plan.steps.iter().zip(states) {
        heading(&mut lines, &mut before, step);
        let (meaning, word) = match state {
            StepState::Waiting => (Meaning::Muted, "waiting"),
            StepState::Running { .. } => (Meaning::Busy, "running"),
            StepState::Done { .. } => (Meaning::Good, "done"),
            StepState::Failed { .. } => (Meaning::Bad, "failed"),
            StepState::Skipped => (Meaning::Off, "skipped"),
            StepState::Undone => (Meaning::Warn, "undone"),
        };
        let line = words(meaning, word, step);
        lines.push(match state {
            StepState::Running { since } => line.and(Meaning::Muted, format!("  {}", span(*since, now.0))),
            StepState::Done { from, to, .. } => line.and(Meaning::Muted, format!("  {}", span(*from, *to))),
            _ => line,
        });
        match state {
            StepState::Done { result, .. } if !result.is_empty() => lines.push(below(Meaning::Text, result)),
            StepState::Failed { error, .. } => lines.push(below(Meaning::Bad, error)),
            _ => {}
        }
        let stands = matches!(state, StepState::Done { .. } | StepState::Failed { .. } | StepState::Undone);
        if step.phase == Phase::Change && stands {
            lines.push(undo(step));
        }
    }
    lines
}

/// Until when a plan may be confirmed.
pub fn expiry(plan: &Plan, now: Now, zone: &TimeZone) -> Line {
    let until = plan.expires_at();
    if plan.is_expired(now) {
        return Line::new(
            Meaning::Bad,
            "It has expired: the state it was made from may be gone. Make it again.",
        );
    }
    let left = Now(until).seconds_since(now.0);
    let text = format!("It may be confirmed until {}, {} from now.", clock(until, zone), age(left));
    Line::new(Meaning::Muted, text)
}

fn heading(lines: &mut Vec<Line>, before: &mut Option<Phase>, step: &Step) {
    if *before == Some(step.phase) {
        return;
    }
    *before = Some(step.phase);
    let text = match step.phase {
        Phase::Preflight => "First, changing nothing:",
        Phase::Change => "Changes:",
        Phase::Verify => "Then, changing nothing:",
    };
    lines.extend([Line::BLANK, Line::new(Meaning::Label, text)]);
}

fn words(meaning: Meaning, before: &str, step: &Step) -> Line {
    let title = if step.phase == Phase::Change { Meaning::Strong } else { Meaning::Text };
    let blank = " ".repeat(usize::from(STEP).saturating_sub(2 + before.len()));
    Line::new(Meaning::Text, "  ")
        .and(meaning, before)
        .and(Meaning::Text, blank)
        .and(title, step.title.to_string())
        .hang(STEP)
}

fn below(meaning: Meaning, text: &str) -> Line {
    Line::new(Meaning::Text, " ".repeat(STEP.into())).and(meaning, text).hang(STEP)
}

fn undo(step: &Step) -> Line {
    match &step.undo {
        Undo::Nothing => below(Meaning::Muted, "nothing undoes it"),
        Undo::By { title, .. } => below(Meaning::Muted, &format!("undone by: {title}")),
        Undo::SetBack => below(Meaning::Muted, "undone by: setting back what is found right before"),
    }
}

/// How long something took, as finely as it matters.
fn span(from: Timestamp, to: Timestamp) -> String {
    let millis = Now(to).millis_since(from);
    match millis {
        0..1_000 => format!("{millis}ms"),
        1_000..10_000 => format!("{:.1}s", millis as f64 / 1000.0),
        _ => age(millis / 1000),
    }
}
