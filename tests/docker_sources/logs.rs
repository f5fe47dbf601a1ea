//! Logs: the tail, what follows, restarts, cuts, and pages from before.

use quarterdeck::clients::docker::Endpoint;
use quarterdeck::core::event::{Event, Link, LogEvent};
use quarterdeck::core::logs::{Row, Store};
use quarterdeck::core::subject::Subject;

use crate::proxy::Proxy;
use crate::support::engine::{Engine, SecondEngine};
use crate::watching::{Watching, workload};

/// The rows of a log so far: lines as they are, what stands between them in brackets.
pub(crate) fn rows(watching: &Watching) -> Vec<String> {
    let mut store = Store::new(usize::MAX);
    for event in &watching.rest {
        match event {
            Event::Log(LogEvent::Newer(batch)) => store.append(batch.clone()),
            Event::Log(LogEvent::Older { page, .. }) => {
                store.insert_before(store.range().start, page.clone());
            }
            _ => {}
        }
    }
    store
        .rows(i64::MIN..i64::MAX)
        .map(|(_, row)| match row {
            Row::Line(line) => line.text.to_owned(),
            Row::Divider(divider) => format!("[{}]", divider.text),
            Row::Gap(gap) => format!("[gap: {}]", gap.why),
            Row::Gone(gone) => format!("[{} gone]", gone.lines),
        })
        .collect()
}

pub(crate) fn is_following(watching: &Watching) -> bool {
    watching.rest.iter().any(|it| matches!(it, Event::Log(LogEvent::Following)))
}

pub(crate) fn has_row(watching: &Watching, row: &str) -> bool {
    rows(watching).iter().any(|it| it.contains(row))
}

pub(crate) fn log(id: &str, tail: u32) -> Subject {
    Subject::Log { id: workload(id), tail, since: None, pattern: None, log: 0 }
}

