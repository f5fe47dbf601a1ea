//! A log of Docker's where lines are wanted that CloudWatch chooses: Docker cannot, so the log is left out.

use futures_util::stream::BoxStream;

use crate::core::event::Event;
use crate::core::id::EntityId;
use crate::core::logs::left_out;
use crate::core::source::SourceId;
use crate::sources::{Source, SourceError, feed};

/// Says so, and ends.
pub(super) struct Unfiltered {
    id: SourceId,
    workload: EntityId,
}

impl Unfiltered {
    /// For the log of `workload`.
    pub(super) const fn new(id: SourceId, workload: EntityId) -> Self {
        Self { id, workload }
    }
}

impl Source for Unfiltered {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let name = self.workload.name.get(..12).unwrap_or(&self.workload.name).to_owned();
        feed::stream(async move |_| Err(SourceError::Final(left_out(&name))))
    }
}
