//! The list of revisions of a task definition: what each is made of, and what runs it now.

use crate::core::entity::revision::Facts;
use crate::core::meaning::Meaning;
use crate::core::revision::Listed;
use crate::core::table::{Cell, Column, RowId, Rows, Scene};

/// The revisions of a task definition.
pub struct Revisions;

impl Rows for Revisions {
    type Row = Listed;

    const SORT: (&'static str, bool) = ("revision", true);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Listed> + 'a> {
        Box::new(scene.derived.revisions.iter())
    }

    fn id(row: &Listed) -> RowId {
        RowId::Revision(Box::new(row.id.clone()))
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Listed> {
        match id {
            RowId::Revision(id) => scene.derived.revisions.iter().find(|it| it.id == **id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Listed>] = &[
        Column::<Listed>::new(
            "revision",
            "REV",
            "Its number; the newest has the highest",
            (4, 7),
            |it, _| {
                let meaning = if it.runs() { Meaning::Strong } else { Meaning::Text };
                Cell::number(f64::from(it.id.number), it.id.number.to_string()).meaning(meaning)
            },
        )
        .right()
        .greatest_first(),
        Column::<Listed>::new(
            "status",
            "STATUS",
            "ACTIVE, or INACTIVE where it was deregistered",
            (8, 8),
            |it, _| {
                if it.revision.is_active {
                    Cell::text("ACTIVE")
                } else {
                    Cell::text("INACTIVE").meaning(Meaning::Off)
                }
            },
        )
        .rank(3),
        Column::<Listed>::new(
            "runs",
            "RUNS IN",
            "Services that are to run it; in brackets those that are leaving it",
            (8, 40),
            |it, _| {
                let leaving = it.leaving.iter().map(|name| format!("({name})"));
                let all: Vec<String> = it.primary.iter().map(ToString::to_string).chain(leaving).collect();
                let meaning = if it.primary.is_empty() { Meaning::Busy } else { Meaning::Good };
                Cell::text(all.join(", ")).meaning(meaning)
            },
        ),
        Column::<Listed>::new("tasks", "TASKS", "Tasks that run it", (5, 5), |it, _| {
            let meaning = if it.tasks == 0 { Meaning::Muted } else { Meaning::Text };
            Cell::count(u64::from(it.tasks)).meaning(meaning)
        })
        .right()
        .greatest_first(),
        Column::<Listed>::new("age", "AGE", "How long ago it was registered", (4, 6), |it, scene| {
            let at = facts(it).and_then(|it| it.registered);
            at.map_or(Cell::EMPTY, |at| Cell::age(scene.now.seconds_since(at)))
        })
        .right()
        .rank(1),
        Column::<Listed>::new(
            "images",
            "IMAGES",
            "Images of its containers, without their registries",
            (30, 80),
            |it, _| facts(it).map_or(Cell::EMPTY, |it| Cell::text(it.short_images())),
        )
        .both_ends(),
        Column::<Listed>::new(
            "cpu",
            "CPU",
            "CPU units of a task; 1024 are one processor",
            (4, 6),
            |it, _| facts(it).and_then(|it| it.cpu).map_or(Cell::EMPTY, Cell::count),
        )
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Listed>::new("memory", "MEMORY", "Memory of a task", (6, 6), |it, _| {
            facts(it).and_then(|it| it.memory).map_or(Cell::EMPTY, Cell::bytes)
        })
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Listed>::new("by", "BY", "Who registered it", (8, 30), |it, _| {
            facts(it).map_or(Cell::EMPTY, |it| Cell::text(&*it.by).meaning(Meaning::Muted))
        })
        .rank(5),
        Column::<Listed>::new("family", "FAMILY", "The name of the task definition", (8, 40), |it, _| {
            Cell::text(&*it.id.family).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Listed>::new("registered", "REGISTERED", "When it was registered", (20, 20), |it, _| {
            let at = facts(it).and_then(|it| it.registered);
            at.map_or(Cell::EMPTY, |at| Cell::text(at.to_string()).meaning(Meaning::Muted))
        })
        .rank(6)
        .hidden(),
        Column::<Listed>::new("target", "TARGET", "Cluster through which it is read", (6, 20), |it, _| {
            Cell::text(it.id.target.as_str()).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
    ];
}

fn facts(it: &Listed) -> Option<&Facts> {
    it.revision.facts.as_ref()
}
