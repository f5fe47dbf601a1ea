//! `qd trust`: whether a host that nobody knows yet is the one that it should be, decided by its fingerprint.

use std::process::ExitCode;

use super::args::{Global, Trust};
use super::ask::Terminal;
use super::error::Failure;
use super::output;
use super::world::World;
use crate::clients::docker::Endpoint;
use crate::clients::ssh::error::Stranger;
use crate::clients::ssh::{Cause, Destination, SshError};
use crate::core::fault::Fault;

/// Hosts that may be met for the first time on the way to one.
const MOST_STRANGERS: usize = 10;

/// What has come of it.
#[derive(serde::Serialize)]
struct Trusted {
    host: String,
    fingerprint: String,
}

/// Connects, and trusts each stranger on the way that the operator, or the flag, knows by its fingerprint.
pub(super) async fn run(global: &Global, arguments: Trust) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let destination = destination(&arguments.host)?;
    let mut trusted: Vec<Trusted> = Vec::new();
    for _ in 0..MOST_STRANGERS {
        match world.ssh.connector().connect(&destination).await {
            Ok(session) => {
                tell(
                    global,
                    &trusted,
                    &format!("{} is trusted and lets {} in", arguments.host, session.host()),
                );
                return Ok(ExitCode::SUCCESS);
            }
            Err(SshError { host, cause: Cause::Unknown(stranger) }) => {
                decide(&host, &stranger, &arguments.fingerprint)?;
                stranger.trust().map_err(|cause| refused(&SshError { host: host.clone(), cause }))?;
                trusted.push(Trusted { host: host.to_string(), fingerprint: stranger.key.fingerprint() });
            }
            // Who it is is settled; whether it lets us in is another question.
            Err(error @ SshError { cause: Cause::Denied { .. }, .. }) if !trusted.is_empty() => {
                tell(global, &trusted, &format!("{} is trusted, but: {}", arguments.host, error.cause));
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) => return Err(refused(&error)),
        }
    }
    Err(Failure::other(&arguments.host, "one stranger after the other stands on the way to it", ""))
}

fn tell(global: &Global, trusted: &[Trusted], words: &str) {
    if global.json {
        output::json(&trusted);
    } else {
        output::print(&format!("{words}\n"));
    }
}

/// The host that is meant: `ssh://[user@]host[:port]`, or that without its scheme.
pub(super) fn destination(text: &str) -> Result<Destination, Failure> {
    let address = if text.contains("://") { text.to_owned() } else { format!("ssh://{text}") };
    match address.parse() {
        Ok(Endpoint::Ssh { destination, .. }) => Ok(destination),
        Ok(_) => Err(Failure::usage(text, "it is no host that is reached over SSH", "write ssh://user@host")),
        Err(error) => Err(Failure::usage(text, &error.to_string(), "write ssh://user@host")),
    }
}

fn decide(host: &str, stranger: &Stranger, known: &[String]) -> Result<(), Failure> {
    let fingerprint = stranger.key.fingerprint();
    let refuse = |cause: &str, next: &str| Err(Failure::Refused(Fault::new(host, cause, next)));
    if !stranger.may_be_trusted() {
        let error = SshError { host: host.into(), cause: Cause::Unknown(Box::new(stranger.clone())) };
        return Err(refused(&error));
    }
    if known.contains(&fingerprint) {
        return Ok(());
    }
    if !known.is_empty() {
        return refuse(
            &format!("it shows {fingerprint}, which is none of those that were named"),
            "ask who runs it",
        );
    }
    let question = format!("{host}: {stranger}.\nType yes, or the fingerprint as you know it, to trust it: ");
    match Terminal::default().question(&question, true) {
        Ok(answer) if answer.as_str() == "yes" || *answer == fingerprint => Ok(()),
        Ok(_) => refuse("not trusted", "nothing was written"),
        Err(_) => {
            refuse(&stranger.to_string(), "there is nobody to ask; name the fingerprint with --fingerprint")
        }
    }
}

pub(super) fn refused(error: &SshError) -> Failure {
    let fault = Fault::from(error);
    if error.is_final() { Failure::Refused(fault) } else { Failure::Unreachable(fault) }
}
