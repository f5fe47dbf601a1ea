//! A log on screen.

use std::ops::Range;

use jiff::SignedDuration;

use super::stage::{Console, DEV, PROD, at, environments, settings, workload_id};
use crate::core::event::{Event, Link, LogEvent};
use crate::core::fault::Fault;
use crate::core::logs::{Batch, RawLine, Row, Stream};
use crate::core::msg::{Effect, Msg};
use crate::core::overlay::Overlay;
use crate::core::screen::Screen;
use crate::core::settings::Settings;
use crate::core::subject::Subject;
use crate::core::view::logs::{Since, Use};

/// Lines that say their numbers, one a second.
fn lines(numbers: Range<i64>) -> Batch {
    let mut batch = Batch::new();
    for number in numbers {
        let text = if number % 100 == 0 { format!("line {number} ERROR") } else { format!("line {number}") };
        let timestamp = at(number);
        batch.line(&RawLine { timestamp, stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 });
    }
    batch
}

/// The log of a workload that is followed.
fn followed(console: &Console, name: &str) -> Option<Subject> {
    let id = workload_id(PROD, name);
    let is_it = |it: &&Subject| matches!(it, Subject::Log { id: of, .. } if *of == id);
    console.watches().into_iter().find(is_it).cloned()
}

fn hears(console: &mut Console, name: &str, event: Event) {
    let subject = followed(console, name).expect("the log is followed");
    console.hears_on(PROD, subject, event);
}

fn newer(console: &mut Console, name: &str, batch: Batch) {
    hears(console, name, Event::Log(LogEvent::Newer(batch)));
}

/// The older page that is asked for.
fn wanted_page(console: &Console) -> Option<Subject> {
    console.watches().into_iter().find(|it| matches!(it, Subject::OlderLog { .. })).cloned()
}

fn older(console: &mut Console, numbers: Range<i64>, reached_start: bool) {
    let page = wanted_page(console).expect("an older page is asked for");
    let event = Event::Log(LogEvent::Older { page: lines(numbers), reached_start });
    console.hears_on(PROD, page, event);
}

/// The log of `api-1` with the lines from 1000 to 1099, in a window of 24 rows.
fn open() -> Console {
    opened(Console::new())
}

fn opened(mut console: Console) -> Console {
    console.press("l");
    newer(&mut console, "api-1", lines(1000..1100));
    hears(&mut console, "api-1", Event::Log(LogEvent::Following));
    console
}

fn text(row: Option<Row<'_>>) -> String {
    match row {
        Some(Row::Line(line)) => line.text.trim_start_matches("line ").to_owned(),
        Some(Row::Divider(divider)) => format!("--- {}", divider.text),
        Some(Row::Gap(gap)) => format!("--- {}", gap.why),
        Some(Row::Gone(_)) => "---".to_owned(),
        None => String::new(),
    }
}

/// What is in sight, from the first row to the last.
fn sight(console: &Console) -> Vec<String> {
    let log = console.log();
    log.window(console.model.log_window()).into_iter().map(|it| text(log.row(it.spot))).collect()
}

fn ends(console: &Console) -> (String, String) {
    let sight = sight(console);
    (sight.first().cloned().unwrap_or_default(), sight.last().cloned().unwrap_or_default())
}

fn unseen(console: &Console) -> u64 {
    let log = console.log();
    log.unseen(&log.window(console.model.log_window()))
}

fn ends_are(console: &Console, first: &str, last: &str) {
    assert_eq!(ends(console), (first.to_owned(), last.to_owned()));
}

fn current(console: &Console) -> String {
    let log = console.log();
    log.current().map_or_else(String::new, |it| text(log.row(it)))
}

#[test]
fn the_tail_is_shown_from_its_end_and_followed() {
    let mut console = open();
    assert!(console.log().follow && console.log().is_ready());
    ends_are(&console, "1075", "1099");
    newer(&mut console, "api-1", lines(1100..1103));
    ends_are(&console, "1078", "1102");
}

