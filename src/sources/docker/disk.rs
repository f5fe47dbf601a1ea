//! Disk use, measured as long as somebody looks at it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use jiff::Timestamp;
use tokio::time::Instant;

use super::{longest_pause, of_engine};
use crate::clients::docker::engine::Engine;
use crate::clients::docker::entity::disk::report;
use crate::core::event::Event;
use crate::core::source::SourceId;
use crate::sources::{Source, SourceError, feed};

/// The pause between two measurements …
const PAUSE: Duration = Duration::from_mins(1);
/// … and how many times as long as the measurement itself it is at least: an engine walks through all volumes for it.
const SHARE: u32 = 20;

/// The disk use of one engine.
pub struct Disk {
    id: SourceId,
    engine: Engine,
}

impl Disk {
    /// The disk use of `engine`.
    pub fn new(id: SourceId, engine: Engine) -> Self {
        Self { id, engine }
    }
}

impl Source for Disk {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let engine = self.engine.clone();
        feed::stream(|feed| async move {
            loop {
                let begun = Instant::now();
                let usage = engine.disk_use().await.map_err(|error| of_engine(&error))?;
                feed.tell(Event::DiskUse(Arc::new(report(Timestamp::now(), &usage)))).await;
                tokio::time::sleep(PAUSE.max(begun.elapsed() * SHARE)).await;
            }
        })
    }
}
