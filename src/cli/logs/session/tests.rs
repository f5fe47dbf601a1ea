//! Sessions over logs that are made up: what is printed of them, in which order, and how it ends.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, HashMap};
use std::future::pending;
use std::sync::Mutex;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use serde_json::Value;

use super::super::printer::Form;
use super::*;
use crate::cli::args::Logs;
use crate::core::entity::Workload;
use crate::core::entity::workload::{Health, State};
use crate::core::event::LogEvent;
use crate::core::logs::{Batch, RawLine, Stream};
use crate::core::redact::Veil;
use crate::core::source::SourceId;
use crate::core::target::{Target, Technology};
use crate::sources::SourceError;

type Item = Result<Event, SourceError>;

/// What is printed, and said beside it.
#[derive(Clone, Default)]
struct Sheet(Arc<Mutex<(Vec<u8>, Vec<String>)>>);

impl Paper for Sheet {
    fn lines(&mut self, bytes: &[u8]) -> bool {
        self.0.lock().unwrap().0.extend_from_slice(bytes);
        true
    }

    fn remark(&mut self, text: &str) {
        self.0.lock().unwrap().1.push(text.to_owned());
    }
}

impl Sheet {
    fn lines_printed(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap().lines().map(str::to_owned).collect()
    }

    fn remarks(&self) -> Vec<String> {
        self.0.lock().unwrap().1.clone()
    }
}

/// Says what it was told to; then nothing more, for ever.
struct Script(SourceId, Vec<Item>);

impl Source for Script {
    fn id(&self) -> SourceId {
        self.0.clone()
    }

    fn watch(&self) -> BoxStream<'static, Item> {
        stream::iter(self.1.clone()).chain(stream::pending()).boxed()
    }
}

/// Workloads and what their logs say.
#[derive(Default)]
struct Stage {
    fleet: Fleet,
    logs: HashMap<EntityId, Vec<Item>>,
    pictures: HashMap<TargetId, Vec<Item>>,
}

fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "an item of a stream")]
fn rows(lines: &[(i64, &str)]) -> Item {
    let mut batch = Batch::new();
    for (seconds, text) in lines {
        let line = RawLine {
            timestamp: second(*seconds),
            stream: Stream::Stdout,
            bytes: text.as_bytes(),
            beyond: 0,
        };
        batch.line(&line);
    }
    Ok(Event::Log(LogEvent::Newer(batch)))
}

const PRESENT: Item = Ok(Event::Log(LogEvent::Following));

fn fault(cause: &str) -> Fault {
    Fault::new("engine", cause, "")
}

fn workload(target: &TargetId, name: &str) -> Workload {
    Workload {
        id: EntityId::new(Kind::Workload, target, name),
        name: Arc::from(name),
        state: State::Running,
        health: Health::None,
        exit: None,
        restarts: None,
        created: Timestamp::UNIX_EPOCH,
        started: None,
        image: Arc::from(""),
        image_digest: Arc::from(""),
        command: Arc::from(""),
        ports: Vec::new(),
        project: Some(Arc::from("shop")),
        service: Some(Arc::from("web")),
        networks: Vec::new(),
        mounts: Vec::new(),
        labels: BTreeMap::new(),
        host: Arc::from("box"),
        task: None,
    }
}

impl Stage {
    fn target(&mut self, name: &str, link: Link) -> TargetId {
        let id = TargetId::new(name);
        let mut target = Target::new(id.clone(), Technology::Docker, "");
        target.link = link;
        self.fleet.targets.insert(id.clone(), target);
        id
    }

    /// A workload of a target that is there.
    fn log(&mut self, name: &str, says: Vec<Item>) {
        let target = self.target("engine", Link::Live);
        let workload = workload(&target, name);
        self.logs.insert(workload.id.clone(), says);
        self.fleet.workloads.upsert(workload);
    }

