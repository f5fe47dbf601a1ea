//! `qd keys`: the keys in force.

use std::process::ExitCode;

use serde_json::json;

use super::args::{Global, Keys};
use super::error::Failure;
use super::output;
use super::world::World;
use crate::core::command::Context;

/// Prints them.
pub(super) fn run(global: &Global, keys: &Keys) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let keymap = &world.config.keymap;
    let contexts = match &keys.context {
        Some(name) => vec![Context::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = Context::ALL.iter().map(|it| it.name()).collect();
            Failure::usage(name, "there is no such place", &format!("use one of {}", known.join(", ")))
        })?],
        None => Context::ALL.to_vec(),
    };
    if global.json {
        let all: Vec<_> = contexts
            .iter()
            .flat_map(|context| keymap.bindings(*context).map(move |it| (context, it)))
            .map(|(context, it)| {
                json!({
                    "context": context.name(),
                    "keys": it.keys.to_string(),
                    "command": it.invocation.to_string(),
                    "doc": it.invocation.command.doc(),
                })
            })
            .collect();
        output::json(&all);
        return Ok(ExitCode::SUCCESS);
    }
    output::print(&format!("# keymap {}\n", keymap.name()));
    for context in contexts {
        let bindings: Vec<_> = keymap.bindings(context).filter(|it| it.context == context).collect();
        if bindings.is_empty() {
            continue;
        }
        output::print(&format!("\n[{}]\n", context.name()));
        for it in bindings {
            let (keys, command) = (it.keys.to_string(), it.invocation.to_string());
            output::print(&format!("{keys:<16} {command:<20} {}\n", it.invocation.command.doc()));
        }
    }
    Ok(ExitCode::SUCCESS)
}
