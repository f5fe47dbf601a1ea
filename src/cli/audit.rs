//! `qd audit`: who did what, and whether the record of it is whole.

use std::process::ExitCode;

use super::args::{Audit, AuditWhat, Global};
use super::error::{FAILED, Failure};
use super::output;
use super::world::World;
use crate::actions::audit::{Entry, Event};

/// Shows or verifies the audit log.
pub(super) fn run(global: &Global, audit: &Audit) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let executor = world.executor()?;
    let log = executor.audit();
    if let Some(AuditWhat::Verify) = audit.what {
        return Ok(match log.verify() {
            Ok(verified) => {
                let (lines, hash) = (verified.lines, verified.hash);
                output::print(&format!("{}: whole, {lines} lines, last hash {hash}\n", log.path().display()));
                ExitCode::SUCCESS
            }
            Err(broken) => {
                output::note(&format!("qd: {}: {broken}", log.path().display()));
                FAILED.into()
            }
        });
    }
    let entries = log.entries().map_err(|error| {
        Failure::other(&log.path().display().to_string(), &error.to_string(), "see who may read it")
    })?;
    if global.json {
        output::json(&entries);
    } else {
        for entry in entries {
            output::print(&line(&entry));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// An entry in one line.
fn line(entry: &Entry) -> String {
    let what = match &entry.event {
        Event::Intent { subject, .. } => format!("begins   {} {}", subject.run, subject.title),
        Event::Result { subject, verdict, message, .. } => {
            let colon = if message.is_empty() { "" } else { ": " };
            format!("{:<8} {} {}{colon}{message}", verdict.words(), subject.run, subject.title)
        }
        Event::SetAside { run, why } => format!("set aside {run}: {why}"),
    };
    format!("{:>5} {} {} {what}\n", entry.seq, entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"), entry.who)
}
