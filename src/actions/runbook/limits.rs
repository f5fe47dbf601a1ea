//! Change what workloads may use.

use super::choose::{Unfit, names_of, workloads};
use super::draft::{Draft, named};
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, TargetId};
use crate::core::plan::op::{Limits, Op};
use crate::core::plan::{Plan, Undo};
use crate::core::table::bytes;
use crate::core::time::Now;

/// The least memory that engines accept as a limit.
const LEAST_MEMORY: u64 = 6 << 20;
const POLICIES: [&str; 4] = ["no", "always", "unless-stopped", "on-failure"];

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], limits: &Limits, now: Now) -> Result<Plan, Fault> {
    let chosen = workloads(fleet, ids, fits)?;
    let mut draft = Draft::of("limits", fleet, chosen.iter().map(|it| &it.id))?;
    let words = words(limits);
    if words.is_empty() {
        let next = "give memory, cpus, pids or a restart policy";
        return Err(Fault::new(names_of(&chosen), "no limit is given", next));
    }
    for workload in &chosen {
        possible(fleet, &workload.id.target, limits).map_err(|unfit| unfit.fault(&workload.name))?;
        let name = &workload.name;
        let op = Op::Limits { id: workload.id.clone(), limits: limits.clone() };
        draft.change(name, format!("limit {name}: {words}"), op, named(workload), Undo::SetBack);
    }
    Ok(draft.plan(format!("limit {}: {words}", names_of(&chosen)), now))
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Removing | State::Dead => Err(Unfit::new("it is being removed", "there is nothing to limit")),
        _ => Ok(()),
    }
}

fn possible(fleet: &Fleet, target: &TargetId, limits: &Limits) -> Result<(), Unfit> {
    let host = fleet.hosts.iter().find(|it| it.id.target == *target);
    if let Some(memory) = limits.memory {
        let most = host.map_or_else(String::new, |it| format!(" ({})", bytes(it.memory)));
        if memory == 0 {
            return Err(for_good("memory", &most));
        }
        if memory < LEAST_MEMORY {
            let cause = format!("{} of memory are too little for any container", bytes(memory));
            return Err(Unfit::new(cause, format!("give at least {}", bytes(LEAST_MEMORY))));
        }
        if let Some(host) = host.filter(|it| it.memory > 0 && memory > it.memory) {
            let cause = format!("{} are more memory than {} has{most}", bytes(memory), host.name);
            return Err(Unfit::new(cause, "give less"));
        }
    }
    if let Some(cpus) = limits.cpus {
        let most = host.map_or_else(String::new, |it| format!(" ({})", it.cpus));
        if cpus == 0.0 {
            return Err(for_good("CPUs", &most));
        }
        if !(cpus.is_finite() && cpus >= 0.01) {
            return Err(Unfit::new(format!("{cpus} CPUs cannot be had"), "give at least 0.01"));
        }
        if let Some(host) = host.filter(|it| it.cpus > 0 && cpus > f64::from(it.cpus)) {
            let cause = format!("{cpus} are more CPUs than {} has{most}", host.name);
            return Err(Unfit::new(cause, "give less"));
        }
    }
    if let Some(policy) = limits.restart.as_ref().filter(|it| !is_policy(it)) {
        let cause = format!("`{policy}` is no restart policy");
        return Err(Unfit::new(cause, format!("use one of {}, or on-failure:TRIES", POLICIES.join(", "))));
    }
    Ok(())
}

/// An engine takes a 0 and does nothing.
fn for_good(what: &str, most: &str) -> Unfit {
    Unfit::new(
        format!("an engine can raise a limit of {what}, but not take it away"),
        format!("give all that the host has{most}, or create the container anew"),
    )
}

fn is_policy(text: &str) -> bool {
    let tries = text.strip_prefix("on-failure:").map(str::parse::<u32>);
    POLICIES.contains(&text) || matches!(tries, Some(Ok(_)))
}

fn words(limits: &Limits) -> String {
    let mut words = Vec::new();
    words.extend(limits.memory.map(|memory| format!("memory {}", bytes(memory))));
    words.extend(limits.cpus.map(|cpus| format!("{cpus} CPUs")));
    match limits.pids {
        Some(0) => words.push("processes unlimited".to_owned()),
        Some(pids) => words.push(format!("{pids} processes")),
        None => {}
    }
    words.extend(limits.restart.as_ref().map(|policy| format!("restart policy {policy}")));
    words.join(", ")
}
