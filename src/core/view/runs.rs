//! The list of runs.

use super::workloads::tier_meaning;
use crate::core::meaning::Meaning;
use crate::core::run::{Run, Verdict};
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};
use crate::core::time::{Now, clock};

/// Runs, newest first.
pub struct Runs;

impl Rows for Runs {
    type Row = Run;

    const SORT: (&'static str, bool) = ("started", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Run> + 'a> {
        Box::new(scene.runs.iter())
    }

    fn id(row: &Run) -> RowId {
        RowId::Run(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Run> {
        match id {
            RowId::Run(id) => scene.runs.iter().find(|it| it.id == *id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Run>] = &[
        Column::<Run>::new("started", "STARTED", "When it began", (8, 8), |it, scene| {
            Cell::number(it.started.as_millisecond() as f64, clock(it.started, scene.zone))
                .meaning(Meaning::Time)
        })
        .greatest_first(),
        Column::<Run>::new("plan", "PLAN", "What was done", (16, 60), |it, _| {
            Cell::text(&*it.plan.title).meaning(Meaning::Strong)
        }),
        Column::<Run>::new("environment", "ENV", "Environment it changed", (6, 16), |it, _| {
            Cell::text(it.plan.environment.as_str()).meaning(tier_meaning(it.plan.tier))
        })
        .rank(2)
        .tells(Origin::Environment),
        Column::<Run>::new("verdict", "VERDICT", "How it ended", (11, 11), |it, _| verdict(it)),
        Column::<Run>::new("steps", "STEPS", "Steps behind it, of all", (5, 7), |it, _| {
            Cell::number(it.done() as f64, format!("{}/{}", it.done(), it.steps.len()))
        })
        .right()
        .rank(3),
        Column::<Run>::new("took", "TOOK", "How long it took", (4, 6), |it, scene| {
            let seconds = Now(it.ended.unwrap_or(scene.now.0)).seconds_since(it.started);
            Cell::age(seconds)
        })
        .right()
        .rank(3)
        .greatest_first(),
        Column::<Run>::new("message", "MESSAGE", "Why it ended so", (16, 90), |it, _| {
            Cell::text(&*it.message)
        })
        .rank(4),
        Column::<Run>::new("operator", "OPERATOR", "Who ran it, and whether from here", (8, 24), |it, _| {
            if it.here { Cell::text(format!("here, {}", it.operator)) } else { Cell::text(&*it.operator) }
        })
        .rank(2),
        Column::<Run>::new("target", "TARGET", "What it changed", (6, 20), |it, _| {
            Cell::text(it.plan.target.as_str()).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
    ];
}

fn verdict(run: &Run) -> Cell<'static> {
    run.verdict.map_or_else(
        || Cell::text("running").meaning(Meaning::Busy),
        |verdict| Cell::text(verdict.words()).meaning(verdict_meaning(verdict)),
    )
}

/// The colour of a verdict.
pub const fn verdict_meaning(verdict: Verdict) -> Meaning {
    match verdict {
        Verdict::Succeeded => Meaning::Good,
        Verdict::Cancelled => Meaning::Off,
        Verdict::RolledBack | Verdict::Superseded => Meaning::Warn,
        Verdict::Failed | Verdict::Unknown => Meaning::Bad,
    }
}