    /// What is printed of what `selector` selects, until it is done or so much time has passed.
    async fn print(
        &self,
        selector: &str,
        logs: &Logs,
        form: Form,
        stop: impl Future<Output = ()>,
    ) -> (Sheet, Outcome) {
        let ask = Ask::of(logs, &[], now(), &jiff::tz::TimeZone::UTC).unwrap();
        let sheet = Sheet::default();
        let printer = Printer::new(form, ask.sieve.clone(), Veil::default(), ask.merge, sheet.clone());
        let opener = |target: &TargetId, subject: &Subject| {
            let says = match subject {
                Subject::Log { id, .. } => self.logs.get(id)?.clone(),
                _ => self.pictures.get(target)?.clone(),
            };
            let id = SourceId { target: target.clone(), subject: subject.clone() };
            Some(Arc::new(Script(id, says)) as Arc<dyn Source>)
        };
        let selectors = vec![Selector::read(selector, &self.fleet).unwrap()];
        let session = Session::open(&ask, selectors, self.fleet.clone(), &opener, printer);
        let outcome = session.run(stop).await;
        (sheet, outcome)
    }
}

const PLAIN: Form = Form { json: false, times: false, raw: false, prefix: true, colours: false };

fn follow() -> Logs {
    Logs { follow: true, ..Logs::default() }
}

/// So much later, if nothing else happens: the clock of the tests jumps.
async fn later(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test]
async fn fifty_logs_are_printed_in_exactly_the_order_in_which_their_lines_were_written() {
    const LOGS: i64 = 50;
    const LINES: i64 = 200;
    let mut stage = Stage::default();
    for log in 0..LOGS {
        // Line n of all was written in second n, by one log or another; batches of 7 lines.
        let own: Vec<(i64, String)> = (0..LINES)
            .map(|line| line * LOGS + (log * 7 + line * 13) % LOGS)
            .map(|number| (number, format!("line {number}")))
            .collect();
        let batches = own.chunks(7).map(|some| {
            rows(&some.iter().map(|(number, text)| (*number, text.as_str())).collect::<Vec<_>>())
        });
        stage.log(&format!("web-{log}"), batches.chain([PRESENT]).collect());
    }
    let form = Form { prefix: false, ..PLAIN };
    let (sheet, outcome) = stage.print("web-*", &Logs::default(), form, pending()).await;
    let wanted: Vec<String> = (0..LOGS * LINES).map(|number| format!("line {number}")).collect();
    assert!(sheet.lines_printed() == wanted);
    assert_eq!(outcome, Outcome { has_matched: true, is_incomplete: false });
}

#[tokio::test]
async fn each_line_says_whose_it_is_where_there_are_several_logs() {
    let mut stage = Stage::default();
    stage.log("shop-web-10", vec![rows(&[(1, "one")]), PRESENT]);
    stage.log("shop-db-1", vec![rows(&[(2, "two")]), PRESENT]);
    let print = async |selector, form| {
        stage.print(selector, &Logs::default(), form, pending()).await.0.lines_printed()
    };
    assert_eq!(print("shop-*", PLAIN).await, ["web-10 | one", "db-1   | two"]);
    assert_eq!(print("shop-*", Form { prefix: false, ..PLAIN }).await, ["one", "two"]);
    assert_eq!(print("shop-db-1", PLAIN).await, ["two"]);
    assert_eq!(
        print("shop-db-1", Form { times: true, ..PLAIN }).await,
        ["2023-11-14T22:13:22.000000000Z two"]
    );
    let coloured = print("shop-*", Form { colours: true, ..PLAIN }).await;
    assert!(coloured[0].starts_with("\x1b[") && coloured[0].ends_with(" |\x1b[0m one"), "{coloured:?}");
}

