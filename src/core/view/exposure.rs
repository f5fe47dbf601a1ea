//! The list of exposure: who can reach which port of what.

use super::timeline::weight_meaning;
use super::workloads::{environment, target};
use crate::core::change::Weight;
use crate::core::exposure::Exposure;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};

/// Exposure.
pub struct Openings;

impl Rows for Openings {
    type Row = Exposure;

    const SORT: (&'static str, bool) = ("risk", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Exposure> + 'a> {
        Box::new(scene.derived.exposures.iter())
    }

    fn id(row: &Exposure) -> RowId {
        RowId::Exposure(Box::new((row.entity.clone(), row.part.clone())))
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Exposure> {
        match id {
            RowId::Exposure(id) => {
                scene.derived.exposures.iter().find(|it| it.entity == id.0 && it.part == id.1)
            }
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Exposure>] = &[
        Column::<Exposure>::new("from", "FROM", "Who reaches it", (10, 30), |it, _| {
            let meaning = match &it.risk {
                Some((weight, _)) => weight_meaning(*weight),
                None if it.is_everybody => Meaning::Strong,
                None => Meaning::Text,
            };
            Cell::text(&*it.who).meaning(meaning)
        }),
        Column::<Exposure>::new("port", "PORT", "Which port, or ports", (6, 11), |it, _| {
            Cell::text(&*it.ports).meaning(Meaning::Strong)
        })
        .right(),
        Column::<Exposure>::new("protocol", "PROTO", "Which protocol", (5, 6), |it, _| {
            Cell::text(&*it.protocol).meaning(Meaning::Muted)
        })
        .rank(4),
        Column::<Exposure>::new("what", "WHAT", "What is reached", (14, 44), |it, _| {
            Cell::text(&*it.what).meaning(Meaning::Strong)
        }),
        Column::<Exposure>::new("risk", "RISK", "What is wrong with that", (10, 70), |it, _| {
            match &it.risk {
                Some((weight, text)) => {
                    let number = if *weight == Weight::Bad { 2.0 } else { 1.0 };
                    Cell::number(number, &**text).meaning(weight_meaning(*weight))
                }
                None => Cell::number(0.0, "").meaning(Meaning::Muted),
            }
        })
        .greatest_first(),
        Column::<Exposure>::new("environment", "ENV", "Environment it is in", (8, 16), |it, scene| {
            environment(scene, &it.entity)
        })
        .rank(2)
        .tells(Origin::Environment),
        Column::<Exposure>::new(
            "by",
            "BY",
            "What lets them in: a security group, or Docker",
            (14, 40),
            |it, _| Cell::text(&*it.by).meaning(Meaning::Muted),
        )
        .rank(3),
        Column::<Exposure>::new("note", "NOTE", "What somebody wrote about the rule", (8, 40), |it, _| {
            Cell::text(&*it.note).meaning(Meaning::Muted)
        })
        .rank(5),
        Column::<Exposure>::new(
            "target",
            "TARGET",
            "Docker engine or cluster it is in",
            (6, 20),
            |it, scene| target(scene, &it.entity.target),
        )
        .rank(6)
        .hidden(),
    ];
}
