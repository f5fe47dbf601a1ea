//! The list of databases, each with the tunnel to it.

use super::workloads::tier_meaning;
use crate::core::database::{Database, TunnelState};
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Column, Origin, RowId, Rows, Scene};
use crate::core::time::age;

/// Databases.
pub struct Databases;

impl Rows for Databases {
    type Row = Database;

    const SORT: (&'static str, bool) = ("name", false);

    fn rows<'a>(scene: &Scene<'a>) -> Box<dyn Iterator<Item = &'a Database> + 'a> {
        Box::new(scene.databases.iter())
    }

    fn id(row: &Database) -> RowId {
        RowId::Database(row.id.clone())
    }

    fn get<'a>(scene: &Scene<'a>, id: &RowId) -> Option<&'a Database> {
        match id {
            RowId::Database(id) => scene.databases.get(id),
            _ => None,
        }
    }

    const COLUMNS: &'static [Column<Database>] = &[
        Column::<Database>::new("name", "DATABASE", "Its name in its environment", (8, 24), |it, _| {
            Cell::text(&*it.id.name).meaning(Meaning::Strong)
        }),
        Column::<Database>::new("environment", "ENV", "Environment it belongs to", (6, 16), |it, _| {
            Cell::text(it.id.environment.as_str()).meaning(tier_meaning(it.tier))
        })
        .rank(2)
        .tells(Origin::Environment),
        Column::<Database>::new("engine", "ENGINE", "What is spoken with it", (8, 8), |it, _| {
            Cell::text(it.engine.word())
        })
        .rank(3),
        Column::<Database>::new("status", "STATUS", "What RDS says of it", (9, 12), |it, scene| {
            it.managed(scene.fleet)
                .map_or(Cell::EMPTY, |managed| Cell::text(&*managed.status).meaning(managed.meaning()))
        })
        .rank(2),
        Column::<Database>::new("tunnel", "TUNNEL", "The tunnel to it", (6, 11), |it, scene| {
            tunnel(it, scene)
        }),
        Column::<Database>::new("local", "LOCAL", "The local port that leads to it", (5, 5), |it, scene| {
            match scene.databases.tunnel(&it.id) {
                Some(tunnel) if !tunnel.report.state.is_over() => {
                    Cell::number(f64::from(tunnel.report.port), tunnel.report.port.to_string())
                        .meaning(Meaning::Strong)
                }
                _ => Cell::EMPTY,
            }
        })
        .right()
        .rank(1),
        Column::<Database>::new(
            "connections",
            "CONN",
            "Connections through the tunnel now",
            (4, 5),
            |it, scene| {
                scene.databases.tunnel(&it.id).map_or(Cell::EMPTY, |tunnel| {
                    let count = tunnel.report.connections;
                    Cell::number(count as f64, count.to_string())
                })
            },
        )
        .right()
        .rank(4),
        Column::<Database>::new(
            "latency",
            "LATENCY",
            "How long it took to take a connection",
            (7, 8),
            |it, scene| {
                scene.databases.tunnel(&it.id).and_then(|tunnel| tunnel.report.latency).map_or(
                    Cell::EMPTY,
                    |it| {
                        let millis = it.as_secs_f64() * 1e3;
                        Cell::number(millis, format!("{millis:.1}ms"))
                    },
                )
            },
        )
        .right()
        .rank(5),
        Column::<Database>::new("received", "FROM", "Bytes a second from it", (6, 8), |it, scene| {
            rate(scene, it, |rates| rates.1)
        })
        .right()
        .rank(6),
        Column::<Database>::new("sent", "TO", "Bytes a second to it", (6, 8), |it, scene| {
            rate(scene, it, |rates| rates.0)
        })
        .right()
        .rank(6),
        Column::<Database>::new("up", "UP", "Time since its SSH connection was made", (4, 6), |it, scene| {
            scene
                .databases
                .tunnel(&it.id)
                .and_then(|tunnel| tunnel.report.since)
                .map_or(Cell::EMPTY, |since| Cell::age(scene.now.seconds_since(since)))
        })
        .right()
        .rank(6),
        Column::<Database>::new(
            "server",
            "SERVER",
            "What the server says of itself",
            (16, 24),
            |it, scene| match scene.databases.tunnel(&it.id).and_then(|tunnel| tunnel.report.server.as_ref())
            {
                Some(Ok(server)) => Cell::text(&*server.version),
                Some(Err(why)) => Cell::text(&**why).meaning(Meaning::Muted),
                None => Cell::EMPTY,
            },
        )
        .rank(4),
        Column::<Database>::new("role", "ROLE", "Whether it takes writes", (7, 7), |it, scene| {
            match scene.databases.tunnel(&it.id).and_then(|tunnel| tunnel.report.server.as_ref()) {
                Some(Ok(server)) => Cell::text(server.role.map_or("", |role| role.word())),
                _ => Cell::EMPTY,
            }
        })
        .rank(3),
        Column::<Database>::new("why", "WHY", "Why the tunnel is not up", (4, 60), why).rank(1),
        Column::<Database>::new(
            "address",
            "ADDRESS",
            "Where it is, seen from the host that is gone through",
            (12, 40),
            |it, _| Cell::text(it.address()),
        )
        .rank(1),
        Column::<Database>::new("via", "VIA", "Host that is gone through", (8, 32), |it, _| match &it.via {
            Some(via) => Cell::text(&**via),
            None => Cell::text("–").meaning(Meaning::Muted),
        })
        .rank(2),
        Column::<Database>::new("version", "VERSION", "Its version, as RDS says", (7, 10), |it, scene| {
            it.managed(scene.fleet).map_or(Cell::EMPTY, |managed| Cell::text(&*managed.version))
        })
        .rank(4),
        Column::<Database>::new("class", "CLASS", "Its size, as RDS says", (8, 14), |it, scene| {
            it.managed(scene.fleet).map_or(Cell::EMPTY, |managed| Cell::text(&*managed.class))
        })
        .rank(7),
        Column::<Database>::new("storage", "DISK", "How much it can store", (5, 6), |it, scene| {
            it.managed(scene.fleet)
                .map_or(Cell::EMPTY, |managed| Cell::bytes(u64::from(managed.storage.size) << 30))
        })
        .right()
        .rank(7),
        Column::<Database>::new("zone", "ZONE", "Zones it is in", (8, 16), |it, scene| {
            it.managed(scene.fleet).map_or(Cell::EMPTY, |managed| {
                let standby = if managed.has_standby { " + standby" } else { "" };
                Cell::text(format!("{}{standby}", managed.zone))
            })
        })
        .rank(7),
        Column::<Database>::new(
            "backups",
            "BACKUPS",
            "How long its automatic backups are kept",
            (7, 7),
            backups,
        )
        .right()
        .rank(3),
        Column::<Database>::new("user", "USER", "User that logs in to it", (6, 16), |it, _| {
            Cell::text(it.user.as_deref().unwrap_or_default())
        })
        .rank(6)
        .hidden(),
    ];
}

