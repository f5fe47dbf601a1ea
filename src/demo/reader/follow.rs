//! What goes on for as long as somebody looks: resource use and logs.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::drive::{Next, Speaks};
use super::entries::{between, cut, last, logs};
use crate::core::event::{Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::logs::{Arrival, Batch, Divider, left_out};
use crate::core::stats::HISTORY;
use crate::demo::load;
use crate::demo::logs::{Entry, Log};
use crate::demo::moment::Moment;
use crate::demo::scene::Scene;

/// Seconds between two looks at a log.
const LOOK: f64 = 0.4;

/// How long lines are on their way to CloudWatch.
const ON_THE_WAY: Duration = Duration::from_secs(2);

/// The fault of something that does not exist.
pub(super) fn gone(id: &EntityId) -> Fault {
    Fault::new(&id.name, format!("no such {}", id.kind.name()), "it was removed; choose another")
}

/// The resource use of one workload: the last minutes, then a reading each second.
#[derive(Debug)]
pub(super) struct Stats {
    id: EntityId,
    told: Option<Moment>,
}

impl Stats {
    pub(super) const fn of(id: EntityId) -> Self {
        Self { id, told: None }
    }
}

impl Speaks for Stats {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let now = scene.now();
        let slot = scene.slot_of(&self.id.name).ok_or_else(|| gone(&self.id))?;
        let Some(unit) = scene.unit(slot) else { return Err(gone(&self.id)) };
        let spec = &scene.plan().slots[slot];
        let memory = scene.plan().hosts[spec.host].memory;
        let mut at = self.told.map_or(now.plus(1.0 - HISTORY as f64), |told| told.plus(1.0));
        let mut samples = Vec::new();
        while at <= now {
            samples.extend(load::sample(&spec.part, unit, memory, scene.start(), at));
            self.told = Some(at);
            at = at.plus(1.0);
        }
        let event = (!samples.is_empty()).then(|| Event::Samples(self.id.clone(), samples));
        Ok((event.into_iter().collect(), Next::At(at)))
    }
}

/// The log of one workload: its tail, then what follows.
#[derive(Debug)]
pub(super) struct Tail {
    id: EntityId,
    /// How many lines to begin with.
    lines: u32,
    /// From when on.
    since: Option<Timestamp>,
    /// Only lines that match this filter pattern.
    pattern: Option<Arc<str>>,
    told: Option<Moment>,
    /// Empty, but for what the next lines go on with.
    batch: Batch,
}

impl Tail {
    pub(super) fn of(id: EntityId, lines: u32, since: Option<Timestamp>, pattern: Option<Arc<str>>) -> Self {
        Self { id, lines, since, pattern, told: None, batch: Batch::new() }
    }

    /// What it begins with.
    fn first(&self, logs: &[Log<'_>], now: Moment) -> Vec<Entry> {
        let Some(since) = self.since else { return last(logs, self.lines as usize, now).0 };
        // What is said at that very moment belongs to it.
        let mut entries = between(logs, Moment::at(since).plus(-1e-6), now);
        cut(&mut entries, self.lines as usize);
        entries
    }
}

impl Speaks for Tail {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let now = scene.now();
        let logs = logs(scene, &self.id, self.pattern.as_deref());
        let Some(Log { part, unit, .. }) = logs.first() else {
            // Who followed it to its end has read all there was.
            if self.told.is_none() {
                return Err(gone(&self.id));
            }
            self.batch.divider(Divider::new(now.stamp(), "removed"));
            return Ok((vec![Event::Log(LogEvent::Newer(self.batch.take()))], Next::Never));
        };
        if self.pattern.is_some() && part.log_group.is_none() {
            return Err(left_out(&unit.name));
        }
        let entries = match self.told {
            Some(told) => between(&logs, told, now),
            None => self.first(&logs, now),
        };
        let mut events = Vec::new();
        if !entries.is_empty() {
            for entry in &entries {
                entry.add_to(&mut self.batch);
            }
            events.push(Event::Log(LogEvent::Newer(self.batch.take())));
        }
        let is_in_cloudwatch = part.log_group.is_some();
        if self.told.is_none() {
            events.push(Event::Log(LogEvent::Following));
            events.extend(is_in_cloudwatch.then_some(Event::Log(LogEvent::Arrival(Arrival::Live))));
        }
        if is_in_cloudwatch {
            events.push(Event::Log(LogEvent::Heard { lag: Some(ON_THE_WAY) }));
        }
        self.told = Some(now);
        Ok((events, Next::At(now.plus(LOOK))))
    }
}
