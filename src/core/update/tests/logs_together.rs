//! The logs of several workloads, read as one.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::stage::{Console, PROD, at, ended, host, workload, workload_id};
use crate::core::entity::{Entity, Host, Workload};
use crate::core::event::{Event, LogEvent};
use crate::core::logs::{Arrival, Batch, RawLine, Row, Spot, Stream};
use crate::core::msg::Effect;
use crate::core::sight;
use crate::core::subject::Subject;
use crate::core::view::logs::Use;

/// Lines at these seconds that say whose they are and when.
fn lines(name: &str, seconds: &[i64]) -> Batch {
    let mut batch = Batch::new();
    for second in seconds {
        let text = format!("{name} {second}");
        batch.line(&RawLine {
            timestamp: at(*second),
            stream: Stream::Stdout,
            bytes: text.as_bytes(),
            beyond: 0,
        });
    }
    batch
}

/// What is asked for of the log of a workload: to follow it, or an older page.
fn asked(console: &Console, name: &str, is_older: bool) -> Option<Subject> {
    let id = workload_id(PROD, name);
    let is_it = |it: &&Subject| match it {
        Subject::Log { id: of, .. } => !is_older && *of == id,
        Subject::OlderLog { id: of, .. } => is_older && *of == id,
        _ => false,
    };
    console.watches().into_iter().find(is_it).cloned()
}

fn hears(console: &mut Console, name: &str, event: LogEvent) {
    let is_older = matches!(event, LogEvent::Older { .. });
    let subject =
        asked(console, name, is_older).unwrap_or_else(|| panic!("the log of {name} is not asked for"));
    console.hears_on(PROD, subject, Event::Log(event));
}

fn older(console: &mut Console, name: &str, seconds: &[i64], reached_start: bool) {
    hears(console, name, LogEvent::Older { page: lines(name, seconds), reached_start });
}

/// `web-1` and `web-2` marked, and their logs opened.
fn open() -> Console {
    let mut console = Console::new();
    console.press("/");
    console.types("web-");
    console.press("enter g space space l");
    console
}

/// The same with lines of both, which alternate but for what came late.
fn filled() -> Console {
    let mut console = open();
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[10, 12, 14, 16])));
    hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[11, 13, 15, 17])));
    for name in ["web-1", "web-2"] {
        hears(&mut console, name, LogEvent::Following);
    }
    console
}

/// The seconds of the lines in sight, in their order.
fn sight(console: &Console) -> Vec<i64> {
    let log = console.log();
    let rows =
        log.window(console.model.log_window()).into_iter().filter_map(|it| match log.row(it.spot)? {
            Row::Line(line) => line.text.split(' ').nth(1)?.parse().ok(),
            _ => None,
        });
    rows.collect()
}

#[test]
fn marked_workloads_are_read_as_one_log_in_the_order_of_time() {
    let mut console = filled();
    assert_eq!(console.crumbs(), "workloads > log of web-1 and 1 more");
    assert_eq!(sight(&console), [11, 12, 13, 14, 15, 16, 17], "what web-2 had to say before 11 is not known");
    hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[20])));
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[18, 19])));
    assert_eq!(sight(&console)[6..], [17, 18, 19, 20], "what comes late stands where it belongs");
    console.press("esc l");
    assert_eq!(console.crumbs(), "workloads > log of web-1 and 1 more", "they are still marked");
}

#[test]
fn lines_of_one_moment_stand_in_the_same_order_however_one_comes_to_them() {
    let mut console = open();
    for name in ["web-1", "web-2"] {
        hears(&mut console, name, LogEvent::Newer(lines(name, &[5; 40])));
        hears(&mut console, name, LogEvent::Following);
    }
    console.press("g");
    for name in ["web-1", "web-2"] {
        older(&mut console, name, &[], true);
    }
    let whole = |console: &Console| {
        let log = console.log();
        log.window(crate::core::view::logs::Window { rows: 200, columns: 80 })
            .into_iter()
            .map(|it| it.spot)
            .collect::<Vec<_>>()
    };
    console.press("g");
    let from_the_top = whole(&console);
    console.press("G");
    assert_eq!(whole(&console), from_the_top);
    assert!(from_the_top.is_sorted() && from_the_top.len() == 80);
}

