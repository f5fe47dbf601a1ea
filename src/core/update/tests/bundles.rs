//! Bundles: of what is marked, selected or shown; one at a time, and stopped where somebody does not want it any more.

use jiff::SignedDuration;

use super::stage::{Console, DEV, PROD, change};
use crate::core::bundle::{Ask, Bundle, Lack};
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::msg::{Effect, Msg};

fn asked(console: &mut Console) -> Ask {
    match &*console.effects() {
        [Effect::Bundle(ask)] => (**ask).clone(),
        other => panic!("{other:?}"),
    }
}

fn names(ask: &Ask) -> Vec<&str> {
    ask.workloads.iter().map(|it| &*it.name).collect()
}

#[test]
fn the_selected_workload_is_meant_and_the_last_hour() {
    let mut console = Console::new();
    console.hears(PROD, Event::Change(change(-5, "api-1", None)));
    console.hears(PROD, Event::Change(change(-4_000, "too long ago", None)));
    console.hears(DEV, Event::Change(change(-5, "elsewhere", None)));
    console.press("2 g B");
    let selected = console.selected();
    let ask = asked(&mut console);
    assert_eq!(names(&ask), [&*selected]);
    assert_eq!(ask.since.map(|it| ask.at.duration_since(it)), Some(SignedDuration::from_hours(1)));
    let targets: Vec<&str> = ask.changes.iter().map(|it| it.target.as_str()).collect();
    assert!(targets.iter().all(|it| *it == ask.workloads[0].id.target.as_str()), "{targets:?}");
    assert!(!ask.changes.iter().any(|it| &*it.name == "too long ago"));
    assert!(console.said().starts_with("bundle: begun, of 1 workload"), "{}", console.said());
}

#[test]
fn what_is_marked_goes_together_and_a_service_or_an_environment_stands_for_its_workloads() {
    let mut console = Console::new();
    console.press("2 g space space");
    console.command("bundle 15m");
    let ask = asked(&mut console);
    assert_eq!(ask.workloads.len(), 2);
    assert_eq!(ask.since.map(|it| ask.at.duration_since(it)), Some(SignedDuration::from_mins(15)));
    console.tell(Msg::Bundled(Err(Fault::new("it", "failed", "try again"))));
    console.press("3 g");
    console.command("bundle all");
    let ask = asked(&mut console);
    assert!(!ask.workloads.is_empty() && ask.since.is_none());
    console.tell(Msg::Bundled(Err(Fault::new("it", "failed", "try again"))));
    console.press("1 g B");
    assert!(asked(&mut console).workloads.len() > 2);
}

#[test]
fn there_is_one_at_a_time_and_it_can_be_stopped() {
    let mut console = Console::new();
    console.press("2 g B");
    asked(&mut console);
    console.press("B");
    assert_eq!(console.said(), "bundle: one is being written: cancel stops it");
    console.tell(Msg::Bundling("log of api-1 (1 of 1)".to_owned()));
    assert_eq!(console.said(), "bundle: log of api-1 (1 of 1)");
    console.press("ctrl-t");
    assert!(matches!(&*console.effects(), [Effect::StopBundle]));
    console.tell(Msg::Bundled(Err(Fault::new("the bundle", "it was stopped", ""))));
    assert_eq!(console.said(), "the bundle: it was stopped");
    console.press("ctrl-t");
    assert_eq!(console.said(), "cancel: not here");
}

#[test]
fn what_was_written_is_told_with_its_path_its_size_and_what_is_missing() {
    let mut console = Console::new();
    console.press("2 g B");
    let missing = vec![Lack { what: "x".to_owned(), why: "y".to_owned() }];
    let bundle = Bundle { path: "/tmp/x.tar.zst".into(), bytes: 2048, files: Vec::new(), missing };
    console.tell(Msg::Bundled(Ok(bundle)));
    let said = console.said();
    assert!(said.starts_with("written: /tmp/x.tar.zst: 2.0K, 0 files; 1 thing is missing"), "{said}");
    console.effects();
    console.press("B");
    asked(&mut console);
}

#[test]
fn where_nothing_is_meant_or_no_time_is_said_nothing_is_begun() {
    let mut console = Console::new();
    console.press("5 B");
    assert_eq!(console.said(), "bundle: select workloads, services or an environment");
    console.press("2 g");
    console.command("bundle soon");
    assert!(console.said().starts_with("bundle: `soon` is no time: use 15m"), "{}", console.said());
    assert!(console.effects().iter().all(|it| !matches!(it, Effect::Bundle(_))));
}
