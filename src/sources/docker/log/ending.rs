//! The end of a container between the lines of its log, and how long it lasts.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::StreamExt as _;
use jiff::Timestamp;
use tokio::time::{sleep, timeout};

use super::Reading;
use crate::clients::docker::api::container::Detail;
use crate::clients::docker::engine::stream::EventQuery;
use crate::clients::docker::entity;
use crate::clients::docker::entity::moment;
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::sources::SourceError;
use crate::sources::docker::of_engine;

/// How often a container that does not run is looked at, should the event of its start be lost.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long after the end of its log a container may still be said to run, and how often that is asked.
const ENDING: (Duration, u32) = (Duration::from_millis(200), 5);

impl Reading<'_> {
    /// Tells how the container ended, and waits until it runs again.
    pub(super) async fn next_life(&mut self) -> Result<Detail, SourceError> {
        let query = EventQuery {
            kinds: &["container"],
            actions: &["start", "destroy", "remove"],
            container: Some(&self.workload.name),
            ..EventQuery::default()
        };
        let mut events = Box::pin(self.engine.events(&query).await.map_err(|error| of_engine(&error))?);
        let mut still_up = 0;
        loop {
            let detail = self.inspect().await?;
            let is_new = moment(&detail.state.started) != self.memory.started;
            if is_up(&detail) && is_new {
                return Ok(detail);
            }
            if is_up(&detail) {
                // Its log has ended and it has not: it is just about to, or the engine gave the log up.
                still_up += 1;
                if still_up > ENDING.1 {
                    return Err(SourceError::Retry(Fault::new(
                        &self.workload.name,
                        "the engine ended its log",
                        "",
                    )));
                }
                sleep(ENDING.0).await;
                continue;
            }
            self.tell_end(&detail).await;
            match timeout(LOOK_EVERY, events.next()).await {
                Ok(Some(Ok(_))) | Err(_) => {}
                Ok(Some(Err(error))) => return Err(of_engine(&error)),
                Ok(None) => return Err(of_engine(&self.engine.hung_up())),
            }
        }
    }

    /// Tells how the container ended; once.
    async fn tell_end(&mut self, detail: &Detail) {
        let place = entity::workload::Place { target: self.workload.target.clone(), host: Arc::from("") };
        let workload = entity::workload::inspected(&place, detail);
        let Some(exit) = workload.exit else { return };
        let at = exit.at.unwrap_or_else(Timestamp::now);
        if self.memory.ended.is_none_or(|told| told < at) {
            self.memory.ended = Some(at);
            self.divide(at, &exit.told(workload.started)).await;
        }
    }
}

pub(super) fn is_up(detail: &Detail) -> bool {
    matches!(State::from_word(&detail.state.status), State::Running | State::Paused)
}