#[test]
fn going_up_leaves_the_end_counts_what_comes_and_going_down_to_it_follows_again() {
    let mut console = open();
    console.press("k");
    newer(&mut console, "api-1", lines(1100..1110));
    assert_eq!((console.log().follow, unseen(&console)), (false, 10));
    ends_are(&console, "1074", "1098");
    console.press("j j");
    ends_are(&console, "1076", "1100 ERROR");
    console.press("pgdn");
    assert_eq!((console.log().follow, unseen(&console)), (true, 0));
    ends_are(&console, "1085", "1109");
    console.press("up down");
    assert!(console.log().follow, "one up and one down is where it was");
    console.press("f");
    newer(&mut console, "api-1", lines(1110..1120));
    ends_are(&console, "1085", "1109");
    console.press("G");
    ends_are(&console, "1095", "1119");
}

#[test]
fn every_key_up_moves_also_where_the_window_was_filled_up_from_above() {
    let mut console = open();
    console.press("/");
    console.types("1098");
    console.search();
    console.press("enter f f f");
    console.command("since 2026-11-21T10:18:18Z");
    ends_are(&console, "1075", "1099");
    console.press("k");
    ends_are(&console, "1074", "1098");
}

#[test]
fn older_lines_are_asked_for_once_and_placed_above_while_the_position_stays() {
    let mut console = open();
    console.press("g");
    ends_are(&console, "1000 ERROR", "1024");
    let page = wanted_page(&console);
    let id = workload_id(PROD, "api-1");
    assert!(matches!(
        &page,
        Some(Subject::OlderLog { id: of, tail: 2_100, before, same: 1, .. }) if *of == id && *before == at(1000)
    ));
    console.press("k pgup");
    assert_eq!(wanted_page(&console), page);
    older(&mut console, 500..1000, false);
    assert_eq!(wanted_page(&console), None);
    ends_are(&console, "1000 ERROR", "1024");
    console.press("k");
    ends_are(&console, "999", "1023");
    console.press("g");
    older(&mut console, 400..500, true);
    console.press("g g");
    ends_are(&console, "400 ERROR", "424");
    assert!(console.log().reached_start() && wanted_page(&console).is_none());
}

#[test]
fn a_page_that_cannot_be_had_is_said_and_the_log_goes_on() {
    let mut console = open();
    console.press("g");
    let page = wanted_page(&console).unwrap();
    let retry_at = at(9_999);
    let fault = Fault::new("api-1", "no answer", "try again");
    console.hears_on(PROD, page, Event::Link(Link::Lost { fault, retry_at }));
    assert_eq!(
        (console.said().as_str(), console.log().faults().next()),
        ("api-1: no answer (try again)", None)
    );
    assert_eq!(wanted_page(&console), None);
    console.press("k");
    let page = wanted_page(&console).expect("asked for again");
    let fault = Fault::new("api-1", "gone", "");
    hears(&mut console, "api-1", Event::Link(Link::Ended(fault)));
    assert!(console.log().faults().next().is_some() && !console.open.keys().any(|it| it.subject == page));
}

#[test]
fn a_search_finds_the_nearest_earlier_line_while_it_is_typed_and_leaving_it_comes_back() {
    let mut console = open();
    newer(&mut console, "api-1", lines(1100..1350));
    console.press("/");
    console.types("error");
    console.search();
    assert_eq!(current(&console), "1300 ERROR");
    assert!(!console.log().follow);
    console.press("backspace");
    console.search();
    assert_eq!(current(&console), "1300 ERROR", "from where it began, not from the match before");
    console.press("esc");
    assert!(console.log().follow);
    assert_eq!((console.log().search_text(), current(&console).as_str()), ("", ""));
    ends_are(&console, "1325", "1349");
    console.press("/");
    console.types("nothing is like that");
    console.search();
    ends_are(&console, "1325", "1349");
    assert!(console.log().follow);
}

