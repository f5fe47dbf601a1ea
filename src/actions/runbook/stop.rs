//! Stop workloads that run.

use super::choose::{Unfit, names_of, workloads};
use super::draft::{Draft, by, doing, grace_words};
use crate::actions::settle::GONE_WITHIN;
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::Plan;
use crate::core::plan::op::{Op, Until};
use crate::core::time::Now;

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], grace: Option<u32>, now: Now) -> Result<Plan, Fault> {
    let chosen = workloads(fleet, ids, fits)?;
    let mut draft = Draft::of("stop", fleet, chosen.iter().map(|it| &it.id))?;
    for workload in &chosen {
        let (id, name) = (&workload.id, &workload.name);
        let title = format!("stop {name}{}", grace_words(grace));
        let undo = by(format!("start {name} again"), Op::Start { id: id.clone() });
        draft.change(name, title, Op::Stop { id: id.clone(), grace }, doing(workload, now), undo);
        draft.verify(name, id, Until::Stopped, GONE_WITHIN);
    }
    Ok(draft.plan(format!("stop {}", names_of(&chosen)), now))
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Running | State::Paused | State::Restarting | State::Unknown => Ok(()),
        State::Created | State::Exited => Err(Unfit::new("it does not run", "there is nothing to stop")),
        State::Removing | State::Dead => Err(Unfit::new("it is being removed", "there is nothing to stop")),
    }
}
