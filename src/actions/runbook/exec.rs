//! Open a shell or another program in a workload.

use std::sync::Arc;

use super::choose::{Unfit, gone};
use super::draft::{Draft, doing};
use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::op::Op;
use crate::core::plan::{Plan, Undo};
use crate::core::time::Now;

/// A shell that is there: bash where the container has it, else its POSIX shell.
const SHELL: [&str; 3] = ["sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash; exec sh"];

pub(super) fn plan(
    fleet: &Fleet,
    id: &EntityId,
    command: &[Arc<str>],
    user: Option<&Arc<str>>,
    now: Now,
) -> Result<Plan, Fault> {
    let workload = open_to(fleet, id)?;
    let mut draft = Draft::of("exec", fleet, [id])?;
    let name = &workload.name;
    let what = if command.is_empty() { "a shell".to_owned() } else { command.join(" ") };
    let whom = user.map_or_else(String::new, |user| format!(" as {user}"));
    let title = format!("open {what} in {name}{whom}");
    let command =
        if command.is_empty() { SHELL.iter().map(|it| Arc::from(*it)).collect() } else { command.to_vec() };
    let op = Op::Exec { id: id.clone(), command, user: user.cloned() };
    draft.change(name, title.clone(), op, doing(workload, now), Undo::Nothing);
    Ok(draft.plan(title, now))
}

/// The workload `id`, where a terminal can be connected to it.
pub(super) fn open_to<'a>(fleet: &'a Fleet, id: &EntityId) -> Result<&'a Workload, Fault> {
    if id.kind != Kind::Workload {
        let cause = format!("a terminal is connected to one workload, and this is {}", id.kind.one());
        return Err(Fault::new(fleet.name_of(id), cause, "choose one of its workloads"));
    }
    let workload = fleet.workloads.get(id).ok_or_else(|| gone(fleet, id))?;
    let unfit = match workload.state {
        State::Running => return Ok(workload),
        State::Paused => Unfit::new("it is paused", "unpause it first"),
        State::Restarting => {
            Unfit::new("it is between two restarts and has no processes", "read its logs for the reason")
        }
        _ => Unfit::new("it does not run", "start it first, or read its logs"),
    };
    Err(unfit.fault(&workload.name))
}
