//! The list of workloads.

use crate::core::entity::Workload;
use crate::core::entity::workload::{Health, Port, State};
use crate::core::environment::Tier;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::meaning::Meaning;
use crate::core::stats::{History, Rate, Sample};
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene, rate};
use crate::core::time::age;

/// Containers.
pub struct Workloads;

/// The columns that need the stream of a workload's resource use.
pub const STATS_COLUMNS: [&str; 7] = ["cpu", "memory", "mem%", "limit", "net", "block", "pids"];

impl Rows for Workloads {
    type Row = Workload;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Workload> + 'a> {
        Box::new(scene.fleet.workloads.iter())
    }

    fn rows_behind<'a>(scene: &Scene<'a>, id: &RowId) -> Box<dyn Iterator<Item = &'a Workload> + 'a> {
        match id {
            RowId::Entity(id) => Box::new(scene.fleet.workloads.behind(id)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn id(row: &Workload) -> RowId {
        RowId::Entity(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Workload> {
        match id {
            RowId::Entity(id) if id.kind == Kind::Workload => scene.fleet.workloads.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Workload>] = &[
        Column::<Workload>::new("name", "NAME", "Name of the container", (12, 40), |it, _| {
            Cell::text(&*it.name).meaning(Meaning::Strong)
        }),
        // One more column of it, and HEALTH would have to go at 80.
        Column::<Workload>::new("environment", "ENV", "Environment it belongs to", (12, 15), |it, scene| {
            environment(scene, &it.id)
        })
        .rank(4)
        .tells(Origin::Environment),
        Column::<Workload>::new("state", "STATE", "What it is doing, and for how long", (15, 28), state),
        Column::<Workload>::new("health", "HEALTH", "Verdict of its health check", (9, 9), |it, _| {
            Cell::text(it.health.word()).meaning(health_meaning(it.health))
        })
        .rank(3),
        Column::<Workload>::new(
            "balancer",
            "BALANCER",
            "What its load balancer thinks of it, where it stands behind one",
            (9, 50),
            |it, _| {
                let balanced = it.task.as_ref().and_then(|it| it.balanced.as_ref());
                balanced.map_or(Cell::EMPTY, |it| {
                    let meaning = if it.is_bad() {
                        Meaning::Bad
                    } else if it.is_healthy() {
                        Meaning::Good
                    } else {
                        Meaning::Busy
                    };
                    Cell::text(it.words()).meaning(meaning)
                })
            },
        )
        .rank(8)
        .hidden(),
        Column::<Workload>::new(
            "cpu",
            "CPU%",
            "CPU in percent of one processor, as `docker stats` computes it",
            (5, 6),
            |it, scene| {
                sample(it, scene)
                    .map_or(Cell::EMPTY, |sample| Cell::tenths(sample.cpu).meaning(load_meaning(sample.cpu)))
            },
        )
        .right()
        .rank(1)
        .greatest_first(),
        Column::<Workload>::new(
            "memory",
            "MEM",
            "Memory in use without the reclaimable page cache",
            (5, 6),
            |it, scene| {
                sample(it, scene).map_or(Cell::EMPTY, |sample| {
                    Cell::memory(sample.memory).meaning(load_meaning(sample.memory_percent()))
                })
            },
        )
        .right()
        .rank(1)
        .greatest_first(),
        Column::<Workload>::new("mem%", "MEM%", "Memory in percent of its limit", (4, 5), |it, scene| {
            sample(it, scene).map_or(Cell::EMPTY, |sample| {
                let percent = sample.memory_percent();
                Cell::number(f64::from(percent), format!("{percent:.0}")).meaning(load_meaning(percent))
            })
        })
        .right()
        .rank(6)
        .hidden()
        .greatest_first(),
        Column::<Workload>::new(
            "limit",
            "LIMIT",
            "Memory limit; the host's memory where none is set",
            (5, 6),
            |it, scene| {
                sample(it, scene).map_or(Cell::EMPTY, |sample| match sample.memory_limit {
                    // An engine that cannot tell the memory of its host.
                    0 => Cell::number(f64::INFINITY, "none").meaning(Meaning::Muted),
                    limit => Cell::bytes(limit).meaning(Meaning::Muted),
                })
            },
        )
        .right()
        .rank(8)
        .hidden()
        .greatest_first(),
        Column::<Workload>::new(
            "net",
            "NET I/O",
            "Bytes received and sent per second",
            (11, 13),
            |it, scene| both_ways(history(it, scene).and_then(History::network_rate)),
        )
        .right()
        .rank(6)
        .greatest_first(),
        Column::<Workload>::new(
            "block",
            "BLOCK I/O",
            "Bytes read from and written to disks per second",
            (11, 13),
            |it, scene| both_ways(history(it, scene).and_then(History::block_rate)),
        )
        .right()
        .rank(9)
        .greatest_first(),
        Column::<Workload>::new("pids", "PIDS", "Processes and threads", (4, 5), |it, scene| {
            sample(it, scene).map_or(Cell::EMPTY, |sample| Cell::count(u64::from(sample.pids)))
        })
        .right()
        .rank(9)
        .greatest_first(),
        Column::<Workload>::new(
            "restarts",
            "RST",
            "Restarts by its restart policy",
            (3, 5),
            |it, _| match it.restarts {
                Some(0) => Cell::count(0).meaning(Meaning::Muted),
                Some(count) => Cell::count(u64::from(count)).meaning(Meaning::Warn),
                None => Cell::EMPTY,
            },
        )
        .right()
        .rank(4)
        .greatest_first(),
        Column::<Workload>::new("age", "AGE", "Time since it was created", (6, 6), |it, scene| {
            let seconds = scene.now.seconds_since(it.created);
            Cell::age(seconds)
        })
        .right()
        .rank(5),
        Column::<Workload>::new("ports", "PORTS", "Published ports", (8, 30), |it, _| {
            Cell::text(published(&it.ports))
        })
        .rank(8),
        Column::<Workload>::new("image", "IMAGE", "Image it was made from", (18, 44), |it, _| {
            Cell::text(&*it.image)
        })
        .both_ends()
        .rank(5),
        Column::<Workload>::new("digest", "DIGEST", "Digest of that image", (12, 12), |it, _| {
            let hex = it.image_digest.strip_prefix("sha256:").unwrap_or(&it.image_digest);
            Cell::text(hex.get(..12).unwrap_or(hex)).meaning(Meaning::Muted)
        })
        .rank(10)
        .hidden(),
        Column::<Workload>::new("project", "PROJECT", "Compose project", (8, 18), |it, _| {
            Cell::text(it.project.as_deref().unwrap_or_default())
        })
        .rank(10)
        .hidden(),
        Column::<Workload>::new("service", "SERVICE", "Compose service", (8, 18), |it, _| {
            Cell::text(it.service.as_deref().unwrap_or_default())
        })
        .rank(10)
        .hidden(),
        Column::<Workload>::new("host", "HOST", "Host it runs on", (8, 20), |it, _| Cell::text(&*it.host))
            .rank(10)
            .hidden(),
        Column::<Workload>::new(
            "target",
            "TARGET",
            "Docker engine or cluster it runs in",
            (6, 20),
            |it, scene| target(scene, &it.id.target),
        )
        .rank(11)
        .hidden(),
        Column::<Workload>::new("exit", "EXIT", "Exit code of its last end", (4, 4), |it, _| {
            it.exit.as_ref().map_or(Cell::EMPTY, |exit| Cell::number(exit.code as f64, exit.code.to_string()))
        })
        .right()
        .rank(10)
        .hidden(),
        Column::<Workload>::new(
            "error",
            "ERROR",
            "Why it could not be started, in the engine's own words",
            (10, 60),
            |it, _| {
                it.exit.as_ref().map_or(Cell::EMPTY, |exit| Cell::text(&*exit.error).meaning(Meaning::Bad))
            },
        )
        .rank(12)
        .hidden(),
        Column::<Workload>::new("zone", "ZONE", "Availability zone of its ECS task", (6, 16), |it, _| {
            Cell::text(it.task.as_ref().map_or("", |task| &*task.zone))
        })
        .rank(12)
        .hidden(),
        Column::<Workload>::new(
            "definition",
            "DEFINITION",
            "Task definition of its ECS task",
            (10, 40),
            |it, _| Cell::text(it.task.as_ref().map_or("", |task| &*task.definition)),
        )
        .rank(12)
        .hidden(),
        Column::<Workload>::new("task", "TASK", "Id of its ECS task", (12, 32), |it, _| {
            Cell::text(it.task.as_ref().map_or("", |task| task.id())).meaning(Meaning::Muted)
        })
        .rank(12)
        .hidden(),
        Column::<Workload>::new("command", "COMMAND", "Command it runs", (10, 40), |it, _| {
            Cell::text(&*it.command).meaning(Meaning::Muted)
        })
        .rank(12)
        .hidden(),
        Column::<Workload>::new(
            "id",
            "ID",
            "First twelve characters of the container's id",
            (12, 12),
            |it, _| Cell::text(it.short_id()).meaning(Meaning::Muted),
        )
        .rank(12)
        .hidden(),
    ];
}

/// Its readings, while somebody takes them.
fn history<'a>(workload: &Workload, scene: &Scene<'a>) -> Option<&'a History> {
    scene.fleet.stats.get(&workload.id).filter(|it| it.is_current(scene.now))
}

fn sample<'a>(workload: &Workload, scene: &Scene<'a>) -> Option<&'a Sample> {
    history(workload, scene)?.last()
}

fn both_ways(rates: Option<Rate>) -> Cell<'static> {
    rates.map_or(Cell::EMPTY, |it| {
        Cell::number(it.inward + it.outward, format!("{} {}", rate(it.inward), rate(it.outward)))
    })
}