#[test]
fn n_goes_on_to_later_matches_and_shift_n_to_earlier_ones() {
    let mut console = open();
    newer(&mut console, "api-1", lines(1100..1350));
    console.press("n");
    assert_eq!(console.said(), "search-next: nothing is searched for yet");
    console.press("/");
    console.types("ERROR");
    console.search();
    console.press("enter");
    assert_eq!(console.log().count(Use::Search), Some((4, false)));
    console.press("N N N");
    assert_eq!(current(&console), "1000 ERROR");
    console.press("n");
    assert_eq!(current(&console), "1100 ERROR");
    console.press("n n n");
    assert_eq!((current(&console).as_str(), console.said().as_str()), ("1300 ERROR", "no later match"));
    newer(&mut console, "api-1", lines(1350..1450));
    assert_eq!(console.log().count(Use::Search), Some((5, false)), "what comes is looked at as it comes");
    console.press("n");
    assert_eq!(current(&console), "1400 ERROR");
}

#[test]
fn a_search_goes_on_in_older_pages_until_it_finds_something() {
    let mut console = open();
    console.press("/");
    console.types("line 250");
    console.search();
    console.press("enter");
    assert_eq!(console.log().count(Use::Search), Some((0, true)));
    older(&mut console, 600..1000, false);
    console.search();
    assert!(console.log().follow, "who waits at the end sees what comes");
    older(&mut console, 200..600, false);
    console.search();
    assert_eq!(current(&console), "250");
    assert_eq!(console.log().count(Use::Search), Some((1, false)));
    assert_eq!(wanted_page(&console), None);
    console.press("N");
    assert_eq!(console.said(), "no earlier match in the lines held: older ones are being searched");
    older(&mut console, 0..200, true);
    console.search();
    assert_eq!(console.said(), "nothing else in the whole log matches");
    assert_eq!((current(&console).as_str(), console.log().count(Use::Search)), ("250", Some((1, false))));
    console.press("N");
    assert_eq!(console.said(), "no earlier match");
}

#[test]
fn whoever_moves_on_does_not_wait_for_a_search() {
    let mut console = open();
    console.press("/");
    console.types("line 250");
    console.search();
    console.press("enter g");
    older(&mut console, 200..1000, false);
    console.search();
    ends_are(&console, "1000 ERROR", "1024");
    assert_eq!(console.log().count(Use::Search), Some((1, false)));
}

#[test]
fn a_filter_shows_only_what_matches_also_of_what_comes_and_esc_takes_it_away() {
    let mut console = open();
    console.press("&");
    console.types("error");
    console.search();
    console.press("enter");
    assert_eq!(sight(&console), ["1000 ERROR"]);
    newer(&mut console, "api-1", lines(1100..1250));
    assert_eq!(sight(&console), ["1000 ERROR", "1100 ERROR", "1200 ERROR"]);
    console.press("k");
    newer(&mut console, "api-1", lines(1250..1350));
    assert_eq!(unseen(&console), 0, "it is in sight");
    newer(&mut console, "api-1", lines(1350..5000));
    assert_eq!(unseen(&console), 15, "only what is shown counts");
    console.press("esc");
    assert_eq!(
        (console.crumbs().as_str(), console.log().filters.text().as_str()),
        ("workloads > log of api-1", "")
    );
    assert_eq!(sight(&console).len(), 25);
    console.press("F");
    console.types("line 10");
    console.search();
    console.press("esc");
    assert_eq!(console.log().filters.text(), "");
}

#[test]
fn what_was_shown_so_far_can_be_cleared_and_comes_back_when_a_time_is_asked_for() {
    let mut console = open();
    console.press("C");
    assert!(sight(&console).is_empty());
    newer(&mut console, "api-1", lines(1100..1102));
    assert_eq!(sight(&console), ["1100 ERROR", "1101"]);
    console.press("k g pgup");
    assert_eq!(wanted_page(&console), None, "nothing of it would be shown");
    console.press("0");
    assert_eq!(sight(&console)[0], "1000 ERROR");
    assert!(wanted_page(&console).is_some());
}

