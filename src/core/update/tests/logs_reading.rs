//! What a reader does with a log: conditions, levels, errors, folding, times, the rate, the kinds of lines.

use std::ops::Range;

use super::stage::{Console, PROD, at, workload_id};
use crate::core::event::{Event, LogEvent};
use crate::core::logs::{Batch, Level, RawLine, Row, Stream};
use crate::core::msg::{Effect, Mouse, MouseAction, Msg};
use crate::core::overlay::Overlay;
use crate::core::screen::Screen;
use crate::core::subject::Subject;
use crate::core::view::logs::{Changed, KindsState, LogState, Placed, Times, Use, Window};

/// A line every second: requests, every tenth of them failed; at 1050 a stack trace; from 1060 on the same line again and
/// again.
pub(super) fn lines(seconds: Range<i64>) -> Batch {
    let mut batch = Batch::new();
    for second in seconds {
        let text = match second {
            1050 => "ERROR worker failed".to_owned(),
            1051 => "java.lang.IllegalStateException: no".to_owned(),
            1052..1056 => format!("\tat com.example.Worker.run(Worker.java:{second})"),
            1060..1080 => "INFO waiting for the queue".to_owned(),
            _ if second % 10 == 0 => format!("level=error method=GET path=/api/items/{second} status=500"),
            _ => format!("level=info method=GET path=/health/{second} status=200"),
        };
        let timestamp = at(second);
        batch.line(&RawLine { timestamp, stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 });
    }
    batch
}

pub(super) fn hears(console: &mut Console, event: LogEvent) {
    let id = workload_id(PROD, "api-1");
    let is_it = |it: &&Subject| matches!(it, Subject::Log { id: of, .. } if *of == id);
    let subject = console.watches().into_iter().find(is_it).cloned().expect("the log is followed");
    console.hears_on(PROD, subject, Event::Log(event));
}

pub(super) fn open() -> Console {
    let mut console = Console::new();
    console.press("l");
    hears(&mut console, LogEvent::Newer(lines(1000..1100)));
    hears(&mut console, LogEvent::Following);
    console
}

/// The seconds of the rows in sight.
pub(super) fn sight(console: &Console) -> Vec<i64> {
    let log = console.log();
    let placed = log.window(console.model.log_window());
    let second = |row: Option<Row<'_>>| row?.timestamp().map(|it| it.as_second() - at(0).as_second());
    placed.iter().filter_map(|it| second(log.row(it.spot))).collect()
}

pub(super) fn current(console: &Console) -> i64 {
    let log = console.log();
    let spot = log.current().expect("it stands on a line");
    log.row(spot).and_then(|row| row.timestamp()).expect("the line is held").as_second() - at(0).as_second()
}

/// The menu that stands over the screen.
pub(super) fn menu(console: &Console) -> Vec<(String, Option<bool>)> {
    match &console.model.overlay {
        Some(Overlay::Menu(menu)) => menu.entries.iter().map(|it| (it.label.clone(), it.checked)).collect(),
        _ => Vec::new(),
    }
}

/// Clicks on the panel.
fn click(console: &mut Console, column: u16) {
    console.tell(Msg::Mouse(Mouse { action: MouseAction::Click, column, row: 4 }));
}

/// Types a filter and accepts it.
pub(super) fn filter(console: &mut Console, text: &str) {
    console.press("&");
    console.types(text);
    console.search();
    console.press("enter");
}

/// The lines that `y` copies.
pub(super) fn copied(console: &mut Console) -> Vec<String> {
    console.press("y");
    let effects = console.effects();
    let text = effects.into_iter().find_map(|it| if let Effect::Copy(text) = it { Some(text) } else { None });
    text.expect("something is copied").lines().map(str::to_owned).collect()
}

#[test]
fn several_conditions_hold_together_and_each_can_be_switched_off_and_on_again() {
    let mut console = open();
    filter(&mut console, "status>=500 & !items/1000 & time<=2026-11-21T10:17:20Z");
    assert_eq!(sight(&console), [1010, 1020, 1030, 1040]);
    console.press("*");
    assert_eq!(menu(&console)[0], ("status>=500".to_owned(), Some(true)));
    console.press("j space");
    console.search();
    assert_eq!(sight(&console), [1000, 1010, 1020, 1030, 1040]);
    console.press("enter");
    assert_eq!(console.log().filters.text(), "status>=500 & time<=2026-11-21T10:17:20Z");
    console.press("backspace");
    console.search();
    assert_eq!(console.log().count(Use::Filter), None);
    console.press("* * enter");
    console.search();
    assert_eq!(sight(&console), [1010, 1020, 1030, 1040], "what was set is found again");
}

#[test]
fn a_condition_that_cannot_be_read_is_told_and_hides_nothing() {
    let mut console = open();
    console.press("&");
    console.types("level>=loud");
    assert!(console.log().filters.error().is_some());
    console.press("enter");
    assert_eq!(console.log().count(Use::Filter), None);
}

