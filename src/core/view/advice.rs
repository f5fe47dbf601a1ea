//! The list of advice: what should be mended before it breaks.

use super::timeline::weight_meaning;
use super::workloads::{environment, target};
use crate::core::advice::Advice;
use crate::core::change::Weight;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};

/// Advice.
pub struct Findings;

impl Rows for Findings {
    type Row = Advice;

    const SORT: (&'static str, bool) = ("weight", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Advice> + 'a> {
        Box::new(scene.derived.advice.iter())
    }

    fn id(row: &Advice) -> RowId {
        RowId::Advice(Box::new(row.id.clone()))
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Advice> {
        match id {
            RowId::Advice(id) => scene.derived.advice.iter().find(|it| it.id == **id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Advice>] = &[
        Column::<Advice>::new("weight", "WEIGHT", "How urgent it is", (7, 7), |it, _| {
            let word = if it.weight == Weight::Bad { "urgent" } else { "soon" };
            Cell::number(f64::from(u8::from(it.weight == Weight::Bad)), word)
                .meaning(weight_meaning(it.weight))
        })
        .greatest_first(),
        Column::<Advice>::new("environment", "ENV", "Environment it is about", (8, 16), |it, scene| {
            environment(scene, &it.id.entity)
        })
        .rank(2)
        .tells(Origin::Environment),
        Column::<Advice>::new("name", "ABOUT", "What it is about", (10, 32), |it, scene| {
            Cell::text(scene.fleet.name_of(&it.id.entity).to_string()).meaning(Meaning::Strong)
        }),
        Column::<Advice>::new("finding", "FINDING", "What is wrong", (24, 110), |it, _| {
            Cell::text(&*it.what)
        }),
        Column::<Advice>::new("next", "NEXT", "What to do about it", (20, 110), |it, _| {
            Cell::text(&*it.next).meaning(Meaning::Muted)
        })
        .rank(3),
        Column::<Advice>::new("rule", "RULE", "The rule that found it", (10, 18), |it, _| {
            Cell::text(it.id.rule).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Advice>::new(
            "target",
            "TARGET",
            "Docker engine or cluster it is in",
            (6, 20),
            |it, scene| target(scene, &it.id.entity.target),
        )
        .rank(5)
        .hidden(),
    ];
}
