//! Databases behind other hosts: a tunnel to each that is wanted, and what the server at its end says of itself.

mod secret;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use self::secret::password;
use super::{Gateway, Tell};
use crate::clients::database::{Login, probe};
use crate::clients::docker::Endpoint;
use crate::clients::ssh::pool::{Lane, Pool};
use crate::clients::ssh::tunnel::{Settings, State, Status, Tunnel};
use crate::core::database::{Database, Report, Server, TunnelState};
use crate::core::fault::Fault;

/// How often is told how much goes through.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// The ways to databases: over the SSH connections of a pool.
pub struct Databases(Pool);

impl Databases {
    /// Over the connections of `pool`.
    pub const fn new(pool: Pool) -> Self {
        Self(pool)
    }

    /// The way to the host that is gone through.
    fn lane(&self, database: &Database) -> Result<Lane, String> {
        let via = database.via.as_deref().ok_or("no host is known that leads to it")?;
        match via.parse::<Endpoint>() {
            Ok(Endpoint::Ssh { destination, .. }) => Ok(self.0.lane(&destination)),
            Ok(other) => Err(format!("{other} is not reached over SSH")),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Gateway for Databases {
    fn run(&self, database: &Database, mut tell: Tell) -> BoxFuture<'static, ()> {
        let (database, lane) = (database.clone(), self.lane(database));
        Box::pin(async move {
            let mut stopped = |why: String, next: &str| {
                let state = TunnelState::Stopped { why: why.into(), next: next.into() };
                tell(Report::untouched(Timestamp::now(), state));
            };
            let lane = match lane {
                Ok(lane) => lane,
                Err(why) => return stopped(why, "write a host with `via` into the configuration"),
            };
            let settings = Settings {
                via: lane.clone(),
                to: (database.host.to_string(), database.port),
                port: database.local.unwrap_or(0),
                socket: None,
                idle: database.idle,
            };
            match Tunnel::open(settings) {
                Ok(tunnel) => keep(tunnel, &database, &lane, &mut tell).await,
                Err(fault) => {
                    stopped(fault.to_string(), "write another port for it in the configuration, or none");
                }
            }
        })
    }

    fn password(&self, database: &Database) -> BoxFuture<'static, Result<Option<String>, Fault>> {
        let (reference, name) = (database.password.clone(), database.id.to_string());
        Box::pin(async move {
            let Some(reference) = reference else { return Ok(None) };
            let said = password(&reference).await;
            said.map(|it| Some(it.to_string()))
                .map_err(|why| Fault::new(name, why, "see its password in the configuration"))
        })
    }
}

/// Tells of a tunnel until it is over.
async fn keep(mut tunnel: Tunnel, database: &Database, lane: &Lane, tell: &mut Tell) {
    let mut server: Option<Result<Server, Arc<str>>> = None;
    let mut asking: Option<BoxFuture<'_, Result<Server, Arc<str>>>> = None;
    let mut ticks = tokio::time::interval(TOLD_EVERY);
    loop {
        let status = tunnel.status();
        let over = status.state.is_over();
        // Whoever was asked before the connection broke may be another one now.
        if status.state == State::Up && asking.is_none() && server.is_none() {
            asking = Some(Box::pin(ask(database, lane)));
        }
        if status.state != State::Up {
            (asking, server) = (None, server.filter(|_| over));
        }
        tell(report(&status, tunnel.port(), server.clone()));
        if over {
            return;
        }
        tokio::select! {
            changed = tunnel.changed() => if !changed { return },
            _ = ticks.tick() => {}
            said = answer(&mut asking) => (asking, server) = (None, Some(said)),
        }
    }
}

async fn answer<T>(asking: &mut Option<BoxFuture<'_, T>>) -> T {
    match asking {
        Some(asking) => asking.await,
        None => std::future::pending().await,
    }
}

/// Asks the server what it is.
async fn ask(database: &Database, lane: &Lane) -> Result<Server, Arc<str>> {
    let password = match &database.password {
        Some(reference) => Some(password(reference).await.map_err(Arc::from)?),
        None => None,
    };
    let login = Login {
        user: database.user.as_deref().map(str::to_owned),
        password,
        database: database.database.as_deref().map(str::to_owned),
    };
    let session = lane.session().await.map_err(|error| Arc::from(error.cause.to_string()))?;
    let channel = session.open_tcp(&database.host, database.port).await;
    let channel = channel.map_err(|failure| Arc::from(failure.to_string()))?;
    probe(database.engine, channel, &login).await.map_err(|fault| Arc::from(fault.to_string()))
}

fn report(status: &Status, port: u16, server: Option<Result<Server, Arc<str>>>) -> Report {
    let state = match &status.state {
        State::Connecting => TunnelState::Connecting,
        State::Up => TunnelState::Up,
        State::Degraded(failure) => TunnelState::Degraded { why: failure.to_string().into() },
        State::Retrying(error, at) => TunnelState::Retrying { why: error.cause.to_string().into(), at: *at },
        State::Stopped(error) => {
            TunnelState::Stopped { why: error.cause.to_string().into(), next: error.next_step().into() }
        }
        State::Idle(after) => TunnelState::Idle { after: *after },
    };
    Report {
        at: Timestamp::now(),
        state,
        port,
        since: status.since,
        latency: status.latency,
        connections: status.connections,
        sent: status.sent,
        received: status.received,
        server,
    }
}
