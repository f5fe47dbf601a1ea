//! The processes of one container, as long as somebody looks at them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;

use super::{longest_pause, of_entity};
use crate::clients::docker::api;
use crate::clients::docker::engine::Engine;
use crate::core::event::{Event, ProcessList};
use crate::core::id::EntityId;
use crate::core::source::SourceId;
use crate::core::text::clean;
use crate::sources::{Source, SourceError, feed};

/// How often they are listed; the engine starts a `ps` for it.
const EVERY: Duration = Duration::from_secs(2);

/// The processes of one container.
pub struct Processes {
    id: SourceId,
    engine: Engine,
    workload: EntityId,
}

impl Processes {
    /// The processes of `workload` on `engine`.
    pub fn new(id: SourceId, engine: Engine, workload: EntityId) -> Self {
        Self { id, engine, workload }
    }
}

impl Source for Processes {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (engine, workload) = (self.engine.clone(), self.workload.clone());
        feed::stream(|feed| async move {
            loop {
                let processes = engine.processes(&workload.name).await.map_err(|error| of_entity(&error))?;
                feed.tell(Event::Processes(workload.clone(), Arc::new(list(&processes)))).await;
                tokio::time::sleep(EVERY).await;
            }
        })
    }
}

fn list(it: &api::container::Processes) -> ProcessList {
    let cells = |row: &Vec<String>| row.iter().map(|cell| Arc::from(clean(cell))).collect();
    ProcessList { titles: cells(&it.titles), rows: it.rows.iter().map(cells).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_of_a_process_is_harmless() {
        let row = vec!["1".to_owned(), "sh -c '\u{1b}]0;x\u{7}'".to_owned()];
        let list = list(&api::container::Processes { titles: vec!["PID".to_owned()], rows: vec![row] });
        assert_eq!(&*list.rows[0][1], r"sh -c '\x1b]0;x\x07'");
    }
}
