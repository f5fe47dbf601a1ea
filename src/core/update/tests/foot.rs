//! What is said at the bottom: how bad it is, how many rows it takes, and when it goes.

use super::stage::{Console, DEV, PROD};
use crate::core::change::Weight;
use crate::core::event::{Event, Link};
use crate::core::fault::Fault;
use crate::core::foot::Foot;
use crate::core::msg::Msg;

/// What is said now.
fn says(console: &Console) -> Option<(Weight, String)> {
    console.model.foot.as_ref().map(|it| (it.weight, it.rows.join(" ")))
}

fn fails(console: &mut Console, object: &str, cause: &str) {
    console.tell(Msg::Notice(Fault::new(object, cause, "")));
}

#[test]
fn what_was_done_is_told_from_what_was_refused() {
    let mut console = Console::new();
    for (keys, weight) in [("c", Weight::Good), ("x u", Weight::Notable), ("esc z", Weight::Quiet)] {
        console.press(keys);
        assert_eq!(says(&console).map(|it| it.0), Some(weight), "{keys}: {}", console.said());
    }
}

#[test]
fn a_long_error_takes_rows_from_the_end_of_the_list_and_hides_no_selection() {
    let mut console = Console::new();
    console.tell(Msg::Resize(80, 15));
    console.press("G");
    let (page, offset) = (console.model.page(), console.table().offset);
    let cause = "driver failed programming external connectivity: Bind for 0.0.0.0:8080 failed: port is already \
                 allocated";
    fails(&mut console, "restart api-1", cause);
    let Some(Foot { rows, .. }) = &console.model.foot else { panic!() };
    assert_eq!(rows.len(), 3);
    assert!(rows.join(" ").ends_with("port is already allocated"), "{rows:?}");
    assert_eq!((console.model.page(), console.table().offset), (page - 2, offset + 2));
    console.press("/");
    assert_eq!(console.model.page(), page, "a line that is typed takes its place");
    console.press("esc g");
    assert_eq!(console.table().offset, 0);
    console.press("ctrl-g");
    assert_eq!((console.model.page(), console.table().offset), (page, 0));
}

#[test]
fn what_has_no_room_at_all_is_found_with_a_key() {
    let mut console = Console::new();
    console.tell(Msg::Resize(60, 15));
    fails(&mut console, "web", &"no such thing ".repeat(40));
    let Some(Foot { rows, asides, .. }) = &console.model.foot else { panic!() };
    assert_eq!((rows.len(), asides.join(", ")), (3, "ctrl-g dismiss, M shows all".to_owned()));
}

#[test]
fn an_error_about_a_target_goes_when_the_target_answers_again_and_any_other_stays() {
    for object in [DEV, "unix:///run"] {
        let mut console = Console::new();
        console.wait(1_000);
        fails(&mut console, object, "connection refused");
        console.wait(1_000);
        console.lose(DEV);
        console.lose(PROD);
        assert_eq!(says(&console), Some((Weight::Bad, format!("{object}: connection refused"))));
        console.wait(1_000);
        console.hears(PROD, Event::Link(Link::Live));
        console.hears(DEV, Event::Link(Link::Live));
        assert_eq!(says(&console), None, "{object}");
    }
    let mut console = Console::new();
    fails(&mut console, "web-1", "no such container");
    console.wait(1_000);
    console.lose(DEV);
    console.hears(DEV, Event::Link(Link::Live));
    assert!(says(&console).is_some());
}

#[test]
fn an_error_of_a_single_call_to_a_target_that_answers_stays() {
    let mut console = Console::new();
    console.wait(1_000);
    fails(&mut console, DEV, "it took too long");
    console.wait(60_000);
    console.hears(DEV, Event::Heartbeat);
    assert!(says(&console).is_some());
}

#[test]
fn that_runs_were_interrupted_is_said_until_none_is() {
    let mut console = Console::new();
    console.model.interrupted = 1;
    console.model.messages.interrupted(console.model.now, "1 run was interrupted");
    console.wait(60_000);
    assert!(says(&console).is_some());
    console.model.interrupted = 0;
    console.wait(1_000);
    assert_eq!(says(&console), None);
}

#[test]
fn that_samples_were_dropped_is_said_as_long_as_it_is_news() {
    let mut console = Console::new();
    console.tell(Msg::Dropped(3));
    console.wait(5_000);
    assert!(says(&console).is_some_and(|it| it.1.starts_with("3 samples dropped")));
    console.wait(5_000);
    assert_eq!(says(&console), None);
    console.tell(Msg::Dropped(4));
    assert!(
        says(&console).is_some_and(|it| it.1.starts_with("7 samples dropped")),
        "all of them are counted"
    );
}
