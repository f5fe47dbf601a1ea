//! Removing the build cache. What else nobody uses is removed by its name, thing by thing: an engine's own prune decides
//! at the moment it runs what goes, and before API 1.42, and in Podman, that includes the volumes with names.

use std::time::Duration;

use bollard::query_parameters as query;

use super::Control;
use crate::clients::docker::error::{ClientError, words};

/// How long it may take: it deletes the files of all that it removes.
const PRUNE_WITHIN: Duration = Duration::from_mins(30);

/// What a prune removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Ids.
    pub removed: Vec<String>,
    /// Bytes that it gave back, where the engine counts them.
    pub bytes: Option<u64>,
}

impl Control {
    /// Removes the build cache that is not in use.
    pub async fn prune_build_cache(&self) -> Result<Pruned, ClientError> {
        let options = query::PruneBuildOptions { all: Some(true), ..query::PruneBuildOptions::default() };
        let call = self.docker.prune_build(Some(options));
        let answer = self.call("prune the build cache", PRUNE_WITHIN, call).await?;
        Ok(pruned(answer.caches_deleted, answer.space_reclaimed))
    }
}

fn pruned(removed: Option<Vec<String>>, bytes: Option<i64>) -> Pruned {
    Pruned {
        removed: removed.unwrap_or_default().iter().map(|it| words(it)).collect(),
        bytes: bytes.and_then(|it| u64::try_from(it).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_engine_reports_to_be_removed_is_harmless_text() {
        assert_eq!(
            pruned(Some(vec!["a\u{1b}[2J".to_owned()]), Some(-1)),
            Pruned { removed: vec![r"a\x1b[2J".to_owned()], bytes: None }
        );
    }
}
