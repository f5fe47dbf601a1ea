//! Incident bundles: one file with the logs of a stretch of time, the inspects, resource use, changes, versions and
//! black boxes of some workloads, redacted, with a manifest that tells what is in it and what is not.
//!
//! The file is a tar archive, compressed with zstd. Lines are written as they come: what has to be held in memory does
//! not depend on how long a log is. A tar archive tells the length of a file before the file, so a log goes through a
//! file without a name first.
//!
//! | file | what it holds |
//! |---|---|
//! | `archive` | files → the archive, with their checksums |
//! | `gather` | what engines tell → files |

mod archive;
mod gather;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc::channel;
use tokio_util::sync::CancellationToken;

use super::shelf::Shelf;
use crate::core::bundle::{Ask, Bundle};
use crate::core::fault::Fault;
use crate::core::id::TargetId;
use crate::core::redact::Redactor;
use crate::sources::Reader;
use archive::Archive;
use gather::Gather;

/// Pieces of files on the way to the disk.
const PIECES: usize = 32;

/// What a bundle is made with.
pub struct Means {
    /// What reads each target.
    pub readers: BTreeMap<TargetId, Arc<dyn Reader>>,
    /// The black boxes.
    pub shelf: Arc<Shelf>,
    /// What hides the secrets in all of it.
    pub redactor: Arc<Redactor>,
    /// Stops it; then nothing is left behind.
    pub stop: CancellationToken,
    /// Takes what is being done: `log of web-1 (2 of 3)`.
    pub progress: Box<dyn Fn(String) + Send + Sync>,
}

/// Where a bundle goes that nobody has named: a new file in `folder`.
pub fn path_in(folder: &Path, ask: &Ask) -> PathBuf {
    folder.join(format!("{}.tar.zst", ask.stem()))
}

/// Writes the bundle that is asked for to `path`, where no file may be.
pub async fn write(ask: Ask, path: PathBuf, means: Means) -> Result<Bundle, Fault> {
    let failed = |error: &std::io::Error| {
        let next = "choose a folder that you may write to, or free some space";
        Fault::new(path.display().to_string(), error.to_string(), next)
    };
    let archive = Archive::begin(&path, &ask).map_err(|error| failed(&error))?;
    let (pieces, incoming) = channel(PIECES);
    let writing = tokio::task::spawn_blocking(move || archive.write(incoming));
    let stop = means.stop.clone();
    let gather = Gather::new(&ask, &means, pieces);
    let is_whole = tokio::select! {
        () = stop.cancelled() => false,
        () = gather.all() => true,
    };
    match writing.await {
        // What is whole in the very moment in which it is stopped is there.
        Ok(Ok(bundle)) => Ok(bundle),
        _ if !is_whole => Err(Fault::new("the bundle", "it was stopped; nothing is left of it", "")),
        Ok(Err(error)) => Err(failed(&error)),
        Err(error) => Err(failed(&std::io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests;
