//! How runs end, and what is true then.

use std::sync::Arc;

use super::stage::{Mishap, Theatre, to_the_end, verdict};
use crate::actions::audit::Event;
use crate::actions::fixture::{NOW, at, container};
use crate::core::plan::facts::Aspect;
use crate::core::plan::op::Limits;
use crate::core::plan::request::Request;
use crate::core::run::{StepState, Verdict};

fn stop(names: &[&str]) -> Request {
    Request::Stop { ids: names.iter().map(|it| container(it)).collect(), grace: Some(1) }
}

fn states(run: &crate::core::run::Run) -> Vec<&'static str> {
    run.steps
        .iter()
        .map(|it| match it {
            StepState::Waiting => "waiting",
            StepState::Running { .. } => "running",
            StepState::Done { .. } => "done",
            StepState::Failed { .. } => "failed",
            StepState::Skipped => "skipped",
            StepState::Undone => "undone",
        })
        .collect()
}

#[tokio::test]
async fn a_plan_is_done_in_its_order_and_recorded_before_and_after() {
    let theatre = Theatre::new();
    let run = theatre.run(&stop(&["web-1", "web-2"])).await;
    assert_eq!((verdict(&run), &*run.message), (Verdict::Succeeded, ""));
    assert_eq!(
        theatre.stage.calls(),
        ["stop web-1", "stop web-2", "await web-1 stopped", "await web-2 stopped"]
    );
    assert_eq!(states(&run), ["done"; 6]);
    assert!(theatre.executor.open_runs().unwrap().is_empty());
    let recorded = theatre.executor.journals().read(&run.id).unwrap().unwrap();
    assert_eq!(recorded.run.steps, run.steps);
    assert_eq!(recorded.run.operator, run.operator);
    assert_eq!(theatre.executor.audit().verify().unwrap().lines, 2);
    let entries = theatre.executor.audit().entries().unwrap();
    assert_eq!(entries[0].who.ssh_client.as_deref(), Some("203.0.113.9"));
    let Event::Intent { subject, steps } = &entries[0].event else { panic!("{entries:?}") };
    assert_eq!((&*subject.plan, subject.environment.as_str()), (&*run.plan.hash(), "shop"));
    assert_eq!(steps.len(), 6);
    let Event::Result { verdict, steps, .. } = &entries[1].event else { panic!("{entries:?}") };
    assert_eq!((*verdict, &*steps[2].1), (Verdict::Succeeded, "done: done"));
}

#[tokio::test]
async fn what_somebody_else_has_changed_since_stops_the_run_before_it_changes_anything() {
    type Meddling = fn(crate::core::plan::facts::Facts) -> Option<crate::core::plan::facts::Facts>;
    let cases: [(Meddling, &str); 4] = [
        (|it| Some(it.with(Aspect::State, "exited")), "its state was running and is exited"),
        (|it| Some(it.with(Aspect::Started, at(NOW).to_string())), "its last start was 2026-05-04T08:00:00Z"),
        (|it| Some(it.with(Aspect::Name, "web-old")), "its name was web-2 and is web-old"),
        (|_| None, "it is gone"),
    ];
    for (meddling, words) in cases {
        let theatre = Theatre::new();
        theatre.stage.meddle(&container("web-2"), meddling);
        let run = theatre.run(&stop(&["web-1", "web-2"])).await;
        assert_eq!(verdict(&run), Verdict::Superseded);
        assert!(run.message.contains(words), "{}", run.message);
        assert!(run.message.ends_with("nothing was changed"), "{}", run.message);
        assert!(theatre.stage.calls().is_empty());
        assert_eq!(states(&run), ["done", "failed", "skipped", "skipped", "skipped", "skipped"]);
    }
}

#[tokio::test]
async fn what_is_changed_during_the_run_stops_it_and_what_was_done_stands_and_is_named() {
    let theatre = Theatre::new();
    theatre.stage.mishap("stop web-2", Mishap::Gone);
    let run = theatre.run(&stop(&["web-1", "web-2"])).await;
    assert_eq!(verdict(&run), Verdict::Superseded);
    assert!(
        run.message.ends_with("done, and so it stands: stop web-1 (1s until SIGKILL)"),
        "{}",
        run.message
    );
    assert_eq!(theatre.stage.changes(), ["stop web-1", "stop web-2"]);
}

