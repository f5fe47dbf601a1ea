//! The bundle that is being written, beside the loop.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::setup::Side;
use crate::core::bundle::Ask;
use crate::core::id::TargetId;
use crate::core::msg::Msg;
use crate::core::redact::Redactor;
use crate::evidence::bundle::{Means, path_in, write};
use crate::evidence::shelf::Shelf;

/// Writes bundles, one at a time.
#[derive(Default)]
pub(super) struct Bundles {
    stop: CancellationToken,
}

impl Bundles {
    /// The work of writing a bundle into `folder`; what comes of it goes to `answers`.
    pub(super) fn begin(
        &mut self,
        ask: Ask,
        folder: PathBuf,
        targets: &BTreeMap<TargetId, Side>,
        boxes: Arc<Shelf>,
        redactor: Arc<Redactor>,
        answers: UnboundedSender<Msg>,
    ) -> impl Future<Output = ()> + Send + use<> {
        self.stop = CancellationToken::new();
        let told = answers.clone();
        let means = Means {
            readers: targets.iter().map(|(id, side)| (id.clone(), side.reader.clone())).collect(),
            shelf: boxes,
            redactor,
            stop: self.stop.clone(),
            // The loop that would read it may have ended; then nobody needs it.
            progress: Box::new(move |text| _ = told.send(Msg::Bundling(text))),
        };
        async move {
            let path = path_in(&folder, &ask);
            let _ = answers.send(Msg::Bundled(write(ask, path, means).await));
        }
    }

    /// Stops the one that is being written.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }
}
