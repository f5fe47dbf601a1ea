//! The operations: what each does, what is refused and in which words, and sessions.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::actions::performer::{ActionError, Outcome, Output, Performer as _, TerminalSize};
use crate::core::entity::workload::State;
use crate::core::plan::facts::Facts;
use crate::core::plan::op::{Limits, Op, Prunable, Until};
use crate::demo::performer::DemoPerformer;

fn performer(demo: &Demo, target: &str) -> DemoPerformer {
    DemoPerformer(stage(demo, target).clone())
}

/// Carries out an operation of a demo whose time stands still.
fn act(demo: &Demo, op: &Op) -> Result<Outcome, String> {
    let performer = performer(demo, op.target().as_str());
    let done = performer.carry_out(op).now_or_never().expect("where time stands still nothing waits");
    done.map_err(|it| it.fault().cause.to_string())
}

fn state(demo: &Demo, id: &EntityId) -> Option<State> {
    stage(demo, id.target.as_str())
        .with(|scene| scene.slot_of(&id.name).and_then(|slot| scene.unit(slot)).map(|it| it.state))
}

/// One of each operation, on workloads of the workbench for which it makes sense.
fn one_of_each(demo: &Demo) -> Vec<Op> {
    let id = |name: &str| workload(demo, "local", name);
    let target = TargetId::new("local");
    vec![
        Op::Check { id: id("api") },
        Op::Stop { id: id("nginx"), grace: Some(5) },
        Op::Await { id: id("nginx"), until: Until::Stopped, within: 10 },
        Op::Start { id: id("nginx") },
        Op::Await { id: id("nginx"), until: Until::Healthy, within: 10 },
        Op::Restart { id: id("api"), grace: None },
        Op::Pause { id: id("redis") },
        Op::Unpause { id: id("redis") },
        Op::Kill { id: id("worker"), signal: Arc::from("SIGKILL") },
        Op::Rename { id: id("client"), to: Arc::from("client-old") },
        Op::Limits { id: id("api"), limits: Limits { memory: Some(64 << 20), ..Limits::default() } },
        Op::Remove { id: id("hello"), volumes: true, force: false },
        Op::Exec { id: id("api"), command: vec![Arc::from("ls")], user: None },
        Op::Attach { id: id("api") },
        Op::Prune { target, what: Prunable::BuildCache, items: Vec::new() },
    ]
}

#[test]
fn every_operation_can_be_done() {
    let demo = frozen(7);
    for op in one_of_each(&demo) {
        // A new operation must be thought of here as well.
        match &op {
            Op::Exec { .. } | Op::Attach { .. } => {
                assert!(performer(&demo, "local").open(&op, None).is_ok());
            }
            Op::Check { .. }
            | Op::Await { .. }
            | Op::Start { .. }
            | Op::Stop { .. }
            | Op::Restart { .. }
            | Op::Pause { .. }
            | Op::Unpause { .. }
            | Op::Kill { .. }
            | Op::Rename { .. }
            | Op::Limits { .. }
            | Op::Remove { .. }
            | Op::Prune { .. } => {
                act(&demo, &op).unwrap_or_else(|why| panic!("{op:?}: {why}"));
            }
        }
    }
}

#[test]
fn where_time_stands_still_an_operation_is_done_at_once_and_told() {
    let demo = frozen(7);
    let id = workload(&demo, "covfefe", "api");
    let (_, reader) = demo.readers().into_iter().find(|it| it.0 == id.target).unwrap();
    let mut events = reader.open(&Subject::Entities).unwrap().watch();
    while events.next().now_or_never().is_some() {}
    act(&demo, &Op::Stop { id: id.clone(), grace: None }).unwrap();
    assert_eq!(state(&demo, &id), Some(State::Exited));
    let mut told = Vec::new();
    while let Some(Some(event)) = events.next().now_or_never() {
        told.push(event.unwrap());
    }
    let upserted = told.iter().any(
        |it| matches!(it, Event::Upsert(Entity::Workload(it)) if it.id == id && it.state == State::Exited),
    );
    assert!(upserted);
    assert!(told.iter().any(|it| matches!(it, Event::Upsert(Entity::Service(it)) if it.running == 0)));
    assert!(told.iter().any(|it| matches!(it, Event::Change(it) if it.text.contains("SIGTERM"))));
}