#[test]
fn a_service_is_followed_through_the_workloads_that_come() {
    let mut console = Console::new();
    console.press("3 /");
    console.types("web");
    console.press("enter l");
    let lanes = |console: &Console| -> Vec<String> {
        console.log().lanes().iter().map(|it| it.name.to_string()).collect()
    };
    let before = lanes(&console);
    assert!(before.contains(&"web-1".to_owned()) && before.contains(&"web-2".to_owned()), "{before:?}");
    console.upsert(workload(PROD, "web-21"));
    assert_eq!(lanes(&console).len(), before.len() + 1);
    assert!(asked(&console, "web-21", false).is_some());
    console.upsert(ended(workload(PROD, "web-21"), 1, ""));
    console.upsert(workload(PROD, "worker-9"));
    assert_eq!(lanes(&console).len(), before.len() + 1, "neither twice nor one of another service");
}

#[test]
fn a_selector_in_the_command_opens_what_it_selects_now_and_later() {
    let mut console = Console::new();
    console.command("logs web-*");
    assert_eq!(console.log().lanes().len(), 2);
    assert_eq!(console.crumbs(), "workloads > log of web-*");
    console.upsert(workload(PROD, "web-7"));
    assert_eq!(console.log().lanes().len(), 3);
    console.command("logs nonsense");
    assert!(console.said().contains("nothing is called “nonsense”"), "{}", console.said());
}

#[test]
fn nothing_is_shown_from_before_what_is_known_of_all_logs() {
    let mut console = open();
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[1, 2, 3, 40])));
    hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[30, 31])));
    for name in ["web-1", "web-2"] {
        hears(&mut console, name, LogEvent::Following);
    }
    assert_eq!(sight(&console), [30, 31, 40], "lines of web-2 may be missing between those of web-1");
    console.press("g");
    assert!(asked(&console, "web-1", true).is_none(), "it is held far enough back");
    older(&mut console, "web-2", &[2, 20], false);
    assert_eq!(sight(&console), [2, 2, 3, 20, 30, 31, 40], "as far as web-2 is known by now");
    console.press("g");
    older(&mut console, "web-2", &[], true);
    console.press("g");
    assert_eq!(sight(&console), [1, 2, 2, 3, 20, 30, 31, 40]);
}

#[test]
fn searching_and_filtering_go_over_all_of_them() {
    let mut console = filled();
    console.command("filter 1[45]");
    console.search();
    assert_eq!(console.log().count(Use::Filter), Some((2, false)));
    assert_eq!(sight(&console), [14, 15]);
    console.press("esc");
    console.command("search web-2|16");
    console.search();
    assert_eq!((console.log().count(Use::Search), console.log().place()), (Some((5, false)), Some(5)));
    let seconds: Vec<_> = (0..4)
        .map(|_| {
            console.press("N");
            let log = console.log();
            match log.current().and_then(|it| log.row(it)) {
                Some(Row::Line(line)) => line.text.to_owned(),
                other => panic!("{other:?}"),
            }
        })
        .collect();
    assert_eq!(seconds, ["web-1 16", "web-2 15", "web-2 13", "web-2 11"]);
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[160])));
    assert_eq!(console.log().count(Use::Search), Some((6, false)), "new lines are looked at as they come");
}

#[test]
fn logs_of_one_environment_stand_under_its_banner_and_those_of_several_under_none() {
    let mut console = filled();
    let banner = |console: &Console| sight::environment(&console.model).map(|it| it.id.to_string());
    let targets = |console: &Console| sight::targets(&console.model).len();
    assert_eq!((banner(&console).as_deref(), targets(&console)), (Some("shop-prod"), 1));
    console.command("logs /web/");
    assert_eq!((banner(&console), targets(&console)), (None, 2));
}

#[test]
fn what_is_exported_says_whose_each_line_is() {
    let mut console = filled();
    console.effects();
    console.command("export json");
    let text = console.effects().into_iter().find_map(|it| match it {
        Effect::Export { text, .. } => Some(text),
        _ => None,
    });
    let text = text.expect("it is exported");
    let first: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["workload"], &first["text"]), (&"web-2".into(), &"web-2 11".into()));
    assert_eq!(text.lines().count(), 7, "what is in the order that is shown");
}

