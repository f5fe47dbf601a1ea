//! `qd themes`: the themes there are.

use std::process::ExitCode;

use serde_json::json;

use super::args::Global;
use super::error::Failure;
use super::output;
use super::world::World;

/// Lists them.
pub(super) fn run(global: &Global) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let current = world.config.looks.theme.name().to_owned();
    let themes = world.config.looks.themes.list();
    if global.json {
        let all: Vec<_> =
            themes.iter().map(|it| json!({ "name": it.name, "current": it.name == current })).collect();
        output::json(&all);
    } else {
        for theme in themes {
            let mark = if theme.name == current { "*" } else { " " };
            output::print(&format!("{mark} {}\n", theme.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}
