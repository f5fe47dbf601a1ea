//! The Docker engines on the instances of a cluster, where these are targets of their own: what they know of the
//! containers of tasks is more than ECS tells.

use std::sync::Arc;

use futures_util::future::join_all;
use futures_util::stream::{BoxStream, StreamExt as _};

use crate::clients::docker::engine::Engine;
use crate::core::event::Event;
use crate::sources::SourceError;
use crate::sources::feed::Feed;

/// The engines of the environments that a cluster is part of.
#[derive(Clone, Default)]
pub(super) struct Engines(Arc<[Engine]>);

impl Engines {
    /// These.
    pub(super) fn new(engines: Vec<Engine>) -> Self {
        Self(engines.into())
    }

    /// The one that has a container with that id; `None` where none has it, or answers.
    pub(super) async fn holding(&self, container: &str) -> Option<Engine> {
        let asked = self.0.iter().map(|engine| engine.container(container));
        let found = join_all(asked).await.into_iter().position(|it| it.is_ok())?;
        self.0.get(found).cloned()
    }
}

/// Tells what another source tells, until it ends.
pub(super) async fn tell_all_of(
    feed: &Feed,
    mut events: BoxStream<'static, Result<Event, SourceError>>,
    renamed: impl Fn(Event) -> Event,
) -> Result<(), SourceError> {
    while let Some(event) = events.next().await {
        feed.tell(renamed(event?)).await;
    }
    Ok(())
}