#[test]
fn lines_are_hidden_by_one_more_condition() {
    let mut console = open();
    filter(&mut console, "level>=info");
    console.press("!");
    console.types("health");
    console.search();
    console.press("enter");
    assert_eq!(console.log().filters.text(), "level>=info & !health");
    console.press("g");
    assert_eq!(sight(&console)[..4], [1000, 1010, 1020, 1030]);
    console.command("exclude waiting");
    console.search();
    assert_eq!(console.log().filters.text(), "level>=info & !health & !waiting");
    console.command("filter-out status=500");
    console.search();
    console.press("g");
    assert_eq!(sight(&console)[0], 1050, "what has no status is not hidden");
}

#[test]
fn the_level_goes_up_step_by_step_and_lines_around_come_with_those_that_pass() {
    let mut console = open();
    console.press("L");
    console.search();
    assert_eq!(console.log().filters.level(), Some(Level::Warn));
    console.press("L");
    console.search();
    assert_eq!(console.log().filters.text(), "level>=error");
    console.press("g");
    assert_eq!(sight(&console)[..4], [1000, 1010, 1020, 1030]);
    console.press("+ g");
    assert_eq!(sight(&console)[..6], [1000, 1001, 1009, 1010, 1011, 1019]);
    let log = console.log();
    let placed = log.window(console.model.log_window());
    assert_eq!([0, 1, 2, 3].map(|it| log.is_beside(placed[it].spot)), [false, true, true, false]);
    console.press("- L");
    console.search();
    assert_eq!(console.log().count(Use::Filter), None);
    console.command("level loud");
    assert!(console.said().contains("there is no “loud” to level"), "{}", console.said());
}

#[test]
fn errors_are_gone_to_one_after_the_other_and_a_trace_is_one() {
    let mut console = open();
    console.press("E");
    assert_eq!(current(&console), 1090);
    console.press("E E");
    assert_eq!(current(&console), 1050, "the lines of the trace are passed over");
    console.press("E E e");
    assert_eq!(current(&console), 1040, "{:?}", sight(&console));
    console.press("e e e e");
    assert!(console.said().contains("no later error"), "{}", console.said());
}

fn second_of(log: &LogState) -> impl Fn(&Placed) -> Option<i64> {
    |it| log.row(it.spot)?.timestamp().map(|at_it| at_it.as_second() - at(0).as_second())
}

#[test]
fn what_is_said_again_and_what_goes_on_with_a_record_is_folded() {
    let mut console = open();
    console.press("u g");
    let high = Window { rows: 200, columns: 100 };
    let log = console.log();
    let all: Vec<i64> = log.window(high).iter().filter_map(second_of(log)).collect();
    assert!(all.contains(&1050) && !all.contains(&1051) && !all.contains(&1055), "{all:?}");
    assert!(all.contains(&1060) && !all.contains(&1061) && all.contains(&1080), "{all:?}");
    let folded: Vec<u64> =
        log.window(high).iter().map(|it| log.folded_into(it.spot)).filter(|it| *it > 0).collect();
    assert!(folded.contains(&19), "{folded:?}");
    console.press("/");
    console.types("Worker.java:1053");
    console.search();
    console.press("enter");
    assert!(sight(&console).contains(&1053), "what was searched for is not folded away");
    let log = console.log();
    let all: Vec<i64> = log.window(high).iter().filter_map(second_of(log)).collect();
    assert!(all.contains(&1051) && !all.contains(&1061), "only its record is unfolded: {all:?}");
    // The record is folded again, and unfolded, by one key.
    console.press("enter");
    assert_eq!((current(&console), sight(&console).contains(&1053)), (1050, false));
    console.press("enter");
    assert_eq!((current(&console), sight(&console).contains(&1053)), (1050, true));
    console.press("u u");
    assert!(!sight(&console).contains(&1053), "all are folded anew");
}

#[test]
fn times_are_told_in_several_forms_and_by_several_clocks() {
    let mut console = open();
    for times in [Times::Date, Times::Age, Times::Distance, Times::Off, Times::Clock] {
        console.press("t");
        assert_eq!(console.log().times, times);
    }
    console.command("timestamps distance");
    assert_eq!(console.log().times, Times::Distance);
    console.command("zone +02:00");
    assert_eq!(crate::core::time::clock(at(0), &console.model.settings.zone), "12:00:00");
    console.command("zone");
    assert!(console.said().contains("clock of utc"), "{}", console.said());
    console.command("zone Berlin");
    assert!(console.said().contains("there is no clock `Berlin`"), "{}", console.said());
}

