//! The line that a reader stands on: what is selected from there, and marks.

use super::logs_reading::{current, filter, hears, lines, menu, open, sight};
use super::stage::{Console, PROD, at, environments, settings, workload_id};
use crate::core::event::{Event, LogEvent};
use crate::core::logs::{Batch, Named, RawLine, Row, Stream};
use crate::core::model::ROWS_ABOVE;
use crate::core::msg::{Effect, Mouse, MouseAction, Msg};
use crate::core::possible;
use crate::core::settings::Settings;
use crate::core::subject::Subject;
use crate::core::view::logs::Use;

fn copied(console: &mut Console) -> Vec<String> {
    console.press("y");
    let effects = console.effects();
    let text = effects.into_iter().find_map(|it| if let Effect::Copy(text) = it { Some(text) } else { None });
    text.expect("something is copied").lines().map(str::to_owned).collect()
}

fn mouse(console: &mut Console, action: MouseAction, row: u16) {
    console.tell(Msg::Mouse(Mouse { action, column: 40, row: ROWS_ABOVE + 1 + row }));
}

#[test]
fn lines_are_selected_from_where_the_reader_stands_and_copied() {
    let mut console = open();
    console.press("space k k");
    assert_eq!((current(&console), console.log().selected_rows()), (1097, Some(3)));
    assert!(!console.log().follow, "what is selected does not slip away");
    let text = copied(&mut console);
    assert_eq!(text.len(), 3);
    assert!(text[0].contains("health/1097") && text[2].contains("health/1099"), "{text:?}");
    assert!(!console.log().is_selecting(), "copying ends it");
    // Past the upper edge the window goes along, and back it does not.
    console.press("space pgup pgup");
    assert_eq!(sight(&console)[0], current(&console));
    let top = sight(&console)[0];
    console.press("j");
    assert_eq!((sight(&console)[0], current(&console)), (top, top + 1));
    console.press("g");
    assert_eq!((current(&console), console.log().selected_rows()), (1000, Some(98)));
    console.press("G");
    assert_eq!((current(&console), console.log().selected_rows()), (1099, Some(3)));
    assert!(!console.log().follow);
    console.press("esc");
    assert!(!console.log().is_selecting() && console.crumbs().contains("log of"), "the log is still there");
}

#[test]
fn what_is_selected_is_exported_with_what_is_folded_into_it() {
    let mut console = open();
    console.press("u /");
    console.types("worker failed");
    console.search();
    console.press("enter space");
    assert_eq!(console.log().selected_rows(), Some(6), "a record counts with its lines");
    console.press("ctrl-s");
    let effects = console.effects();
    let text =
        effects.iter().find_map(|it| if let Effect::Export { text, .. } = it { Some(text) } else { None });
    assert_eq!(text.map(|it| it.lines().count()), Some(6));
    assert!(console.log().is_selecting());
}

#[test]
fn the_mouse_stands_on_lines_and_selects_them() {
    let mut console = open();
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Click, 4);
    assert_eq!(current(&console), seen[4]);
    hears(&mut console, LogEvent::Newer(lines(1100..1110)));
    assert_eq!(sight(&console), seen, "what the mouse is on stays under it");
    mouse(&mut console, MouseAction::Release, 4);
    assert!(console.log().follow, "a click alone holds nothing up");
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::Drag, 4);
    assert!(!console.log().is_selecting(), "a hand shakes");
    mouse(&mut console, MouseAction::Drag, 7);
    mouse(&mut console, MouseAction::Drag, 6);
    mouse(&mut console, MouseAction::Release, 6);
    assert_eq!((console.log().selected_rows(), console.log().follow), (Some(3), false));
    hears(&mut console, LogEvent::Newer(lines(1110..1120)));
    assert_eq!(sight(&console), seen);
    mouse(&mut console, MouseAction::WheelUp, 6);
    assert_eq!((console.log().selected_rows(), sight(&console)[0]), (Some(3), seen[0] - 3));
    mouse(&mut console, MouseAction::Drag, 9);
    assert_eq!(console.log().selected_rows(), Some(3), "no button is held down");
    mouse(&mut console, MouseAction::Click, 2);
    assert_eq!((current(&console), console.log().is_selecting()), (seen[0] - 1, false));
}

