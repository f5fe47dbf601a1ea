//! The resource use of one container, about once a second.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::ready;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};

use super::{longest_pause, of_entity};
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
        let hung_up = engine.hung_up();
        let name = Arc::clone(&workload.name);
        let event = move |reading| match sample(&reading) {
            Some(sample) => Some(Event::Samples(workload.clone(), vec![sample])),
            // A container that does not run is read as well, and has nothing to tell.
            None => is_idle(&reading).then_some(Event::Heartbeat),
        };
        // Opening takes more memory than reading, which goes on: it is boxed, to be gone when it is done.
        stream::once(async move { Box::pin(engine.stats(&name)).await })
            .try_flatten()
            .chain(stream::once(async { Err(hung_up) }))
            .map_err(|error| of_entity(&error))
            .try_filter_map(move |reading| ready(Ok(event(reading))))
            .boxed()
    }

    fn silence(&self) -> Option<Duration> {
        Some(SILENCE)
    }
}
