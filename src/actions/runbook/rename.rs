//! Give a workload another name.

use std::sync::Arc;

use super::choose::workloads;
use super::draft::{Draft, by, named};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::Plan;
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::Op;
use crate::core::time::Now;

pub(super) fn plan(fleet: &Fleet, id: &EntityId, to: &str, now: Now) -> Result<Plan, Fault> {
    let to: Arc<str> = Arc::from(to.trim());
    if id.kind == Kind::Service {
        let cause = "a service has its name from where it is described";
        return Err(Fault::new(fleet.name_of(id), cause, "rename one of its workloads"));
    }
    let chosen = workloads(fleet, std::slice::from_ref(id), |_| Ok(()))?;
    let mut draft = Draft::of("rename", fleet, [id])?;
    for workload in chosen {
        let name = &workload.name;
        if *name == to {
            return Err(Fault::new(name, "that is its name already", "choose another name"));
        }
        allowed(&to)?;
        if let Some(other) = fleet.workloads.iter().find(|it| it.id.target == id.target && it.name == to) {
            let cause = format!("the name is taken: container {} has it", other.short_id());
            return Err(Fault::new(&to, cause, "choose another name, or rename that one first"));
        }
        let back = by(format!("rename {to} back to {name}"), Op::Rename { id: id.clone(), to: name.clone() });
        let op = Op::Rename { id: id.clone(), to: to.clone() };
        draft.change(name, format!("rename {name} to {to}"), op, named(workload), back);
        let renamed = Facts::default().with(Aspect::Name, &to);
        draft.verify_facts(format!("see that its name is {to}"), id, renamed);
    }
    Ok(draft.plan(format!("rename {} to {to}", fleet.name_of(id)), now))
}

/// Refuses what no engine takes for a name: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`.
fn allowed(name: &str) -> Result<(), Fault> {
    let mut characters = name.chars();
    let first = characters.next().is_some_and(|it| it.is_ascii_alphanumeric());
    let rest = characters.clone().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-'));
    if first && rest && characters.next().is_some() {
        Ok(())
    } else {
        Err(Fault::new(
            name,
            "a container cannot have this name",
            "use at least two letters, digits, dots, dashes or underscores, a letter or a digit first",
        ))
    }
}
