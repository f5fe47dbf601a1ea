//! Connect the operator's terminal to the first process of a workload.

use super::draft::{Draft, doing};
use super::exec::open_to;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::op::Op;
use crate::core::plan::{Plan, Undo};
use crate::core::time::Now;

pub(super) fn plan(fleet: &Fleet, id: &EntityId, now: Now) -> Result<Plan, Fault> {
    let workload = open_to(fleet, id)?;
    let mut draft = Draft::of("attach", fleet, [id])?;
    let title = format!("attach to the first process of {}", workload.name);
    let op = Op::Attach { id: id.clone() };
    draft.change(&workload.name, title.clone(), op, doing(workload, now), Undo::Nothing);
    Ok(draft.plan(title, now))
}