#[tokio::test]
async fn json_gives_everything_an_object_of_its_kind() {
    let mut stage = Stage::default();
    let mut marks = Batch::new();
    marks.gap(crate::core::logs::Gap::new(second(1), 3, Some(4), "rotated"));
    marks.divider(Divider::new(second(2), "started"));
    stage.log("shop-web-1", vec![rows(&[(0, "one")]), Ok(Event::Log(LogEvent::Newer(marks))), PRESENT]);
    let (sheet, _) =
        stage.print("shop-web-1", &Logs::default(), Form { json: true, ..PLAIN }, pending()).await;
    let objects: Vec<Value> =
        sheet.lines_printed().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = objects.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["line", "gap", "divider"]);
    assert_eq!(objects[0]["time"], "2023-11-14T22:13:20Z");
    assert_eq!((&objects[0]["workload"], &objects[0]["service"]), (&"shop-web-1".into(), &"web".into()));
    assert_eq!((&objects[0]["level"], &objects[0]["stream"]), (&Value::Null, &"stdout".into()));
    assert_eq!((&objects[1]["lines"], &objects[1]["text"]), (&4.into(), &"rotated".into()));
    assert_eq!((&objects[2]["text"], &objects[2]["host"]), (&"started".into(), &"box".into()));
    assert!(sheet.remarks().is_empty());
}

#[tokio::test]
async fn what_passes_is_printed_with_its_neighbours_in_the_common_order() {
    let mut stage = Stage::default();
    stage.log("a", vec![rows(&[(1, "a1"), (3, "error"), (9, "a9")]), PRESENT]);
    stage.log("b", vec![rows(&[(2, "b2"), (4, "b4"), (8, "failed")]), PRESENT]);
    let grep = vec!["error".to_owned(), "failed".to_owned()];
    let logs = Logs { grep, context: 1, ..Logs::default() };
    let form = Form { prefix: false, ..PLAIN };
    let (sheet, _) = stage.print("/./", &logs, form, pending()).await;
    assert_eq!(sheet.lines_printed(), ["b2", "error", "b4", "failed", "a9"]);
    let logs = Logs { no_merge: true, ..logs };
    let mut apart = stage.print("/./", &logs, form, pending()).await.0.lines_printed();
    apart.sort_unstable();
    assert_eq!(apart, ["a1", "a9", "b4", "error", "failed"], "each log has neighbours of its own");
}

