//! `qd tunnel`: a tunnel that is kept open until Ctrl-C, and what happens to it.

use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use super::args::{Global, Tunnel as Arguments};
use super::error::{FAILED, Failure};
use super::output;
use super::trust::{destination, refused};
use super::world::World;
use crate::clients::ssh::tunnel::{BindFault, Settings, State, Status, Tunnel};
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

/// Opens it, and tells each change.
pub(super) async fn run(global: &Global, arguments: Arguments) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let (host, port) = address(&arguments.to)?;
    let settings = Settings {
        via: world.ssh.lane(&destination(&arguments.via)?),
        to: (host, port),
        port: arguments.local,
        socket: arguments.socket.clone(),
        idle: arguments.idle.map(|minutes| Duration::from_mins(u64::from(minutes))),
    };
    let mut tunnel = Tunnel::open(settings).map_err(|fault| taken(&fault, &arguments))?;
    let mut ends = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()]
        .map(signal)
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::other("signals", &error.to_string(), ""))?;
    loop {
        let status = tunnel.status();
        tell(global, &arguments, tunnel.port(), &status);
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

fn tell(global: &Global, arguments: &Arguments, port: u16, status: &Status) {
    let local = format!("127.0.0.1:{port}");
    let (state, why) = words(status);
    if global.json {
        let line = Line {
            time: Timestamp::now(),
            local,
            to: &arguments.to,
            via: &arguments.via,
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
    output::print(&format!("{local} → {} through {}  {state}{why}\n", arguments.to, arguments.via));
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
