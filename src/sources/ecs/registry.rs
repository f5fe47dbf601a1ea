//! The images in the repositories that the tasks of a cluster run from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::{moment, text};
use crate::clients::aws::ecs::types;
use crate::clients::aws::registry::{Repository, types::ImageDetail};
use crate::core::entity::Image;
use crate::core::id::{EntityId, Kind, TargetId};

/// Repositories of one cluster that are looked at, at most.
const REPOSITORIES: usize = 20;

/// What is in each repository.
pub(super) type Shelves = BTreeMap<Repository, Vec<ImageDetail>>;

/// The repositories of some tasks.
pub(super) fn repositories(tasks: &[types::Task]) -> BTreeSet<Repository> {
    let images = tasks.iter().flat_map(types::Task::containers).filter_map(types::Container::image);
    images.filter_map(Repository::of).take(REPOSITORIES).collect()
}

/// The images in these repositories; one that stands in several of them has the names of all.
pub(super) fn images(target: &TargetId, shelves: &Shelves, tasks: &[types::Task]) -> Vec<Image> {
    let mut users: HashMap<&str, u32> = HashMap::new();
    for digest in tasks.iter().flat_map(types::Task::containers).filter_map(types::Container::image_digest) {
        *users.entry(digest).or_default() += 1;
    }
    let mut all: BTreeMap<&str, Image> = BTreeMap::new();
    for (repository, details) in shelves {
        for it in details {
            let Some(digest) = it.image_digest() else { continue };
            let pushed = moment(it.image_pushed_at()).unwrap_or(Timestamp::UNIX_EPOCH);
            let image = all.entry(digest).or_insert_with(|| Image {
                id: EntityId::new(Kind::Image, target, text(Some(digest))),
                tags: Vec::new(),
                digests: Vec::new(),
                size: it.image_size_in_bytes().and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
                created: pushed,
                users: users.get(digest).copied().unwrap_or(0),
            });
            let named = |name: String| text(Some(&name));
            image.tags.extend(it.image_tags().iter().map(|tag| named(format!("{repository}:{tag}"))));
            image.digests.push(named(format!("{repository}@{digest}")));
            image.created = image.created.max(pushed);
        }
    }
    all.into_values().collect()
}
