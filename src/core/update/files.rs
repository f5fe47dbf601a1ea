//! What is written into files: the list in sight, and bundles about workloads.

use super::{choose, screens};
use crate::core::bundle::{Ask, BACK};
use crate::core::model::Model;
use crate::core::msg::Effect;
use crate::core::sight;
use crate::core::size::many;
use crate::core::table::{self, Format};
use crate::core::time::moment;

/// Has everything about what is chosen written into one file.
pub(super) fn bundle(model: &mut Model, argument: Option<&str>, effects: &mut Vec<Effect>) {
    let since = match argument {
        None => model.now.0.checked_sub(BACK).ok(),
        Some("all") => None,
        Some(text) => match moment(text, model.now, &model.settings.zone) {
            Ok(since) => Some(since),
            Err(error) => return screens::say(model, &format!("bundle: {error}; `all` takes everything")),
        },
    };
    let ask = Ask::of(&model.fleet, &sight::workloads(model), model.now.0, since, None);
    let count = ask.workloads.len() as u64;
    screens::say(model, &format!("bundle: begun, of {}", many(count, "workload")));
    model.bundling = true;
    effects.push(Effect::Bundle(Box::new(ask)));
}

/// Has the list in sight written into a file, or lets its format be chosen.
pub(super) fn export(model: &mut Model, argument: Option<&str>, effects: &mut Vec<Effect>) {
    let Some(list) = model.table_in_sight() else { return };
    let Some(argument) = argument else { return choose::export(model) };
    let format = match argument.parse::<Format>() {
        Ok(format) => format,
        Err(error) => return screens::say(model, &format!("export: {error}")),
    };
    let scene = model.scene();
    let rows: Vec<_> =
        list.order().iter().filter_map(|id| list.kind.cells(&scene, id, &list.columns)).collect();
    let text = table::export(format, &list.shown_heads(), &rows);
    let name = list.kind.name().to_owned();
    effects.push(Effect::Export { name, ending: format.ending(), text });
}
