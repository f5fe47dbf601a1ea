//! The machine that an engine runs on, asked over the same SSH connection.

mod report;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use jiff::Timestamp;

use super::{Source, SourceError};
use crate::clients::ssh::pool::Lane;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::source::SourceId;

/// The pause between two questions.
const PAUSE: Duration = Duration::from_secs(15);
/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(10);

/// A machine at the end of an SSH connection.
pub struct Machine {
    id: SourceId,
    lane: Lane,
}

impl Machine {
    /// The machine that `lane` leads to.
    pub fn new(id: SourceId, lane: Lane) -> Self {
        Self { id, lane }
    }
}

impl Source for Machine {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let lane = self.lane.clone();
        Box::pin(futures_util::stream::unfold(Some((lane, false)), |state| async {
            let (lane, asked) = state?;
            if asked {
                tokio::time::sleep(PAUSE).await;
            }
            match ask(&lane).await {
                Ok(event) => Some((Ok(event), Some((lane, true)))),
                Err(error) => Some((Err(error), None)),
            }
        }))
    }
}

async fn ask(lane: &Lane) -> Result<Event, SourceError> {
    let session = lane.session().await.map_err(|error| {
        let fault = Fault::from(&error);
        if error.is_final() { SourceError::Final(fault) } else { SourceError::Retry(fault) }
    })?;
    let retry =
        |cause: String| SourceError::Retry(Fault::new(format!("ssh://{}", session.host()), cause, ""));
    let said = session.run(report::QUESTION, WITHIN).await.map_err(|failure| retry(failure.to_string()))?;
    let machine = report::read(&said.output, Timestamp::now())
        .ok_or_else(|| retry(format!("the machine does not say how it is ({})", said.complaint)))?;
    Ok(Event::Machine(Arc::new(machine)))
}
