//! `qd inspect`: everything that is known about one thing.

use std::fmt::Write as _;
use std::process::ExitCode;

use super::args::{Global, Inspect};
use super::error::Failure;
use super::world::World;
use super::{collect, output, select};
use crate::core::event::Event;
use crate::core::id::Kind;
use crate::core::subject::Subject;
use crate::core::view::inspect::{InspectState, Tab};

/// Prints it.
pub(super) async fn run(global: &Global, inspect: Inspect) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let collected = collect::fleet(&world, &Kind::ALL).await;
    let id = match select::entity(&collected.fleet, &inspect.name, &Kind::ALL) {
        Ok(id) => id,
        Err(error) => return Err(collected.faults.into_iter().next().map_or(error, Failure::Unreachable)),
    };
    let subjects = vec![(id.target.clone(), Subject::Detail(id.clone()))];
    let told = collect::events(&world, subjects, 1, |event| matches!(event, Event::Detail(..))).await;
    let Some((_, _, Event::Detail(_, value))) = told.into_iter().next() else {
        return Err(Failure::other(
            &inspect.name,
            "its target does not tell about it",
            "look again: it may be gone",
        ));
    };
    let veil = collected.fleet.veil();
    let state = InspectState::new(id.clone(), collected.fleet.name_of(&id), Tab::Details);
    let mut state = state.under(veil.clone());
    state.set_detail(value.clone());
    if inspect.reveal {
        state.tree.toggle_reveal();
    }
    if global.json {
        output::json(&if inspect.reveal {
            (*value).clone()
        } else {
            crate::core::tree::masked(&value, &veil)
        });
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for line in state.tree.lines() {
        let indent = "  ".repeat(usize::from(line.depth));
        let _ = match &line.value {
            Some(leaf) => writeln!(text, "{indent}{}: {}", line.label, leaf.text),
            None if line.folded => {
                writeln!(text, "{indent}{}: {} entries (with --json)", line.label, line.children)
            }
            None => writeln!(text, "{indent}{}:", line.label),
        };
    }
    output::print(&text);
    Ok(ExitCode::SUCCESS)
}
