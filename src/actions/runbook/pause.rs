//! Freeze the processes of workloads.

use super::choose::{Unfit, names_of, workloads};
use super::draft::{Draft, by, doing};
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::Plan;
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::Op;
use crate::core::time::Now;

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], now: Now) -> Result<Plan, Fault> {
    let chosen = workloads(fleet, ids, fits)?;
    let mut draft = Draft::of("pause", fleet, chosen.iter().map(|it| &it.id))?;
    for workload in &chosen {
        let (id, name) = (&workload.id, &workload.name);
        let undo = by(format!("unpause {name}"), Op::Unpause { id: id.clone() });
        draft.change(name, format!("pause {name}"), Op::Pause { id: id.clone() }, doing(workload, now), undo);
        let paused = Facts::default().with(Aspect::State, State::Paused.word());
        draft.verify_facts(format!("see that {name} is paused"), id, paused);
    }
    Ok(draft.plan(format!("pause {}", names_of(&chosen)), now))
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Running => Ok(()),
        State::Paused => Err(Unfit::new("it is paused already", "unpause it to let it run")),
        State::Restarting => {
            Err(Unfit::new("it is between two restarts and has no processes", "stop it instead"))
        }
        _ => Err(Unfit::new("it does not run", "only what runs can be paused")),
    }
}
