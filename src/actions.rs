//! The world, changed: runbooks that make plans, and the one executor that performs their steps.
//!
//! | file | what it holds |
//! |---|---|
//! | [`access`] | who may change anything at all |
//! | [`runbook`] | what makes a plan of a request |
//! | [`executor`] | what performs a plan |
//! | [`performer`] | what the executor needs of one target |
//! | [`docker`] | that, on an engine |
//! | [`journal`] | what a run has done so far, for the next console |
//! | [`recovery`] | what makes a plan that finishes or undoes a run |
//! | [`audit`] | who changed what: the hash-chained log |
//! | [`operator`] | who acts |
//!
//! To add a runbook: one file that makes a [`Plan`](crate::core::plan::Plan) of a request and a fleet, and its line in
//! the registry; confirmation, progress, journal and undo come with the plan.

pub mod access;
pub mod audit;
pub mod docker;
mod durable;
pub mod ecs;
pub mod executor;
pub mod journal;
pub mod operator;
pub mod performer;
pub mod recovery;
pub mod runbook;
mod settle;

#[cfg(test)]
mod fixture;
