//! The world, changed: runbooks that make plans, and the one executor that performs their steps.
//!
//! | file | what it holds |
//! |---|---|
//! | [`access`] | who may change anything at all |
//! | [`performer`] | what the executor needs of one target |
//! | [`runbook`] | what makes a plan of a request |
//!
//! To add a runbook: one file that makes a [`Plan`](crate::core::plan::Plan) of a request and a fleet, and its line in
//! the registry; confirmation, progress, journal and undo come with the plan.

pub mod access;
pub mod performer;
pub mod runbook;

#[cfg(test)]
mod fixture;
