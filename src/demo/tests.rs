//! What the whole demo promises: the grammar of its sources, that it is the same each time, and its story.

mod acting;
mod reading;

use std::sync::Arc;

use futures_util::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;

use super::stage::Stage;
use super::{Clock, Demo, Options};
use crate::core::entity::{Entity, Workload};
use crate::core::environment::environment_of;
use crate::core::event::{Envelope, Event, Link};
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind, TargetId};
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::target::Target;
use crate::sources::SourceError;

/// 2026-05-04 12:04 UTC.
fn noon() -> Timestamp {
    Timestamp::from_second(1_777_896_240).unwrap()
}

fn frozen(seed: u64) -> Demo {
    Demo::new(Options { seed, hosts: None, containers: None, clock: Clock::Frozen(noon()) })
}

/// A demo whose clock is the paused one of the test.
fn live() -> Demo {
    Demo::new(Options { seed: 7, hosts: None, containers: None, clock: Clock::Live { start: noon() } })
}

/// All that a source says without waiting.
fn at_once(demo: &Demo, target: &str, subject: &Subject) -> Vec<Result<Event, SourceError>> {
    let target = TargetId::new(target);
    let (_, reader) = demo.readers().into_iter().find(|it| it.0 == target).unwrap();
    let mut events = reader.open(subject).unwrap().watch();
    let mut said = Vec::new();
    while let Some(Some(event)) = events.next().now_or_never() {
        said.push(event);
    }
    said
}

fn stage<'a>(demo: &'a Demo, target: &str) -> &'a Arc<Stage> {
    demo.stages.iter().find(|it| it.plan.id.as_str() == target).unwrap()
}

/// The id of the first workload of that service or container name.
fn workload(demo: &Demo, target: &str, name: &str) -> EntityId {
    stage(demo, target).with(|scene| {
        let (slot, _) = scene
            .units()
            .find(|(slot, _)| *scene.plan().slots[*slot].part.name == *name)
            .unwrap_or_else(|| panic!("no {name} on {target}"));
        scene.workload(slot).unwrap().id
    })
}

fn picture(demo: &Demo, target: &str, name: &str) -> Workload {
    let id = workload(demo, target, name);
    stage(demo, target).with(|scene| scene.workload(scene.slot_of(&id.name).unwrap()).unwrap())
}

/// The fleet as it stands when every source of entities has said what it has to say at once.
fn fleet(demo: &Demo) -> Fleet {
    let mut fleet = Fleet { environments: demo.environments().to_vec(), ..Fleet::default() };
    for (id, reader) in demo.readers() {
        fleet.targets.insert(id.clone(), Target::new(id.clone(), reader.technology(), reader.address()));
        let source = SourceId { target: id.clone(), subject: Subject::Entities };
        for event in at_once(demo, id.as_str(), &Subject::Entities) {
            let event = match event {
                Ok(event) => event,
                Err(SourceError::Retry(fault)) => Event::Link(Link::Lost { fault, retry_at: noon() }),
                Err(SourceError::Final(fault)) => Event::Link(Link::Ended(fault)),
            };
            fleet.apply(Envelope { source: source.clone(), generation: 0, at: noon(), event });
        }
    }
    fleet
}

/// Everything that a demo says without waiting, as text.
fn transcript(demo: &Demo) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (id, _) in demo.readers() {
        for event in at_once(demo, id.as_str(), &Subject::Entities) {
            let _ = writeln!(text, "{event:?}");
        }
    }
    for (target, name) in [("covfefe", "webapp"), ("numbers-prod", "api"), ("local", "orders-sandbox")] {
        let id = workload(demo, target, name);
        let subjects = [
            Subject::Stats(id.clone()),
            Subject::Detail(id.clone()),
            Subject::Processes(id.clone()),
            Subject::Log { id, tail: 300, since: None, pattern: None, log: 0 },
        ];
        for event in subjects.iter().flat_map(|it| at_once(demo, target, it)) {
            let _ = writeln!(text, "{event:?}");
        }
    }
    text
}

#[test]
fn the_same_seed_says_the_same_and_another_seed_something_else() {
    assert!(transcript(&frozen(7)) == transcript(&frozen(7)));
    assert!(transcript(&frozen(7)) != transcript(&frozen(8)));
}

