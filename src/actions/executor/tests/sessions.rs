//! Exec and attach through the executor.

use futures_util::StreamExt as _;

use super::stage::{Mishap, Theatre};
use crate::actions::executor::OpenSession;
use crate::actions::fixture::container;
use crate::actions::performer::{Output, TerminalSize};
use crate::core::fault::Fault;
use crate::core::plan::facts::Aspect;
use crate::core::plan::request::Request;
use crate::core::run::{Run, StepState, Verdict};

const SIZE: Option<TerminalSize> = Some(TerminalSize { columns: 80, rows: 24 });

fn shell() -> Request {
    Request::Exec { id: container("web-1"), command: Vec::new(), user: None }
}

fn recorded(theatre: &Theatre, run: &Run) -> Run {
    theatre.executor.journals().read(&run.id).unwrap().unwrap().run
}

#[tokio::test]
async fn a_session_is_looked_at_opened_and_recorded_with_its_exit_code() {
    let theatre = Theatre::new();
    for request in [shell(), Request::Attach { id: container("web-1") }] {
        let order = theatre.order(theatre.plan(&request));
        let OpenSession { run, mut session, end, .. } = theatre.executor.open(order, SIZE).await.unwrap();
        assert!(matches!(run.steps.as_slice(), [StepState::Done { .. }, StepState::Running { .. }]));
        assert_eq!(session.output.next().await.unwrap().unwrap(), Output::Standard(b"hello".to_vec()));
        let code = session.control.exit_code().await.unwrap();
        assert_eq!(end.finish(Ok(code)).await, Verdict::Succeeded);
        let run = recorded(&theatre, &run);
        assert_eq!((run.verdict, &*run.message), (Some(Verdict::Succeeded), "exit code 0"));
    }
    assert_eq!(theatre.stage.calls(), ["exec web-1", "attach web-1"]);
    assert_eq!(theatre.executor.audit().verify().unwrap().lines, 4);
}

#[tokio::test]
async fn a_session_whose_connection_is_lost_has_an_unknown_end() {
    let theatre = Theatre::new();
    let open = theatre.executor.open(theatre.order(theatre.plan(&shell())), SIZE).await.unwrap();
    let lost = Err(Fault::new("web-1", "connection reset", ""));
    assert_eq!(open.end.finish(lost).await, Verdict::Unknown);
    assert!(recorded(&theatre, &open.run).message.contains("connection reset"));
}

#[tokio::test]
async fn a_session_that_cannot_be_opened_is_refused_with_the_reason_and_recorded() {
    let theatre = Theatre::new();
    theatre.stage.mishap("exec web-1", Mishap::Refused);
    let said = theatre.executor.open(theatre.order(theatre.plan(&shell())), SIZE).await.err().unwrap();
    assert!(said.to_string().contains("the engine says no"));
    theatre.stage.heal();
    theatre.stage.meddle(&container("web-1"), |it| Some(it.with(Aspect::State, "paused")));
    let said = theatre.executor.open(theatre.order(theatre.plan(&shell())), SIZE).await.err().unwrap();
    assert!(said.to_string().contains("its state was running and is paused"), "{said}");
    assert!(theatre.executor.open_runs().unwrap().is_empty());
    assert_eq!(theatre.executor.audit().verify().unwrap().lines, 4);
}

#[tokio::test]
async fn what_opens_a_terminal_is_not_run_and_what_does_not_is_not_opened() {
    let theatre = Theatre::new();
    let said = theatre.start(&shell()).await.unwrap_err().to_string();
    assert!(said.contains("open it from a terminal"), "{said}");
    let stop = Request::Stop { ids: vec![container("web-1")], grace: None };
    let said = theatre.executor.open(theatre.order(theatre.plan(&stop)), SIZE).await.err().unwrap();
    assert!(said.to_string().contains("it opens no terminal"), "{said}");
    assert!(theatre.stage.calls().is_empty());
}