#[test]
fn wrong_states_are_refused_in_the_words_of_the_engine() {
    let demo = frozen(7);
    let running = workload(&demo, "local", "api");
    let stopped = workload(&demo, "local", "hello");
    let gone = EntityId::new(Kind::Workload, &running.target, "feedface");
    let bridge = stage(&demo, "local").with(|scene| scene.list(Kind::Network)[0].id().clone());
    let used = EntityId::new(Kind::Volume, &running.target, "fibonacci_pgdata");
    let image = stage(&demo, "local").with(|scene| scene.list(Kind::Image)[0].id().clone());
    let cases = [
        (Op::Pause { id: stopped.clone() }, "is not running"),
        (Op::Unpause { id: running.clone() }, "is not paused"),
        (Op::Kill { id: stopped, signal: Arc::from("TERM") }, "is not running"),
        (Op::Kill { id: running.clone(), signal: Arc::from("SIGFOO") }, "invalid signal: SIGFOO"),
        (Op::Rename { id: running.clone(), to: Arc::from("a b") }, "only [a-zA-Z0-9]"),
        (Op::Rename { id: running.clone(), to: Arc::from("brave_curie") }, "is already in use by container"),
        (
            Op::Remove { id: running.clone(), volumes: false, force: false },
            "stop the container before removing",
        ),
        (Op::Remove { id: bridge, volumes: false, force: true }, "pre-defined network"),
        (Op::Remove { id: used, volumes: false, force: false }, "volume is in use"),
        (Op::Remove { id: image, volumes: false, force: false }, "image is being used by running container"),
        (
            Op::Limits { id: running.clone(), limits: Limits { memory: Some(1), ..Limits::default() } },
            "Minimum memory limit allowed is 6MB",
        ),
        (
            Op::Limits { id: running, limits: Limits { cpus: Some(64.0), ..Limits::default() } },
            "as there are only 8 CPUs available",
        ),
        (Op::Start { id: gone }, "No such container: feedface"),
    ];
    for (op, words) in cases {
        let why = act(&demo, &op).expect_err("must be refused");
        assert!(why.contains(words), "{op:?}: {why}");
    }
}

#[test]
fn a_paused_container_knows_no_second_pause_and_no_start() {
    let demo = frozen(7);
    let id = workload(&demo, "local", "api");
    act(&demo, &Op::Pause { id: id.clone() }).unwrap();
    assert!(act(&demo, &Op::Pause { id: id.clone() }).unwrap_err().contains("already paused"));
    assert!(act(&demo, &Op::Start { id: id.clone() }).unwrap_err().contains("try unpause instead"));
    let exec = Op::Exec { id: id.clone(), command: vec![Arc::from("ls")], user: None };
    let refused = performer(&demo, "local").open(&exec, None).err().unwrap();
    assert!(refused.fault().cause.contains("unpause the container before exec"));
    act(&demo, &Op::Unpause { id: id.clone() }).unwrap();
    assert_eq!(state(&demo, &id), Some(State::Running));
}

#[test]
fn a_signal_ends_a_program_that_does_not_know_better() {
    let demo = frozen(7);
    let kill = |name: &str, signal: &str| {
        let id = workload(&demo, "local", name);
        act(&demo, &Op::Kill { id: id.clone(), signal: Arc::from(signal) }).unwrap();
        state(&demo, &id)
    };
    assert_eq!(kill("nginx", "SIGHUP"), Some(State::Running));
    assert_eq!(kill("worker", "hup"), Some(State::Exited));
    assert_eq!(picture(&demo, "local", "worker").exit.unwrap().reason(), "SIGHUP");
}

#[test]
fn a_cluster_refuses_what_only_an_engine_can_do() {
    let demo = frozen(7);
    let id = workload(&demo, "talelio", "nginx");
    assert!(act(&demo, &Op::Pause { id: id.clone() }).unwrap_err().contains("cannot be paused"));
    assert!(act(&demo, &Op::Rename { id, to: Arc::from("x1") }).unwrap_err().contains("task definition"));
}

