//! Black boxes: seen in the timeline, opened from there, also when the container is gone.

use std::sync::Arc;

use super::stage::{Console, PROD, at, change, workload_id};
use crate::core::blackbox::fixture::blackbox;
use crate::core::blackbox::{BlackBox, Head, Tiding};
use crate::core::change::Change;
use crate::core::death::Death;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::msg::{Effect, Msg};
use crate::core::screen::Screen;
use crate::core::view::blackbox::{BoxState, Pane};

/// The end of a workload that there is, or that there was.
fn death(second: i64, name: &str) -> Change {
    let death = Some(Death { code: Some(1), ..Death::default() });
    Change { death, ..change(second, name, Some(workload_id(PROD, name))) }
}

fn head(second: i64, name: &str) -> Head {
    Head::of(&death(second, name), at(second)).unwrap()
}

fn opened(console: &Console) -> &BoxState {
    match console.model.screen() {
        Screen::Box(state) => state,
        other => panic!("{other:?}"),
    }
}

/// A console with one death of which there is a box, and one of which there is none.
fn console(name: &str) -> Console {
    let mut console = Console::new();
    console.hears(PROD, Event::Change(death(-5, name)));
    console.hears(PROD, Event::Change(death(-9, "other")));
    console.tell(Msg::BlackBox(Tiding::Found(vec![head(-5, name)])));
    console.press("8");
    assert_eq!(console.names(), [name, "other"]);
    console
}

fn answer(console: &mut Console, lines: usize) {
    let [Effect::OpenBox(id)] = &*console.effects() else { panic!("no box is asked for") };
    let lines: Vec<String> = (0..lines).map(|it| format!("line {it}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let content = BlackBox { head: head(-5, "gone"), ..blackbox(0, "x", &lines) };
    console.tell(Msg::BlackBox(Tiding::Opened(id.clone(), Ok(Arc::new(content)))));
}

#[test]
fn a_box_is_opened_from_the_timeline_and_its_end_is_in_sight() {
    let mut console = console("gone");
    console.press("enter");
    assert_eq!(console.crumbs(), "timeline > black box of gone");
    answer(&mut console, 200);
    let end = opened(&console).offset;
    assert!(end > 150, "{end}");
    console.press("g");
    assert_eq!(opened(&console).offset, 0);
    console.press("G j");
    assert_eq!(opened(&console).offset, end);
    console.press("]");
    assert_eq!(opened(&console).pane, Pane::Inspect);
    console.press("/");
    console.types("mode");
    console.press("enter");
    assert_eq!(opened(&console).tree.selected().unwrap().label, "MODE");
    console.press("esc");
    assert_eq!(console.crumbs(), "timeline");
}

#[test]
fn the_log_and_the_details_of_a_container_that_is_gone_are_those_of_its_box() {
    for (key, pane) in [("l", Pane::Lines), ("i", Pane::Inspect)] {
        let mut console = console("gone");
        console.press(key);
        assert_eq!(console.crumbs(), "timeline > black box of gone");
        assert_eq!(opened(&console).pane, pane);
    }
}

#[test]
fn a_container_that_is_still_there_tells_by_itself_how_it_is_now() {
    let mut console = console("api-1");
    console.press("l");
    assert_eq!(console.crumbs(), "timeline > log of api-1");
    console.press("esc i");
    assert_eq!(console.crumbs(), "timeline > api-1");
    console.press("esc enter");
    assert_eq!(console.crumbs(), "timeline > black box of api-1");
}

#[test]
fn a_change_without_a_box_is_opened_as_ever() {
    let mut console = console("gone");
    console.press("down enter");
    assert!(console.crumbs().starts_with("timeline > other-"), "{}", console.crumbs());
}

#[test]
fn a_box_that_is_not_kept_any_more_says_so_and_loses_its_sign() {
    let mut console = console("gone");
    console.press("enter");
    let [Effect::OpenBox(id)] = &*console.effects() else { panic!("no box is asked for") };
    let fault = Fault::new("it", "not any more", "look elsewhere");
    console.tell(Msg::BlackBox(Tiding::Opened(id.clone(), Err(fault))));
    assert!(matches!(opened(&console).content, Some(Err(_))));
    assert!(console.model.fleet.timeline.iter().all(|it| it.kept.is_none()));
}

#[test]
fn a_new_box_gets_its_sign_and_those_that_made_room_lose_theirs() {
    let mut console = console("gone");
    let gone = vec![head(-5, "gone").id];
    console.tell(Msg::BlackBox(Tiding::Kept { head: Box::new(head(-9, "other")), gone }));
    let kept: Vec<_> = console.model.fleet.timeline.iter().map(|it| it.kept.is_some()).collect();
    assert_eq!(kept, [true, false]);
    let elsewhere = Head { target: crate::core::id::TargetId::new("elsewhere"), ..head(-1, "x") };
    console.tell(Msg::BlackBox(Tiding::Found(vec![elsewhere])));
    assert_eq!(console.model.fleet.timeline.iter().len(), 2, "nobody looks at that target");
}