/// A percentage of something that should not be full.
pub fn load_meaning(percent: f32) -> Meaning {
    match percent {
        it if it >= 90.0 => Meaning::Bad,
        it if it >= 70.0 => Meaning::Warn,
        _ => Meaning::Text,
    }
}

/// What a health check's verdict means.
pub const fn health_meaning(health: Health) -> Meaning {
    match health {
        Health::None => Meaning::Muted,
        Health::Starting => Meaning::Busy,
        Health::Healthy => Meaning::Good,
        Health::Unhealthy => Meaning::Bad,
    }
}

/// The colour of an environment's name.
pub const fn tier_meaning(tier: Option<Tier>) -> Meaning {
    match tier {
        Some(Tier::Production) => Meaning::ProductionBorder,
        Some(Tier::Staging) => Meaning::StagingBorder,
        Some(Tier::Development) => Meaning::DevelopmentBorder,
        None => Meaning::Muted,
    }
}

/// The environment that an entity belongs to. What belongs to none answers to its target.
pub fn environment<'a>(scene: &Scene<'a>, id: &EntityId) -> Cell<'a> {
    match scene.fleet.environment_of_entity(id) {
        Some(environment) => Cell::text(environment.id.as_str()).meaning(tier_meaning(environment.tier)),
        None => target(scene, &id.target),
    }
}