#[test]
fn a_task_that_is_stopped_is_replaced_by_its_service() {
    let demo = frozen(7);
    let id = workload(&demo, "talelio", "talelio-backend");
    act(&demo, &Op::Stop { id: id.clone(), grace: None }).unwrap();
    assert_eq!(state(&demo, &id), None);
    let next = workload(&demo, "talelio", "talelio-backend");
    assert_ne!(next, id);
    assert_eq!(state(&demo, &next), Some(State::Running));
}

#[test]
fn limits_are_undone_by_what_was_in_force_before() {
    let demo = frozen(7);
    let id = workload(&demo, "covfefe", "tensorflow-serving");
    let limits = Limits { memory: Some(512 << 20), cpus: Some(0.5), ..Limits::default() };
    let undo = act(&demo, &Op::Limits { id: id.clone(), limits }).unwrap().undo.unwrap();
    let before = Limits { memory: Some(384 << 20), cpus: Some(0.0), ..Limits::default() };
    assert_eq!(undo, Op::Limits { id, limits: before });
}

#[test]
fn a_prune_removes_what_is_listed_and_still_unused() {
    let demo = frozen(7);
    let target = TargetId::new("local");
    let images = |demo: &Demo| stage(demo, "local").with(|scene| scene.list(Kind::Image));
    let dangling: Vec<Arc<str>> = images(&demo)
        .iter()
        .filter_map(|it| match it {
            Entity::Image(it) if it.is_dangling() => Some(it.id.name.clone()),
            _ => None,
        })
        .collect();
    let used = images(&demo)[0].id().name.clone();
    let before = images(&demo).len();
    let items = [dangling.clone(), vec![used]].concat();
    let op = Op::Prune { target, what: Prunable::DanglingImages, items };
    let text = act(&demo, &op).unwrap().text;
    assert_eq!((dangling.len(), &*text), (3, "3 of 4 removed"));
    assert_eq!(images(&demo).len(), before - 3);
}

#[test]
fn the_facts_are_those_of_the_picture() {
    let demo = frozen(7);
    let fleet = fleet(&demo);
    for workload in fleet.workloads.iter().filter(|it| it.id.target.as_str() != "covfefe-staging") {
        let performer = performer(&demo, workload.id.target.as_str());
        let facts = performer.facts(&workload.id).now_or_never().unwrap().unwrap();
        assert_eq!(facts, Some(Facts::of_workload(workload)));
    }
    let image = fleet.images.iter().find(|it| it.id.target.as_str() == "smallsite").unwrap();
    let facts = performer(&demo, "smallsite").facts(&image.id).now_or_never().unwrap().unwrap();
    assert_eq!(facts, Some(Facts::of_image(image)));
    let gone = EntityId { name: "x".into(), ..image.id.clone() };
    assert_eq!(performer(&demo, "smallsite").facts(&gone).now_or_never().unwrap(), Ok(None));
}

