//! Finding what a name on the command line means.

use super::error::Failure;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::text::clean;
use crate::core::view::table::belongs_to;

/// The one entity of `kinds` that `text` names: by its name, the beginning of its id, or `KIND/NAME`.
pub(super) fn entity(fleet: &Fleet, text: &str, kinds: &[Kind]) -> Result<EntityId, Failure> {
    let (kinds, name) = match text.split_once('/') {
        Some((word, rest)) if kinds.iter().any(|kind| kind.name() == word) => {
            (kinds.iter().copied().filter(|kind| kind.name() == word).collect::<Vec<_>>(), rest)
        }
        _ => (kinds.to_vec(), text),
    };
    let all = ids(fleet, &kinds);
    let exact: Vec<&EntityId> = all
        .iter()
        .filter(|id| *fleet.name_of(id) == *name || *id.name == *name || tagged(fleet, id, name))
        .collect();
    let found =
        if exact.is_empty() { all.iter().filter(|id| begins(&id.name, name)).collect() } else { exact };
    match &*found {
        [one] => Ok((*one).clone()),
        [] => {
            let names: Vec<String> = all.iter().map(|id| fleet.name_of(id).to_string()).collect();
            let meant = did_you_mean(nearest(name, names.iter().map(String::as_str)));
            let what = kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
            let cause = format!("there is no {what} of that name{meant}");
            Err(Failure::usage(&clean(text), &cause, "`qd ls` lists them"))
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|id| format!("{}/{} in {}", id.kind.name(), fleet.name_of(id), id.target))
                .collect();
            let cause = format!("it may mean {}", names.join(", "));
            Err(Failure::usage(&clean(text), &cause, "say KIND/NAME, the id, or --env ENVIRONMENT"))
        }
    }
}

/// The workload that `text` names; a service stands for the first of its workloads that runs.
pub(super) fn workload(fleet: &Fleet, text: &str) -> Result<EntityId, Failure> {
    let id = match entity(fleet, text, &[Kind::Workload]) {
        Ok(id) => return Ok(id),
        Err(error) => entity(fleet, text, &[Kind::Service]).map_err(|_| error)?,
    };
    let members = || fleet.workloads.iter().filter(|it| belongs_to(it, &id));
    let member = members().find(|it| it.is_up()).or_else(|| members().next());
    member.map(|it| it.id.clone()).ok_or_else(|| {
        Failure::usage(&clean(text), "the service has no workload", "`qd ls workloads` lists what there is")
    })
}

fn ids(fleet: &Fleet, kinds: &[Kind]) -> Vec<EntityId> {
    let mut ids = Vec::new();
    for kind in kinds {
        match kind {
            Kind::Workload => ids.extend(fleet.workloads.iter().map(|it| it.id.clone())),
            Kind::Service => ids.extend(fleet.services.iter().map(|it| it.id.clone())),
            Kind::Host => ids.extend(fleet.hosts.iter().map(|it| it.id.clone())),
            Kind::Image => ids.extend(fleet.images.iter().map(|it| it.id.clone())),
            Kind::Volume => ids.extend(fleet.volumes.iter().map(|it| it.id.clone())),
            Kind::Network => ids.extend(fleet.networks.iter().map(|it| it.id.clone())),
            Kind::Database => ids.extend(fleet.managed.iter().map(|it| it.id.clone())),
            Kind::LogGroup => ids.extend(fleet.log_groups.iter().map(|it| it.id.clone())),
        }
    }
    ids
}

fn tagged(fleet: &Fleet, id: &EntityId, name: &str) -> bool {
    fleet.images.get(id).is_some_and(|image| image.tags.iter().any(|tag| **tag == *name))
}

/// At least four letters, as Docker's own client wants for less than a whole id.
fn begins(id: &str, text: &str) -> bool {
    text.len() >= 4 && id.strip_prefix("sha256:").unwrap_or(id).starts_with(text)
}
