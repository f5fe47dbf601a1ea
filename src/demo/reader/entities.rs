//! The standing picture of a simulated target: a list of each kind, then what changes.

use std::collections::HashSet;

use super::drive::{Next, Speaks};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::id::Kind;
use crate::demo::moment::Moment;
use crate::demo::scene::{Mark, Scene};

/// Seconds after which it says that it is still there.
const BEAT: f64 = 3.0;

/// The standing picture.
#[derive(Debug, Default)]
pub(super) struct Entities {
    /// How many marks have been told.
    seen: Option<u64>,
    /// When it last said anything.
    spoke: Option<Moment>,
}

impl Speaks for Entities {
    const STANDING: bool = true;

    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault> {
        let now = scene.now();
        let news = self.seen.and_then(|seen| scene.marks_since(seen));
        let events = match news {
            Some((marks, seen)) => {
                self.seen = Some(seen);
                differences(scene, marks)
            }
            // The first time, or so slowly read that something was missed.
            None => {
                self.seen = Some(scene.marked());
                whole(scene)
            }
        };
        let events = match self.spoke {
            Some(spoke) if events.is_empty() && now.since(spoke) >= BEAT => vec![Event::Heartbeat],
            _ => events,
        };
        if !events.is_empty() {
            self.spoke = Some(now);
        }
        let beat = self.spoke.unwrap_or(now).plus(BEAT);
        Ok((events, Next::At(scene.next_due().map_or(beat, |due| due.min(beat)))))
    }
}

fn whole(scene: &Scene) -> Vec<Event> {
    let mut events = Vec::new();
    for kind in Kind::ALL {
        events.push(Event::Reset(kind));
        events.extend(scene.list(kind).into_iter().map(Event::Item));
        events.push(Event::Ready(kind));
    }
    events.extend(scene.changes().cloned().map(Event::Change));
    events
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