/// A target's name, dimmed when its data is stale.
pub fn target<'a>(scene: &Scene<'a>, id: &TargetId) -> Cell<'a> {
    let meaning = if scene.fleet.is_stale(id, scene.now) { Meaning::Stale } else { Meaning::Muted };
    let name = scene.fleet.targets.get_key_value(id).map_or("", |(id, _)| id.as_str());
    Cell::text(name).meaning(meaning)
}

fn state<'a>(workload: &'a Workload, scene: &Scene<'a>) -> Cell<'a> {
    let since = |at: Option<jiff::Timestamp>| {
        at.map(|at| format!(" {}", age(scene.now.seconds_since(at)))).unwrap_or_default()
    };
    let (words, meaning) = match (workload.state, &workload.exit) {
        (State::Running, _) => {
            let meaning = if workload.health == Health::Unhealthy { Meaning::Bad } else { Meaning::Good };
            (format!("up{}", since(workload.started)), meaning)
        }
        (State::Exited | State::Dead, Some(exit)) => {
            let reason = exit.reason();
            let meaning = if exit.is_clean() { Meaning::Off } else { Meaning::Bad };
            let words = if reason.is_empty() { "exited 0".to_owned() } else { reason };
            (format!("{words}{}", since(exit.at)), meaning)
        }
        (State::Restarting, Some(exit)) => {
            let reason = exit.reason();
            let comma = if reason.is_empty() { "" } else { ", " };
            (format!("restarting{comma}{reason}"), Meaning::Warn)
        }
        (State::Restarting, None) => ("restarting".to_owned(), Meaning::Warn),
        (State::Paused, _) => ("paused".to_owned(), Meaning::Warn),
        (State::Removing, _) => ("removing".to_owned(), Meaning::Busy),
        (state, _) => (state.word().to_owned(), Meaning::Off),
    };
    Cell::text(words).word(workload.state.word()).meaning(meaning)
}

/// The published ports, as `8080→80`; a port on one address only is shown with it.
pub fn published(ports: &[Port]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for port in ports {
        let Some((address, public)) = &port.public else { continue };
        let protocol = if &*port.protocol == "tcp" { String::new() } else { format!("/{}", port.protocol) };
        let address = match &**address {
            "" | "0.0.0.0" | "::" => String::new(),
            address if address.contains(':') => format!("[{address}]:"),
            address => format!("{address}:"),
        };
        let text = format!("{address}{public}→{}{protocol}", port.private);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn port(address: &str, public: u16, private: u16, protocol: &str) -> Port {
        Port { private, public: Some((Arc::from(address), public)), protocol: Arc::from(protocol) }
    }

    #[test]
    fn a_port_on_both_families_stands_once_and_a_local_one_names_its_address() {
        let ports = [
            port("0.0.0.0", 8080, 80, "tcp"),
            port("::", 8080, 80, "tcp"),
            port("127.0.0.1", 5432, 5432, "tcp"),
            port("::1", 53, 53, "udp"),
            Port { private: 9000, public: None, protocol: Arc::from("tcp") },
        ];
        assert_eq!(published(&ports), "8080→80 127.0.0.1:5432→5432 [::1]:53→53/udp");
    }
}
