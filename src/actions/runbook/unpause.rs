//! Let paused workloads run again.

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
    let mut draft = Draft::of("unpause", fleet, chosen.iter().map(|it| &it.id))?;
    for workload in &chosen {
        let (id, name) = (&workload.id, &workload.name);
        let undo = by(format!("pause {name} again"), Op::Pause { id: id.clone() });
        let title = format!("unpause {name}");
        draft.change(name, title, Op::Unpause { id: id.clone() }, doing(workload, now), undo);
        let running = Facts::default().with(Aspect::State, State::Running.word());
        draft.verify_facts(format!("see that {name} runs"), id, running);
    }
    Ok(draft.plan(format!("unpause {}", names_of(&chosen)), now))
}

fn fits(workload: &Workload) -> Result<(), Unfit> {
    match workload.state {
        State::Paused => Ok(()),
        state => {
            Err(Unfit::new(format!("it is not paused but {}", state.word()), "there is nothing to unpause"))
        }
    }
}
