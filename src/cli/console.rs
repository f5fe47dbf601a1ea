//! `qd` and `qd demo`: the console.

use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::Global;
use super::error::Failure;
use super::runs;
use super::world::World;
use crate::app::{Setup, run as run_console};
use crate::core::change::Weight;
use crate::core::model::Model;
use crate::core::run::History;
use crate::core::time::Now;

/// Opens the console.
pub(super) fn run(global: &Global) -> Result<ExitCode, Failure> {
    let world = World::of_console(global)?;
    let term = world.variable("TERM").map(str::to_owned);
    let setup = setup(world)?;
    super::runtime(async move { run_console(setup, term.as_deref()).await.map_err(Failure::Other) })
}

fn setup(world: World) -> Result<Setup, Failure> {
    let executor = world.executor()?;
    // A new user has no records; a damaged one must not keep the console from opening.
    let history = if world.config.state.path().exists() {
        runs::history(&world).unwrap_or_default()
    } else {
        History::default()
    };
    let fleet = world.fleet();
    let exports = world.directory().to_path_buf();
    let tmux = world.variable("TMUX").is_some();
    let shelf = world.shelf();
    let (databases, gateway) = (world.databases(), world.gateway());
    let World { config, targets, demo, .. } = world;
    let settings = config.settings(demo);
    let mut model =
        Model::new(fleet, Arc::new(config.keymap), settings, config.preferences, Now(Timestamp::now()));
    model.databases = databases;
    model.runs = history.runs;
    model.interrupted = history.interrupted;
    if let Some(text) = interrupted(history.interrupted) {
        model.messages.interrupted(model.now, text);
    }
    for warning in &config.warnings {
        model.messages.say(model.now, Weight::Notable, warning);
    }
    let state = config.state;
    Ok(Setup {
        model,
        targets,
        executor,
        themes: config.looks.themes,
        depth: config.looks.depth,
        glyphs: config.looks.glyphs,
        frames_per_second: config.ui.frames_per_second.get(),
        exports,
        keep: Arc::new(move |preferences| state.write_preferences(preferences)),
        shelf,
        record: config.blackbox.keep,
        gateway,
        tmux,
    })
}

/// What is said of runs that were interrupted.
fn interrupted(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("a run was interrupted: `qd runs` lists it, and resumes or undoes it".to_owned()),
        _ => Some(format!("{count} runs were interrupted: `qd runs` lists them, and resumes or undoes them")),
    }
}
