//! The list of volumes.

use super::workloads::{environment, target};
use crate::core::entity::Volume;
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};

/// Volumes.
pub struct Volumes;

impl Rows for Volumes {
    type Row = Volume;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Volume> + 'a> {
        Box::new(scene.fleet.volumes.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Volume> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.volumes.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &Volume) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Volume> {
        match id {
            RowId::Entity(id) if id.kind == Kind::Volume => scene.fleet.volumes.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Volume>] = &[
        Column::<Volume>::new("name", "VOLUME", "Name of the volume", (14, 64), |it, _| {
            Cell::text(&*it.id.name).meaning(Meaning::Strong)
        }),
        Column::<Volume>::new("environment", "ENV", "Environment it belongs to", (12, 16), |it, scene| {
            environment(scene, &it.id)
        })
        .rank(4)
        .tells(Origin::Environment),
        Column::<Volume>::new("size", "SIZE", "Size on disk", (5, 6), |it, _| {
            it.size.map_or(Cell::EMPTY, Cell::bytes)
        })
        .right()
        .greatest_first(),
        Column::<Volume>::new("users", "USERS", "Containers that mount it", (8, 40), |it, _| {
            match &*it.users {
                [] => Cell::number(0.0, "dangling").meaning(Meaning::Off),
                users => Cell::number(users.len() as f64, users.join(" ")),
            }
        })
        .rank(1),
        Column::<Volume>::new("project", "PROJECT", "Compose project that made it", (8, 20), |it, _| {
            Cell::text(it.project.as_deref().unwrap_or_default())
        })
        .rank(3),
        Column::<Volume>::new("driver", "DRIVER", "Volume driver", (6, 12), |it, _| Cell::text(&*it.driver))
            .rank(4),
        Column::<Volume>::new("age", "AGE", "Time since it was made", (6, 6), |it, scene| {
            it.created.map_or(Cell::EMPTY, |created| {
                let seconds = scene.now.seconds_since(created);
                Cell::age(seconds)
            })
        })
        .right()
        .rank(2),
        Column::<Volume>::new("path", "PATH", "Where it lies on the host", (14, 60), |it, _| {
            Cell::text(&*it.mountpoint).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Volume>::new("target", "TARGET", "Docker engine that has it", (6, 20), |it, scene| {
            target(scene, &it.id.target)
        })
        .rank(5),
    ];
}