/// What the tunnel to a database is doing.
fn tunnel<'a>(database: &Database, scene: &Scene<'a>) -> Cell<'a> {
    let Some(tunnel) = scene.databases.tunnel(&database.id) else {
        return Cell::text("–").meaning(Meaning::Muted);
    };
    let state = &tunnel.report.state;
    let meaning = match state {
        TunnelState::Up => Meaning::Good,
        TunnelState::Connecting => Meaning::Busy,
        TunnelState::Degraded { .. } | TunnelState::Retrying { .. } => Meaning::Warn,
        TunnelState::Stopped { .. } => Meaning::Bad,
        TunnelState::Idle { .. } => Meaning::Off,
    };
    match state {
        TunnelState::Retrying { at, .. } => {
            let left = at.duration_since(scene.now.0).as_secs().max(0);
            Cell::text(format!("retry {left}s")).meaning(meaning)
        }
        state => Cell::text(state.word()).meaning(meaning),
    }
}

/// How long automatic backups of a database are kept.
fn backups<'a>(database: &'a Database, scene: &Scene<'a>) -> Cell<'a> {
    match database.managed(scene.fleet).and_then(|managed| managed.backup_days) {
        None => Cell::EMPTY,
        Some(0) => Cell::number(0.0, "none").meaning(Meaning::Bad),
        Some(days) => Cell::number(f64::from(days), format!("{days}d")),
    }
}

/// Why the tunnel to a database does not lead there.
fn why<'a>(database: &'a Database, scene: &Scene<'a>) -> Cell<'a> {
    match scene.databases.tunnel(&database.id).map(|tunnel| &tunnel.report.state) {
        Some(TunnelState::Degraded { why } | TunnelState::Retrying { why, .. }) => {
            Cell::text(&**why).meaning(Meaning::Warn)
        }
        Some(TunnelState::Stopped { why, .. }) => Cell::text(&**why).meaning(Meaning::Bad),
        Some(TunnelState::Idle { after }) => {
            Cell::text(format!("not used for {}", age(after.as_secs()))).meaning(Meaning::Off)
        }
        _ => Cell::EMPTY,
    }
}

fn rate<'a>(scene: &Scene<'a>, database: &Database, of: impl Fn((f64, f64)) -> f64) -> Cell<'a> {
    match scene.databases.tunnel(&database.id) {
        Some(tunnel) if !tunnel.report.state.is_over() => {
            let rate = of(tunnel.rates);
            Cell::bytes(rate as u64)
        }
        _ => Cell::EMPTY,
    }
}
