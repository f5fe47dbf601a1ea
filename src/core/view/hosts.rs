//! The list of hosts.

use super::workloads::target;
use crate::core::entity::Host;
use crate::core::entity::host::DiskUse;
use crate::core::event::Link;
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};
use crate::core::time::age;

/// Machines and the engines on them.
pub struct Hosts;

impl Rows for Hosts {
    type Row = Host;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Host> + 'a> {
        Box::new(scene.fleet.hosts.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Host> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.hosts.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &Host) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Host> {
        match id {
            RowId::Entity(id) if id.kind == Kind::Host => scene.fleet.hosts.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Host>] = &[
        Column::<Host>::new("name", "HOST", "Name of the machine", (10, 30), |it, _| {
            Cell::text(&*it.name).meaning(Meaning::Strong)
        }),
        Column::<Host>::new("target", "TARGET", "Name of the target", (6, 20), |it, scene| {
            target(scene, &it.id.target)
        })
        .rank(8)
        .tells(Origin::Target),
        Column::<Host>::new(
            "link",
            "LINK",
            "Whether its engine answers, or when it is tried again",
            (8, 40),
            link,
        ),
        Column::<Host>::new("engine", "ENGINE", "Engine and version", (14, 24), |it, _| {
            Cell::text(&*it.engine)
        })
        .rank(2),
        Column::<Host>::new("cpus", "CPUS", "Processors", (4, 4), |it, _| Cell::count(u64::from(it.cpus)))
            .right()
            .rank(3),
        Column::<Host>::new("memory", "MEM", "Memory of the machine", (5, 6), |it, _| Cell::bytes(it.memory))
            .right()
            .rank(3),
        Column::<Host>::new("containers", "UP/ALL", "Containers that run, of all", (6, 9), |it, _| {
            let (running, paused, stopped) = it.containers;
            Cell::number(f64::from(running), format!("{running}/{}", running + paused + stopped))
        })
        .right()
        .rank(1),
        Column::<Host>::new("images", "IMAGES", "Images on it", (6, 6), |it, _| {
            Cell::count(u64::from(it.images))
        })
        .right()
        .rank(5)
        .hidden(),
        Column::<Host>::new(
            "disk",
            "DISK",
            "Disk taken by images, containers, volumes and build cache",
            (5, 6),
            |it, scene| disk(it, scene, DiskUse::total),
        )
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Host>::new(
            "reclaimable",
            "FREEABLE",
            "Disk that a prune could give back",
            (8, 8),
            |it, scene| disk(it, scene, DiskUse::reclaimable),
        )
        .right()
        .rank(4)
        .greatest_first(),
        Column::<Host>::new("images-disk", "IMG DISK", "Disk taken by images", (8, 8), |it, scene| {
            disk(it, scene, |usage| usage.images)
        })
        .right()
        .rank(6)
        .greatest_first(),
        Column::<Host>::new("volumes-disk", "VOL DISK", "Disk taken by volumes", (8, 8), |it, scene| {
            disk(it, scene, |usage| usage.volumes)
        })
        .right()
        .rank(6)
        .greatest_first(),
        Column::<Host>::new("cache-disk", "CACHE", "Disk taken by build cache", (5, 6), |it, scene| {
            disk(it, scene, |usage| usage.build_cache)
        })
        .right()
        .rank(6)
        .greatest_first(),
        Column::<Host>::new("address", "ADDRESS", "How its engine is reached", (12, 36), |it, _| {
            Cell::text(&*it.address).meaning(Meaning::Muted)
        })
        .rank(7),
        Column::<Host>::new("os", "OS", "Operating system", (12, 34), |it, _| Cell::text(&*it.os))
            .rank(8)
            .hidden(),
        Column::<Host>::new("kernel", "KERNEL", "Kernel", (10, 24), |it, _| Cell::text(&*it.kernel))
            .rank(8)
            .hidden(),
        Column::<Host>::new("arch", "ARCH", "Processor architecture", (6, 8), |it, _| {
            Cell::text(&*it.architecture)
        })
        .rank(8)
        .hidden(),
        Column::<Host>::new("api", "API", "Version of the engine's API that is spoken", (4, 5), |it, _| {
            Cell::text(&*it.api)
        })
        .rank(8)
        .hidden(),
        Column::<Host>::new("storage", "STORAGE", "Storage driver", (8, 10), |it, _| {
            Cell::text(&*it.storage)
        })
        .rank(8)
        .hidden(),
    ];
}

fn link<'a>(host: &'a Host, scene: &Scene<'a>) -> Cell<'a> {
    let Some(target) = scene.fleet.targets.get(&host.id.target) else { return Cell::EMPTY };
    match &target.link {
        Link::Live if target.is_stale(scene.now) => {
            let silence = target.heard.map_or(0, |heard| scene.now.seconds_since(heard));
            Cell::text(format!("silent for {}", age(silence))).meaning(Meaning::Warn)
        }
        Link::Live => Cell::text("live").meaning(Meaning::Good),
        Link::Connecting => Cell::text("connecting").meaning(Meaning::Busy),
        Link::Lost { fault, .. } => Cell::text(format!("lost: {}", fault.cause)).meaning(Meaning::Bad),
        Link::Ended(fault) => Cell::text(format!("failed: {}", fault.cause)).meaning(Meaning::Bad),
    }
}

fn disk<'a>(host: &Host, scene: &Scene<'a>, of: impl Fn(&DiskUse) -> u64) -> Cell<'a> {
    let report = scene.fleet.targets.get(&host.id.target).and_then(|it| it.disk.as_ref());
    report.map_or(Cell::EMPTY, |report| {
        let size = of(&report.usage);
        Cell::bytes(size)
    })
}