#[test]
fn going_back_to_a_time_reads_as_far_as_needed() {
    let mut console = open();
    console.wait(1_100_000);
    console.press("1");
    assert_eq!(sight(&console).len(), 25);
    console.command("since 10m");
    assert!(wanted_page(&console).is_some(), "ten minutes ago is before what is held");
    let ten_minutes_ago = console.model.now.0 - SignedDuration::from_mins(10);
    assert!(
        matches!(console.log().standing_since(), Some(Since::Seeking(at)) if is_about(at, ten_minutes_ago))
    );
    older(&mut console, 300..1000, false);
    assert_eq!(wanted_page(&console), None);
    let first: i64 = ends(&console).0.trim_end_matches(" ERROR").parse().unwrap();
    assert!((499..=510).contains(&first), "{first}");
    console.press("j j");
    assert!(matches!(console.log().standing_since(), Some(Since::From(at)) if is_about(at, ten_minutes_ago)));
    console.press("g");
    assert_eq!(console.log().standing_since(), None, "the reader has gone elsewhere");
    console.command("since 1 week");
    assert_eq!(
        console.said(),
        "`1 week` is no time: use 15m, 2h, 09:10 or a timestamp; `all` goes to the beginning"
    );
    console.wait(9_000_000);
    console.press("1");
    assert!(console.log().follow, "nothing came since: what comes next is waited for");
    assert!(matches!(console.log().standing_since(), Some(Since::Nothing(_))));
}

/// Typing takes a moment.
fn is_about(at: jiff::Timestamp, wanted: jiff::Timestamp) -> bool {
    at.duration_since(wanted).abs() < SignedDuration::from_secs(3)
}

#[test]
fn whoever_scrolls_away_is_not_pulled_back_to_a_time() {
    let mut console = open();
    console.press("0");
    assert!(wanted_page(&console).is_some());
    console.press("G");
    older(&mut console, 300..1000, false);
    ends_are(&console, "1075", "1099");
    assert_eq!(wanted_page(&console), None);
}

#[test]
fn a_mark_stands_below_the_last_line_and_times_and_wrapping_are_switched() {
    let mut console = open();
    console.press("m");
    assert_eq!(ends(&console).1, "--- mark");
    let before = (console.log().wrap, console.log().times);
    console.press("w t");
    assert_eq!((console.log().wrap, console.log().times), (!before.0, before.1.next()));
}

#[test]
fn what_is_in_sight_is_copied_and_all_that_is_held_is_written() {
    let mut console = open();
    console.press("t t t t c ctrl-s");
    let effects = console.effects();
    let [Effect::Copy(copied), Effect::Export { name, ending, text }] = &*effects else {
        panic!("{effects:?}")
    };
    assert_eq!((copied.lines().count(), copied.lines().next()), (25, Some("line 1075")));
    assert_eq!((name.as_str(), *ending, text.lines().count()), ("api-1", "log", 100));
}

#[test]
fn secrets_leave_a_log_only_once_they_are_revealed() {
    let mut console = open();
    let mut batch = Batch::new();
    let bytes = b"user=bob password=hunter2";
    batch.line(&RawLine { timestamp: at(2000), stream: Stream::Stdout, bytes, beyond: 0 });
    newer(&mut console, "api-1", batch);
    let left = |console: &mut Console| -> Vec<String> {
        console.press("c ctrl-s");
        console.command("export json");
        let texts = console.effects().into_iter().filter_map(|effect| match effect {
            Effect::Copy(text) | Effect::Export { text, .. } => text.lines().last().map(str::to_owned),
            _ => None,
        });
        texts.collect()
    };
    let hidden = left(&mut console);
    assert_eq!(hidden.len(), 3);
    assert!(hidden.iter().all(|text| text.contains("user=bob password=<redacted>")), "{hidden:?}");
    console.press("v");
    assert!(left(&mut console).iter().all(|text| text.contains("hunter2")));
    console.press("v");
    assert_eq!(left(&mut console), hidden);
}

#[test]
fn a_log_stays_with_its_fault_when_its_workload_is_removed() {
    let mut console = open();
    let fault = Fault::new("api-1", "no such container", "it was removed; choose another");
    hears(&mut console, "api-1", Event::Link(Link::Ended(fault)));
    console.remove(workload_id(PROD, "api-1"));
    ends_are(&console, "1075", "1099");
    assert_eq!(console.crumbs(), "workloads > log of api-1");
    assert!(console.log().faults().next().is_some_and(|it| &*it.cause == "no such container"));
    console.press("k g esc");
    assert!(!console.names().contains(&"api-1".to_owned()));
    assert!(console.watches().iter().all(|it| matches!(it, Subject::Stats(_))));
}