#[test]
fn nothing_is_done_to_what_cannot_be_reached() {
    let demo = frozen(7);
    let id = workload(&demo, "covfefe-staging", "api");
    assert!(act(&demo, &Op::Stop { id: id.clone(), grace: None }).unwrap_err().contains("timed out"));
    assert_eq!(state(&demo, &id), Some(State::Running));
    assert!(performer(&demo, "covfefe-staging").facts(&id).now_or_never().unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn where_time_goes_on_an_operation_takes_its_time() {
    let demo = live();
    let id = workload(&demo, "smallsite", "database");
    let performer = performer(&demo, "smallsite");
    let began = demo.now();
    performer.carry_out(&Op::Restart { id: id.clone(), grace: None }).await.unwrap();
    assert!(demo.now().millis_since(began.0) >= 1_000);
    assert_eq!(state(&demo, &id), Some(State::Running));
    let wait = Op::Await { id: id.clone(), until: Until::Healthy, within: 60 };
    performer.carry_out(&wait).await.unwrap();
    assert_eq!(picture(&demo, "smallsite", "database").health.word(), "healthy");
    assert!(demo.now().millis_since(began.0) >= 9_000);
    let never = Op::Await { id, until: Until::Stopped, within: 5 };
    let why = performer.carry_out(&never).await.unwrap_err();
    assert!(why.fault().cause.contains("not stopped within 5s"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn who_gives_the_chatbot_memory_ends_its_restarts() {
    let demo = live();
    let id = workload(&demo, "covfefe", "chatbot");
    let performer = performer(&demo, "covfefe");
    let limits = Limits { memory: Some(512 << 20), ..Limits::default() };
    performer.carry_out(&Op::Limits { id: id.clone(), limits }).await.unwrap();
    performer.carry_out(&Op::Restart { id: id.clone(), grace: None }).await.unwrap();
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(state(&demo, &id), Some(State::Running));
    assert_eq!(picture(&demo, "covfefe", "chatbot").restarts, Some(0));
}

#[tokio::test(start_paused = true)]
async fn who_stops_the_chatbot_stops_it_for_good() {
    let demo = live();
    let id = workload(&demo, "covfefe", "chatbot");
    performer(&demo, "covfefe").carry_out(&Op::Stop { id: id.clone(), grace: None }).await.unwrap();
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(state(&demo, &id), Some(State::Exited));
}

async fn typed(demo: &Demo, op: &Op, terminal: bool, keys: &str) -> (String, Option<i64>) {
    let size = terminal.then_some(TerminalSize { columns: 80, rows: 24 });
    let mut session = performer(demo, op.target().as_str()).open(op, size).unwrap();
    session.input.write_all(keys.as_bytes()).await.unwrap();
    session.input.shutdown().await.unwrap();
    drop(session.input);
    let mut text = Vec::new();
    while let Some(output) = session.output.next().await {
        match output.unwrap() {
            Output::Standard(bytes) | Output::Error(bytes) => text.extend(bytes),
        }
    }
    (String::from_utf8(text).unwrap(), session.control.exit_code().await.unwrap())
}

#[tokio::test]
async fn the_simulated_shell_says_what_it_is_and_answers() {
    let demo = frozen(7);
    let id = workload(&demo, "smallsite", "database");
    let shell = Op::Exec { id, command: vec![Arc::from("sh")], user: None };
    let keys = "hostname\rls\rps\rcat /etc/os-release\renv\rnonsensex\u{7f}\rexit 3\r";
    let (text, code) = typed(&demo, &shell, true, keys).await;
    for part in [
        "This is the demo",
        "package.json",
        "mariadbd",
        "Debian",
        "MARIADB_ROOT_PASSWORD=",
        "nonsense: not found",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.contains("\r\n") && !text.replace("\r\n", "").contains('\n'));
    assert_eq!(code, Some(3));
}

#[tokio::test]
async fn one_command_ends_with_its_exit_code_and_without_a_prompt() {
    let demo = frozen(7);
    let id = workload(&demo, "numbers-prod", "api");
    let op = |words: &[&str]| Op::Exec {
        id: id.clone(),
        command: words.iter().map(|it| Arc::from(*it)).collect(),
        user: None,
    };
    assert_eq!(typed(&demo, &op(&["pwd"]), false, "").await, ("/app\n".to_owned(), Some(0)));
    let (text, code) = typed(&demo, &op(&["sh", "-c", "cat /nothing"]), false, "").await;
    assert_eq!((text.as_str(), code), ("cat: /nothing: No such file or directory\n", Some(1)));
    let (text, code) =
        typed(&demo, &op(&["sh", "-c", "command -v bash && exec bash; exec sh"]), false, "pwd\n").await;
    assert!(text.ends_with("/app\n") && code == Some(0), "{text}");
}

#[tokio::test(start_paused = true)]
async fn attaching_shows_what_is_written_until_the_workload_ends() {
    let demo = live();
    let id = workload(&demo, "fibonacci-prod", "nginx");
    let session = performer(&demo, "fibonacci-prod").open(&Op::Attach { id: id.clone() }, None).unwrap();
    let stop = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        performer(&demo, "fibonacci-prod").carry_out(&Op::Stop { id, grace: None }).await
    };
    let (output, stopped) = tokio::join!(session.output.collect::<Vec<Result<Output, ActionError>>>(), stop);
    stopped.unwrap();
    assert!(output.len() > 10);
    assert_eq!(session.control.exit_code().await.unwrap(), Some(143));
}
