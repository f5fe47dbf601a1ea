//! The line that a reader stands on: what is selected from there, and marks.

use super::logs_mouse::mouse;
use super::logs_reading::{copied, current, filter, hears, lines, menu, open, sight};
use super::stage::{Console, PROD, at, environments, settings, workload_id};
use crate::core::event::{Event, LogEvent};
use crate::core::logs::{Batch, Named, RawLine, Row, Stream};
use crate::core::msg::{Effect, MouseAction};
use crate::core::possible;
use crate::core::settings::Settings;
use crate::core::subject::Subject;
use crate::core::view::logs::Use;

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

/// The page before the lines that are held, which is asked for.
fn older_lines_come(console: &mut Console) {
    let id = workload_id(PROD, "api-1");
    let is_it = |it: &&Subject| matches!(it, Subject::OlderLog { id: of, .. } if *of == id);
    let page = console.watches().into_iter().find(is_it).cloned().expect("older lines are asked for");
    console.hears_on(PROD, page, Event::Log(LogEvent::Older { page: lines(900..1000), reached_start: true }));
}

#[test]
fn a_selection_holds_while_older_lines_come() {
    let mut console = open();
    console.press("space g");
    let before = console.log().selected_rows();
    assert_eq!((current(&console), before), (1000, Some(100)));
    older_lines_come(&mut console);
    assert_eq!((current(&console), console.log().selected_rows()), (1000, before));
    console.press("k");
    assert_eq!((current(&console), console.log().selected_rows()), (999, Some(101)));
}

/// A log with little memory: most of many lines make room.
fn cramped(first: std::ops::Range<i64>) -> Console {
    let settings = Settings { log_stream_bytes: 200_000, ..settings() };
    let mut console = Console::with("default", settings, environments(), true);
    console.press("l");
    hears(&mut console, LogEvent::Newer(lines(first)));
    hears(&mut console, LogEvent::Following);
    console
}

/// Many lines in so little memory that most of them make room.
fn with_a_hole() -> Console {
    let mut console = cramped(0..3000);
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
    let mut console = cramped(0..1000);
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

#[test]
fn a_line_that_is_stood_on_stays_in_sight_when_more_is_shown_again() {
    let mut console = open();
    filter(&mut console, "status>=500");
    console.press("/");
    console.types("items/1040");
    console.search();
    console.press("enter esc");
    assert_eq!(console.log().count(Use::Search), None);
    console.press("g space j esc");
    let here = current(&console);
    assert!(sight(&console).contains(&here));
    let hint = |console: &Console| {
        let is_back = |it: &possible::Hint| it.keys == "esc";
        possible::hints(&console.model).into_iter().find(is_back).map(|it| it.text)
    };
    assert_eq!(hint(&console), Some("show all"));
    console.press("esc");
    assert_eq!((current(&console), console.log().count(Use::Filter)), (here, None));
    assert!(sight(&console).contains(&here), "{:?}", sight(&console));
    assert_eq!(hint(&console), Some("leave line"));
    // Also where what passes has to be looked for first, and with what stands around it.
    console.command("level error");
    console.search();
    console.press("g space j j j j j esc");
    let here = current(&console);
    for command in ["context 9", "level info", "level error", "level all"] {
        console.command(command);
        console.search();
        assert!(current(&console) == here && sight(&console).contains(&here), "{command}");
    }
}

#[test]
fn a_line_that_is_drawn_holds_nothing_up_that_is_older_than_now() {
    let mut console = open();
    console.press("m");
    hears(&mut console, LogEvent::Newer(lines(1100..1110)));
    let log = console.log();
    let placed = log.window(console.model.log_window());
    let mark = placed.iter().position(|it| matches!(log.row(it.spot), Some(Row::Divider(_))));
    assert_eq!(mark.map(|it| placed.len() - it), Some(11), "it stands where the end was");
    assert!(placed.iter().all(|it| !log.is_late(it.spot)));
    assert!(placed.is_sorted_by_key(|it| it.spot));
}

#[test]
fn the_mark_of_a_hole_is_seen_there_and_taken_away_there() {
    let mut console = cramped(0..1000);
    console.press("g m j j space j m esc G");
    for first in (1000..20_000).step_by(1000) {
        hears(&mut console, LogEvent::Newer(lines(first..first + 1000)));
    }
    console.press("\"");
    let is_marked = |console: &Console| console.log().current().map(|it| console.log().is_marked(it));
    assert!(is_on_hole(&console));
    assert_eq!(is_marked(&console), Some(true));
    console.press("m");
    assert!(console.said().contains("taken away"), "{}", console.said());
    assert_eq!(is_marked(&console), Some(false));
    console.press("\"");
    assert!(console.said().contains("nothing is marked"), "{}", console.said());
}

#[test]
fn a_selection_holds_while_what_is_older_goes_before_folded_lines() {
    let mut console = open();
    console.press("u space g");
    let (here, before) = (current(&console), console.log().selected_rows());
    older_lines_come(&mut console);
    assert_eq!((current(&console), console.log().selected_rows()), (here, before));
    console.press("k");
    assert_eq!((current(&console), console.log().selected_rows()), (here - 1, before.map(|rows| rows + 1)));
}

#[test]
fn a_wrong_filter_leaves_its_line_open() {
    for wrong in ["level>=loud", "time>=never"] {
        let mut console = open();
        console.press("&");
        console.types(wrong);
        console.press("enter");
        assert!(console.model.overlay.is_some(), "{wrong}");
        assert!(console.log().filters.error().is_some(), "{wrong}");
    }
}
