//! A search that goes on in older pages of a log, and how it is given up.

use std::ops::Range;

use super::stage::{Console, PROD, at};
use crate::core::event::{Event, LogEvent};
use crate::core::logs::{Batch, RawLine, Stream};
use crate::core::subject::Subject;

fn lines(numbers: Range<i64>) -> Batch {
    let mut batch = Batch::new();
    for number in numbers {
        let text = format!("line {number}");
        batch.line(&RawLine {
            timestamp: at(number),
            stream: Stream::Stdout,
            bytes: text.as_bytes(),
            beyond: 0,
        });
    }
    batch
}

fn watched(console: &Console, is_meant: fn(&Subject) -> bool) -> Option<Subject> {
    console.watches().into_iter().find(|it| is_meant(it)).cloned()
}

fn wanted_page(console: &Console) -> Option<Subject> {
    watched(console, |it| matches!(it, Subject::OlderLog { .. }))
}

/// The log of `api-1` at its end, while a line is looked for that is not among those held.
fn hunting() -> Console {
    let mut console = Console::new();
    console.press("l");
    let log = watched(&console, |it| matches!(it, Subject::Log { .. })).expect("the log is followed");
    for event in [LogEvent::Newer(lines(1000..1100)), LogEvent::Following] {
        console.hears_on(PROD, log.clone(), Event::Log(event));
    }
    console.press("/");
    console.types("line 250");
    console.search();
    console.press("enter");
    assert!(wanted_page(&console).is_some());
    console
}

#[test]
fn no_further_page_is_read_for_whoever_has_given_a_search_up() {
    for keys in [None, Some("k"), Some("G"), Some("f"), Some("pgup"), Some("/ esc"), Some("C"), Some("n")] {
        let mut console = hunting();
        let page = wanted_page(&console).expect("a page is asked for");
        if let Some(keys) = keys {
            console.press(keys);
        }
        console.search();
        console.hears_on(
            PROD,
            page,
            Event::Log(LogEvent::Older { page: lines(600..1000), reached_start: false }),
        );
        console.search();
        assert_eq!(wanted_page(&console).is_some(), keys.is_none(), "after {keys:?}");
    }
}

#[test]
fn escape_ends_the_reading_of_the_page_that_is_on_its_way_and_then_leaves_the_log() {
    let mut console = hunting();
    console.press("esc");
    assert_eq!(wanted_page(&console), None);
    assert!(console.said().contains("given up"), "{}", console.said());
    assert!(!console.log().is_hunting());
    console.press("esc");
    assert_eq!(console.log().search_text(), "", "then it is searched for no more");
    console.press("esc");
    assert_eq!(console.crumbs(), "workloads");
}
