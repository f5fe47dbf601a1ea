//! `qd init`: a commented configuration for what is found. It is printed, never written.

use std::process::ExitCode;

use super::args::Global;
use super::error::Failure;
use super::output;
use super::world::World;
use crate::config::sample::{reference, sample};

/// Prints it; with `--json` the reference of all keys.
pub(super) fn run(global: &Global) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    if global.json {
        output::json(&reference());
    } else {
        output::print(&sample(&world.config));
    }
    Ok(ExitCode::SUCCESS)
}
