//! The databases of the simulated fleet, and tunnels to them that lead nowhere: what a screen shows of tunnels.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::moment::Watch;
use super::systems;
use crate::core::database::{Database, DatabaseId, Engine, Report, Role, Server, TunnelState};
use crate::core::environment::Tier;
use crate::core::fault::Fault;
use crate::core::id::EnvironmentId;
use crate::sources::{Gateway, Tell};

/// A database: environment, name, engine, address, the host that is gone through, user, and what the server says.
type Line = (&'static str, &'static str, Engine, &'static str, u16, &'static str, &'static str, &'static str);

const DATABASES: &[Line] = &[
    (
        "numbers-prod",
        "main",
        Engine::Postgres,
        systems::NUMBERS_DB,
        5432,
        "ssh://ec2-user@bastion.numbers",
        "numbers",
        "PostgreSQL 11.12",
    ),
    (
        "fibonacci",
        "values",
        Engine::Postgres,
        systems::FIBONACCI_DB,
        5432,
        "ssh://ec2-user@18.195.20.11",
        "postgres",
        "PostgreSQL 15.7",
    ),
    (
        "fibonacci",
        "cache",
        Engine::Redis,
        systems::FIBONACCI_CACHE,
        6379,
        "ssh://ec2-user@18.195.20.11",
        "",
        "Redis 7.1.0",
    ),
    (
        "smallsite",
        "site",
        Engine::Mysql,
        "127.0.0.1",
        3306,
        "ssh://deploy@smallsite.example",
        "site",
        "MariaDB 10.11.8",
    ),
    (
        "numbers-dev",
        "main",
        Engine::Postgres,
        "numbers-dev-db.internal",
        5432,
        "ssh://ec2-user@bastion.dev.numbers",
        "numbers",
        "PostgreSQL 15.7",
    ),
];

/// The databases.
pub(super) fn databases() -> Vec<Database> {
    DATABASES
        .iter()
        .map(|(environment, name, engine, host, port, via, user, _)| {
            let tier = if environment.ends_with("-dev") { Tier::Development } else { Tier::Production };
            Database {
                id: id(environment, name),
                tier: Some(tier),
                engine: *engine,
                host: (*host).into(),
                port: *port,
                via: Some((*via).into()),
                user: Some(*user).filter(|user| !user.is_empty()).map(Into::into),
                database: None,
                password: None,
                local: None,
                idle: Database::idle_in(Some(tier)),
            }
        })
        .collect()
}

fn id(environment: &str, name: &str) -> DatabaseId {
    DatabaseId { environment: EnvironmentId::new(environment), name: name.into() }
}

/// Tunnels that lead nowhere.
pub(super) struct Pretended(pub(super) Watch);

impl Gateway for Pretended {
    fn run(&self, wanted: &Database, mut tell: Tell) -> BoxFuture<'static, ()> {
        let place = DATABASES.iter().position(|it| id(it.0, it.1) == wanted.id);
        let clock = self.0;
        Box::pin(async move {
            let Some(place) = place else { return };
            let begun = clock.now().stamp();
            tell(report(place, begun, begun, true));
            loop {
                tell(report(place, begun, clock.now().stamp(), false));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        })
    }

    fn password(&self, database: &Database) -> BoxFuture<'static, Result<Option<String>, Fault>> {
        let fault = Fault::new(database.id.to_string(), "the fleet is simulated: nobody is there", "");
        Box::pin(std::future::ready(Err(fault)))
    }
}

/// What is told of the tunnel to the database at `place` that was opened at `begun`.
fn report(place: usize, begun: Timestamp, at: Timestamp, connecting: bool) -> Report {
    let age = at.duration_since(begun).max(SignedDuration::ZERO).as_secs_f64();
    let version: Arc<str> = DATABASES[place].7.into();
    Report {
        at,
        state: if connecting { TunnelState::Connecting } else { TunnelState::Up },
        port: 40_000 + place as u16,
        since: (!connecting).then_some(begun),
        latency: (!connecting).then(|| Duration::from_micros(1_800 + 700 * place as u64)),
        connections: place % 3,
        sent: (age * 2_300.0) as u64 * (place as u64 % 3),
        received: (age * 41_000.0) as u64 * (place as u64 % 3),
        server: (!connecting).then_some(Ok(Server { version, role: Some(Role::Primary) })),
    }
}
