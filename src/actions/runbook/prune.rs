//! Remove what nobody uses: each thing named before, and nothing that is not named.
//!
//! The engines' own prune decides on its own what goes, at the moment it runs; before API 1.42 that includes volumes
//! with names. Only the build cache, whose parts mean nothing to anybody, is left to it.

use std::sync::Arc;

use super::choose::names;
use super::draft::Draft;
use super::unused::{is_anonymous, waiting_for};
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::TargetId;
use crate::core::plan::Plan;
use crate::core::plan::op::{Op, Prunable};
use crate::core::table::bytes;
use crate::core::time::{Now, age};

/// One thing to be removed: what the target calls it, and what is lost with it.
struct Item {
    name: Arc<str>,
    loss: String,
    size: Option<u64>,
}

pub(super) fn plan(fleet: &Fleet, target: &TargetId, what: &[Prunable], now: Now) -> Result<Plan, Fault> {
    let mut draft = Draft::of_shared("prune", fleet, target)?;
    let mut done = Vec::new();
    // In the order of a full prune, whatever the order of the request; unused images include the dangling ones.
    let wanted = Prunable::ALL.into_iter().filter(|it| {
        what.contains(it) && !(*it == Prunable::DanglingImages && what.contains(&Prunable::UnusedImages))
    });
    for kind in wanted {
        let (title, items) = if kind == Prunable::BuildCache {
            let Some(size) = build_cache(fleet, target) else { continue };
            draft.lose(format!("{} of build cache: the next builds take longer", bytes(size)));
            (format!("remove the build cache that is not in use ({})", bytes(size)), Vec::new())
        } else {
            let items = items(fleet, target, kind, now);
            if items.is_empty() {
                continue;
            }
            let title = title(kind, &items);
            for item in &items {
                draft.lose(item.loss.clone());
            }
            (title, items.into_iter().map(|it| it.name).collect())
        };
        draft.change_shared(title, Op::Prune { target: target.clone(), what: kind, items });
        done.push(kind.word());
    }
    if done.is_empty() {
        let words: Vec<&str> = what.iter().map(|it| it.word()).collect();
        let cause = match words.as_slice() {
            [] => "it is not said what to prune".to_owned(),
            words => format!("there is nothing to prune: no unused {}", words.join(", ")),
        };
        return Err(Fault::new(target.as_str(), cause, "a volume with a name is removed by its name"));
    }
    Ok(draft.plan(format!("prune {}", done.join(", ")), now))
}

fn items(fleet: &Fleet, target: &TargetId, kind: Prunable, now: Now) -> Vec<Item> {
    match kind {
        Prunable::Containers => containers(fleet, target, now),
        Prunable::DanglingImages => images(fleet, target, true),
        Prunable::UnusedImages => images(fleet, target, false),
        Prunable::Networks => networks(fleet, target),
        Prunable::Volumes => volumes(fleet, target),
        Prunable::BuildCache => Vec::new(),
    }
}

fn containers(fleet: &Fleet, target: &TargetId, now: Now) -> Vec<Item> {
    let stopped = |state| matches!(state, State::Created | State::Exited | State::Dead);
    fleet
        .workloads
        .iter()
        .filter(|it| it.id.target == *target && stopped(it.state))
        .map(|it| {
            let since = it.exit.as_ref().and_then(|exit| exit.at).unwrap_or(it.created);
            let since = age(now.seconds_since(since));
            let (name, state) = (&it.name, it.state.word());
            let loss = format!("what container {name} ({state} {since} ago) wrote, and its logs");
            Item { name: it.id.name.clone(), loss, size: None }
        })
        .collect()
}

fn images(fleet: &Fleet, target: &TargetId, only_dangling: bool) -> Vec<Item> {
    fleet
        .images
        .iter()
        .filter(|it| it.id.target == *target && it.users == 0 && (it.is_dangling() || !only_dangling))
        .map(|it| {
            let name = if it.tags.is_empty() {
                it.short_id().to_owned()
            } else {
                names(it.tags.iter().map(|tag| &**tag))
            };
            let loss = format!("image {name} ({}): it must be pulled or built again", bytes(it.size));
            Item { name: it.id.name.clone(), loss, size: Some(it.size) }
        })
        .collect()
}

fn networks(fleet: &Fleet, target: &TargetId) -> Vec<Item> {
    fleet
        .networks
        .iter()
        .filter(|it| it.id.target == *target && &*it.scope != "swarm")
        .filter(|it| !it.is_engines_own())
        .filter(|it| it.users.is_empty() && waiting_for(fleet, it).is_empty())
        .map(|it| {
            let loss = format!("network {}, with its address ranges and settings", it.name);
            Item { name: it.id.name.clone(), loss, size: None }
        })
        .collect()
}

fn volumes(fleet: &Fleet, target: &TargetId) -> Vec<Item> {
    fleet
        .volumes
        .iter()
        .filter(|it| it.id.target == *target && it.is_dangling() && is_anonymous(&it.id.name))
        .map(|it| {
            let size = it.size.map_or_else(|| "size not known yet".to_owned(), bytes);
            let loss = format!("all data in the anonymous volume {} ({size})", it.id.name);
            Item { name: it.id.name.clone(), loss, size: it.size }
        })
        .collect()
}

fn build_cache(fleet: &Fleet, target: &TargetId) -> Option<u64> {
    let disk = fleet.targets.get(target)?.disk.as_ref()?;
    Some(disk.usage.build_cache_reclaimable).filter(|it| *it > 0)
}

/// `remove 3 dangling images (up to 1.2G)`: images share layers, so that less than the sum may be gained.
fn title(kind: Prunable, items: &[Item]) -> String {
    let (one, many) = match kind {
        Prunable::Containers => ("container that does not run", "containers that do not run"),
        Prunable::DanglingImages => ("dangling image", "dangling images"),
        Prunable::UnusedImages => ("unused image", "unused images"),
        Prunable::Networks => ("unused network", "unused networks"),
        Prunable::Volumes => ("unused anonymous volume", "unused anonymous volumes"),
        Prunable::BuildCache => ("part of the build cache", "parts of the build cache"),
    };
    let noun = if items.len() == 1 { one } else { many };
    let size: u64 = items.iter().filter_map(|it| it.size).sum();
    let size = if size > 0 { format!(" (up to {})", bytes(size)) } else { String::new() };
    format!("remove {} {noun}{size}", items.len())
}