#[tokio::test]
async fn a_failure_undoes_what_was_done_in_reverse_and_is_never_called_a_success() {
    let theatre = Theatre::new();
    theatre.stage.mishap("stop loop-1", Mishap::Refused);
    let run = theatre.run(&stop(&["web-1", "web-2", "loop-1"])).await;
    assert_eq!(verdict(&run), Verdict::RolledBack);
    assert!(run.message.contains("the engine says no (do something)"), "{}", run.message);
    assert_eq!(
        theatre.stage.changes(),
        ["stop web-1", "stop web-2", "stop loop-1", "start web-2", "start web-1"]
    );
    assert_eq!(states(&run)[3..6], ["undone", "undone", "failed"]);
    assert_eq!(theatre.stage.state(&container("web-1")), "running");
}

#[tokio::test]
async fn what_does_not_come_up_is_undone_or_said_to_stand() {
    let theatre = Theatre::new();
    theatre.stage.mishap("await web-3 healthy", Mishap::Refused);
    let run = theatre.run(&Request::Start { ids: vec![container("web-3")] }).await;
    assert_eq!(verdict(&run), Verdict::RolledBack);
    assert_eq!(theatre.stage.state(&container("web-3")), "exited");
    theatre.stage.mishap("await web-1 healthy", Mishap::Refused);
    let run = theatre.run(&Request::Restart { ids: vec![container("web-1")], grace: None }).await;
    assert_eq!(verdict(&run), Verdict::Failed);
    assert!(run.message.ends_with("done, and so it stands: restart web-1"), "{}", run.message);
}

#[tokio::test]
async fn an_undo_that_fails_is_told_and_what_stands_is_named() {
    let theatre = Theatre::new();
    theatre.stage.mishap("stop loop-1", Mishap::Refused);
    theatre.stage.mishap("start web-2", Mishap::Refused);
    let run = theatre.run(&stop(&["web-1", "web-2", "loop-1"])).await;
    assert_eq!(verdict(&run), Verdict::Failed);
    assert!(run.message.contains("then undoing failed: start web-2: the engine says no"), "{}", run.message);
    assert!(
        run.message.contains("so it stands: stop web-1 (1s until SIGKILL); stop web-2"),
        "{}",
        run.message
    );
}

#[tokio::test]
async fn what_only_the_target_knows_is_set_back() {
    let theatre = Theatre::new();
    theatre.stage.mishap("limits web-2", Mishap::Refused);
    let limits = Limits { restart: Some(Arc::from("always")), ..Limits::default() };
    let ids = vec![container("web-1"), container("web-2")];
    let run = theatre.run(&Request::Limits { ids, limits }).await;
    assert_eq!(verdict(&run), Verdict::RolledBack);
    assert_eq!(theatre.stage.changes(), ["limits web-1", "limits web-2", "limits web-1"]);
}

#[tokio::test(start_paused = true)]
async fn where_the_target_does_not_answer_the_verdict_is_unknown_and_nothing_is_guessed() {
    for mishap in [Mishap::Unclear, Mishap::Hangs, Mishap::Panics] {
        let theatre = Theatre::new();
        theatre.stage.mishap("stop web-2", mishap);
        let run = theatre.run(&stop(&["web-1", "web-2"])).await;
        assert_eq!(verdict(&run), Verdict::Unknown, "{mishap:?}");
        assert!(run.message.ends_with("whether this was done is not known"), "{}", run.message);
        assert_eq!(theatre.stage.changes(), ["stop web-1", "stop web-2"], "{mishap:?}");
        let words = match mishap {
            Mishap::Hangs => "no answer within 91 s",
            Mishap::Panics => "the performer fell over",
            _ => "connection reset",
        };
        assert!(run.message.contains(words), "{}", run.message);
    }
}

#[tokio::test]
async fn a_target_that_cannot_be_looked_at_is_not_changed() {
    for mishap in [Mishap::Unclear, Mishap::Panics] {
        let theatre = Theatre::new();
        theatre.stage.mishap("facts web-2", mishap);
        let run = theatre.run(&stop(&["web-1", "web-2"])).await;
        assert_eq!(verdict(&run), Verdict::Failed);
        assert!(run.message.ends_with("nothing was changed"), "{}", run.message);
        assert!(theatre.stage.calls().is_empty());
    }
}

