//! Lines that CloudWatch chooses.

use super::stage::{Console, PROD, at, workload_id};
use crate::core::event::{Event, LogEvent};
use crate::core::logs::{Batch, RawLine, Stream};
use crate::core::overlay::Overlay;
use crate::core::subject::Subject;

/// What is asked for of the log of `api-1`: the filter pattern.
fn asked(console: &Console) -> Option<String> {
    let id = workload_id(PROD, "api-1");
    console.watches().into_iter().find_map(|it| match it {
        Subject::Log { id: of, pattern, .. } if *of == id => pattern.as_deref().map(str::to_owned),
        _ => None,
    })
}

fn hears(console: &mut Console, event: LogEvent) {
    let log = console.watches().into_iter().find(|it| matches!(it, Subject::Log { .. })).cloned();
    console.hears_on(PROD, log.expect("the log is read"), Event::Log(event));
}

/// The log of `api-1` with one line.
fn open() -> Console {
    let mut console = Console::new();
    console.press("l");
    let mut batch = Batch::new();
    batch.line(&RawLine { timestamp: at(1000), stream: Stream::Stdout, bytes: b"one", beyond: 0 });
    hears(&mut console, LogEvent::Newer(batch));
    hears(&mut console, LogEvent::Following);
    console
}

#[test]
fn a_pattern_is_asked_with_once_it_is_accepted_and_no_longer_after_the_way_back() {
    let mut console = open();
    console.press("@");
    console.types("ERROR -health");
    assert_eq!(asked(&console), None, "each is asked for anew");
    console.press("enter");
    assert_eq!(asked(&console).as_deref(), Some("ERROR -health"));
    assert_eq!(console.log().totals().held, 0, "what was read before was not chosen");
    console.press("esc");
    assert_eq!(asked(&console), None);
    console.command("filter-pattern { $.status = 500 }");
    assert_eq!(asked(&console).as_deref(), Some("{ $.status = 500 }"));
}

#[test]
fn what_cloudwatch_says_is_wrong_with_a_pattern_stands_where_it_is_mended() {
    let mut console = open();
    console.command("filter-pattern [");
    hears(&mut console, LogEvent::Refused("Invalid filter pattern".into()));
    let typed = |console: &Console| match &console.model.overlay {
        Some(Overlay::Line(line)) => line.input.text().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(typed(&console), "[");
    assert_eq!(console.log().refusal(), Some("Invalid filter pattern"));
    console.types("[w]");
    assert_eq!(console.log().refusal(), None, "what is typed now was not refused");
    console.press("enter");
    assert_eq!(asked(&console).as_deref(), Some("[w]"));
}
