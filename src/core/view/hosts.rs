//! The list of hosts.

use super::workloads::target;
use crate::core::entity::Host;
use crate::core::entity::host::{DiskUse, ENDS_SOON, UNITS};
use crate::core::entity::machine::{FULL, Machine};
use crate::core::event::Link;
use crate::core::id::Kind;
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene, bytes};
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
        Column::<Host>::new("cpus", "CPUS", "Processors", (4, 4), |it, _| {
            // Of what Fargate runs tasks on, nobody tells.
            if it.cpus == 0 { Cell::EMPTY } else { Cell::count(u64::from(it.cpus)) }
        })
            .right()
            .rank(3),
        Column::<Host>::new("memory", "MEM", "Memory of the machine", (5, 6), |it, _| {
            if it.memory == 0 { Cell::EMPTY } else { Cell::bytes(it.memory) }
        })
            .right()
            .rank(3),
        Column::<Host>::new("load", "LOAD", "Load of the machine over a minute, seen over SSH", (5, 6), |it, scene| {
            machine(it, scene).map_or(Cell::EMPTY, |machine| {
                let load = machine.load[0];
                let meaning = if load > it.cpus as f32 { Meaning::Warn } else { Meaning::Text };
                Cell::number(f64::from(load), format!("{load:.2}")).meaning(meaning)
            })
        })
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Host>::new("memory-used", "MEM%", "Memory that is in use, seen over SSH", (4, 5), |it, scene| {
            machine(it, scene).map_or(Cell::EMPTY, |machine| {
                let used = machine.memory.saturating_sub(machine.available) as f64 / machine.memory.max(1) as f64;
                share(used, 0.9)
            })
        })
        .right()
        .rank(2)
        .greatest_first(),
        Column::<Host>::new("fullest", "FULL", "The fullest disk, seen over SSH", (6, 22), |it, scene| {
            machine(it, scene).and_then(|machine| machine.fullest()).map_or(Cell::EMPTY, |disk| {
                let meaning = if disk.taken >= FULL { Meaning::Bad } else { Meaning::Text };
                Cell::number(disk.taken, format!("{:.0}% {}", disk.taken * 100.0, disk.mount)).meaning(meaning)
            })
        })
        .rank(1)
        .greatest_first(),
        Column::<Host>::new("uptime", "UP", "Time since the machine was started, seen over SSH", (4, 6), |it, scene| {
            machine(it, scene).map_or(Cell::EMPTY, |machine| Cell::age(machine.up))
        })
        .right()
        .rank(4),
        Column::<Host>::new("units", "WRONG", "What is wrong with it: failed units of systemd, a restart that is due, an agent that is gone", (14, 30), |it, scene| {
            if let Some(alarm) = it.alarms().first() {
                return Cell::number(1.0, alarm.to_string()).meaning(Meaning::Bad);
            }
            machine(it, scene).map_or(Cell::EMPTY, |machine| {
                let failed = machine.failed.as_deref().unwrap_or_default();
                match failed {
                    [] if machine.wants_reboot => Cell::number(0.5, "restart due").meaning(Meaning::Warn),
                    [] => Cell::EMPTY,
                    failed => Cell::number(failed.len() as f64, failed.join(" ")).meaning(Meaning::Bad),
                }
            })
        })
        .rank(3)
        .greatest_first(),
        Column::<Host>::new(
            "certificates",
            "CERT",
            "Days until the first certificate of its TLS connection ends: the engine's, ours, the authority's",
            (10, 14),
            |it, scene| {
                it.certificates.map_or(Cell::EMPTY, |ends| {
                    let days = ends.days(scene.now);
                    let meaning = match days {
                        i64::MIN..=3 => Meaning::Bad,
                        4..=ENDS_SOON => Meaning::Warn,
                        _ => Meaning::Text,
                    };
                    let text = if days < 0 { format!("{} ended", ends.first().0) } else { format!("{days}d {}", ends.first().0) };
                    Cell::number(days as f64, text).meaning(meaning)
                })
            },
        )
        .rank(2),
        Column::<Host>::new(
            "room",
            "ROOM",
            "Processors and memory that an ECS cluster has left on it for more tasks",
            (10, 14),
            |it, _| {
                it.room.map_or(Cell::EMPTY, |room| {
                    let cpus = f64::from(room.cpu) / f64::from(UNITS);
                    Cell::number(cpus, format!("{cpus:.2} {}", bytes(room.memory)))
                })
            },
        )
        .right()
        .rank(9)
        .hidden()
        .greatest_first(),
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

/// What the machine of a host says of itself.
fn machine<'a>(host: &Host, scene: &Scene<'a>) -> Option<&'a Machine> {
    scene.fleet.targets.get(&host.id.target)?.machine.as_deref()
}

fn share(share: f64, alarm: f64) -> Cell<'static> {
    let meaning = if share >= alarm { Meaning::Warn } else { Meaning::Text };
    Cell::number(share, format!("{:.0}%", share * 100.0)).meaning(meaning)
}

fn disk<'a>(host: &Host, scene: &Scene<'a>, of: impl Fn(&DiskUse) -> u64) -> Cell<'a> {
    let report = scene.fleet.targets.get(&host.id.target).and_then(|it| it.disk.as_ref());
    report.map_or(Cell::EMPTY, |report| {
        let size = of(&report.usage);
        Cell::bytes(size)
    })
}
