//! The world is not as it was planned for, or does not do what it should.

use std::sync::Arc;

use quarterdeck::core::plan::request::Request;
use quarterdeck::core::run::{Run, StepState, Verdict};

use crate::support::engine::{Engine, SecondEngine};
use crate::theatre::{Theatre, now, to_the_end};

const SLEEPER: [&str; 2] = ["sleep", "1000"];

fn stop(id: &quarterdeck::core::id::EntityId) -> Request {
    Request::Stop { ids: vec![id.clone()], grace: Some(0) }
}

fn assert_superseded(run: &Run, words: &str) {
    assert_eq!(run.verdict, Some(Verdict::Superseded), "{}", run.message);
    assert!(run.message.contains(words) && run.message.ends_with("nothing was changed"), "{}", run.message);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn what_changed_between_confirming_and_running_stops_the_run_and_nothing_is_touched() {
    let meddlings: [(&[&str], &str); 4] = [
        (&["restart", "-t", "0"], "its last start was"),
        (&["pause"], "its state was running and is paused"),
        (&["rm", "-f"], "it is gone"),
        (&["rename"], "its name was"),
    ];
    for (meddling, words) in meddlings {
        let engine = Engine::main();
        let container = engine.run("drift", &[], &SLEEPER);
        let other = engine.run("other", &[], &SLEEPER);
        let mut theatre = Theatre::on(engine.clone());
        let ids = vec![theatre.see(&other.id).await, theatre.see(&container.id).await];
        let plan = theatre.plan(&Request::Stop { ids, grace: Some(0) });
        let renamed = format!("{}-renamed", container.name);
        let extra: &[&str] =
            if meddling[0] == "rename" { &[&container.id, &renamed] } else { &[&container.id] };
        engine.docker(&[meddling, extra].concat());
        let before = theatre.client.inspect_container(&other.id).await.unwrap();
        let run = theatre.run_plan(plan).await;
        assert_superseded(&run, words);
        assert_eq!(theatre.client.inspect_container(&other.id).await.unwrap(), before, "{meddling:?}");
    }
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_container_that_was_made_anew_under_the_same_name_is_another_one() {
    let engine = Engine::main();
    let container = engine.run("anew", &[], &SLEEPER);
    let mut theatre = Theatre::on(engine.clone());
    let id = theatre.see(&container.id).await;
    let plan = theatre.plan(&stop(&id));
    engine.docker(&["rm", "-f", &container.id]);
    engine.docker(&[
        "run",
        "-d",
        "--name",
        &container.name,
        &crate::support::engine::image(),
        "sleep",
        "1000",
    ]);
    assert_superseded(&theatre.run_plan(plan).await, "it is gone");
    let state = engine.docker(&["inspect", "--format", "{{.State.Status}}", &container.name]);
    engine.docker(&["rm", "-f", &container.name]);
    assert_eq!(state.trim(), "running");
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn the_wrong_word_confirms_nothing() {
    let engine = Engine::main();
    let container = engine.run("word", &[], &SLEEPER);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    let plan = theatre.plan(&stop(&id));
    for typed in [None, Some("y\nrig\n"), Some("rig "), Some("shop"), Some("yes")] {
        assert!(plan.clone().confirm(typed, now()).is_err(), "{typed:?}");
    }
    assert!(plan.confirm(Some("rig"), now()).is_ok());
    assert_eq!(container.inspect("{{.State.Status}}"), "running");
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_name_that_was_taken_meanwhile_is_refused_in_the_engines_own_words() {
    let engine = Engine::main();
    let (container, other) = (engine.run("mine", &[], &SLEEPER), engine.run("theirs", &[], &SLEEPER));
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    let request = Request::Rename { id, to: Arc::from(other.name.as_str()) };
    let run = theatre.run(&request).await;
    assert_eq!(run.verdict, Some(Verdict::Failed));
    assert!(run.message.contains("is already in use by container"), "{}", run.message);
    assert!(run.message.ends_with("nothing was changed"), "{}", run.message);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn what_came_to_life_meanwhile_is_not_removed() {
    for engine in [Engine::main(), Engine::podman()] {
        let container = engine.create("alive", &[], &SLEEPER);
        let mut theatre = Theatre::on(engine.clone());
        let id = theatre.see(&container.id).await;
        let request = Request::Remove { ids: vec![id.clone()], volumes: false, force: false };
        let mut plan = theatre.plan(&request);
        // As if it were started right after the last look at it.
        for step in &mut plan.steps {
            step.precondition = None;
        }
        engine.docker(&["start", &container.id]);
        let run = theatre.run_plan(plan).await;
        assert_eq!(run.verdict, Some(Verdict::Failed), "{}", run.message);
        assert!(run.message.contains("running"), "{}", run.message);
        assert!(run.message.ends_with("nothing was changed"), "{}", run.message);
        assert_eq!(theatre.inspect(&id, "{{.State.Status}}"), "running");
    }
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn what_cannot_start_fails_in_the_engines_own_words() {
    let engine = Engine::main();
    let container = engine.create("broken", &[], &["/no/such/program"]);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    let run = theatre.run(&Request::Start { ids: vec![id] }).await;
    assert_eq!(run.verdict, Some(Verdict::Failed));
    assert!(run.message.contains("/no/such/program"), "{}", run.message);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn what_ends_right_after_its_start_is_rolled_back_and_not_called_a_success() {
    let engine = Engine::main();
    let container = engine.create("crash", &[], &["sh", "-c", "sleep 0.5; exit 3"]);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    let run = theatre.run(&Request::Start { ids: vec![id.clone()] }).await;
    assert_eq!(run.verdict, Some(Verdict::RolledBack), "{}", run.message);
    assert!(run.message.contains("it ended: exit code 3"), "{}", run.message);
    assert_eq!(theatre.inspect(&id, "{{.State.Status}}"), "exited");
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_restart_into_a_crash_loop_or_a_failing_health_check_fails_and_says_what_stands() {
    let engine = Engine::main();
    let looping = "test -e /again && exit 4; touch /again; exec sleep 1000";
    let looping = engine.run("loop", &["--restart", "always"], &["sh", "-c", looping]);
    looping.wait_until("{{.State.Status}}", "running");
    let check = ["--health-cmd", "test ! -e /again", "--health-interval", "200ms", "--health-retries", "1"];
    let sick =
        engine.run("sick", &check, &["sh", "-c", "test -e /once && touch /again; touch /once; sleep 1000"]);
    sick.wait_until("{{.State.Health.Status}}", "healthy");
    let mut theatre = Theatre::on(engine);
    for (container, words) in [(looping, "it restarts in a loop"), (sick, "its health check fails")] {
        let id = theatre.see(&container.id).await;
        let run = theatre.run(&Request::Restart { ids: vec![id], grace: Some(0) }).await;
        assert_eq!(run.verdict, Some(Verdict::Failed), "{}", run.message);
        assert!(run.message.contains(words), "{}", run.message);
        assert!(run.message.contains("so it stands: restart "), "{}", run.message);
    }
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_failure_in_the_middle_puts_the_others_back() {
    let engine = Engine::main();
    let first = engine.run("first", &[], &SLEEPER);
    let second = engine.create("second", &[], &["/no/such/program"]);
    let third = engine.create("third", &[], &SLEEPER);
    let mut theatre = Theatre::on(engine);
    let third_id = theatre.see(&third.id).await;
    let ids = vec![third_id.clone(), theatre.see(&second.id).await];
    let run = theatre.run(&Request::Start { ids }).await;
    assert_eq!(run.verdict, Some(Verdict::RolledBack), "{}", run.message);
    assert!(run.steps.contains(&StepState::Undone));
    assert_eq!(theatre.inspect(&third_id, "{{.State.Status}}"), "exited");
    assert_eq!(first.inspect("{{.State.Status}}"), "running");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the rig: tests/run"]
async fn an_engine_that_dies_in_the_middle_leaves_an_unknown_verdict() {
    let engine = SecondEngine::take();
    let container = engine.run("stubborn", &[], &["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]);
    let mut theatre = Theatre::on((*engine).clone());
    let id = theatre.see(&container.id).await;
    let plan = theatre.plan(&Request::Stop { ids: vec![id.clone()], grace: Some(25) });
    let mut running = theatre.start(plan).await;
    while let Some(told) = running.progress.recv().await {
        running.run.apply(told);
        if matches!(running.run.steps[1], StepState::Running { .. }) {
            break;
        }
    }
    // The engine has the request when its container has got the signal.
    let events =
        ["events", "--since", "0", "--until", "0s", "--filter", "event=kill", "--format", "{{.Actor.ID}}"];
    engine.wait_until(&events, |printed| printed.contains(&container.id));
    engine.tell("kill");
    let run = to_the_end(running).await;
    engine.tell("start");
    assert_eq!(run.verdict, Some(Verdict::Unknown), "{}", run.message);
    assert!(run.message.ends_with("whether this was done is not known"), "{}", run.message);
}