#[test]
fn a_line_that_comes_when_its_place_may_have_been_read_is_marked_as_late() {
    let mut console = filled();
    let late = |console: &Console| {
        let log = console.log();
        let placed = log.window(console.model.log_window());
        let spots = placed.iter().filter(|it| log.is_late(it.spot));
        spots
            .filter_map(|it| log.row(it.spot)?.timestamp())
            .map(|it| it.as_second() - at(0).as_second())
            .collect::<Vec<_>>()
    };
    assert_eq!(late(&console), [0; 0], "what there was at the beginning is not late");
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[20, 30])));
    hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[21, 29, 31])));
    assert_eq!(sight(&console), [11, 12, 13, 14, 15, 16, 17, 20, 21, 29, 30, 31]);
    assert_eq!(late(&console), [21, 29]);
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[31, 32])));
    assert_eq!(late(&console), [21, 29], "what comes within the window of order is not late");
}

#[test]
fn what_is_late_is_told_by_clocks_that_go_right() {
    let mut console = filled();
    let fast = Arc::<str>::from("fast");
    console.upsert(Workload { host: fast.clone(), ..workload(PROD, "web-2") });
    console.hears(
        PROD,
        Event::Upsert(Entity::Host(Box::new(Host {
            name: fast,
            clock_ahead: Some(SignedDuration::from_secs(100)),
            ..host(PROD)
        }))),
    );
    let is_late = |console: &Console, second: i64| {
        let log = console.log();
        let is_it = |it: &Spot| log.row(*it).and_then(|row| row.timestamp()) == Some(at(second));
        let spots = log.window(console.model.log_window()).into_iter().map(|it| it.spot);
        spots.filter(is_it).any(|it| log.is_late(it))
    };
    hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[300])));
    hears(&mut console, "web-1", LogEvent::Newer(lines("web-1", &[201, 210])));
    assert!(!is_late(&console, 201), "it was 200 when the other one was written");
    hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[305, 320])));
    assert!(is_late(&console, 305), "it was 205, and what was written at 210 had been shown");
    assert!(!is_late(&console, 320));
}

