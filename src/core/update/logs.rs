//! Whose logs are meant, and what is asked about them.

use std::sync::Arc;

use super::{named, screens};
use crate::core::id::{EntityId, Kind};
use crate::core::model::Model;
use crate::core::screen::Screen;
use crate::core::selector::Selector;
use crate::core::table::RowId;
use crate::core::time::moment;
use crate::core::view::logs::Whose;

/// Whose logs are meant by a name, a selector or, without either, by what is marked or selected.
pub(super) fn whose(model: &Model, argument: Option<&str>) -> Result<Whose, String> {
    if argument.is_none()
        && let Some(table) = model.table_in_sight()
    {
        let marked: Vec<EntityId> = table.marked().into_iter().filter_map(workload_row).cloned().collect();
        if !marked.is_empty() {
            return Ok(Whose::These(marked));
        }
        if let Some(RowId::Environment(id)) = table.selected() {
            return Ok(Whose::Selected(Selector::Environment(Arc::from(id.as_str()))));
        }
    }
    let id = match (named::meant(model, argument), argument) {
        (Ok(id), _) => id,
        // What is no name may say what several have in common.
        (Err(why), Some(text)) => {
            return Selector::read(text, &model.fleet).map(Whose::Selected).map_err(|_| why);
        }
        (Err(why), None) => return Err(why),
    };
    match id.kind {
        Kind::Workload | Kind::LogGroup => Ok(Whose::These(vec![id])),
        Kind::Service if screens::workload_of(model, &id).is_some() => Ok(Whose::Service(id)),
        _ => Err(format!("{} has no workload", model.fleet.name_of(&id))),
    }
}

/// Compares the lines before and after a moment: the one that is named, that of the selected change, or that of the line in
/// sight.
pub(super) fn compare(model: &mut Model, argument: Option<&str>) {
    let (now, zone, window) = (model.now, model.settings.zone.clone(), model.log_window());
    let named = argument.map(|text| moment(text, now, &zone));
    let of_change = model.table_in_sight().and_then(|table| match table.selected()? {
        RowId::Change(id) => model.fleet.timeline.get(*id).map(|it| it.change.at),
        _ => None,
    });
    let at = match (named, model.screen()) {
        (Some(Err(why)), _) => return screens::say(model, &format!("compare: {why}")),
        (Some(Ok(at)), _) => Some(at),
        (None, Screen::Logs(logs)) => logs.moment_in_sight(window),
        (None, _) => of_change,
    };
    let Some(at) = at else {
        return screens::say(model, "compare: go to a moment first, or name one, as in :compare 09:10");
    };
    if !matches!(model.screen(), Screen::Logs(_)) {
        match whose(model, None) {
            Ok(whose) => screens::logs(model, whose),
            Err(why) => return screens::say(model, &format!("compare: {why}")),
        }
    }
    if let Some(Screen::Logs(logs)) = model.stack.last_mut() {
        logs.read_back_before(at, window);
    }
    screens::kinds(model, Some(at));
}

fn workload_row(row: &RowId) -> Option<&EntityId> {
    match row {
        RowId::Entity(id) if matches!(id.kind, Kind::Workload | Kind::LogGroup) => Some(id),
        _ => None,
    }
}