#[test]
fn every_workload_has_its_environment_and_every_environment_its_workloads() {
    let demo =
        Demo::new(Options { seed: 1, hosts: Some(7), containers: Some(12), clock: Clock::Frozen(noon()) });
    let fleet = fleet(&demo);
    let mut without: Vec<&str> = demo.environments().iter().map(|it| it.id.as_str()).collect();
    for workload in fleet.workloads.iter() {
        let environment =
            environment_of(&fleet.environments, &workload.id.target, workload.project.as_deref());
        let environment = environment.unwrap_or_else(|| panic!("{} is nowhere", workload.name));
        without.retain(|it| *it != environment.id.as_str());
    }
    assert_eq!(without, [""; 0]);
}

#[test]
fn ids_and_names_are_unique_within_a_target() {
    let fleet = fleet(&Demo::new(Options {
        seed: 3,
        hosts: Some(5),
        containers: Some(30),
        clock: Clock::Frozen(noon()),
    }));
    let mut names = std::collections::HashSet::new();
    for workload in fleet.workloads.iter() {
        assert!(names.insert((workload.id.target.clone(), workload.name.clone())), "{}", workload.name);
    }
    assert_eq!(fleet.workloads.len(), names.len());
}

#[test]
fn no_text_of_the_fleet_holds_a_control_character() {
    let demo = frozen(7);
    let mut texts = vec![format!("{:?}", fleet(&demo))];
    for (id, _) in demo.readers() {
        let ids: Vec<EntityId> = stage(&demo, id.as_str()).with(|scene| {
            Kind::ALL.iter().flat_map(|it| scene.list(*it)).map(|it| it.id().clone()).collect()
        });
        for entity in ids {
            let detail = at_once(&demo, id.as_str(), &Subject::Detail(entity.clone()));
            let Some(Ok(Event::Detail(_, detail))) = detail.into_iter().next() else {
                // What cannot be reached tells nothing.
                assert_eq!(id.as_str(), "covfefe-staging", "{entity:?}");
                continue;
            };
            texts.push(format!("{detail:?}"));
        }
    }
    // Debug writes them as escapes.
    for text in texts {
        for escape in ["\\n", "\\t", "\\r", "\\u{", "\\0", "\\x"] {
            let place = text.find(escape);
            assert!(place.is_none(), "{}", &text[place.unwrap().saturating_sub(60)..][..120]);
        }
    }
}

#[test]
fn the_story_is_on_the_first_picture() {
    let demo = frozen(7);
    let fleet = fleet(&demo);
    let told = |part: &str| fleet.timeline.iter().any(|it| it.change.text.contains(part));
    for part in [
        "numbers-prod-api:42 → :43",
        "failed container health checks",
        "ends in 9 days",
        "the last good one is 26h old",
        "Multi-AZ failover started",
        "failover completed",
        "exit code 137",
        "travis-119: succeeded",
    ] {
        assert!(told(part), "{part}");
    }
    let chatbot = picture(&demo, "covfefe", "chatbot");
    assert_eq!(chatbot.state.word(), "restarting");
    assert!(chatbot.restarts > Some(15) && chatbot.exit.unwrap().out_of_memory);
    let service = fleet.services.iter().find(|it| &*it.name == "numbers-prod-api").unwrap();
    assert_eq!((service.desired, service.running, service.unhealthy), (6, 12, 2));
    assert!(service.mixed_images);
    let staging = &fleet.targets[&TargetId::new("covfefe-staging")];
    assert!(matches!(staging.link, Link::Lost { .. }));
    assert!(fleet.workloads.iter().any(|it| it.id.target == staging.id));
    let others = fleet.targets.values().filter(|it| it.id != staging.id);
    assert_eq!(others.filter(|it| !matches!(it.link, Link::Lost { .. })).count(), 7);
}

#[test]
fn a_fleet_of_twenty_thousand_containers_is_built_and_listed() {
    let demo =
        Demo::new(Options { seed: 1, hosts: Some(50), containers: Some(200), clock: Clock::Frozen(noon()) });
    let mut counted = 0;
    for (target, _) in demo.readers() {
        let events = at_once(&demo, target.as_str(), &Subject::Entities);
        let workloads = |it: &&Result<Event, SourceError>| matches!(it, Ok(Event::Item(Entity::Workload(_))));
        let listed = events.iter().filter(workloads).count();
        // All between one reset and one ready, however many pages that takes.
        assert!(matches!(events[0], Ok(Event::Reset(Kind::Workload))));
        assert!(matches!(events[listed + 1], Ok(Event::Ready(Kind::Workload))));
        counted += listed;
    }
    assert!((20_000..20_100).contains(&counted), "{counted}");
    assert!(demo.environments().len() > 15);
}