#[test]
fn what_is_selected_takes_along_what_is_folded_into_it_in_each_log() {
    let mut console = open();
    let again = |name: &str, seconds: &[i64]| {
        let mut batch = Batch::new();
        for second in seconds {
            let bytes = name.as_bytes();
            batch.line(&RawLine { timestamp: at(*second), stream: Stream::Stdout, bytes, beyond: 0 });
        }
        LogEvent::Newer(batch)
    };
    hears(&mut console, "web-1", again("one", &[10, 12, 14]));
    hears(&mut console, "web-2", again("start", &[10]));
    hears(&mut console, "web-2", again("two", &[11, 13, 15]));
    hears(&mut console, "web-1", again("other", &[16]));
    for name in ["web-1", "web-2"] {
        hears(&mut console, name, LogEvent::Following);
    }
    console.press("u");
    assert_eq!(console.log().window(console.model.log_window()).len(), 4);
    console.press("space g");
    assert_eq!(console.log().selected_rows(), Some(8));
    console.press("j");
    assert_eq!(console.log().selected_rows(), Some(5), "those of web-1 are folded into the one before");
    console.press("esc esc g space");
    assert_eq!(console.log().selected_rows(), Some(3), "those of web-2 between them are not meant");
    console.press("t t t t y");
    let copied = console.effects().into_iter().find_map(|it| match it {
        Effect::Copy(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("web-1 one\nweb-1 one\nweb-1 one\n"));
}

#[test]
fn the_workload_of_the_line_that_is_stood_on_is_meant() {
    let mut console = filled();
    console.press("i");
    assert!(console.said().contains("stand on a line"), "{}", console.said());
    console.press("space k");
    assert_eq!(sight::subject(&console.model), Some(&workload_id(PROD, "web-1")));
    console.press("i");
    assert!(console.crumbs().ends_with("web-1"), "{}", console.crumbs());
}

#[test]
fn a_workload_that_joins_hides_nothing_of_what_is_shown() {
    for stays in [false, true] {
        let mut console = Console::new();
        console.command("logs web-*");
        for (name, seconds) in [("web-1", [10, 12]), ("web-2", [11, 13])] {
            hears(&mut console, name, LogEvent::Newer(lines(name, &seconds)));
            hears(&mut console, name, LogEvent::Following);
            assert!(
                asked(&console, name, true).is_none(),
                "what there was at the beginning goes back as far as it does"
            );
        }
        if stays {
            console.press("space esc");
        }
        let before = sight(&console);
        assert_eq!(before, [11, 12, 13]);
        console.upsert(workload(PROD, "web-7"));
        hears(&mut console, "web-7", LogEvent::Newer(lines("web-7", &[20, 21])));
        assert_eq!(sight(&console), [11, 12, 13, 20, 21]);
        hears(&mut console, "web-7", LogEvent::Following);
        assert_eq!(sight(&console), [11, 12, 13, 20, 21]);
        older(&mut console, "web-7", &[15], true);
        assert_eq!(sight(&console), [11, 12, 13, 15, 20, 21]);
        assert_eq!(console.log().current().is_some(), stays);
        // An empty one has nothing older.
        console.upsert(workload(PROD, "web-8"));
        hears(&mut console, "web-8", LogEvent::Following);
        assert!(asked(&console, "web-8", true).is_none());
        hears(&mut console, "web-8", LogEvent::Newer(lines("web-8", &[30])));
        assert_eq!(sight(&console), [11, 12, 13, 15, 20, 21, 30]);
    }
}

#[test]
fn a_workload_that_joins_with_a_long_past_tells_it_as_far_as_it_was_read() {
    let mut console = Console::new();
    console.command("logs web-*");
    for (name, seconds) in [("web-1", [10, 12]), ("web-2", [11, 13])] {
        hears(&mut console, name, LogEvent::Newer(lines(name, &seconds)));
        hears(&mut console, name, LogEvent::Following);
    }
    console.upsert(workload(PROD, "web-7"));
    hears(&mut console, "web-7", LogEvent::Newer(lines("web-7", &[20, 21])));
    hears(&mut console, "web-7", LogEvent::Following);
    older(&mut console, "web-7", &[12], false);
    assert_eq!(sight(&console), [12, 12, 13, 20, 21], "before 12 it may have written more");
}

#[test]
fn of_several_logs_it_is_told_how_the_slowest_lines_come() {
    let mut console = filled();
    assert_eq!(console.log().arrival(), None, "of Docker's nothing is said");
    hears(&mut console, "web-1", LogEvent::Arrival(Arrival::Live));
    let polled = Arrival::Polled { every: Duration::from_secs(2), why: None };
    for slower in [Arrival::Sampled, polled] {
        hears(&mut console, "web-2", LogEvent::Arrival(slower.clone()));
        assert_eq!(console.log().arrival(), Some(&slower));
    }
}

#[test]
fn an_answer_that_does_not_come_is_told_until_it_does() {
    let mut console = filled();
    console.wait(60_000);
    assert_eq!(console.log().silence(console.model.now), None, "Docker tells by itself");
    for (name, lag) in [("web-1", 2), ("web-2", 7)] {
        hears(&mut console, name, LogEvent::Heard { lag: Some(Duration::from_secs(lag)) });
    }
    console.wait(20_000);
    hears(&mut console, "web-2", LogEvent::Heard { lag: None });
    assert_eq!(console.log().silence(console.model.now), Some(20), "of the other");
    assert_eq!(console.log().ingestion_lag(), Some(Duration::from_secs(7)), "of the line that came last");
    hears(&mut console, "web-1", LogEvent::Heard { lag: None });
    assert_eq!(console.log().silence(console.model.now), None);
}

#[test]
fn how_far_behind_a_log_is_is_told_by_clocks_that_go_right() {
    for (ahead, told, behind) in [(30, 12, 42), (-30, 42, 12), (0, 12, 12)] {
        let mut console = filled();
        let host_of_it = Host { clock_ahead: Some(SignedDuration::from_secs(ahead)), ..host(PROD) };
        console.upsert(Workload { host: host_of_it.name.clone(), ..workload(PROD, "web-2") });
        console.hears(PROD, Event::Upsert(Entity::Host(Box::new(host_of_it))));
        let now = console.model.now.0.as_second() - at(0).as_second();
        hears(&mut console, "web-2", LogEvent::Newer(lines("web-2", &[now - told])));
        assert_eq!(console.log().seconds_behind(console.model.now), Some(behind), "{ahead}");
    }
}
