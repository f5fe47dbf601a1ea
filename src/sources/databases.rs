//! Databases behind other hosts: a tunnel to each that is wanted, and what the server at its end says of itself.

mod secret;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use self::secret::password;
use super::{Gateway, Tell};
use crate::clients::database::{Login, probe};
use crate::clients::ssh::pool::Lane;
use crate::clients::ssh::tunnel::{Settings, State, Status, Tunnel};
use crate::core::database::{Database, DatabaseId, Report, Server, TunnelState};
use crate::core::fault::Fault;

/// How often is told how much goes through.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// The databases of a configuration, each with the way to its host.
pub struct Databases(HashMap<DatabaseId, (Database, Lane)>);

impl Databases {
    /// Those of `all`.
    pub fn new(all: impl IntoIterator<Item = (Database, Lane)>) -> Self {
        Self(all.into_iter().map(|(database, lane)| (database.id.clone(), (database, lane))).collect())
    }
}

impl Gateway for Databases {
    fn run(&self, id: &DatabaseId, mut tell: Tell) -> BoxFuture<'static, ()> {
        let known = self.0.get(id).cloned();
        Box::pin(async move {
            let Some((database, lane)) = known else { return };
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
                    let next = "write another port for it in the configuration, or none".into();
                    tell(Report::untouched(
                        Timestamp::now(),
                        TunnelState::Stopped { why: fault.to_string().into(), next },
                    ));
                }
            }
        })
    }

    fn password(&self, id: &DatabaseId) -> BoxFuture<'static, Result<Option<String>, Fault>> {
        let reference = self.0.get(id).and_then(|(database, _)| database.password.clone());
        let name = id.to_string();
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
