//! Restart workloads; those that do not run are started.

use super::choose::{Unfit, names_of, workloads};
use super::draft::{Draft, by, doing, grace_words};
use crate::actions::settle::HEALTHY_WITHIN;
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::op::{Op, Until};
use crate::core::plan::{Plan, Undo};
use crate::core::time::Now;

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], grace: Option<u32>, now: Now) -> Result<Plan, Fault> {
    let chosen = workloads(fleet, ids, fits)?;
    let mut draft = Draft::of("restart", fleet, chosen.iter().map(|it| &it.id))?;
    for workload in &chosen {
        let (id, name) = (&workload.id, &workload.name);
        let title = format!("restart {name}{}", grace_words(grace));
        let undo = if workload.is_up() {
            Undo::Nothing
        } else {
            by(format!("stop {name} again"), Op::Stop { id: id.clone(), grace })
        };
        draft.change(name, title, Op::Restart { id: id.clone(), grace }, doing(workload, now), undo);
        draft.verify(name, id, Until::Healthy, HEALTHY_WITHIN);
    }
    Ok(draft.plan(format!("restart {}", names_of(&chosen)), now))
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Removing | State::Dead => Err(Unfit::new("it is being removed", "create it anew")),
        _ => Ok(()),
    }
}
