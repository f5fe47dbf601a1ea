//! What sources tell, and which of them are open.

use std::sync::Arc;

use super::stage::{
    Console, DEV, PROD, at, entities, sample, settings, target, volume, workload, workload_id,
};
use crate::core::change::ChangeKind;
use crate::core::entity::Entity;
use crate::core::entity::host::{DiskReport, DiskUse};
use crate::core::event::{Envelope, Event, Link, ProcessList};
use crate::core::fault::Fault;
use crate::core::id::Kind;
use crate::core::msg::Msg;
use crate::core::screen::Screen;
use crate::core::sight;
use crate::core::source::SourceId;
use crate::core::subject::Subject;

#[test]
fn the_standing_picture_is_always_watched_and_nothing_else_without_need() {
    let console = Console::with("default", settings(), super::stage::environments(), false);
    assert_eq!(console.open.len(), 2);
    assert!(console.names().is_empty());
}

#[test]
fn an_answer_to_a_question_that_nobody_asks_any_more_is_dropped() {
    let mut console = Console::new();
    let gone = Event::Remove(workload_id(PROD, "api-1"));
    let source = SourceId { target: target(PROD), subject: Subject::Entities };
    let generation = console.open[&source] + 1;
    let late = Envelope { source, generation, at: at(0), event: gone.clone() };
    console.tell(Msg::Event(Box::new(late)));
    let never = SourceId { target: target("elsewhere"), subject: Subject::Entities };
    console.tell(Msg::Event(Box::new(Envelope { source: never, generation: 1, at: at(0), event: gone })));
    assert_eq!(console.names().len(), 12);
}

#[test]
fn a_new_list_replaces_the_old_one_at_its_end_and_not_before() {
    let mut console = Console::new();
    console.hears(DEV, Event::Reset(Kind::Workload));
    console.hears(DEV, Event::Item(Entity::Workload(Box::new(workload(DEV, "only")))));
    assert_eq!(console.names().len(), 12);
    console.hears(DEV, Event::Ready(Kind::Workload));
    assert_eq!(console.names(), ["api-1", "db-1", "only", "web-1", "web-2", "worker-1"]);
}

#[test]
fn a_link_that_is_lost_keeps_the_rows_says_why_until_it_is_back_and_is_noted_once() {
    let mut console = Console::new();
    assert_eq!(sight::age(&console.model).map(|it| it.stale), Some(0));
    for _ in 0..3 {
        console.lose(PROD);
        console.wait(1_000);
        console.hears(PROD, Event::Link(Link::Connecting));
        assert_eq!(console.names().len(), 12);
        let (fault, retry) =
            sight::fault(&console.model).expect("why it is lost is known while it is tried again");
        assert_eq!((&*fault.cause, retry), ("connection refused", Some(4)));
    }
    assert_eq!(sight::age(&console.model).map(|it| it.stale), Some(1));
    console.list(PROD, &entities());
    assert_eq!(
        (sight::fault(&console.model), sight::age(&console.model).map(|it| it.stale)),
        (None, Some(0))
    );
    let links: Vec<_> = console
        .model
        .fleet
        .timeline
        .iter()
        .filter(|it| it.change.kind == ChangeKind::Link)
        .map(|it| it.change.text.to_string())
        .collect();
    assert_eq!(links, ["lost: connection refused", "reached again"]);
}

#[test]
fn a_target_that_falls_silent_is_stale_until_it_says_anything() {
    let mut console = Console::new();
    console.wait(9_000);
    assert_eq!(sight::age(&console.model).map(|it| it.stale), Some(2));
    console.hears(DEV, Event::Heartbeat);
    assert_eq!(sight::age(&console.model).map(|it| (it.stale, it.heard)), Some((1, Some(at(0)))));
}

#[test]
fn a_target_that_is_first_reached_late_is_not_reached_again() {
    let mut console = Console::with("default", settings(), super::stage::environments(), false);
    console.lose(PROD);
    console.hears(PROD, Event::Link(Link::Connecting));
    console.hears(PROD, Event::Link(Link::Live));
    let texts: Vec<_> = console.model.fleet.timeline.iter().map(|it| it.change.text.to_string()).collect();
    assert_eq!(texts, ["reached"]);
}

