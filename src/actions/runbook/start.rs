//! Start workloads that do not run.

use super::choose::{Unfit, names_of, workloads};
use super::draft::{Draft, by, doing};
use crate::actions::settle::HEALTHY_WITHIN;
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::Plan;
use crate::core::plan::op::{Op, Until};
use crate::core::time::Now;

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], now: Now) -> Result<Plan, Fault> {
    let chosen = workloads(fleet, ids, fits)?;
    let mut draft = Draft::of("start", fleet, chosen.iter().map(|it| &it.id))?;
    for workload in &chosen {
        let (id, name) = (&workload.id, &workload.name);
        let undo = by(format!("stop {name} again"), Op::Stop { id: id.clone(), grace: None });
        draft.change(name, format!("start {name}"), Op::Start { id: id.clone() }, doing(workload, now), undo);
        draft.verify(name, id, Until::Healthy, HEALTHY_WITHIN);
    }
    Ok(draft.plan(format!("start {}", names_of(&chosen)), now))
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Created | State::Exited | State::Unknown => Ok(()),
        State::Paused => Err(Unfit::new("it is paused", "unpause it")),
        State::Running | State::Restarting => Err(Unfit::new("it runs already", "restart it instead")),
        State::Removing | State::Dead => Err(Unfit::new("it is being removed", "create it anew")),
    }
}
