//! `qd tunnel`: a tunnel that is kept open until Ctrl-C, and what happens to it.

use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use super::args::{Global, Tunnel as Arguments};
use super::collect::{self, Collected};
use super::error::{FAILED, Failure};
use super::output;
use super::trust::{destination, refused};
use super::world::World;
use crate::clients::ssh::pool::Lane;
use crate::clients::ssh::tunnel::{BindFault, Settings, State, Status, Tunnel};
use crate::core::database::Database;
use crate::core::id::Kind;
use crate::core::time::age;

/// One line about a tunnel.
#[derive(serde::Serialize)]
struct Line<'a> {
    time: Timestamp,
    local: String,
    to: &'a str,
    via: &'a str,
    state: &'static str,
    why: Option<String>,
    latency_ms: Option<u128>,
    connections: usize,
    sent: u64,
    received: u64,
}

/// What is tunnelled: where it leads to, and through which host, in words.
struct Way {
    to: String,
    via: String,
}

/// Opens it, and tells each change.
pub(super) async fn run(global: &Global, arguments: Arguments) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let (settings, way) = settings(&world, &arguments).await?;
    let mut tunnel = Tunnel::open(settings).map_err(|fault| taken(&fault, &arguments))?;
    let mut ends = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]
        .map(signal)
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::other("signals", &error.to_string(), ""))?;
    loop {
        let status = tunnel.status();
        tell(global, &way, tunnel.port(), &status);
        match status.state {
            State::Stopped(error) => return Err(refused(&error)),
            State::Idle(_) => return Ok(ExitCode::SUCCESS),
            _ => {}
        }
        tokio::select! {
            changed = tunnel.changed() => if !changed { return Ok(FAILED.into()) },
            _ = futures_util::future::select_all(ends.iter_mut().map(|end| Box::pin(end.recv()))) => {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

/// What the arguments ask for, and where they say nothing, the configuration or what AWS tells.
async fn settings(world: &World, arguments: &Arguments) -> Result<(Settings, Way), Failure> {
    let idle = |minutes: u32| Some(Duration::from_mins(u64::from(minutes))).filter(|idle| !idle.is_zero());
    let common = |via: Lane, to: (String, u16)| Settings {
        via,
        to,
        port: arguments.local.unwrap_or(0),
        socket: arguments.socket.clone(),
        idle: arguments.idle.and_then(idle),
    };
    let Some(via) = &arguments.via else {
        let it = database(world, &arguments.to).await?;
        let via = it.via.as_deref().ok_or_else(|| {
            let next = "name it: --via ssh://user@host, or `via` in the configuration";
            Failure::usage(&arguments.to, "no host is known that leads to it", next)
        })?;
        let mut settings = common(world.ssh.lane(&destination(via)?), (it.host.to_string(), it.port));
        settings.port = arguments.local.or(it.local).unwrap_or(0);
        settings.idle = arguments.idle.map_or(it.idle, idle);
        return Ok((settings, Way { to: it.id.to_string(), via: via.to_owned() }));
    };
    let settings = common(world.ssh.lane(&destination(via)?), address(&arguments.to)?);
    Ok((settings, Way { to: arguments.to.clone(), via: via.clone() }))
}

/// The database that is called `name`, or `ENVIRONMENT/name` where several are: of the configuration, or of what AWS runs
/// where that has none of the name.
async fn database(world: &World, name: &str) -> Result<Database, Failure> {
    let mut databases = world.databases();
    let is_it = |it: &&Database| *it.id.name == *name || it.id.to_string() == name;
    if !databases.iter().any(|it| is_it(&it)) {
        let Collected { fleet, faults } = collect::fleet(world, &[Kind::Database]).await;
        for fault in faults {
            output::note(&format!("qd: {fault}"));
        }
        databases.find(&fleet);
    }
    let names = |them: &mut dyn Iterator<Item = &Database>| {
        them.map(|it| it.id.to_string()).collect::<Vec<_>>().join(", ")
    };
    match &*databases.iter().filter(is_it).collect::<Vec<_>>() {
        [one] => Ok((*one).clone()),
        [] if databases.iter().next().is_none() => Err(Failure::usage(
            name,
            "no such database is known",
            "write HOST:PORT --via ssh://user@host, or name it in [[environment.database]]",
        )),
        [] => {
            let next = format!(
                "known are {}; or write HOST:PORT --via ssh://user@host",
                names(&mut databases.iter())
            );
            Err(Failure::usage(name, "no such database is known", &next))
        }
        several => {
            let next = format!("say which: {}", names(&mut several.iter().copied()));
            Err(Failure::usage(name, "several databases are called so", &next))
        }
    }
}

/// `HOST:PORT`, the host in brackets where it is an IPv6 address.
fn address(text: &str) -> Result<(String, u16), Failure> {
    let parsed = text.rsplit_once(':').and_then(|(host, port)| {
        let host = host.strip_prefix('[').map_or(Some(host), |host| host.strip_suffix(']'))?;
        let port = port.parse().ok().filter(|port| *port > 0)?;
        (!host.is_empty()).then(|| (host.to_owned(), port))
    });
    parsed.ok_or_else(|| Failure::usage(text, "it is no host with a port", "write it as db.internal:5432"))
}

fn taken(fault: &BindFault, arguments: &Arguments) -> Failure {
    let next = match fault {
        BindFault::Taken { .. } => "use another one: --local PORT, or none for any that is free",
        BindFault::Privileged(_) => "use one above 1023",
        BindFault::Other(..) => "",
    };
    Failure::other(&arguments.to, &fault.to_string(), next)
}

fn tell(global: &Global, way: &Way, port: u16, status: &Status) {
    let local = format!("127.0.0.1:{port}");
    let (state, why) = words(status);
    if global.json {
        let line = Line {
            time: Timestamp::now(),
            local,
            to: &way.to,
            via: &way.via,
            state,
            why,
            latency_ms: status.latency.map(|it| it.as_millis()),
            connections: status.connections,
            sent: status.sent,
            received: status.received,
        };
        output::json_line(&line);
        return;
    }
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    output::print(&format!("{local} → {} through {}  {state}{why}\n", way.to, way.via));
}

/// The word for a state, and what more there is to say.
fn words(status: &Status) -> (&'static str, Option<String>) {
    match &status.state {
        State::Connecting => ("connecting", None),
        State::Up => {
            let latency =
                status.latency.map(|it| format!("{:.1} ms to the other end", it.as_secs_f64() * 1e3));
            ("up", latency)
        }
        State::Degraded(failure) => ("degraded", Some(failure.to_string())),
        State::Retrying(error, at) => {
            let left = (*at - Timestamp::now()).total(jiff::Unit::Second).unwrap_or(0.0).max(0.0);
            ("retrying", Some(format!("{}; again in {}", error.cause, age(left.ceil() as u64))))
        }
        State::Stopped(error) => ("stopped", Some(error.cause.to_string())),
        State::Idle(limit) => ("closed", Some(format!("not used for {}", age(limit.as_secs())))),
    }
}