#[test]
fn readings_are_shown_while_they_are_taken_and_no_longer() {
    let mut console = Console::new();
    console.command("columns name,cpu");
    let id = workload_id(PROD, "api-1");
    console.hears_on(PROD, Subject::Stats(id.clone()), Event::Samples(id.clone(), vec![sample(0, 12.5)]));
    let cpu = |console: &Console| {
        let table = console.table();
        let scene = console.model.scene();
        let cells = table.kind.cells(&scene, &table.order()[0], &table.columns).unwrap();
        cells[1].text.to_string()
    };
    assert_eq!(cpu(&console), "12.5");
    console.wait(10_001);
    assert_eq!(cpu(&console), "");
    console.upsert(super::stage::ended(workload(PROD, "api-1"), 0, ""));
    assert!(!console.model.fleet.stats.contains_key(&id));
}

#[test]
fn details_and_processes_come_to_the_screen_that_asks_and_stay_when_their_subject_is_gone() {
    let mut console = Console::new();
    let id = workload_id(PROD, "api-1");
    console.press("enter");
    let detail = Arc::new(serde_json::json!({"State": {"Status": "running"}}));
    console.hears_on(PROD, Subject::Detail(id.clone()), Event::Detail(id.clone(), detail));
    console.press("p");
    let list = Arc::new(ProcessList { titles: vec![Arc::from("PID")], rows: vec![vec![Arc::from("1")]; 90] });
    console.hears_on(PROD, Subject::Processes(id.clone()), Event::Processes(id.clone(), list));
    console.press("G");
    let inspect = |console: &Console| match console.model.screen() {
        Screen::Inspect(it) => {
            (it.tree.lines().len(), it.processes_offset, it.fault.as_ref().map(ToString::to_string))
        }
        other => panic!("{other:?}"),
    };
    assert!(inspect(&console).1 > 50);
    console.press("d");
    let gone = Link::Ended(Fault::new("api-1", "no such container", "it was removed"));
    console.hears_on(PROD, Subject::Detail(id.clone()), Event::Link(gone));
    console.remove(id);
    let (lines, _, fault) = inspect(&console);
    assert!(lines > 0);
    assert_eq!(fault.as_deref(), Some("api-1: no such container (it was removed)"));
    assert_eq!(console.crumbs(), "workloads > api-1");
}

#[test]
fn sizes_of_volumes_are_measured_while_they_are_in_sight_and_survive_what_tells_no_size() {
    let mut console = Console::new();
    console.press("6");
    assert_eq!(console.watches(), [&Subject::DiskUse, &Subject::DiskUse]);
    let volumes = vec![(Arc::from("data"), Some(4_096), 1)];
    let report = Arc::new(DiskReport { at: at(0), usage: DiskUse::default(), volumes });
    console.hears_on(DEV, Subject::DiskUse, Event::DiskUse(report));
    let size = |console: &Console| {
        console.model.fleet.volumes.iter().find(|it| &*it.id.name == "data").and_then(|it| it.size)
    };
    assert_eq!(size(&console), Some(4_096));
    console.hears(DEV, Event::Upsert(Entity::Volume(Box::new(volume("data", &[])))));
    assert_eq!(size(&console), Some(4_096));
    console.list(DEV, &entities());
    assert_eq!(size(&console), Some(4_096));
    console.press("7");
    assert!(console.watches().is_empty());
}

#[test]
fn samples_that_were_dropped_are_counted() {
    let mut console = Console::new();
    console.tell(Msg::Dropped(3));
    console.tell(Msg::Dropped(4));
    assert_eq!(console.model.dropped, 7);
}

#[test]
fn a_console_without_targets_or_environments_is_safe() {
    let mut console = Console::with("default", settings(), Vec::new(), true);
    console.press("1 enter r x esc 2 r");
    assert!(matches!(console.asked(), crate::core::plan::request::Request::Restart { .. }));
    console.press("E");
    console.press("enter");
    assert_eq!(console.names().len(), 12);
}
