//! What a name in a command means: `logs web`, `inspect postgres:17`.

use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::model::Model;
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::sight;
use crate::core::text::clean;

/// The entity that is named, or the one that the screen in sight is about.
pub(super) fn meant(model: &Model, name: Option<&str>) -> Result<EntityId, String> {
    match name {
        Some(name) => entity(&model.fleet, name),
        None => sight::subject(model).cloned().ok_or_else(|| "select something first".to_owned()),
    }
}

/// The entity that is called so: by its name, by the beginning of its id, or by a name that only one of all contains.
/// Where the same name is there more than once, a workload goes before a service, and either before anything else.
pub(super) fn entity(fleet: &Fleet, text: &str) -> Result<EntityId, String> {
    let all = || ids(fleet).map(|id| (id, fleet.name_of(id)));
    let exact = all().find(|(id, name)| **name == *text || *id.name == *text);
    if let Some((id, _)) = exact {
        return Ok(id.clone());
    }
    let begins = |id: &EntityId| id.name.strip_prefix("sha256:").unwrap_or(&id.name).starts_with(text);
    let lower = text.to_lowercase();
    let like: Vec<_> =
        all().filter(|(id, name)| begins(id) || name.to_lowercase().contains(&lower)).collect();
    match &*like {
        [(id, _)] => Ok((*id).clone()),
        [] => {
            let names: Vec<_> = all().map(|(_, name)| name).collect();
            let meant = did_you_mean(nearest(text, names.iter().map(|name| &**name)));
            Err(format!("nothing is called “{}”{meant}", clean(text)))
        }
        [(_, first), (_, second), others @ ..] => {
            let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            Err(format!("“{}” may mean {first}, {second}{more}: say more of it", clean(text)))
        }
    }
}

fn ids(fleet: &Fleet) -> impl Iterator<Item = &EntityId> {
    let (workloads, services) = (fleet.workloads.iter(), fleet.services.iter());
    workloads
        .map(|it| &it.id)
        .chain(services.map(|it| &it.id))
        .chain(fleet.hosts.iter().map(|it| &it.id))
        .chain(fleet.images.iter().map(|it| &it.id))
        .chain(fleet.volumes.iter().map(|it| &it.id))
        .chain(fleet.networks.iter().map(|it| &it.id))
        .chain(fleet.log_groups.iter().map(|it| &it.id))
}
