//! The list of networks.

use super::workloads::{environment, target};
use crate::core::entity::Network;
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};

/// Networks.
pub struct Networks;

impl Rows for Networks {
    type Row = Network;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Network> + 'a> {
        Box::new(scene.fleet.networks.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Network> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.networks.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &Network) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Network> {
        match id {
            RowId::Entity(id) if id.kind == Kind::Network => scene.fleet.networks.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Network>] = &[
        Column::<Network>::new("name", "NETWORK", "Name of the network", (12, 50), |it, _| {
            Cell::text(&*it.name).meaning(Meaning::Strong)
        }),
        Column::<Network>::new("environment", "ENV", "Environment it belongs to", (12, 16), |it, scene| {
            environment(scene, &it.id)
        })
        .rank(4)
        .tells(Origin::Environment),
        Column::<Network>::new("driver", "DRIVER", "Network driver", (6, 10), |it, _| {
            Cell::text(&*it.driver)
        })
        .rank(1),
        Column::<Network>::new("subnets", "SUBNETS", "Address ranges", (14, 40), |it, _| {
            Cell::text(it.subnets.join(" "))
        })
        .rank(2),
        Column::<Network>::new("users", "USERS", "Containers attached to it", (8, 40), |it, _| {
            match &*it.users {
                [] => Cell::number(0.0, "unused").meaning(Meaning::Off),
                users => Cell::number(users.len() as f64, users.join(" ")),
            }
        })
        .rank(1),
        Column::<Network>::new(
            "internal",
            "INTERNAL",
            "Whether it is cut off from the outside",
            (8, 8),
            |it, _| Cell::text(if it.internal { "internal" } else { "" }),
        )
        .rank(5),
        Column::<Network>::new("project", "PROJECT", "Compose project that made it", (8, 20), |it, _| {
            Cell::text(it.project.as_deref().unwrap_or_default())
        })
        .rank(3),
        Column::<Network>::new("scope", "SCOPE", "Where it reaches", (6, 6), |it, _| Cell::text(&*it.scope))
            .rank(6)
            .hidden(),
        Column::<Network>::new("age", "AGE", "Time since it was made", (6, 6), |it, scene| {
            it.created.map_or(Cell::EMPTY, |created| {
                let seconds = scene.now.seconds_since(created);
                Cell::age(seconds)
            })
        })
        .right()
        .rank(4),
        Column::<Network>::new("id", "ID", "First twelve characters of its id", (12, 12), |it, _| {
            Cell::text(it.id.name.get(..12).unwrap_or(&it.id.name)).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Network>::new("target", "TARGET", "Docker engine that has it", (6, 20), |it, scene| {
            target(scene, &it.id.target)
        })
        .rank(5),
    ];
}
