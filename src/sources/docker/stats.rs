//! The resource use of one container, about once a second.

use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt as _};

use super::{feed, longest_pause, of_entity};
use crate::clients::docker::engine::Engine;
use crate::clients::docker::entity::sample::{is_idle, sample};
use crate::core::event::Event;
use crate::core::id::EntityId;
use crate::core::source::SourceId;
use crate::sources::{Source, SourceError};

/// Docker sends a reading a second, Podman one in five. Without any for this long the stream is dead, whatever the
/// connection says.
const SILENCE: Duration = Duration::from_secs(12);

/// The resource use of one container.
pub struct Stats {
    id: SourceId,
    engine: Engine,
    workload: EntityId,
}

impl Stats {
    /// The resource use of `workload` on `engine`.
    pub fn new(id: SourceId, engine: Engine, workload: EntityId) -> Self {
        Self { id, engine, workload }
    }
}

impl Source for Stats {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (engine, workload) = (self.engine.clone(), self.workload.clone());
        feed::stream(|feed| async move {
            let readings = engine.stats(&workload.name).await.map_err(|error| of_entity(&error))?;
            let mut readings = Box::pin(readings);
            while let Some(reading) = readings.next().await {
                let reading = reading.map_err(|error| of_entity(&error))?;
                match sample(&reading) {
                    Some(sample) => feed.tell(Event::Sample(workload.clone(), sample)).await,
                    // A container that does not run is read as well, and has nothing to tell.
                    None if is_idle(&reading) => feed.tell(Event::Heartbeat).await,
                    None => {}
                }
            }
            Err(of_entity(&engine.hung_up()))
        })
    }

    fn silence(&self) -> Option<Duration> {
        Some(SILENCE)
    }
}
