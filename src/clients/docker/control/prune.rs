//! Removing what nobody uses.

use std::collections::HashMap;
use std::time::Duration;

use bollard::query_parameters as query;

use super::{Control, REMOVE_WITHIN};
use crate::clients::docker::api::volume::Volume;
use crate::clients::docker::error::{Cause, ClientError, words};
use crate::core::plan::op::Prunable;

/// How long a prune may take: it deletes the files of all that it removes.
const PRUNE_WITHIN: Duration = Duration::from_mins(30);

/// What a prune removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Ids or names.
    pub removed: Vec<String>,
    /// Bytes that it gave back, where the engine counts them.
    pub bytes: Option<u64>,
}

impl Control {
    /// Removes what nobody uses.
    pub async fn prune(&self, what: Prunable) -> Result<Pruned, ClientError> {
        match what {
            Prunable::Containers => {
                let call = self.docker.prune_containers(None);
                let answer = self.call("prune the containers", PRUNE_WITHIN, call).await?;
                Ok(pruned(answer.containers_deleted, answer.space_reclaimed))
            }
            Prunable::DanglingImages => self.prune_images("true").await,
            Prunable::UnusedImages => self.prune_images("false").await,
            Prunable::Networks => {
                let call = self.docker.prune_networks(None::<query::PruneNetworksOptions>);
                let answer = self.call("prune the networks", PRUNE_WITHIN, call).await?;
                Ok(pruned(answer.networks_deleted, None))
            }
            Prunable::BuildCache => {
                let options =
                    query::PruneBuildOptions { all: Some(true), ..query::PruneBuildOptions::default() };
                let call = self.docker.prune_build(Some(options));
                let answer = self.call("prune the build cache", PRUNE_WITHIN, call).await?;
                Ok(pruned(answer.caches_deleted, answer.space_reclaimed))
            }
            Prunable::Volumes => self.prune_volumes().await,
        }
    }

    async fn prune_images(&self, only_dangling: &str) -> Result<Pruned, ClientError> {
        let filters = HashMap::from([("dangling".to_owned(), vec![only_dangling.to_owned()])]);
        let options = query::PruneImagesOptions { filters: Some(filters) };
        let answer =
            self.call("prune the images", PRUNE_WITHIN, self.docker.prune_images(Some(options))).await?;
        let removed = answer.images_deleted.unwrap_or_default();
        let removed = removed.into_iter().filter_map(|it| it.untagged.or(it.deleted)).collect();
        Ok(pruned(Some(removed), answer.space_reclaimed))
    }

    /// Removes the anonymous volumes that no container uses, one by one. The engine's own prune means something else
    /// by the same words before API 1.42, and in Podman: there it takes the named volumes, and the data in them, too.
    async fn prune_volumes(&self) -> Result<Pruned, ClientError> {
        let mut removed = Vec::new();
        for volume in self.engine.unused_volumes().await?.into_iter().filter(is_anonymous) {
            let options = query::RemoveVolumeOptions { force: false };
            let call = self.docker.remove_volume(&volume.name, Some(options));
            match self.call("prune the volumes", REMOVE_WITHIN, call).await {
                Ok(()) => removed.push(words(&volume.name)),
                // Somebody uses it by now, or has removed it: both are what a prune should leave alone.
                Err(ClientError { cause: Cause::Engine { status: 404 | 409, .. }, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Pruned { removed, bytes: None })
    }
}

fn pruned(removed: Option<Vec<String>>, bytes: Option<i64>) -> Pruned {
    Pruned {
        removed: removed.unwrap_or_default().iter().map(|it| words(it)).collect(),
        bytes: bytes.and_then(|it| u64::try_from(it).ok()),
    }
}

/// Whether nobody gave the volume its name: it has the label that engines set since 23.0, or a name of 64 hexadecimal
/// digits, as the engine makes them up.
fn is_anonymous(volume: &Volume) -> bool {
    volume.labels.contains_key("com.docker.volume.anonymous")
        || volume.name.len() == 64
            && volume.name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_with_a_name_is_not_anonymous() {
        let named = |name: &str| Volume { name: name.to_owned(), ..Volume::default() };
        assert!(is_anonymous(&named(&"0a".repeat(32))));
        for name in ["data", &"0A".repeat(32), &"0a".repeat(31), &"zz".repeat(32), ""] {
            assert!(!is_anonymous(&named(name)), "{name}");
        }
        let labels = [("com.docker.volume.anonymous".to_owned(), String::new())].into();
        assert!(is_anonymous(&Volume { labels, ..named("x") }));
    }

    #[test]
    fn what_an_engine_reports_to_be_removed_is_harmless_text() {
        assert_eq!(
            pruned(Some(vec!["a\u{1b}[2J".to_owned()]), Some(-1)),
            Pruned { removed: vec![r"a\x1b[2J".to_owned()], bytes: None }
        );
    }
}
