//! `qd doctor`: whether everything that qd needs is there and works.

use std::process::ExitCode;

use serde::Serialize;

use super::args::Global;
use super::error::{FAILED, Failure};
use super::world::World;
use super::{collect, output};
use crate::core::id::Kind;

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    what: String,
    good: bool,
    result: String,
}

/// Looks at everything.
pub(super) async fn run(global: &Global) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let mut checks = Vec::new();
    let mut check = |what: &str, good: bool, result: String| {
        checks.push(Check { what: what.to_owned(), good, result });
    };
    let config = &world.config;
    let files: Vec<String> = config.files.iter().map(|it| it.display().to_string()).collect();
    let files = if files.is_empty() { "none; `qd init` prints one".to_owned() } else { files.join(", ") };
    check("configuration", true, files);
    for warning in &config.warnings {
        check("configuration", false, warning.clone());
    }
    match config.state.create() {
        Ok(()) => check("state folder", true, config.state.path().display().to_string()),
        Err(fault) => check("state folder", false, fault.to_string()),
    }
    match world.executor()?.audit().verify() {
        Ok(verified) => check("audit log", true, format!("whole, {} lines", verified.lines)),
        Err(broken) => check("audit log", false, broken.to_string()),
    }
    let open = world.executor()?.open_runs().map_err(Failure::Other)?;
    for run in &open {
        check("interrupted run", false, format!("{}: see `qd runs`", run.id()));
    }
    for found in config.settings(global.demo).found {
        check(&found.what, found.good || !found.result.contains(';'), found.result.to_string());
    }
    let collected = collect::fleet(&world, &[Kind::Host, Kind::Workload]).await;
    for host in collected.fleet.hosts.iter() {
        let (running, paused, stopped) = host.containers;
        let all = running + paused + stopped;
        let text = format!("{} ({}), API {}, {all} containers", host.address, host.engine, host.api);
        check(&format!("target {}", host.id.target), true, text);
        if let Some(skew) = host.skew() {
            let text = format!("{skew}: let a time service (chrony, systemd-timesyncd) set both");
            check(&format!("clock of {}", host.name), false, text);
        }
        for warning in &host.warnings {
            check(&format!("target {}", host.id.target), true, warning.to_string());
        }
    }
    if world.targets.is_empty() {
        check("targets", false, "there is none: start an engine, or configure one (`qd init`)".to_owned());
    } else {
        for fault in collected.faults {
            check("target", false, fault.to_string());
        }
    }
    check(
        "terminal",
        true,
        format!("{}, {}", world.variable("TERM").unwrap_or("TERM is not set"), config.looks.depth.name()),
    );
    let good = checks.iter().all(|it| it.good);
    if global.json {
        output::json(&checks);
    } else {
        for it in &checks {
            let mark = if it.good { "ok  " } else { "BAD " };
            output::print(&format!("{mark} {:<22} {}\n", it.what, it.result));
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { FAILED.into() })
}
