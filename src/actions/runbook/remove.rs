//! Remove entities for good.

use super::choose::{Unfit, gone, names, workloads};
use super::draft::{Draft, doing};
use super::unused::{is_anonymous, waiting_for};
use crate::actions::settle::GONE_WITHIN;
use crate::core::entity::workload::State;
use crate::core::entity::{Image, Network, Volume, Workload};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::{Op, Until};
use crate::core::plan::{Plan, Undo};
use crate::core::table::bytes;
use crate::core::time::Now;

/// How to remove.
#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) volumes: bool,
    pub(super) force: bool,
}

pub(super) fn plan(fleet: &Fleet, ids: &[EntityId], how: How, now: Now) -> Result<Plan, Fault> {
    let mut whole: Vec<EntityId> = Vec::new();
    for id in ids {
        match id.kind {
            Kind::Workload | Kind::Service => {
                let chosen = workloads(fleet, std::slice::from_ref(id), |it| fits(it, how))?;
                whole.extend(chosen.into_iter().map(|it| it.id.clone()));
            }
            _ => whole.push(id.clone()),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    whole.retain(|id| seen.insert(id.clone()));
    let mut draft = Draft::of("remove", fleet, &whole)?;
    for id in &whole {
        let name = fleet.name_of(id);
        let missing = || gone(fleet, id);
        let (facts, extra) = match id.kind {
            Kind::Workload => {
                workload(&mut draft, fleet, fleet.workloads.get(id).ok_or_else(missing)?, how, now)
            }
            Kind::Image => image(&mut draft, fleet, fleet.images.get(id).ok_or_else(missing)?, how)?,
            Kind::Volume => volume(&mut draft, fleet.volumes.get(id).ok_or_else(missing)?)?,
            Kind::Network => network(&mut draft, fleet, fleet.networks.get(id).ok_or_else(missing)?, how)?,
            Kind::Host | Kind::Service | Kind::Database | Kind::LogGroup => {
                let cause = format!("{} cannot be removed from here", id.kind.one());
                return Err(Fault::new(&name, cause, "remove what is on it"));
            }
        };
        let title = format!("remove {} {name}{extra}", id.kind.name());
        let op = Op::Remove { id: id.clone(), volumes: how.volumes, force: how.force };
        draft.change(&name, title, op, facts, Undo::Nothing);
        draft.verify(&name, id, Until::Gone, GONE_WITHIN);
    }
    let all: Vec<_> = whole.iter().map(|id| fleet.name_of(id)).collect();
    Ok(draft.plan(format!("remove {}", names(all.iter().map(|it| &**it))), now))
}

fn fits(workload: &Workload, how: How) -> Result<(), Unfit> {
    match workload.state {
        State::Running | State::Paused | State::Restarting if !how.force => {
            Err(Unfit::new("it runs", "stop it first, or remove it by force"))
        }
        State::Removing => Err(Unfit::new("it is being removed already", "wait until it is gone")),
        _ => Ok(()),
    }
}

fn workload(
    draft: &mut Draft,
    fleet: &Fleet,
    workload: &Workload,
    how: How,
    now: Now,
) -> (Facts, &'static str) {
    draft.lose(format!("what {} wrote outside of its volumes, and its logs", workload.name));
    if how.volumes {
        for name in workload.mounts.iter().filter(|it| is_anonymous(it)) {
            let id = EntityId::new(Kind::Volume, &workload.id.target, name);
            let size = fleet.volumes.get(&id).and_then(|it| it.size);
            let size = size.map_or_else(String::new, |size| format!(" ({})", bytes(size)));
            draft
                .lose(format!("the anonymous volume {name} of {}{size}, with all data in it", workload.name));
        }
    }
    let extra = match (workload.is_up(), how.volumes) {
        (true, true) => ", which runs and is killed, with its anonymous volumes",
        (true, false) => ", which runs and is killed",
        (false, true) => " with its anonymous volumes",
        (false, false) => "",
    };
    (doing(workload, now), extra)
}

fn image(draft: &mut Draft, fleet: &Fleet, image: &Image, how: How) -> Result<(Facts, &'static str), Fault> {
    let name = fleet.name_of(&image.id);
    let users: Vec<&Workload> = fleet
        .workloads
        .iter()
        .filter(|it| it.id.target == image.id.target && it.image_digest == image.id.name)
        .collect();
    if let Some(user) = users.iter().find(|it| it.is_up()) {
        let cause = format!("{} runs it", user.name);
        return Err(Fault::new(&name, cause, format!("stop and remove {} first", user.name)));
    }
    if !users.is_empty() && !how.force {
        let users = names(users.iter().map(|it| &*it.name));
        let cause = format!("{users} could not start again without it");
        return Err(Fault::new(&name, cause, "remove that first, or remove the image by force"));
    }
    let others = image.tags.get(1..).unwrap_or_default();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!(", which is also {}", names(others.iter().map(|it| &**it)))
    };
    draft.lose(format!("the image {name}{others} ({}): it must be pulled or built again", bytes(image.size)));
    Ok((Facts::of_image(image), if others.is_empty() { "" } else { " under all its names" }))
}

fn volume(draft: &mut Draft, volume: &Volume) -> Result<(Facts, &'static str), Fault> {
    let name = &volume.id.name;
    if !volume.is_dangling() {
        let users = names(volume.users.iter().map(|it| &**it));
        return Err(Fault::new(name, format!("{users} mounts it"), "remove what mounts it first"));
    }
    let size = volume.size.map_or_else(|| "its size is not known yet".to_owned(), bytes);
    draft.lose(format!("all data in the volume {name} ({size})"));
    Ok((Facts::of_volume(volume).only(&[Aspect::Name, Aspect::Created]), ""))
}

fn network(
    draft: &mut Draft,
    fleet: &Fleet,
    network: &Network,
    how: How,
) -> Result<(Facts, &'static str), Fault> {
    let name = &network.name;
    if network.is_engines_own() {
        return Err(Fault::new(name, "the engine itself needs this network", "leave it"));
    }
    if !network.users.is_empty() {
        let users = names(network.users.iter().map(|it| &**it));
        return Err(Fault::new(name, format!("{users} is attached to it"), "stop or disconnect that first"));
    }
    let waiting = waiting_for(fleet, network);
    if !waiting.is_empty() && !how.force {
        let cause = format!("{} could not start again without it", names(waiting.iter().copied()));
        return Err(Fault::new(name, cause, "remove that first, or remove the network by force"));
    }
    draft.lose(format!("the network {name}, with its address ranges and settings"));
    Ok((Facts::of_network(network).only(&[Aspect::Name]), ""))
}