#[test]
fn dragging_past_an_edge_scrolls() {
    let mut console = open();
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Click, 1);
    console.tell(Msg::Mouse(Mouse { action: MouseAction::Drag, column: 40, row: 0 }));
    assert_eq!((current(&console), console.log().selected_rows()), (seen[0], Some(2)));
    console.tell(Msg::Mouse(Mouse { action: MouseAction::Drag, column: 40, row: 0 }));
    assert_eq!((sight(&console)[0], console.log().selected_rows()), (seen[0] - 1, Some(3)));
    let rows = console.model.log_window().rows;
    mouse(&mut console, MouseAction::Drag, rows - 1);
    mouse(&mut console, MouseAction::Drag, rows + 1);
    assert_eq!((sight(&console)[0], current(&console)), (seen[0], 1099));
    mouse(&mut console, MouseAction::Drag, rows + 1);
    assert!(!console.log().follow);
    mouse(&mut console, MouseAction::Release, rows + 1);
    assert_eq!(console.log().selected_rows(), Some(usize::from(rows) - 1));
    // A click beside the lines is about something else.
    mouse(&mut console, MouseAction::Click, rows);
    assert!(console.log().is_selecting());
}

#[test]
fn of_an_empty_log_nothing_is_selected_and_it_is_followed_on() {
    let mut console = Console::new();
    console.press("l");
    hears(&mut console, LogEvent::Following);
    for (key, why) in [("space", "no line to select"), ("u", ""), ("enter", "no line to unfold")] {
        console.press(key);
        assert!(console.said().contains(why), "{}", console.said());
        assert!(console.log().follow && !console.log().is_selecting(), "{key}");
    }
    mouse(&mut console, MouseAction::Click, 2);
    mouse(&mut console, MouseAction::Drag, 4);
    mouse(&mut console, MouseAction::Release, 4);
    assert!(console.log().follow && console.log().current().is_none());
}

#[test]
fn following_again_ends_the_selection() {
    for key in ["f", "C"] {
        let mut console = open();
        console.press("space k k");
        console.press(key);
        assert!(console.log().follow && !console.log().is_selecting(), "{key}");
        hears(&mut console, LogEvent::Newer(lines(1100..1110)));
        console.press("k");
        assert!(!console.log().is_selecting() && !console.log().follow, "{key}");
    }
}

#[test]
fn a_search_goes_on_with_the_selection_and_one_that_finds_nothing_leaves_it() {
    let mut console = open();
    console.press("space /");
    console.types("items/1090");
    console.search();
    console.press("enter");
    assert_eq!(console.log().selected_rows(), Some(10));
    console.press("/");
    console.types("nowhere");
    console.search();
    console.press("esc");
    assert_eq!(console.log().selected_rows(), Some(10));
}

#[test]
fn what_is_out_of_sight_is_not_meant() {
    let mut console = open();
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::Release, 4);
    console.press("g");
    assert_eq!(copied(&mut console).len(), sight(&console).len(), "what is in sight is copied");
    console.press("esc");
    assert_eq!(console.crumbs(), "workloads", "there is nothing to be seen that could be left first");
}

#[test]
fn the_way_back_ends_one_thing_after_the_other() {
    let mut console = open();
    filter(&mut console, "!waiting");
    console.press("/");
    console.types("items");
    console.search();
    console.press("enter space");
    let mut hints = Vec::new();
    for _ in 0..4 {
        let is_back = |it: &possible::Hint| it.keys == "esc";
        hints.extend(possible::hints(&console.model).into_iter().find(is_back).map(|it| it.text));
        console.press("esc");
    }
    assert_eq!(hints, ["end selection", "end search", "show all", "back"]);
    assert_eq!(console.crumbs(), "workloads");
}

#[test]
fn a_line_that_was_long_or_laid_out_anew_stays_in_sight() {
    let mut console = open();
    for keys in ["w", "J", "u"] {
        console.press("space g");
        for _ in 0..30 {
            console.press("j");
        }
        let here = current(&console);
        for key in keys.split(' ') {
            console.press(key);
            assert!(sight(&console).contains(&current(&console)), "{key}");
            assert_eq!(current(&console), here, "{key}");
        }
        console.press("esc");
    }
    // A line that goes into another one is left for that one.
    console.press("u /");
    console.types("WorkerX|Worker.java:1054");
    console.search();
    console.press("enter u");
    assert_eq!((current(&console), sight(&console).contains(&1050)), (1050, true));
}

