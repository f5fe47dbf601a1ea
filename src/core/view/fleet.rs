//! The fleet: one line an environment.

use super::timeline::weight_meaning;
use super::workloads::tier_meaning;
use crate::core::meaning::Meaning;
use crate::core::summary::Summary;
use crate::core::table::{Cell, Column, RowId, Rows, Scene};
use crate::core::time::age;

/// What was heard within so many milliseconds is called live; what is older tells its age.
const LIVE_WITHIN_MS: u64 = 8_000;

/// Environments.
pub struct Environments;

impl Rows for Environments {
    type Row = Summary;

    const SORT: (&'static str, bool) = ("health", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Summary> + 'a> {
        Box::new(scene.derived.summaries.iter())
    }

    fn id(row: &Summary) -> RowId {
        RowId::Environment(row.environment.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Summary> {
        match id {
            RowId::Environment(id) => scene.derived.summaries.iter().find(|it| it.environment.id == *id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Summary>] = &[
        Column::<Summary>::new("environment", "ENVIRONMENT", "Name of the environment", (12, 24), |it, _| {
            Cell::text(it.environment.id.as_str()).meaning(tier_meaning(it.environment.tier))
        }),
        Column::<Summary>::new("tier", "TIER", "How much a mistake costs", (11, 11), |it, _| {
            it.environment.tier.map_or(Cell::EMPTY, |tier| {
                Cell::text(tier.word()).meaning(tier_meaning(it.environment.tier))
            })
        })
        .rank(2),
        Column::<Summary>::new("health", "HEALTH", "How it is doing", (10, 26), |it, _| health(it))
            .greatest_first(),
        Column::<Summary>::new(
            "running",
            "RUNNING",
            "Workloads that run, of those that should",
            (7, 9),
            |it, _| {
                let meaning = if it.running < it.desired { Meaning::Warn } else { Meaning::Text };
                Cell::number(f64::from(it.running), format!("{}/{}", it.running, it.desired)).meaning(meaning)
            },
        )
        .right(),
        Column::<Summary>::new(
            "cpu",
            "CPU%",
            "CPU of the measured workloads, in percent of one processor",
            (5, 6),
            |it, _| {
                // How much a sum over several machines may be, nobody can tell.
                it.cpu.map_or(Cell::EMPTY, Cell::tenths)
            },
        )
        .right()
        .rank(3)
        .greatest_first(),
        Column::<Summary>::new("memory", "MEM", "Memory of the measured workloads", (5, 6), |it, _| {
            it.memory.map_or(Cell::EMPTY, Cell::memory)
        })
        .right()
        .rank(3)
        .greatest_first(),
        Column::<Summary>::new(
            "change",
            "LAST CHANGE",
            "The newest entry of its timeline",
            (14, 44),
            |it, scene| {
                it.last_change.as_ref().map_or(Cell::EMPTY, |(at, weight, text)| {
                    let seconds = scene.now.seconds_since(*at);
                    Cell::number(seconds as f64, format!("{} ago {text}", age(seconds)))
                        .meaning(weight_meaning(*weight))
                })
            },
        )
        .rank(1),
        Column::<Summary>::new(
            "advice",
            "ADVICE",
            "What should be mended before it breaks",
            (6, 6),
            |it, _| {
                let (all, urgent) = it.advice;
                let meaning = match (all, urgent) {
                    (0, _) => Meaning::Muted,
                    (_, 0) => Meaning::Warn,
                    _ => Meaning::Bad,
                };
                Cell::count(u64::from(all)).meaning(meaning)
            },
        )
        .right()
        .rank(4)
        .greatest_first(),
        Column::<Summary>::new("data", "DATA", "How old what is shown is", (4, 6), |it, scene| {
            it.heard.map_or_else(
                || Cell::text("never").meaning(Meaning::Stale),
                |heard| {
                    let old = scene.now.millis_since(heard);
                    let meaning = if it.is_stale { Meaning::Stale } else { Meaning::Muted };
                    let is_live = !it.is_stale && old <= LIVE_WITHIN_MS;
                    let text = if is_live { "live".to_owned() } else { age(old / 1000) };
                    Cell::number(old as f64, text).meaning(meaning)
                },
            )
        })
        .right()
        .rank(4)
        .greatest_first(),
        Column::<Summary>::new("targets", "TARGETS", "Where it runs", (10, 30), |it, _| {
            Cell::text(&*it.targets).meaning(Meaning::Muted)
        })
        .rank(5),
    ];
}

fn health(summary: &Summary) -> Cell<'_> {
    if summary.fault.is_some() {
        // Why stands below the list, where there is room for it.
        return Cell::number(4.0, "unreachable").meaning(Meaning::Bad);
    }
    if summary.failing > 0 {
        return Cell::number(3.0, format!("{} failing", summary.failing)).meaning(Meaning::Bad);
    }
    if let Some(alarm) = summary.alarms.first() {
        return Cell::number(2.5, &**alarm).meaning(Meaning::Bad);
    }
    if summary.unhealthy > 0 {
        return Cell::number(2.0, format!("{} unhealthy", summary.unhealthy)).meaning(Meaning::Bad);
    }
    if summary.all == 0 {
        return Cell::number(0.0, "empty").meaning(Meaning::Off);
    }
    if summary.running == 0 {
        return Cell::number(1.0, "stopped").meaning(Meaning::Off);
    }
    Cell::number(0.0, "healthy").meaning(Meaning::Good)
}
