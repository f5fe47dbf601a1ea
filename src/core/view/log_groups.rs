//! The list of log groups.

use super::workloads::target;
use crate::core::entity::LogGroup;
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, RowId, Rows, Scene};

/// Log groups.
pub struct LogGroups;

impl Rows for LogGroups {
    type Row = LogGroup;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a LogGroup> + 'a> {
        Box::new(scene.fleet.log_groups.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a LogGroup> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.log_groups.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &LogGroup) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a LogGroup> {
        match id {
            RowId::Entity(id) if id.kind == Kind::LogGroup => scene.fleet.log_groups.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<LogGroup>] = &[
        Column::<LogGroup>::new("name", "LOG GROUP", "Name of the log group", (16, 70), |it, _| {
            Cell::text(&*it.id.name).meaning(Meaning::Strong)
        }),
        Column::<LogGroup>::new(
            "stored",
            "STORED",
            "Bytes that are stored, as AWS last counted",
            (6, 6),
            |it, _| it.stored.map_or(Cell::EMPTY, Cell::bytes),
        )
        .right()
        .greatest_first(),
        Column::<LogGroup>::new(
            "retention",
            "RETENTION",
            "Days after which lines are deleted",
            (9, 9),
            |it, _| {
                match it.retention {
                    Some(days) => Cell::number(f64::from(days), format!("{days}d")),
                    // Nothing is ever deleted, and all of it is paid for.
                    None => Cell::number(f64::INFINITY, "never").meaning(Meaning::Warn),
                }
            },
        )
        .right()
        .rank(1),
        Column::<LogGroup>::new("class", "CLASS", "Log class: what can be done with it", (8, 17), |it, _| {
            Cell::text(&*it.class).meaning(Meaning::Muted)
        })
        .rank(3),
        Column::<LogGroup>::new("age", "AGE", "Time since it was made", (6, 6), |it, scene| {
            it.created.map_or(Cell::EMPTY, |created| Cell::age(scene.now.seconds_since(created)))
        })
        .right()
        .rank(4),
        Column::<LogGroup>::new("place", "ACCOUNT", "Account and region that it is in", (8, 30), |it, _| {
            Cell::text(&*it.place).meaning(Meaning::Muted)
        })
        .rank(2),
        Column::<LogGroup>::new(
            "target",
            "TARGET",
            "Cluster through which it was found",
            (6, 20),
            |it, scene| target(scene, &it.id.target),
        )
        .rank(5)
        .hidden(),
    ];
}
