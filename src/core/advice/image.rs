//! Rules about what runs beside what registries have.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, by_tier};
use crate::core::change::Weight;
use crate::core::entity::{Image, Workload};
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, TargetId};

/// The images of a cluster's registries by the repositories that they are in.
fn shelves(fleet: &Fleet) -> BTreeMap<(&TargetId, &str), Vec<&Image>> {
    let mut shelves: BTreeMap<_, Vec<&Image>> = BTreeMap::new();
    for image in fleet.images.iter() {
        for name in &image.digests {
            let repository = name.split('@').next().unwrap_or_default();
            shelves.entry((&image.id.target, repository)).or_default().push(image);
        }
    }
    shelves
}

/// Repository and whole name of an image that a task runs; nothing where it is named by its digest.
fn named(image: &str) -> Option<(&str, Cow<'_, str>)> {
    let slash = image.rfind('/').unwrap_or(0);
    if image[slash..].contains('@') {
        return None;
    }
    Some(match image[slash..].find(':') {
        Some(colon) => (&image[..slash + colon], Cow::Borrowed(image)),
        // What is called by no tag is called by this one.
        None => (image, Cow::Owned(format!("{image}:latest"))),
    })
}

/// The service that a container belongs to; the container where it belongs to none.
fn about(it: &Workload) -> EntityId {
    it.service_id().unwrap_or_else(|| it.id.clone())
}

/// Containers of tasks that run another image than their tag names by now, or one that is gone.
pub(super) fn drift(fleet: &Fleet, findings: &mut Findings<'_>) {
    let shelves = shelves(fleet);
    let mut seen = BTreeSet::new();
    for it in fleet.workloads.iter().filter(|it| it.is_up() && !it.image_digest.is_empty()) {
        let (Some(task), Some((repository, name))) = (&it.task, named(&it.image)) else { continue };
        let Some(shelf) = shelves.get(&(&it.id.target, repository)) else { continue };
        let newest = shelf.iter().find(|image| image.tags.iter().any(|tag| **tag == *name));
        let is_kept = shelf.iter().any(|image| image.id.name == it.image_digest);
        let (weight, what, next) = match newest {
            // Which of the images of an index runs, the registry does not tell.
            Some(image) if image.id.name == it.image_digest || image.is_index => continue,
            Some(_) => (
                Weight::Notable,
                format!(
                    "{} runs another image than {} names by now: a newer one was pushed",
                    it.name, it.image
                ),
                "deploy it, or name images by a tag that stays; a task that starts by itself takes the new one",
            ),
            None if is_kept => (
                by_tier(fleet, &it.id),
                format!("{} runs {}, and the registry has no image of that name any more", it.name, it.image),
                "push it again or deploy another one: a new task cannot start",
            ),
            None => (
                by_tier(fleet, &it.id),
                format!("{} runs {}, and that image is gone from the registry", it.name, it.image),
                "push it again or deploy another one: a new task cannot start",
            ),
        };
        // Of the tasks of a service one stands for all.
        if seen.insert((about(it), &task.container)) {
            findings.add(&about(it), &task.container, weight, what, next);
        }
    }
}

/// Repositories with one image: what ran before cannot run again.
pub(super) fn no_way_back(fleet: &Fleet, findings: &mut Findings<'_>) {
    let shelves = shelves(fleet);
    let mut seen = BTreeSet::new();
    for it in fleet.workloads.iter().filter(|it| it.is_up() && it.task.is_some()) {
        let Some((name, _)) = named(&it.image) else { continue };
        let is_alone = |shelf: &Vec<&Image>| {
            let mut called = shelf.iter().filter(|it| !it.tags.is_empty());
            match (called.next(), called.next()) {
                // Others without a name are those that it stands for, if they stand for none themselves.
                (Some(only), None) => {
                    shelf.len() == 1 || only.is_index && shelf.iter().filter(|it| it.is_index).count() == 1
                }
                _ => false,
            }
        };
        let is_alone = shelves.get(&(&it.id.target, name)).is_some_and(is_alone);
        if is_alone && seen.insert((&it.id.target, name)) {
            let what = format!("{name} has one image only: what ran before cannot run again");
            let next =
                "let its lifecycle policy keep the last ten images, those with a tag of a commit above all";
            findings.add(&about(it), name, Weight::Notable, what, next);
        }
    }
}