#[test]
fn the_rate_is_counted_and_a_stretch_of_it_zoomed_to_and_left() {
    let mut console = open();
    console.press("H");
    console.search();
    let whole = console.log().histogram().expect("it is counted").clone();
    let sum = |of: fn(&crate::core::logs::Bucket) -> u64| whole.buckets().iter().map(of).sum::<u64>();
    // Of the six lines of a record each has the level of the record.
    assert_eq!((sum(|it| it.lines), sum(|it| it.errors)), (100, 7 + 6));
    console.press("g z");
    console.search();
    let range = console.log().filters.range().expect("a part of the time is shown");
    assert_eq!(range.end.duration_since(range.start).as_millis(), 99_000 / 4);
    assert_eq!(sight(&console)[0], 1000);
    assert!(sight(&console).iter().all(|it| *it < 1025));
    console.press("Z");
    console.search();
    assert_eq!(console.log().filters.range(), None);
    console.press("Z");
    assert!(console.said().contains("all of the time is shown already"), "{}", console.said());
}

#[test]
fn a_click_on_a_bar_goes_there_and_a_second_one_zooms_into_it() {
    let mut console = open();
    console.press("H");
    console.search();
    let histogram = console.log().histogram().expect("it is counted").clone();
    let bucket = histogram.index_of(at(1050)).expect("it is among them");
    let column = LogState::bar(&histogram, bucket, console.model.size.0).start;
    click(&mut console, column);
    assert_eq!(sight(&console)[0], histogram.range_of(bucket, bucket).start.as_second() - at(0).as_second());
    click(&mut console, column);
    console.search();
    assert_eq!(console.log().filters.range(), Some(histogram.range_of(bucket, bucket)));
}

fn kinds(console: &Console) -> &KindsState {
    match console.model.screen() {
        Screen::Kinds(kinds) => kinds,
        _ => panic!("the kinds of lines are in sight"),
    }
}

#[test]
fn the_kinds_of_lines_are_counted_and_one_of_them_is_shown() {
    let mut console = open();
    console.press("P");
    console.search();
    let rows = &kinds(&console).kinds().expect("they are counted").rows;
    let waiting = rows.iter().position(|it| it.pattern.text().contains("waiting")).expect("it is one");
    assert_eq!(rows[waiting].lines, 20);
    assert_eq!(rows.iter().map(|it| it.lines).sum::<u64>(), 100);
    for _ in 0..waiting {
        console.press("j");
    }
    console.press("enter");
    console.search();
    assert_eq!(console.log().count(Use::Filter), Some((20, false)));
    assert!(
        console.log().filters.text().starts_with("kind: INFO waiting"),
        "{}",
        console.log().filters.text()
    );
    // The line can be edited although no one could type what it says.
    let text = console.log().filters.text();
    filter(&mut console, &text);
    assert_eq!(console.log().count(Use::Filter), Some((20, false)));
}

#[test]
fn lines_before_and_after_a_moment_are_compared() {
    let mut console = open();
    console.command("compare 2026-11-21T10:17:40Z");
    console.search();
    let state = kinds(&console);
    assert_eq!(state.around, Some(at(1060)));
    let rows = &state.kinds().expect("they are counted").rows;
    let words: Vec<(String, &str)> = rows
        .iter()
        .map(|it| (it.change.as_ref().map(Changed::word).unwrap_or_default(), it.pattern.text()))
        .collect();
    let new = words.iter().find(|(_, text)| text.contains("waiting")).expect("it is told");
    assert_eq!(new.0, "new");
    console.press("esc");
    assert!(matches!(console.model.screen(), Screen::Logs(_)));
}

#[test]
fn a_record_is_copied_whole_and_all_lines_go_to_the_pager_and_into_files() {
    let mut console = open();
    console.press("E E E");
    assert_eq!(current(&console), 1050);
    console.press("c");
    let copied = console.effects().iter().find_map(|it| match it {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(copied.expect("it is copied").lines().count(), 6);
    filter(&mut console, "waiting");
    console.press("|");
    let paged = console.effects().iter().find_map(|it| match it {
        Effect::Page(text) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(paged.expect("it is shown").lines().count(), 20);
    console.command("export json all gz");
    let written = console.effects().iter().find_map(|it| match it {
        Effect::Export { ending, text, .. } => Some((*ending, text.lines().count())),
        _ => None,
    });
    assert_eq!(written, Some(("jsonl.gz", 100)));
    console.command("export csv");
    assert!(console.said().contains("not exported as `csv`"), "{}", console.said());
}

#[test]
fn json_is_laid_out_and_fields_have_columns() {
    let mut console = open();
    let mut batch = Batch::new();
    let text = br#"{"level":"info","msg":"done","user":{"name":"ann"}}"#;
    batch.line(&RawLine { timestamp: at(1100), stream: Stream::Stdout, bytes: text, beyond: 0 });
    hears(&mut console, LogEvent::Newer(batch));
    let height = |console: &Console| console.log().window(console.model.log_window()).last().unwrap().height;
    assert_eq!(height(&console), 1);
    console.press("J");
    assert_eq!(height(&console), 7);
    console.press("J");
    let room = console.log().text_columns(console.model.log_window());
    console.command("fields status, user.name");
    let fields: Vec<&str> = console.log().fields.iter().map(|it| &**it).collect();
    assert_eq!(fields, ["status", "user.name"]);
    assert!(console.log().text_columns(console.model.log_window()) < room);
}