#[test]
fn a_link_that_comes_back_takes_the_fault_away() {
    let mut console = open();
    let fault = Fault::new("api-1", "connection reset", "");
    let retry_at = at(9_999);
    hears(&mut console, "api-1", Event::Link(Link::Lost { fault, retry_at }));
    hears(&mut console, "api-1", Event::Link(Link::Connecting));
    assert!(console.log().faults().next().is_some());
    hears(&mut console, "api-1", Event::Link(Link::Live));
    assert!(console.log().faults().next().is_none());
}

fn small(log_bytes: usize) -> Console {
    let settings = Settings { log_stream_bytes: 4 << 20, log_bytes, ..settings() };
    opened(Console::with("default", settings, environments(), true))
}

#[test]
fn all_open_logs_together_keep_within_their_memory_the_largest_gives_first() {
    let mut console = small(512 << 10);
    console.command("logs db-1");
    for from in (0..40_000).step_by(1_000) {
        newer(&mut console, "db-1", lines(from..from + 1_000));
    }
    let sizes = |console: &Console| -> Vec<usize> {
        let logs = console.model.stack.iter().filter_map(|it| match it {
            Screen::Logs(logs) => Some(logs.heap_bytes()),
            _ => None,
        });
        logs.flatten().collect()
    };
    let held = sizes(&console);
    assert!(held.iter().sum::<usize>() <= 512 << 10, "{held:?}");
    assert!(console.log().totals().gone > 0);
    console.press("esc");
    assert_eq!(console.log().totals().held, 100, "the small one kept all of its own");
}

#[test]
fn matches_that_had_to_make_room_are_counted_no_more() {
    let mut console = small(600 << 10);
    console.press("&");
    console.types("error");
    console.search();
    console.press("enter");
    for from in (1_100..40_100).step_by(1_000) {
        newer(&mut console, "api-1", lines(from..from + 1_000));
    }
    console.search();
    let (count, _) = console.log().count(Use::Filter).unwrap();
    assert!(count < 300, "{count}");
    console.press("g");
    assert!(sight(&console).iter().all(|it| it.ends_with("ERROR")), "{:?}", sight(&console));
}

#[test]
fn older_lines_go_into_the_place_of_those_that_had_to_make_room() {
    let mut console = small(600 << 10);
    for from in (1_100..40_100).step_by(1_000) {
        newer(&mut console, "api-1", lines(from..from + 1_000));
    }
    console.press("g");
    let first: i64 = sight(&console)[1].trim_end_matches(" ERROR").parse().unwrap();
    assert_eq!(sight(&console)[0], "---", "that lines are missing is seen");
    older(&mut console, first - 500..first, false);
    assert!(!console.log().reached_start());
    let now = |console: &Console| sight(console)[0].trim_end_matches(" ERROR").parse::<i64>().unwrap();
    assert_eq!(now(&console), first, "what was read stays where it is");
    console.press("k");
    assert_eq!(now(&console), first - 1);
}

#[test]
fn a_log_of_another_workload_is_another_log() {
    let mut console = open();
    console.press("esc down down down l");
    assert_eq!(console.crumbs(), "workloads > log of devapi");
    assert!(sight(&console).is_empty());
    assert!(
        console.open.keys().any(|it| it.target.as_str() == DEV && matches!(it.subject, Subject::Log { .. }))
    );
    assert!(followed(&console, "api-1").is_none(), "the other one is closed");
}

#[test]
fn a_line_being_typed_over_a_log_says_what_it_is_for() {
    let mut console = open();
    console.press("F");
    assert!(matches!(&console.model.overlay, Some(Overlay::Line(line)) if line.before.is_empty()));
    console.tell(Msg::Paste("one\ntwo".to_owned()));
    assert_eq!(console.log().filters.text(), "one");
}
