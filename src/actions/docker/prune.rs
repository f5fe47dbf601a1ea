//! Removing what nobody uses: the named things one by one, without force, so that the engine itself refuses whatever
//! came into use since.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::facts;
use super::failure::{failed, unanswered};
use crate::actions::performer::{ActionError, Outcome};
use crate::clients::docker::entity::workload::{Place, listed};
use crate::clients::docker::{Cause, ClientError, Control};
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::plan::op::Prunable;
use crate::core::size::many;
use crate::core::table::bytes;

/// How many things that stay are named with their reason.
const NAMED: usize = 3;

/// Removes the listed things.
pub(super) async fn remove(
    control: &Control,
    target: &TargetId,
    what: Prunable,
    items: &[Arc<str>],
) -> Result<Outcome, ActionError> {
    if what == Prunable::BuildCache {
        let pruned = control.prune_build_cache().await.map_err(|error| failed(&error, true))?;
        let size = pruned.bytes.map_or_else(String::new, |size| format!(", {}", bytes(size)));
        return Ok(Outcome::of(format!("{} removed{size}", pruned.removed.len())));
    }
    let used = if matches!(what, Prunable::DanglingImages | Prunable::UnusedImages) {
        images_in_use(control, target).await?
    } else {
        BTreeSet::new()
    };
    let mut tally = Tally::default();
    for item in items {
        let done = match what {
            Prunable::Containers => control.remove_container(item, false, false).await.map(drop),
            Prunable::Networks => control.remove_network(item).await,
            Prunable::Volumes => control.remove_volume(item, false).await,
            Prunable::DanglingImages | Prunable::UnusedImages if used.contains(item) => {
                tally.stays(item, "a container uses it by now");
                continue;
            }
            Prunable::DanglingImages | Prunable::UnusedImages => {
                image(control, item, false).await.map(|removed| tally.images.add(&removed))
            }
            Prunable::BuildCache => Ok(()),
        };
        match done {
            Ok(()) => tally.removed += 1,
            Err(error) if error.is_gone() => tally.stays(item, "it was gone already"),
            // Docker refuses what came into use with 409, Podman with 500: what is still there was refused.
            Err(ClientError { cause: Cause::Engine { message, .. }, .. })
                if still_there(control, target, what, item).await? =>
            {
                tally.stays(item, &message);
            }
            Err(error) if tally.removed == 0 => return Err(failed(&error, true)),
            Err(error) => {
                let fault = failed(&error, true).fault().clone();
                let cause =
                    format!("{} (after {} of {} were removed)", fault.cause, tally.removed, items.len());
                return Err(ActionError::Unclear(Fault { cause: Arc::from(cause), ..fault }));
            }
        }
    }
    tally.outcome(items.len())
}

async fn still_there(
    control: &Control,
    target: &TargetId,
    what: Prunable,
    item: &str,
) -> Result<bool, ActionError> {
    let kind = match what {
        Prunable::Containers => Kind::Workload,
        Prunable::Networks => Kind::Network,
        Prunable::Volumes => Kind::Volume,
        Prunable::DanglingImages | Prunable::UnusedImages => Kind::Image,
        Prunable::BuildCache => return Ok(false),
    };
    facts::of(control.engine(), &EntityId::new(kind, target, item)).await.map(|it| it.is_some())
}

async fn images_in_use(control: &Control, target: &TargetId) -> Result<BTreeSet<Arc<str>>, ActionError> {
    let containers = control.engine().containers().await.map_err(|error| unanswered(&error))?;
    let here = Place { target: target.clone(), host: Arc::from("") };
    Ok(containers.iter().map(|it| listed(&here, it).image_digest).collect())
}

/// What became of the listed things.
#[derive(Default)]
struct Tally {
    removed: usize,
    images: Layers,
    staying: Vec<String>,
}

impl Tally {
    fn stays(&mut self, item: &str, why: &str) {
        self.staying.push(format!("{}: {why}", item.get(..12).unwrap_or(item)));
    }

    fn outcome(self, of: usize) -> Result<Outcome, ActionError> {
        let mut words = format!("{} of {of} removed", self.removed);
        if self.images != Layers::default() {
            words = format!("{words} ({})", self.images.words());
        }
        if !self.staying.is_empty() {
            let named = self.staying.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
            let more = self.staying.len().saturating_sub(NAMED);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            words = format!("{words}; left: {named}{more}");
        }
        if self.removed == 0 {
            return Err(ActionError::NotDone(Fault::new("prune", words, "look at the list again")));
        }
        Ok(Outcome::of(words))
    }
}

/// What an engine counts when it removes images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Layers {
    untagged: usize,
    deleted: usize,
}

impl Layers {
    fn add(&mut self, more: &Self) {
        self.untagged += more.untagged;
        self.deleted += more.deleted;
    }

    fn count(answer: &[String]) -> Self {
        let deleted = answer.iter().filter(|it| it.starts_with("sha256:")).count();
        Self { untagged: answer.len() - deleted, deleted }
    }

    /// `2 names and 5 layers`.
    pub(super) fn words(self) -> String {
        format!("{} and {}", many(self.untagged as u64, "name"), many(self.deleted as u64, "layer"))
    }
}

/// Removes an image under all its names: by its id alone an engine refuses one that has several.
pub(super) async fn image(control: &Control, id: &str, force: bool) -> Result<Layers, ClientError> {
    let about = control.engine().inspect_image(id).await?;
    let tags = about.get("RepoTags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).filter(|it| *it != "<none>:<none>").collect();
    let mut removed = Layers::default();
    if force || tags.is_empty() {
        removed.add(&Layers::count(&control.remove_image(id, force).await?));
        return Ok(removed);
    }
    for tag in tags {
        removed.add(&Layers::count(&control.remove_image(tag, false).await?));
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_said_with_its_reason() {
        let mut tally = Tally { removed: 2, ..Tally::default() };
        for item in ["0123456789abcdef", "b", "c", "d", "e"] {
            tally.stays(item, "in use");
        }
        assert_eq!(
            &*tally.outcome(7).unwrap().text,
            "2 of 7 removed; left: 0123456789ab: in use; b: in use; c: in use; and 2 more"
        );
        let mut none = Tally::default();
        none.stays("a", "in use");
        assert!(none.outcome(1).unwrap_err().to_string().contains("0 of 1 removed; left: a: in use"));
    }

    #[test]
    fn names_and_layers_are_counted_apart() {
        let answer = ["app:1", "sha256:aa", "app@sha256:cc", "sha256:bb", "sha256:dd"].map(str::to_owned);
        assert_eq!(Layers::count(&answer).words(), "2 names and 3 layers");
        assert_eq!(Layers::count(&answer[..2]).words(), "1 name and 1 layer");
    }
}
