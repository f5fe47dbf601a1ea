//! The standing picture of a simulated target: a list of each kind, then what changes.

use std::collections::HashSet;

use super::drive::{Next, Speaks};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::Kind;
use crate::demo::calls;
use crate::demo::moment::Moment;
use crate::demo::scene::{Mark, Scene};

/// Seconds after which it says that it is still there.
const BEAT: f64 = 3.0;
/// How many entities are listed at a time: a list of a large target is not held in memory as a whole.
const PAGE: usize = 200;

/// The standing picture.
#[derive(Debug, Default)]
pub(super) struct Entities {
    /// How many marks have been told; `None` before the first list.
    seen: Option<u64>,
    /// The list that is being told: of which kind (in the order of [`Kind::ALL`]), and from which place on.
    listing: Option<(usize, usize)>,
    /// When it last said anything.
    spoke: Option<Moment>,
}

impl Speaks for Entities {
    const STANDING: bool = true;

    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let now = scene.now();
        if self.listing.is_none() {
            match self.seen.and_then(|seen| scene.marks_since(seen)) {
                Some((marks, seen)) => {
                    self.seen = Some(seen);
                    return Ok(self.news(scene, marks));
                }
                // The first time, or so slowly read that something was missed. What changes while the list is told is
                // told again after it.
                None => (self.seen, self.listing) = (Some(scene.marked()), Some((0, 0))),
            }
        }
        self.spoke = Some(now);
        Ok((self.page(scene), Next::At(now)))
    }
}

impl Entities {
    /// The next pages of the list, until one was full or the list is at its end.
    fn page(&mut self, scene: &Scene) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some((place, from)) = self.listing {
            let Some(kind) = Kind::ALL.get(place).copied() else {
                events.push(Event::Guards(scene.guards()));
                events.extend(calls::calls(scene).map(Event::Calls));
                events.extend(scene.changes().cloned().map(Event::Change));
                self.listing = None;
                break;
            };
            if from == 0 {
                events.push(Event::Reset(kind));
            }
            let (entities, more) = scene.some_of(kind, from, PAGE);
            events.extend(entities.into_iter().map(Event::Item));
            if let Some(from) = more {
                self.listing = Some((place, from));
                break;
            }
            events.push(Event::Ready(kind));
            self.listing = Some((place + 1, 0));
        }
        events
    }

    /// What has changed, or that nothing has.
    fn news(&mut self, scene: &Scene, marks: Vec<Mark>) -> (Vec<Event>, Next) {
        let now = scene.now();
        let mut events = differences(scene, marks);
        if events.is_empty() && self.spoke.is_some_and(|spoke| now.since(spoke) >= BEAT) {
            events.push(calls::calls(scene).map_or(Event::Heartbeat, Event::Calls));
        }
        if !events.is_empty() {
            self.spoke = Some(now);
        }
        let beat = self.spoke.unwrap_or(now).plus(BEAT);
        (events, Next::At(scene.next_due().map_or(beat, |due| due.min(beat))))
    }
}

fn differences(scene: &Scene, marks: Vec<Mark>) -> Vec<Event> {
    // What is marked twice is told once, at its last place: it is told as it is now.
    let mut told = HashSet::new();
    let mut events: Vec<Event> = marks
        .into_iter()
        .rev()
        .filter_map(|mark| {
            let (kind, place, entity) = match mark {
                Mark::Change(change) => return Some(Event::Change(change)),
                Mark::Gone(id) => return Some(Event::Remove(id)),
                Mark::Unit(place) => (Kind::Workload, place, scene.workload_entity(place)),
                Mark::Service(place) => (Kind::Service, place, scene.service(place)),
                Mark::Host(place) => (Kind::Host, place, scene.host(place)),
                Mark::Image(place) => (Kind::Image, place, scene.image(place)),
                Mark::Volume(place) => (Kind::Volume, place, scene.volume(place)),
                Mark::Network(place) => (Kind::Network, place, scene.network(place)),
            };
            told.insert((kind, place)).then(|| entity.map(Event::Upsert)).flatten()
        })
        .collect();
    events.reverse();
    events
}
