//! The timeline: what changed, newest first.

use super::workloads::{target, tier_meaning};
use crate::core::change::{Entry, Weight};
use crate::core::environment::environment_of;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};
use crate::core::time::clock;

/// What changed.
pub struct Changes;

impl Rows for Changes {
    type Row = Entry;

    const SORT: (&'static str, bool) = ("time", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Entry> + 'a> {
        Box::new(scene.fleet.timeline.iter())
    }

    fn id(row: &Entry) -> RowId {
        RowId::Change(row.number)
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Entry> {
        match id {
            RowId::Change(number) => scene.fleet.timeline.get(*number),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Entry>] = &[
        Column::<Entry>::new(
            "time",
            "TIME",
            "When it happened, as the clock here says",
            (8, 8),
            |it, scene| {
                let at = it.change.at;
                Cell::number(at.as_nanosecond() as f64 / 1e9, clock(at, scene.zone)).meaning(Meaning::Time)
            },
        )
        .greatest_first(),
        Column::<Entry>::new("ago", "AGO", "How long ago that was", (6, 6), |it, scene| {
            let seconds = scene.now.seconds_since(it.change.at);
            Cell::age(seconds)
        })
        .right()
        .rank(2),
        Column::<Entry>::new("environment", "ENV", "Environment it happened in", (12, 16), |it, scene| {
            let change = &it.change;
            environment_of(&scene.fleet.environments, &change.target, change.project.as_deref())
                .map_or(Cell::EMPTY, |environment| {
                    Cell::text(environment.id.as_str()).meaning(tier_meaning(environment.tier))
                })
        })
        .rank(3)
        .tells(Origin::Environment),
        Column::<Entry>::new("what", "WHAT", "What happened", (9, 13), |it, _| {
            Cell::text(it.change.kind.word()).meaning(weight_meaning(it.change.weight))
        }),
        Column::<Entry>::new("name", "NAME", "To what", (14, 40), |it, _| {
            Cell::text(&*it.change.name).meaning(Meaning::Strong)
        }),
        Column::<Entry>::new(
            "box",
            "BOX",
            "Whether the last lines and the inspect are kept",
            (4, 4),
            |it, _| it.kept.as_ref().map_or(Cell::EMPTY, |_| Cell::text("kept").meaning(Meaning::Strong)),
        ),
        Column::<Entry>::new("text", "DETAILS", "In words", (16, 120), |it, _| Cell::text(&*it.change.text))
            .rank(1),
        Column::<Entry>::new(
            "target",
            "TARGET",
            "Docker engine or cluster it happened in",
            (6, 20),
            |it, scene| target(scene, &it.change.target),
        )
        .rank(4)
        .hidden(),
    ];
}

/// The colour of a change.
pub const fn weight_meaning(weight: Weight) -> Meaning {
    match weight {
        Weight::Quiet => Meaning::Text,
        Weight::Good => Meaning::Good,
        Weight::Notable => Meaning::Warn,
        Weight::Bad => Meaning::Bad,
    }
}