#[tokio::test]
async fn a_run_that_is_cancelled_finishes_its_change_and_begins_no_other() {
    let theatre = Theatre::new();
    let before = theatre.start(&stop(&["web-1"])).await.unwrap();
    before.cancel.cancel();
    let run = to_the_end(before).await;
    assert_eq!((verdict(&run), &*run.message), (Verdict::Cancelled, "cancelled; nothing was changed"));
    theatre.stage.mishap("await web-1 stopped", Mishap::Hangs);
    let waiting = theatre.start(&stop(&["web-1"])).await.unwrap();
    theatre.stage.hangs().await;
    waiting.cancel.cancel();
    let run = to_the_end(waiting).await;
    assert_eq!(verdict(&run), Verdict::Cancelled);
    assert!(run.message.contains("so it stands: stop web-1"), "{}", run.message);
    assert_eq!(theatre.stage.changes(), ["stop web-1"]);
}

#[tokio::test]
async fn a_run_goes_on_when_nobody_listens() {
    let theatre = Theatre::new();
    let running = theatre.start(&stop(&["web-1"])).await.unwrap();
    drop(running.progress);
    assert_eq!(running.verdict.await.unwrap(), Verdict::Succeeded);
}

#[tokio::test]
async fn an_end_that_cannot_be_recorded_is_said_and_the_verdict_stays_true() {
    let theatre = Theatre::new();
    theatre.stage.mishap("await web-1 stopped", Mishap::Hangs);
    let running = theatre.start(&stop(&["web-1"])).await.unwrap();
    theatre.stage.hangs().await;
    std::fs::remove_file(theatre.executor.audit().path()).unwrap();
    running.cancel.cancel();
    let run = to_the_end(running).await;
    assert_eq!(verdict(&run), Verdict::Cancelled);
    assert!(run.message.contains("the end could not be recorded"), "{}", run.message);
    assert!(run.message.contains("the log was removed"), "{}", run.message);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_any_more_stops_the_run() {
    let theatre = Theatre::new();
    theatre.stage.mishap("stop web-1", Mishap::HangsAfterwards);
    let mut order = theatre.order(theatre.plan(&stop(&["web-1", "web-2"])));
    let gate = Arc::new(tokio::sync::Notify::new());
    order.performer = Arc::new(Gated { stage: theatre.stage.clone(), gate: gate.clone() });
    let running = theatre.executor.start(order).await.unwrap();
    theatre.stage.hangs().await;
    std::fs::remove_dir_all(theatre.folder.path().join("runs")).unwrap();
    gate.notify_one();
    let run = to_the_end(running).await;
    assert_eq!(verdict(&run), Verdict::Failed);
    assert!(run.message.contains("somebody has removed the file"), "{}", run.message);
    assert!(run.message.contains("so it stands: stop web-1"), "{}", run.message);
    assert_eq!(theatre.stage.changes(), ["stop web-1"]);
}

/// A stage whose hanging calls come back when the gate opens.
struct Gated {
    stage: Arc<super::stage::Stage>,
    gate: Arc<tokio::sync::Notify>,
}

impl crate::actions::performer::Performer for Gated {
    fn facts<'a>(
        &'a self,
        id: &'a crate::core::id::EntityId,
    ) -> futures_util::future::BoxFuture<
        'a,
        Result<Option<crate::core::plan::facts::Facts>, crate::actions::performer::ActionError>,
    > {
        self.stage.facts(id)
    }

    fn perform<'a>(
        &'a self,
        op: crate::actions::access::Permitted<'a>,
    ) -> futures_util::future::BoxFuture<
        'a,
        Result<crate::actions::performer::Outcome, crate::actions::performer::ActionError>,
    > {
        Box::pin(async move {
            tokio::select! {
                done = self.stage.perform(op) => done,
                () = self.gate.notified() => Ok(crate::actions::performer::Outcome::of("done")),
            }
        })
    }

    fn session<'a>(
        &'a self,
        op: crate::actions::access::Permitted<'a>,
        terminal: Option<crate::actions::performer::TerminalSize>,
    ) -> futures_util::future::BoxFuture<
        'a,
        Result<crate::actions::performer::Session, crate::actions::performer::ActionError>,
    > {
        self.stage.session(op, terminal)
    }
}
