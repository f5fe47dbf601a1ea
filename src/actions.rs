//! The world, changed: runbooks that make plans, and the one executor that performs their steps.
//!
//! To add a runbook: one file that makes a [`Plan`](crate::core::plan::Plan) of a request and a fleet, and its line in
//! the registry; confirmation, progress, journal and undo come with the plan.
