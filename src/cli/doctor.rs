//! `qd doctor`: whether everything that qd needs is there and works.

use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use super::args::Global;
use super::error::{FAILED, Failure};
use super::world::World;
use super::{collect, output};
use crate::core::event::Link;
use crate::core::id::{Kind, TargetId};
use crate::core::settings::{Found, Outcome};
use crate::core::target::Technology;
use crate::core::time::Now;

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    what: String,
    /// Nothing where it is not there and need not be.
    good: Option<bool>,
    result: String,
}

impl Check {
    fn new(what: &str, good: impl Into<Option<bool>>, result: impl Into<String>) -> Self {
        Self { what: what.to_owned(), good: good.into(), result: result.into() }
    }

    fn of(found: &Found) -> Self {
        let good = match found.outcome {
            Outcome::Used | Outcome::Spare => Some(true),
            Outcome::Unusable => Some(false),
            Outcome::Absent => None,
        };
        Self::new(&found.what, good, &*found.result)
    }

    fn line(&self) -> String {
        let mark = match self.good {
            Some(true) => "ok  ",
            Some(false) => "BAD ",
            None => "-   ",
        };
        format!("{mark} {:<22} {}\n", self.what, self.result)
    }
}

/// Looks at everything.
pub(super) async fn run(global: &Global) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let config = &world.config;
    let mut checks: Vec<Check> = config.settings(global.demo).found.iter().map(Check::of).collect();
    let mut check = |what: &str, good: bool, result: String| checks.push(Check::new(what, good, result));
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
    for run in open.iter().filter(|run| run.needs_attention()) {
        check("interrupted run", false, format!("{}: see `qd runs`", run.id()));
    }
    let collected = collect::fleet(&world, &[Kind::Host, Kind::Workload]).await;
    let fleet = &collected.fleet;
    let is_cluster = |id: &TargetId| fleet.targets.get(id).is_some_and(|it| it.technology == Technology::Ecs);
    for target in fleet.targets.values().filter(|it| is_cluster(&it.id) && it.link == Link::Live) {
        let up = fleet.workloads.iter().filter(|it| it.id.target == target.id && it.is_up()).count();
        let name = format!("target {}", target.id);
        check(&name, true, format!("{}, {up} containers up", target.address));
        for host in fleet.hosts.iter().filter(|it| it.id.target == target.id) {
            for alarm in host.alarms() {
                check(&format!("instance {}", host.name), false, alarm.to_string());
            }
        }
    }
    for host in fleet.hosts.iter().filter(|it| !is_cluster(&it.id.target)) {
        let (running, paused, stopped) = host.containers;
        let all = running + paused + stopped;
        let text = format!("{} ({}), API {}, {all} containers", host.address, host.engine, host.api);
        check(&format!("target {}", host.id.target), true, text);
        if let Some(skew) = host.skew() {
            let text = format!("{skew}: let a time service (chrony, systemd-timesyncd) set both");
            check(&format!("clock of {}", host.name), false, text);
        }
        if let Some(ends) = host.certificates {
            let now = Now(Timestamp::now());
            let alarm = ends.alarm(now);
            let text = alarm
                .clone()
                .unwrap_or_else(|| format!("the first ends in {}d ({})", ends.days(now), ends.first().0));
            check(&format!("certificates of {}", host.name), alarm.is_none(), text);
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
    let good = checks.iter().all(|it| it.good != Some(false));
    if global.json {
        output::json(&checks);
    } else {
        for it in &checks {
            output::print(&it.line());
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { FAILED.into() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_need_not_be_there_is_neither_well_nor_wrong() {
        let line = |outcome| {
            let found = Found { what: Arc::from("a socket"), result: Arc::from("as it is; so"), outcome };
            let check = Check::of(&found);
            let first = check.line().split(' ').next().unwrap_or_default().to_owned();
            (first, serde_json::to_value(&check).unwrap()["good"].clone())
        };
        let outcomes = [Outcome::Used, Outcome::Spare, Outcome::Unusable, Outcome::Absent];
        let told: Vec<_> = outcomes.map(line).into();
        let wanted =
            [("ok", true.into()), ("ok", true.into()), ("BAD", false.into()), ("-", serde_json::Value::Null)];
        assert_eq!(told, wanted.map(|(mark, good)| (mark.to_owned(), good)));
    }
}