#[test]
fn a_selection_holds_while_older_lines_come() {
    let mut console = open();
    console.press("space g");
    let before = console.log().selected_rows();
    assert_eq!((current(&console), before), (1000, Some(100)));
    let id = workload_id(PROD, "api-1");
    let page = console
        .watches()
        .into_iter()
        .find(|it| matches!(it, Subject::OlderLog { id: of, .. } if *of == id))
        .cloned()
        .expect("older lines are asked for");
    console.hears_on(PROD, page, Event::Log(LogEvent::Older { page: lines(900..1000), reached_start: true }));
    assert_eq!((current(&console), console.log().selected_rows()), (1000, before));
    console.press("k");
    assert_eq!((current(&console), console.log().selected_rows()), (999, Some(101)));
}

/// Many lines in so little memory that most of them make room.
fn with_a_hole() -> Console {
    let settings = Settings { log_stream_bytes: 200_000, ..settings() };
    let mut console = Console::with("default", settings, environments(), true);
    console.press("l");
    hears(&mut console, LogEvent::Newer(lines(0..3000)));
    hears(&mut console, LogEvent::Following);
    console.press("space g");
    for first in (3000..12_000).step_by(1000) {
        hears(&mut console, LogEvent::Newer(lines(first..first + 1000)));
    }
    console
}

fn is_on_hole(console: &Console) -> bool {
    let log = console.log();
    matches!(log.current().and_then(|it| log.row(it)), Some(Row::Gone(_)))
}

#[test]
fn a_hole_is_stepped_over_like_a_line_and_whoever_stood_in_it_stands_on_it() {
    let mut console = with_a_hole();
    console.press("G");
    assert_eq!(current(&console), 11_999);
    console.press("g");
    let mut steps = 0;
    while !is_on_hole(&console) {
        console.press("j");
        steps += 1;
        assert!(steps < 5_000, "there is a hole");
    }
    let before = console.log().current();
    console.press("j");
    assert!(!is_on_hole(&console) && console.log().current() > before);
    console.press("k");
    assert_eq!(console.log().current(), before);
    // It grows, and the reader is still on it.
    for first in (12_000..20_000).step_by(1000) {
        hears(&mut console, LogEvent::Newer(lines(first..first + 1000)));
        assert!(console.log().current().is_some_and(|it| console.log().row(it).is_some()));
    }
    console.press("j k");
    assert!(is_on_hole(&console));
}

#[test]
fn a_mark_of_a_line_that_made_room_stands_for_the_hole() {
    let settings = Settings { log_stream_bytes: 200_000, ..settings() };
    let mut console = Console::with("default", settings, environments(), true);
    console.press("l");
    hears(&mut console, LogEvent::Newer(lines(0..1000)));
    hears(&mut console, LogEvent::Following);
    console.press("g m G");
    for first in (1000..20_000).step_by(1000) {
        hears(&mut console, LogEvent::Newer(lines(first..first + 1000)));
    }
    console.press("\"");
    assert!(is_on_hole(&console), "{:?}", console.log().current());
    console.press("\"");
    assert!(console.said().contains("no earlier mark"), "{}", console.said());
}

#[test]
fn marks_that_are_hidden_are_passed_over() {
    let mut console = open();
    console.press("g m /");
    console.types("health/1031");
    console.search();
    console.press("enter m g");
    filter(&mut console, "status>=500");
    console.press("esc G \"");
    assert_eq!(current(&console), 1000);
    console.press("'");
    assert!(console.said().contains("no later mark"), "{}", console.said());
}

#[test]
fn too_much_for_a_clipboard_is_said_and_stays_selected() {
    let mut console = Console::new();
    console.press("l");
    hears(&mut console, LogEvent::Newer(lines(0..20_000)));
    hears(&mut console, LogEvent::Following);
    console.press("space g y");
    assert!(console.said().contains("too much for a clipboard"), "{}", console.said());
    assert_eq!(console.log().selected_rows(), Some(20_000));
}

#[test]
fn lines_are_marked_and_gone_to() {
    let mut console = open();
    console.press("'");
    assert!(console.said().contains("nothing is marked yet"), "{}", console.said());
    // At the end that is followed, a mark is a line of its own.
    console.press("m");
    assert!(sight(&console).len() > 3);
    hears(&mut console, LogEvent::Newer(lines(1100..1102)));
    console.press("g m");
    assert_eq!(current(&console), 1000);
    console.press("/");
    console.types("items/1040");
    console.search();
    console.press("enter m");
    assert!(console.log().current().is_some_and(|it| console.log().is_marked(it)));
    console.press("\"");
    assert_eq!(current(&console), 1000);
    console.press("\"");
    assert!(console.said().contains("no earlier mark"), "{}", console.said());
    console.press("'");
    assert_eq!(current(&console), 1040);
    console.press("'");
    assert!(console.log().current().is_some_and(|it| console.log().is_marked(it)), "the line that was drawn");
    console.press("'");
    assert!(console.said().contains("no later mark"), "{}", console.said());
    console.press("\" m \"");
    assert_eq!(current(&console), 1000, "the mark of the other line is taken away");
}

