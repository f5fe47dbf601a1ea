//! What is answered once: the details of an entity, its processes, disk use, older pages of a log. Where the time
//! goes on, an answer that may change is given again from time to time.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::drive::{Next, Speaks};
use super::entries::{last, logs};
use super::follow::gone;
use crate::core::entity::deployed::Deployed;
use crate::core::event::{Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::logs::Batch;
use crate::demo::definition;
use crate::demo::deployments;
use crate::demo::disk;
use crate::demo::inspect;
use crate::demo::logs::Entry;
use crate::demo::moment::Moment;
use crate::demo::processes;
use crate::demo::scene::Scene;

/// Lines in one older page.
const PAGE: usize = 2_000;

/// Everything about one entity; again when it has changed.
#[derive(Debug)]
pub(super) struct Detail {
    id: EntityId,
    told: Option<Arc<Value>>,
}

impl Detail {
    pub(super) const fn of(id: EntityId) -> Self {
        Self { id, told: None }
    }
}

impl Speaks for Detail {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let value = inspect::detail(scene, &self.id).map(Arc::new).ok_or_else(|| gone(&self.id))?;
        let next = Next::At(scene.now().plus(1.0));
        if self.told.as_ref() == Some(&value) {
            return Ok((Vec::new(), next));
        }
        self.told = Some(value.clone());
        Ok((vec![Event::Detail(self.id.clone(), value)], next))
    }
}

/// The revisions of a task definition: nobody registers new ones.
#[derive(Debug)]
pub(super) struct Revisions {
    pub(super) family: Arc<str>,
    pub(super) most: u32,
}

impl Speaks for Revisions {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let family = definition::family(scene, &self.family, self.most);
        let family = family.ok_or_else(|| undefined(&self.family))?;
        Ok((vec![Event::Revisions(Arc::new(family))], Next::Never))
    }
}

/// The deployments of a service; again when they have changed.
#[derive(Debug)]
pub(super) struct Deployments {
    id: EntityId,
    told: Option<Arc<[Deployed]>>,
}

impl Deployments {
    pub(super) const fn of(id: EntityId) -> Self {
        Self { id, told: None }
    }
}

impl Speaks for Deployments {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let all: Arc<[Deployed]> = deployments::of(scene, &self.id).ok_or_else(|| gone(&self.id))?.into();
        let next = Next::At(scene.now().plus(1.0));
        if self.told.as_ref() == Some(&all) {
            return Ok((Vec::new(), next));
        }
        self.told = Some(all.clone());
        Ok((vec![Event::Deployments(self.id.clone(), all)], next))
    }
}

/// One revision of a task definition.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) name: Arc<str>,
}

impl Speaks for Definition {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let tree = definition::by_name(scene, &self.name).ok_or_else(|| undefined(&self.name))?;
        Ok((vec![Event::Definition(Arc::clone(&self.name), Arc::new(tree))], Next::Never))
    }
}

fn undefined(name: &str) -> Fault {
    Fault::new(
        name,
        "there is no such task definition",
        "`qd ls revisions --service NAME` lists those that there are",
    )
}

/// The processes of one workload, every two seconds.
#[derive(Debug)]
pub(super) struct Processes {
    id: EntityId,
}

impl Processes {
    pub(super) const fn of(id: EntityId) -> Self {
        Self { id }
    }
}

impl Speaks for Processes {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let slot = scene.slot_of(&self.id.name).ok_or_else(|| gone(&self.id))?;
        let list = Arc::new(processes::list(scene, slot));
        Ok((vec![Event::Processes(self.id.clone(), list)], Next::At(scene.now().plus(2.0))))
    }
}

/// What takes the disk, every twenty seconds.
#[derive(Debug)]
pub(super) struct DiskUse;

impl Speaks for DiskUse {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let report = Event::DiskUse(Arc::new(disk::report(scene)));
        Ok((vec![report], Next::At(scene.now().plus(20.0))))
    }
}

/// How the machine is, every fifteen seconds.
#[derive(Debug)]
pub(super) struct Machine;

impl Speaks for Machine {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let machine = Event::Machine(Arc::new(disk::machine(scene)));
        Ok((vec![machine], Next::At(scene.now().plus(15.0))))
    }
}

/// The log groups that its containers write into.
#[derive(Debug)]
pub(super) struct LogGroups;

impl Speaks for LogGroups {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        Ok((vec![Event::LogGroups(Ok(scene.log_groups().into()))], Next::Never))
    }
}

/// A page of a log from before what is held.
#[derive(Debug)]
pub(super) struct OlderLog {
    pub(super) id: EntityId,
    pub(super) before: Timestamp,
    pub(super) same: u32,
    pub(super) pattern: Option<Arc<str>>,
}

impl Speaks for OlderLog {
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let logs = logs(scene, &self.id, self.pattern.as_deref());
        if logs.is_empty() {
            return Err(gone(&self.id));
        }
        let held = self.same as usize;
        let (mut entries, reached_start) = last(&logs, PAGE + held, Moment::at(self.before));
        // What is held already stands at the end: the youngest lines of that very moment.
        let at_that_moment = |it: &Entry| it.is_line() && it.at == Moment::at(self.before);
        for _ in 0..held {
            let Some(place) = entries.iter().rposition(at_that_moment) else { break };
            entries.truncate(place);
        }
        let mut page = Batch::new();
        for entry in &entries {
            entry.add_to(&mut page);
        }
        Ok((vec![Event::Log(LogEvent::Older { page, reached_start })], Next::Never))
    }
}