async fn tail_and_follow(engine: &Engine, options: &[&str]) {
    let script = "for i in 1 2 3 4 5; do echo line $i; done; while [ ! -e /go ]; do sleep 0.1; done; echo more; exec sleep 1000";
    let container = engine.run("log", options, &["sh", "-c", script]);
    engine.wait_until(&["logs", &container.id], |it| it.contains("line 5"));
    let mut watching = Watching::of(engine, &log(&container.id, 3));
    watching.until("the tail", is_following).await;
    assert_eq!(rows(&watching), ["line 3", "line 4", "line 5"]);
    container.exec(&["touch", "/go"]);
    watching.until("what follows", |it| has_row(it, "more")).await;
    assert_eq!(rows(&watching), ["line 3", "line 4", "line 5", "more"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_log_begins_with_its_tail_and_is_followed() {
    tail_and_follow(&Engine::main(), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_log_of_a_terminal_begins_with_its_tail_and_is_followed() {
    tail_and_follow(&Engine::main(), &["--tty"]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_log_on_podman_begins_with_its_tail_and_is_followed() {
    tail_and_follow(&Engine::podman(), &[]).await;
}

/// Restarts a container and follows its log over it; all rows from its first life to its last.
async fn restarts(engine: &Engine, times: usize) -> Vec<String> {
    let script = "trap 'echo down; exit 4' TERM; echo up $(cat /count); echo $(($(cat /count) + 1)) >/count; while :; do sleep 0.1; done";
    let container = engine.create("again", &[], &["sh", "-c", script]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("count"), "0").unwrap();
    let count = folder.path().join("count").display().to_string();
    engine.docker(&["cp", &count, &format!("{}:/count", container.id)]);
    engine.docker(&["start", &container.id]);
    let mut watching = Watching::of(engine, &log(&container.id, 100));
    for life in 0..times {
        watching.until("it is up", |it| has_row(it, &format!("up {life}"))).await;
        engine.docker(&["stop", "--time", "10", &container.id]);
        engine.docker(&["start", &container.id]);
    }
    watching.until("the last life", |it| has_row(it, &format!("up {times}"))).await;
    rows(&watching)
}

/// Every line of every life, and between two lives one divider, which tells of the end of the first.
async fn restarts_with_dividers(times: usize) {
    let rows = restarts(&Engine::main(), times).await;
    let is_end = |row: &str| {
        let seconds = row.strip_prefix("[exited with code 4 after ").and_then(|it| it.strip_suffix("s]"));
        seconds.is_some_and(|it| it.parse::<u32>().is_ok())
    };
    let told: Vec<&str> = rows.iter().map(|row| if is_end(row) { "[end]" } else { row }).collect();
    let expected: Vec<String> = (0..times)
        .flat_map(|life| [format!("up {life}"), "down".to_owned(), "[end]".to_owned()])
        .chain([format!("up {times}")])
        .collect();
    assert_eq!(told, expected, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_log_is_followed_over_restarts_with_one_divider_for_each() {
    restarts_with_dividers(5).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_log_on_podman_is_followed_over_restarts() {
    // A follow of Podman's may outlive a quick restart, so not every one leaves a divider.
    let rows = restarts(&Engine::podman(), 3).await;
    let lines: Vec<_> = rows.iter().filter(|it| !it.starts_with('[')).collect();
    assert_eq!(lines, ["up 0", "down", "up 1", "down", "up 2", "down", "up 3"], "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn soak_a_log_is_followed_over_twenty_restarts_with_twenty_dividers() {
    restarts_with_dividers(20).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn the_last_words_of_a_container_that_is_removed_are_kept() {
    let engine = Engine::main();
    let container = engine.run("gone", &[], &["sh", "-c", "echo last words; exec sleep 1000"]);
    let mut watching = Watching::of(&engine, &log(&container.id, 10));
    watching.until("the line", |it| has_row(it, "last words")).await;
    engine.docker(&["rm", "--force", &container.id]);
    watching.until("the end", |it| it.rest.iter().any(|it| matches!(it, Event::Link(Link::Ended(_))))).await;
    let rows = rows(&watching);
    assert_eq!(rows[0], "last words");
    assert_eq!(rows.last().unwrap(), "[removed]");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_container_that_was_removed_while_the_engine_could_not_be_reached_is_called_by_its_name() {
    let engine = Engine::main();
    let container = engine.run("gone-away", &[], &["sh", "-c", "echo last words; exec sleep 1000"]);
    let proxy = Proxy::before(&engine);
    let mut watching = Watching::at(Endpoint::unix(proxy.socket()), &log(&container.id, 10));
    watching.until("the line", |it| has_row(it, "last words") && is_following(it)).await;
    engine.docker(&["kill", &container.id]);
    watching.until("its end", |it| has_row(it, "[exited")).await;
    proxy.cut();
    engine.docker(&["rm", &container.id]);
    let why = |event: &Event| match event {
        Event::Link(Link::Ended(fault)) => Some(fault.to_string()),
        _ => None,
    };
    watching.until("its removal", |it| it.rest.iter().any(|it| why(it).is_some())).await;
    let why = watching.rest.iter().find_map(why).unwrap();
    assert!(why.contains("gone-away") && why.contains("the container was removed"), "{why}");
    assert_eq!(rows(&watching).last().unwrap(), "[removed]");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_container_that_has_ended_tells_its_log_and_how_it_ended() {
    let engine = Engine::main();
    let container = engine.run("ended", &[], &["sh", "-c", "echo bye; exit 3"]);
    container.wait_until("{{.State.Status}}", "exited");
    let mut watching = Watching::of(&engine, &log(&container.id, 10));
    watching.until("the divider", |it| has_row(it, "[exited with code 3")).await;
    assert_eq!(rows(&watching).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn no_line_is_lost_or_doubled_when_the_engine_is_killed_and_comes_back() {
    let engine = SecondEngine::take();
    let script = "i=0; while :; do echo line $((i += 1)); usleep 2000; done";
    let container = engine.run("counter", &[], &["sh", "-c", script]);
    let mut watching = Watching::of(&engine, &log(&container.id, 10));
    watching.until("some lines", |it| rows(it).len() > 50).await;
    engine.tell("kill");
    let is_lost = |event: &Event| matches!(event, Event::Link(Link::Lost { .. }));
    watching.until("the loss", |it| it.rest.iter().any(is_lost)).await;
    let before = rows(&watching).len();
    engine.tell("start");
    watching.until("many more lines", |it| rows(it).len() > before + 500).await;
    assert_counts_on(&rows(&watching));
}

/// Every row is a line, and the lines count on without a step.
fn assert_counts_on(rows: &[String]) {
    let number = |row: &String| row.strip_prefix("line ")?.split(' ').next()?.parse::<u64>().ok();
    let first = number(&rows[0]).unwrap();
    for (row, expected) in rows.iter().zip(first..) {
        assert_eq!(number(row), Some(expected), "the rows do not count on at {row}");
    }
}

async fn cuts(times: usize) {
    let engine = Engine::main();
    let fast = engine.stack("firehose", 1);
    let id = engine.docker(&["inspect", "--format", "{{.Id}}", &fast.names[0]]).trim().to_owned();
    let proxy = Proxy::before(&engine);
    let mut watching = Watching::at(Endpoint::unix(proxy.socket()), &log(&id, 100));
    let count = |it: &Watching| -> usize {
        let newer = it
            .rest
            .iter()
            .map(|it| if let Event::Log(LogEvent::Newer(batch)) = it { batch.rows() } else { 0 });
        newer.sum()
    };
    for _ in 0..times {
        let before = count(&watching);
        watching.until("some thousand lines", |it| count(it) > before + 5_000).await;
        proxy.cut();
    }
    let before = count(&watching);
    watching.until("the last lines", |it| count(it) > before + 5_000).await;
    assert_counts_on(&rows(&watching));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn no_line_of_a_fast_log_is_lost_or_doubled_when_its_connections_are_cut() {
    cuts(5).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn soak_no_line_of_a_fast_log_is_lost_or_doubled_over_thirty_cuts() {
    cuts(30).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn a_log_is_read_backwards_to_its_beginning_page_by_page() {
    let engine = Engine::main();
    let script = "i=0; while [ $i -lt 1000 ]; do echo line $((i += 1)); done; exec sleep 1000";
    let container = engine.run("pages", &[], &["sh", "-c", script]);
    engine.wait_until(&["logs", "--tail", "1", &container.id], |it| it.contains("line 1000"));
    let mut watching = Watching::of(&engine, &log(&container.id, 10));
    watching.until("the tail", is_following).await;
    let mut store = Store::default();
    for event in watching.rest.drain(..) {
        if let Event::Log(LogEvent::Newer(batch)) = event {
            store.append(batch);
        }
    }
    let mut pages = 0;
    loop {
        let times: Vec<_> = store.rows(i64::MIN..i64::MAX).filter_map(|(_, row)| row.timestamp()).collect();
        let same = times.iter().take_while(|it| **it == times[0]).count();
        let older = Subject::OlderLog {
            id: workload(&container.id),
            tail: times.len() as u64 + 200,
            before: times[0],
            same: u32::try_from(same).unwrap(),
            pattern: None,
            log: 0,
        };
        let mut page = Watching::of(&engine, &older);
        page.until("the page", |it| {
            it.rest.iter().any(|it| matches!(it, Event::Log(LogEvent::Older { .. })))
        })
        .await;
        let (rows, reached_start) = page
            .rest
            .iter()
            .find_map(|it| match it {
                Event::Log(LogEvent::Older { page, reached_start }) => Some((page.clone(), *reached_start)),
                _ => None,
            })
            .unwrap();
        pages += 1;
        store.insert_before(store.range().start, rows);
        if reached_start {
            break;
        }
    }
    let lines: Vec<_> = store
        .rows(i64::MIN..i64::MAX)
        .filter_map(|(_, row)| if let Row::Line(line) = row { Some(line.text.to_owned()) } else { None })
        .collect();
    let expected: Vec<_> = (1..=1000).map(|it| format!("line {it}")).collect();
    assert!(lines == expected, "{} lines", lines.len());
    assert!((5..=7).contains(&pages), "{pages} pages");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn hostile_bytes_in_a_log_are_shown_harmless() {
    let engine = Engine::main();
    let hostile = engine.stack("hostile", 1);
    let id = engine.docker(&["inspect", "--format", "{{.Id}}", &hostile.names[0]]).trim().to_owned();
    let mut watching = Watching::of(&engine, &log(&id, 1000));
    watching.until("lines", |it| is_following(it) && !rows(it).is_empty()).await;
    for row in rows(&watching) {
        assert!(
            !row.contains(|it: char| it.is_control() || ('\u{202a}'..='\u{202e}').contains(&it)),
            "{row:?}"
        );
    }
}
