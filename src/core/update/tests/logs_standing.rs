//! The line that a reader stands on: what is selected from there, and marks.

use super::logs_reading::{current, filter, hears, lines, menu, open, sight};
use super::stage::{Console, environments, settings};
use crate::core::event::LogEvent;
use crate::core::logs::Named;
use crate::core::model::ROWS_ABOVE;
use crate::core::msg::{Effect, Mouse, MouseAction, Msg};
use crate::core::settings::Settings;
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
    assert!(console.log().follow, "a click alone holds nothing up");
    mouse(&mut console, MouseAction::Drag, 7);
    mouse(&mut console, MouseAction::Drag, 6);
    assert_eq!((console.log().selected_rows(), console.log().follow), (Some(3), false));
    hears(&mut console, LogEvent::Newer(lines(1100..1110)));
    assert_eq!(sight(&console), seen);
    mouse(&mut console, MouseAction::Click, 2);
    assert_eq!((current(&console), console.log().is_selecting()), (seen[2], false));
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
