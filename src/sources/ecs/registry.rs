//! The images in the repositories that the tasks of a cluster run from.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::{moment, text};
use crate::clients::aws::ecs::{DateTime, types};
use crate::clients::aws::registry::{Repository, types::ImageDetail};
use crate::clients::aws::{AwsError, Cloud, Clouds};
use crate::core::entity::Image;
use crate::core::id::{EntityId, Kind, TargetId};

/// Repositories of one cluster that are looked at, at most.
const REPOSITORIES: usize = 20;
/// Images of one repository that are kept: the newest, and those that run.
const IMAGES: usize = 200;
/// How often a repository is looked into.
const LOOK_EVERY: Duration = Duration::from_mins(5);

/// What a list of images for several platforms is called.
/// <https://github.com/opencontainers/image-spec/blob/main/media-types.md> and
/// <https://distribution.github.io/distribution/spec/manifest-v2-2/>.
const INDEXES: &[&str] =
    &["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];

/// What is in the repositories that tasks run from.
#[derive(Default)]
pub(super) struct Shelves(BTreeMap<Repository, Shelf>);

/// What is in one repository, as it was told last.
#[derive(Default)]
struct Shelf {
    images: Vec<ImageDetail>,
    /// The digests that ran when it was asked, those that it does not have included.
    running: BTreeSet<String>,
    at: Option<Instant>,
    /// Why it cannot be read.
    lacks: Option<AwsError>,
}

impl Shelves {
    /// Looks into the repositories of the running `tasks`: now and then, and at once where one runs what none ran before.
    pub(super) async fn look(&mut self, cloud: &Cloud, clouds: &Clouds, tasks: &[types::Task]) {
        let wanted = repositories(tasks);
        self.0.retain(|it, _| wanted.contains_key(it));
        for (repository, running) in wanted {
            let known = self.0.entry(repository.clone()).or_default();
            let is_due = known.at.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
            if !is_due && running.is_subset(&known.running) {
                continue;
            }
            let answer = cloud.in_region(&repository.region, clouds).images_in(&repository).await;
            (known.images, known.lacks) = match answer {
                Ok(images) => (newest(images, &running), None),
                // What it had may be gone by now.
                Err(error) => (Vec::new(), Some(error)),
            };
            (known.running, known.at) = (running, Some(Instant::now()));
        }
    }

    /// What could not be read.
    pub(super) fn lacks(&self) -> impl Iterator<Item = &AwsError> {
        self.0.values().filter_map(|it| it.lacks.as_ref())
    }

    /// The images; one that stands in several repositories has the names of all.
    pub(super) fn images(&self, target: &TargetId, tasks: &[types::Task]) -> Vec<Image> {
        let mut users: HashMap<&str, u32> = HashMap::new();
        for digest in containers(tasks).filter_map(types::Container::image_digest) {
            *users.entry(digest).or_default() += 1;
        }
        let mut all: BTreeMap<&str, Image> = BTreeMap::new();
        for (repository, shelf) in &self.0 {
            for it in &shelf.images {
                let Some(digest) = it.image_digest() else { continue };
                let pushed = moment(it.image_pushed_at()).unwrap_or(Timestamp::UNIX_EPOCH);
                let image = all.entry(digest).or_insert_with(|| Image {
                    id: EntityId::new(Kind::Image, target, text(Some(digest))),
                    tags: Vec::new(),
                    digests: Vec::new(),
                    size: it.image_size_in_bytes().and_then(|it| u64::try_from(it).ok()).unwrap_or(0),
                    created: pushed,
                    users: users.get(digest).copied().unwrap_or(0),
                    is_index: it.image_manifest_media_type().is_some_and(|it| INDEXES.contains(&it)),
                });
                let called = |name: String| text(Some(&name));
                image.tags.extend(it.image_tags().iter().map(|tag| called(format!("{repository}:{tag}"))));
                image.digests.push(called(format!("{repository}@{digest}")));
                image.created = image.created.max(pushed);
            }
        }
        all.into_values().collect()
    }
}

fn containers(tasks: &[types::Task]) -> impl Iterator<Item = &types::Container> {
    tasks.iter().flat_map(types::Task::containers)
}

/// The repositories of some tasks, with the digests that run from each.
fn repositories(tasks: &[types::Task]) -> BTreeMap<Repository, BTreeSet<String>> {
    let mut all: BTreeMap<Repository, BTreeSet<String>> = BTreeMap::new();
    for it in containers(tasks) {
        if let Some(repository) = it.image().and_then(Repository::of) {
            all.entry(repository).or_default().extend(it.image_digest().map(str::to_owned));
        }
    }
    while all.len() > REPOSITORIES {
        all.pop_last();
    }
    all
}

/// The images that were pushed last, and those that run.
fn newest(mut images: Vec<ImageDetail>, running: &BTreeSet<String>) -> Vec<ImageDetail> {
    images.sort_by_key(|it| Reverse(it.image_pushed_at().map(DateTime::secs)));
    let older = images.split_off(images.len().min(IMAGES));
    let runs = |it: &ImageDetail| it.image_digest().is_some_and(|digest| running.contains(digest));
    images.extend(older.into_iter().filter(runs));
    images
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(images: &[(&str, &str)]) -> types::Task {
        let container = |(name, digest): &(&str, &str)| {
            let image = format!("123456789012.dkr.ecr.us-east-1.amazonaws.com/{name}");
            types::Container::builder().image(image).image_digest(*digest).build()
        };
        types::Task::builder().set_containers(Some(images.iter().map(container).collect())).build()
    }

    #[test]
    fn each_repository_counts_once_however_many_run_from_it() {
        let tasks: Vec<_> = (0..50).map(|_| task(&[("api:1", "sha256:a"), ("web:1", "sha256:b")])).collect();
        let names: Vec<_> = repositories(&tasks).into_keys().map(|it| it.name).collect();
        assert_eq!(names, ["api", "web"]);
        let many: Vec<_> = (0..50).map(|it| task(&[(&*format!("r{it}:1"), "sha256:a")])).collect();
        assert_eq!(repositories(&many).len(), REPOSITORIES);
    }

    #[test]
    fn of_many_images_the_newest_are_kept_and_what_runs() {
        let image = |at: i64| {
            let pushed = DateTime::from_secs(at);
            ImageDetail::builder().image_digest(format!("sha256:{at}")).image_pushed_at(pushed).build()
        };
        let all = (0..IMAGES as i64 + 50).map(image).collect();
        let kept = newest(all, &BTreeSet::from(["sha256:3".to_owned()]));
        assert_eq!(kept.len(), IMAGES + 1);
        assert_eq!(kept.last().and_then(|it| it.image_digest()), Some("sha256:3"));
    }
}
