//! The list of the deployments of a service: what each deployed, and what became of it.

use super::timeline::weight_meaning;
use crate::core::change::Weight;
use crate::core::entity::deployed::{Deployed, Status};
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, RowId, Rows, Scene};

/// The deployments of a service.
pub struct Deployments;

impl Rows for Deployments {
    type Row = Deployed;

    const SORT: (&'static str, bool) = ("ago", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Deployed> + 'a> {
        Box::new(scene.fleet.deployments.values().flat_map(|it| it.iter()))
    }

    fn id(row: &Deployed) -> RowId {
        RowId::Deployment(Box::new((row.service.clone(), row.id.clone())))
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Deployed> {
        match id {
            RowId::Deployment(id) => scene.fleet.deployments.get(&id.0)?.iter().find(|it| it.id == id.1),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Deployed>] = &[
        Column::<Deployed>::new("ago", "AGO", "How long ago it began", (4, 6), |it, scene| {
            it.started.map_or(Cell::EMPTY, |at| Cell::age(scene.now.seconds_since(at)))
        })
        .right(),
        Column::<Deployed>::new("status", "STATUS", "What became of it", (11, 15), |it, _| {
            Cell::text(it.status.word()).meaning(meaning(it.status))
        }),
        Column::<Deployed>::new(
            "revisions",
            "REVISIONS",
            "What ran before, and what it deploys",
            (14, 50),
            |it, _| Cell::text(it.words()).meaning(Meaning::Strong),
        ),
        Column::<Deployed>::new("took", "TOOK", "How long it took, or takes so far", (4, 6), |it, scene| {
            let ended = it.finished.unwrap_or(scene.now.0);
            it.started.map_or(Cell::EMPTY, |at| Cell::age(crate::core::time::Now(ended).seconds_since(at)))
        })
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Deployed>::new(
            "tasks",
            "TASKS",
            "Tasks that run of what it deploys, of those that should",
            (5, 9),
            |it, _| Cell::number(f64::from(it.running), format!("{}/{}", it.running, it.requested)),
        )
        .right()
        .rank(3),
        Column::<Deployed>::new(
            "breaker",
            "FAILED",
            "Tasks that failed, of those after which the circuit breaker gives it up",
            (6, 9),
            |it, _| {
                let Some((failures, most)) = it.breaker else { return Cell::EMPTY };
                let weight = match (failures, it.is_broken) {
                    (_, true) => Weight::Bad,
                    (0, _) => Weight::Quiet,
                    _ => Weight::Notable,
                };
                Cell::number(f64::from(failures), format!("{failures}/{most}"))
                    .meaning(weight_meaning(weight))
            },
        )
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Deployed>::new(
            "why",
            "WHY",
            "Why it was rolled back or ended, or how far it is, in AWS's words",
            (16, 90),
            |it, _| Cell::text(&**it.why()),
        )
        .rank(1),
        Column::<Deployed>::new(
            "stage",
            "STAGE",
            "How far it is, where it moves traffic in stages",
            (8, 24),
            |it, _| Cell::text(&*it.stage).meaning(Meaning::Muted),
        )
        .rank(6)
        .hidden(),
        Column::<Deployed>::new("started", "STARTED", "When it began", (20, 20), |it, _| {
            it.started.map_or(Cell::EMPTY, |at| Cell::text(at.to_string()).meaning(Meaning::Muted))
        })
        .rank(6)
        .hidden(),
        Column::<Deployed>::new("from", "FROM", "What ran before", (10, 40), |it, _| {
            Cell::text(it.from.join(", ")).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Deployed>::new("to", "TO", "What it deploys", (10, 40), |it, _| {
            Cell::text(&*it.to).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
        Column::<Deployed>::new("id", "ID", "What AWS calls it", (10, 24), |it, _| {
            Cell::text(&*it.id).meaning(Meaning::Muted)
        })
        .rank(6)
        .hidden(),
    ];
}

/// The colour of what became of a deployment.
const fn meaning(status: Status) -> Meaning {
    match status {
        Status::Succeeded => Meaning::Good,
        Status::Pending | Status::InProgress => Meaning::Busy,
        Status::Stopping | Status::Stopped => Meaning::Off,
        Status::GoingBack | Status::RollingBack | Status::RolledBack => Meaning::Warn,
        Status::RollbackFailed => Meaning::Bad,
        Status::Unknown => Meaning::Unknown,
    }
}
