//! The list of services.

use super::workloads::{environment, target};
use crate::core::entity::Service;
use crate::core::entity::rollout::{Rollout, RolloutState};
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};

/// What workloads belong to.
pub struct Services;

impl Rows for Services {
    type Row = Service;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Service> + 'a> {
        Box::new(scene.fleet.services.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Service> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.services.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &Service) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Service> {
        match id {
            RowId::Entity(id) if id.kind == Kind::Service => scene.fleet.services.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Service>] = &[
        Column::<Service>::new(
            "name",
            "SERVICE",
            "Name of the service, with its project",
            (14, 40),
            |it, _| Cell::text(&*it.id.name).meaning(Meaning::Strong),
        ),
        Column::<Service>::new("environment", "ENV", "Environment it belongs to", (12, 16), |it, scene| {
            environment(scene, &it.id)
        })
        .rank(4)
        .tells(Origin::Environment),
        Column::<Service>::new(
            "running",
            "RUNNING",
            "Workloads that run, of those that should",
            (7, 9),
            |it, _| {
                Cell::number(f64::from(it.running), format!("{}/{}", it.running, it.desired))
                    .meaning(state_meaning(it))
            },
        )
        .right(),
        Column::<Service>::new("desired", "DESIRED", "Workloads that should run", (7, 7), |it, _| {
            Cell::count(u64::from(it.desired)).meaning(Meaning::Muted)
        })
        .right()
        .rank(7)
        .hidden(),
        Column::<Service>::new(
            "unhealthy",
            "UNHEALTHY",
            "Workloads that fail their health check",
            (9, 9),
            |it, _| {
                let meaning = if it.unhealthy == 0 { Meaning::Muted } else { Meaning::Bad };
                Cell::count(u64::from(it.unhealthy)).meaning(meaning)
            },
        )
        .right()
        .rank(3)
        .greatest_first(),
        Column::<Service>::new(
            "rollout",
            "ROLLOUT",
            "How its newest deployment is doing, where it is an ECS service",
            (11, 30),
            |it, _| {
                it.rollout
                    .as_ref()
                    .map_or(Cell::EMPTY, |it| Cell::text(it.words()).meaning(rollout_meaning(it)))
            },
        )
        .rank(4),
        Column::<Service>::new("image", "IMAGE", "Image that its workloads run", (12, 50), |it, _| {
            if it.mixed_images {
                Cell::text(format!("{} and others", it.image)).meaning(Meaning::Warn)
            } else {
                Cell::text(&*it.image)
            }
        })
        .both_ends()
        .rank(2),
        Column::<Service>::new("ports", "PORTS", "Published ports", (8, 30), |it, _| Cell::text(&*it.ports))
            .rank(3),
        Column::<Service>::new("project", "PROJECT", "Compose project or cluster", (8, 20), |it, _| {
            Cell::text(&*it.project)
        })
        .rank(6)
        .hidden(),
        Column::<Service>::new(
            "origin",
            "ORIGIN",
            "Folder of its Compose file, or its task definition",
            (10, 50),
            |it, _| Cell::text(&*it.origin).meaning(Meaning::Muted),
        )
        .rank(5),
        Column::<Service>::new(
            "target",
            "TARGET",
            "Docker engine or cluster it runs in",
            (6, 20),
            |it, scene| target(scene, &it.id.target),
        )
        .rank(6)
        .hidden(),
    ];
}

/// How a deployment is doing.
fn rollout_meaning(rollout: &Rollout) -> Meaning {
    match rollout.primary() {
        Some(it) if it.state == RolloutState::Failed || it.failed > 0 => Meaning::Bad,
        Some(it) if it.state == RolloutState::InProgress => Meaning::Busy,
        Some(it) if it.state == RolloutState::Completed => Meaning::Good,
        _ => Meaning::Muted,
    }
}

/// How a service is doing by its counts.
pub fn state_meaning(service: &Service) -> Meaning {
    if service.desired == 0 {
        Meaning::Off
    } else if service.running == 0 || service.unhealthy > 0 {
        Meaning::Bad
    } else if service.running < service.desired {
        Meaning::Warn
    } else {
        Meaning::Good
    }
}
