//! What was told of a target, so that only what is new is told again: whole lists first, then differences.

use std::collections::BTreeMap;

use crate::core::entity::Entity;
use crate::core::event::Event;
use crate::core::id::{EntityId, Kind};

/// The entities of one target as they were told last.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeMap<Kind, BTreeMap<EntityId, Entity>>);

impl Told {
    /// Whether the list of a kind was told.
    pub(super) fn knows(&self, kind: Kind) -> bool {
        self.0.contains_key(&kind)
    }

    /// All of a kind as they are now: a list where none was told yet, differences otherwise.
    pub(super) fn all(&mut self, kind: Kind, now: Vec<Entity>, events: &mut Vec<Event>) {
        let now: BTreeMap<_, _> = now.into_iter().map(|it| (it.id().clone(), it)).collect();
        match self.0.get(&kind) {
            Some(before) => {
                let gone = before.keys().filter(|id| !now.contains_key(*id));
                events.extend(gone.cloned().map(Event::Remove));
                let new = now.iter().filter(|(id, it)| before.get(*id) != Some(*it));
                events.extend(new.map(|(_, it)| Event::Upsert(it.clone())));
            }
            None => {
                events.push(Event::Reset(kind));
                events.extend(now.values().cloned().map(Event::Item));
                events.push(Event::Ready(kind));
            }
        }
        self.0.insert(kind, now);
    }

    /// One entity as it is now, or that it is gone.
    pub(super) fn one(&mut self, id: EntityId, now: Option<Entity>, events: &mut Vec<Event>) {
        let told = self.0.entry(id.kind).or_default();
        match now {
            Some(now) if told.get(&id) == Some(&now) => {}
            Some(now) => {
                told.insert(id, now.clone());
                events.push(Event::Upsert(now));
            }
            None => {
                if told.remove(&id).is_some() {
                    events.push(Event::Remove(id));
                }
            }
        }
    }
}