#[test]
fn conditions_with_a_name_are_there_from_the_start() {
    let name = |name: &str, shows: &str| Named { name: name.into(), shows: shows.into() };
    let names = [name("failed", "status>=500 & !items/1000"), name("queue", "waiting for the queue")];
    let settings = Settings { log_conditions: names.into(), ..settings() };
    let mut console = Console::with("default", settings, environments(), true);
    console.press("l");
    hears(&mut console, LogEvent::Newer(lines(1000..1100)));
    hears(&mut console, LogEvent::Following);
    assert_eq!(console.log().count(Use::Filter), None);
    console.press("*");
    assert_eq!(menu(&console), [("failed".to_owned(), Some(false)), ("queue".to_owned(), Some(false))]);
    console.press("space");
    console.search();
    console.press("enter");
    assert_eq!(sight(&console), [1010, 1020, 1030, 1040, 1080, 1090]);
    filter(&mut console, "failed & !items/1010 & !queue");
    assert_eq!(sight(&console), [1020, 1030, 1040, 1080, 1090]);
    console.press("backspace *");
    assert_eq!(menu(&console).iter().filter(|it| it.0 == "queue" || it.0 == "failed").count(), 2);
}

#[test]
fn lines_that_are_old_when_they_come_say_how_far_behind_the_log_is() {
    let mut console = open();
    let behind = |console: &Console| console.log().seconds_behind(console.model.now);
    assert_eq!(behind(&console), None, "that the tail is old says nothing");
    let now = console.model.now.0.as_second() - at(0).as_second();
    hears(&mut console, LogEvent::Newer(lines(now - 50..now - 40)));
    assert_eq!(behind(&console), Some(41));
    console.wait(5_000);
    assert_eq!(behind(&console), None, "nothing has come for a while");
    let now = console.model.now.0.as_second() - at(0).as_second();
    hears(&mut console, LogEvent::Newer(lines(now - 5..now)));
    assert_eq!(behind(&console), None);
}

#[test]
fn the_wheel_between_press_and_release_holds_what_it_came_to() {
    let mut console = open();
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::WheelDown, 4);
    mouse(&mut console, MouseAction::Drag, 7);
    assert!(console.log().is_selecting() && !console.log().follow);
    mouse(&mut console, MouseAction::Release, 7);
    assert!(console.log().is_selecting() && !console.log().follow);
    console.press("esc G");
    mouse(&mut console, MouseAction::Click, 4);
    mouse(&mut console, MouseAction::WheelUp, 4);
    let seen = sight(&console);
    mouse(&mut console, MouseAction::Release, 4);
    assert_eq!(sight(&console), seen, "nobody is pulled back to the end");
}

#[test]
fn a_filter_that_shows_nothing_leaves_nothing_to_mark() {
    let mut console = open();
    filter(&mut console, "nowhere");
    console.press("m");
    assert!(console.said().contains("no line to mark"), "{}", console.said());
}

#[test]
fn what_is_unfolded_under_a_filter_stays_so_as_more_of_it_comes() {
    let mut console = open();
    let again = |seconds: std::ops::Range<i64>| {
        let mut batch = Batch::new();
        for second in seconds {
            let bytes = b"INFO waiting for the queue";
            batch.line(&RawLine { timestamp: at(second), stream: Stream::Stdout, bytes, beyond: 0 });
        }
        LogEvent::Newer(batch)
    };
    hears(&mut console, again(1100..1105));
    filter(&mut console, "queue");
    console.press("u");
    assert_eq!(sight(&console).len(), 2);
    console.press("enter");
    assert_eq!(sight(&console).len(), 6);
    hears(&mut console, again(1105..1110));
    assert_eq!(sight(&console).len(), 11);
}

#[test]
fn a_search_passes_over_what_is_hidden() {
    let mut console = open();
    filter(&mut console, "status>=500");
    console.press("/");
    console.types("items/1090|health/1095");
    console.search();
    console.press("enter");
    assert_eq!(current(&console), 1090);
    console.press("n");
    assert!(console.said().contains("no later match"), "{}", console.said());
}
