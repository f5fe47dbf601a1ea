//! Runbooks: the recipes that make a plan of a request and of what is known of the fleet. Pure.
//!
//! A plan is for one environment on one target. A runbook that cannot work is refused with the object, the cause and
//! the next step; what may have changed since the fleet was read is the preconditions' affair.

mod attach;
mod choose;
mod draft;
mod exec;
mod kill;
mod limits;
mod pause;
mod prune;
mod remove;
mod rename;
mod restart;
mod start;
mod stop;
mod unpause;
mod unused;

use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::plan::Plan;
use crate::core::plan::request::Request;
use crate::core::time::Now;

/// Makes the plan of a request: exact, complete, and refused where it cannot work.
pub fn plan(request: &Request, fleet: &Fleet, now: Now) -> Result<Plan, Fault> {
    match request {
        Request::Start { ids } => start::plan(fleet, ids, now),
        Request::Stop { ids, grace } => stop::plan(fleet, ids, *grace, now),
        Request::Restart { ids, grace } => restart::plan(fleet, ids, *grace, now),
        Request::Pause { ids } => pause::plan(fleet, ids, now),
        Request::Unpause { ids } => unpause::plan(fleet, ids, now),
        Request::Kill { ids, signal } => kill::plan(fleet, ids, signal, now),
        Request::Rename { id, to } => rename::plan(fleet, id, to, now),
        Request::Limits { ids, limits } => limits::plan(fleet, ids, limits, now),
        Request::Remove { ids, volumes, force } => {
            remove::plan(fleet, ids, remove::How { volumes: *volumes, force: *force }, now)
        }
        Request::Prune { target, what } => prune::plan(fleet, target, what, now),
        Request::Exec { id, command, user } => exec::plan(fleet, id, command, user.as_ref(), now),
        Request::Attach { id } => attach::plan(fleet, id, now),
    }
}

#[cfg(test)]
pub(super) mod tests;