#[tokio::test]
async fn nothing_that_matches_is_told_apart_from_something() {
    let mut stage = Stage::default();
    stage.log("a", vec![rows(&[(1, "fine")]), PRESENT]);
    let logs = Logs { grep: vec!["error".to_owned()], ..Logs::default() };
    let (sheet, outcome) = stage.print("a", &logs, PLAIN, pending()).await;
    assert_eq!(outcome, Outcome { has_matched: false, is_incomplete: false });
    assert!(sheet.lines_printed().is_empty());
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_said_once_and_the_others_go_on() {
    let mut stage = Stage::default();
    stage.log("a", vec![rows(&[(1, "one")]), Err(SourceError::Retry(fault("hung up")))]);
    stage.log("b", vec![Err(SourceError::Final(fault("hung up")))]);
    stage.log("c", vec![rows(&[(2, "two")]), PRESENT]);
    let (sheet, outcome) =
        stage.print("/./", &Logs::default(), Form { prefix: false, ..PLAIN }, pending()).await;
    assert_eq!(sheet.lines_printed(), ["one", "two"]);
    assert_eq!(sheet.remarks(), ["qd: engine: hung up"]);
    assert!(outcome.is_incomplete);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_hangs_does_not_hold_the_others_up_for_ever() {
    let mut stage = Stage::default();
    stage.log("a", vec![rows(&[(5, "five")])]);
    stage.log("b", vec![rows(&[(7, "seven")]), PRESENT]);
    let (sheet, outcome) = stage.print("/./", &Logs::default(), PLAIN, pending()).await;
    assert_eq!(sheet.lines_printed(), ["a | five", "b | seven"]);
    assert!(sheet.remarks()[0].contains("says nothing for 10s"), "{:?}", sheet.remarks());
    assert!(outcome.is_incomplete);
}

#[tokio::test]
async fn an_unreachable_target_counts_only_where_it_may_hold_more_of_what_is_selected() {
    let mut stage = Stage::default();
    stage.log("a", vec![rows(&[(1, "one")]), PRESENT]);
    stage.target("dead", Link::Ended(fault("refused")));
    let (sheet, outcome) = stage.print("a", &Logs::default(), PLAIN, pending()).await;
    assert!(sheet.remarks().is_empty() && !outcome.is_incomplete);
    let (sheet, outcome) = stage.print("service:web", &Logs::default(), PLAIN, pending()).await;
    assert_eq!(sheet.remarks(), ["qd: engine: refused"]);
    assert!(outcome.is_incomplete);
}

#[tokio::test]
async fn nothing_after_the_end_of_the_wanted_time_is_printed_and_the_log_is_read_no_further() {
    let mut stage = Stage::default();
    // It never comes to its present: the line far behind the end is enough.
    stage.log("a", vec![rows(&[(1, "one"), (2, "two"), (3, "three")]), rows(&[(60, "sixty")])]);
    let logs = Logs { until: Some(second(2).to_string()), ..Logs::default() };
    let (sheet, _) = stage.print("a", &logs, PLAIN, pending()).await;
    assert_eq!(sheet.lines_printed(), ["one", "two"]);
}

#[tokio::test(start_paused = true)]
async fn what_joins_is_followed_from_its_beginning() {
    let mut stage = Stage::default();
    stage.log("web-1", vec![rows(&[(1, "one")]), PRESENT]);
    let target = TargetId::new("engine");
    let new = workload(&target, "web-2");
    stage.logs.insert(new.id.clone(), vec![rows(&[(2, "two")]), PRESENT]);
    let other = Workload { service: Some(Arc::from("db")), ..workload(&target, "db-1") };
    let picture = [new, other].map(|it| Ok(Event::Upsert(Entity::Workload(Box::new(it)))));
    stage.pictures.insert(target, picture.into());
    let (sheet, outcome) = stage.print("service:web", &follow(), PLAIN, later(5)).await;
    let mut printed = sheet.lines_printed();
    printed.sort_unstable();
    assert!(printed.contains(&"web-2 | two".to_owned()), "{printed:?}");
    assert_eq!(sheet.remarks(), ["--- web-2: joined"]);
    assert!(!outcome.is_incomplete);
}

#[tokio::test(start_paused = true)]
async fn what_is_followed_and_removed_is_no_fault() {
    let mut stage = Stage::default();
    stage.log("a", vec![rows(&[(1, "one")]), PRESENT, Err(SourceError::Final(fault("no such container")))]);
    let (sheet, outcome) = stage.print("a", &follow(), PLAIN, later(5)).await;
    assert_eq!(sheet.lines_printed(), ["one"]);
    assert!(sheet.remarks().is_empty() && !outcome.is_incomplete);
}

#[tokio::test]
async fn no_lines_from_the_end_are_none_but_what_follows_is_printed() {
    let mut stage = Stage::default();
    let gone = Err(SourceError::Final(fault("gone")));
    stage.log("0123456789ab", vec![rows(&[(1, "one")]), PRESENT, rows(&[(2, "two")]), gone]);
    let (sheet, _) = stage.print("012345", &Logs { tail: Some(0), ..follow() }, PLAIN, pending()).await;
    assert_eq!(sheet.lines_printed(), ["two"]);
}

#[tokio::test]
async fn one_container_by_its_id_is_done_when_it_is_gone() {
    let mut stage = Stage::default();
    stage.log("0123456789ab", vec![rows(&[(1, "one")]), PRESENT, Err(SourceError::Final(fault("gone")))]);
    let (sheet, _) = stage.print("012345", &follow(), PLAIN, pending()).await;
    assert_eq!(sheet.lines_printed(), ["one"]);
}
