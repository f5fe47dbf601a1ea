//! `qd diff`: what differs between two revisions of task definitions.

use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use super::args::{Diff, Global};
use super::error::Failure;
use super::world::World;
use super::{collect, output};
use crate::core::difference::differences;
use crate::core::entity::revision;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::TargetId;
use crate::core::subject::Subject;
use crate::core::target::Technology;
use crate::core::text::clean;
use crate::core::view::difference::{page, text};

/// Prints it. That there is a difference is no error.
pub(super) async fn run(global: &Global, diff: Diff) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let names = [named(&diff.before)?, named(&diff.after)?];
    let [before, after] = whole(&world, &names).await?;
    let redactor = world.fleet().redactor;
    let all = differences(&before, &after, &redactor);
    if global.json {
        output::json(&json!({ "before": names[0], "after": names[1], "differences": all }));
    } else {
        output::print(&format!("{}\n", text(&page(&names, &[], &all))));
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of a revision, if it is one.
fn named(text: &str) -> Result<Arc<str>, Failure> {
    match revision::split(text) {
        Some(_) => Ok(Arc::from(text)),
        None => {
            let next = "write FAMILY:REVISION; `qd ls revisions --service NAME` lists them";
            Err(Failure::usage(&clean(text), "it is no revision of a task definition", next))
        }
    }
}

/// Both, from the first cluster that knows them; else why not.
async fn whole(world: &World, names: &[Arc<str>; 2]) -> Result<[Arc<Value>; 2], Failure> {
    let clusters = world.targets.iter().filter(|(_, it)| it.reader.technology() == Technology::Ecs);
    let mut why = None;
    for (target, _) in clusters {
        match both(world, target, names).await {
            Ok(both) => return Ok(both),
            Err(fault) => why = why.or(Some(fault)),
        }
    }
    let none =
        || Fault::new("task definitions", "there is no ECS cluster", "`qd init` shows how one is configured");
    Err(Failure::Unreachable(why.unwrap_or_else(none)))
}

async fn both(world: &World, target: &TargetId, names: &[Arc<str>; 2]) -> Result<[Arc<Value>; 2], Fault> {
    let of = async |name: &Arc<str>| {
        let subject = Subject::Definition(Arc::clone(name));
        let is_it = |event: &Event| matches!(event, Event::Definition(..));
        match collect::answer(world, target, subject, is_it).await? {
            Event::Definition(_, tree) => Ok(tree),
            _ => Err(Fault::new(name, "it was not told", "")),
        }
    };
    let [before, after] = names;
    Ok([of(before).await?, of(after).await?])
}
