//! Send a signal to the first process of workloads. What the process makes of it is its own affair: nothing is
//! verified afterwards.

use std::sync::Arc;

use super::choose::{Unfit, names_of, workloads};
use super::draft::{Draft, doing};
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::op::Op;
use crate::core::plan::{Plan, Undo};
use crate::core::time::Now;

/// The signals of Linux by their numbers on every architecture that engines run on; the first stands for 1.
const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], signal: &str, now: Now) -> Result<Plan, Fault> {
    let signal = named(signal)?;
    let chosen = workloads(fleet, ids, fits)?;
    let mut draft = Draft::of("kill", fleet, chosen.iter().map(|it| &it.id))?;
    for workload in &chosen {
        let (id, name) = (workload.id.clone(), &workload.name);
        let title = format!("send {signal} to the first process of {name}");
        let op = Op::Kill { id, signal: signal.clone() };
        draft.change(name, title, op, doing(workload, now), Undo::Nothing);
    }
    Ok(draft.plan(format!("send {signal} to {}", names_of(&chosen)), now))
}

/// The full name of a signal that is given as `9`, `kill` or `SIGKILL`.
fn named(signal: &str) -> Result<Arc<str>, Fault> {
    let upper = signal.trim().to_ascii_uppercase();
    let short = upper.strip_prefix("SIG").unwrap_or(&upper);
    let known = match short.parse::<usize>() {
        Ok(number) => number.checked_sub(1).and_then(|index| SIGNALS.get(index)),
        Err(_) => SIGNALS.iter().find(|it| **it == short),
    };
    known.map(|it| Arc::from(format!("SIG{it}"))).ok_or_else(|| {
        Fault::new(
            signal,
            "there is no such signal",
            "write SIGTERM, SIGHUP, SIGUSR1, … or a number from 1 to 31",
        )
    })
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Running | State::Paused => Ok(()),
        State::Restarting => {
            Err(Unfit::new("it is between two restarts and has no processes", "stop it instead"))
        }
        _ => Err(Unfit::new("it does not run", "there is no process to signal")),
    }
}
