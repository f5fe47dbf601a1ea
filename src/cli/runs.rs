//! `qd runs`: what was run, and what was interrupted.

use std::process::ExitCode;

use jiff::Timestamp;

use super::args::{Global, Runs, RunsWhat};
use super::error::Failure;
use super::world::World;
use super::{change, collect, output};
use crate::actions::journal::{Chronicle, Recorded};
use crate::actions::recovery;
use crate::config::zone;
use crate::core::database::Databases;
use crate::core::id::{Kind, RunId};
use crate::core::run::{History, StepState, Verdict};
use crate::core::table::{Derived, Format, Scene, export};
use crate::core::time::Now;
use crate::core::view::kind::TableKind;
use crate::core::view::table::TableState;

/// Lists runs, shows one, finishes or undoes one.
pub(super) async fn run(global: &Global, runs: Runs) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    match runs.what {
        None => list(global, &world),
        Some(RunsWhat::Show { id }) => show(global, &world, &RunId::new(id)),
        Some(RunsWhat::Resume { id, confirm }) => {
            let recorded = recorded(&world, &RunId::new(id))?;
            let fleet = collect::fleet(&world, &Kind::ALL).await.fleet;
            let plan =
                recovery::resume(&recorded, &fleet, Now(Timestamp::now())).map_err(Failure::Refused)?;
            change::apply(global, &world, plan, confirm.as_deref(), Some(recorded.run.id)).await
        }
        Some(RunsWhat::Undo { id, confirm }) => {
            let recorded = recorded(&world, &RunId::new(id))?;
            let fleet = collect::fleet(&world, &Kind::ALL).await.fleet;
            let plan = recovery::undo(&recorded, &fleet, Now(Timestamp::now())).map_err(Failure::Refused)?;
            change::apply(global, &world, plan, confirm.as_deref(), Some(recorded.run.id)).await
        }
        Some(RunsWhat::SetAside { id }) => {
            world.executor()?.set_aside(&RunId::new(&id)).map_err(Failure::Refused)?;
            output::note(&format!("{id}: recorded as dealt with"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// What the journals know of all runs.
pub(super) fn history(world: &World) -> Result<History, Failure> {
    Chronicle::new(world.executor()?.journals().clone()).read().map_err(|error| {
        Failure::other(
            "the journals of earlier runs",
            &error.to_string(),
            "see who may read the state folder",
        )
    })
}

fn recorded(world: &World, id: &RunId) -> Result<Recorded, Failure> {
    let executor = world.executor()?;
    match executor.journals().read(id) {
        Ok(Some(recorded)) => Ok(recorded),
        Ok(None) => Err(Failure::usage(id.as_str(), "there is no such run", "`qd runs` lists them")),
        Err(damage) => Err(Failure::other(
            id.as_str(),
            &damage.to_string(),
            "look at the target by hand, then `qd runs set-aside`",
        )),
    }
}

fn list(global: &Global, world: &World) -> Result<ExitCode, Failure> {
    let runs = history(world)?.runs;
    let fleet = world.fleet();
    let zone = zone();
    let scene = Scene {
        fleet: &fleet,
        derived: &Derived::default(),
        runs: &runs,
        databases: &Databases::default(),
        now: Now(Timestamp::now()),
        zone: &zone,
    };
    let mut table = TableState::new(TableKind::Runs, None);
    table.refresh(&scene, usize::MAX);
    let format = if global.json { Format::Json } else { Format::Text };
    let rows: Vec<_> = table
        .order()
        .iter()
        .filter_map(|id| {
            let mut cells = table.kind.cells(&scene, id, &table.columns)?;
            cells.insert(0, crate::core::table::Cell::text(id.to_string()));
            Some(cells)
        })
        .collect();
    let mut heads = table.shown_heads();
    if let Some(first) = heads.first().copied() {
        heads.insert(0, crate::core::table::Head { id: "id", title: "ID", ..first });
    }
    output::print(&export(format, &heads, &rows));
    Ok(ExitCode::SUCCESS)
}

fn show(global: &Global, world: &World, id: &RunId) -> Result<ExitCode, Failure> {
    let run = recorded(world, id)?.run;
    if global.json {
        output::json(&run);
        return Ok(ExitCode::SUCCESS);
    }
    output::print(&change::describe(&run.plan));
    for (step, state) in run.plan.steps.iter().zip(&run.steps) {
        let words = match state {
            StepState::Waiting => "not begun".to_owned(),
            StepState::Running { .. } => "begun; its end is not recorded".to_owned(),
            StepState::Done { result, .. } if result.is_empty() => "done".to_owned(),
            StepState::Done { result, .. } => format!("done: {result}"),
            StepState::Failed { error, .. } => format!("FAILED: {error}"),
            StepState::Skipped => "skipped".to_owned(),
            StepState::Undone => "undone".to_owned(),
        };
        output::print(&format!("{}: {words}\n", step.title));
    }
    let verdict = run.verdict.map_or("not ended, or interrupted", Verdict::words);
    output::print(&format!("{verdict}; by {}\n", run.operator));
    Ok(ExitCode::SUCCESS)
}
