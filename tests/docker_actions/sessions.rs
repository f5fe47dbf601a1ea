//! Programs in containers on the operator's terminal.

use std::sync::Arc;

use futures_util::StreamExt as _;
use quarterdeck::actions::executor::OpenSession;
use quarterdeck::actions::performer::{Output, Session, TerminalSize};
use quarterdeck::core::id::EntityId;
use quarterdeck::core::plan::request::Request;
use quarterdeck::core::run::Verdict;
use tokio::io::AsyncWriteExt as _;

use crate::support::engine::{Container, Engine};
use crate::theatre::Theatre;

const SIZE: TerminalSize = TerminalSize { columns: 91, rows: 33 };

async fn stage(options: &[&str], command: &[&str]) -> (Theatre, Container, EntityId) {
    let engine = Engine::main();
    let container = engine.run("session", options, command);
    let mut theatre = Theatre::on(engine);
    let id = theatre.see(&container.id).await;
    (theatre, container, id)
}

fn exec(id: &EntityId, command: &[&str]) -> Request {
    let command = command.iter().map(|it| Arc::from(*it)).collect();
    Request::Exec { id: id.clone(), command, user: None }
}

/// Everything on standard output and on standard error, until the end or until the former holds `wanted`.
async fn said(session: &mut Session, wanted: Option<&str>) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    while let Some(piece) = session.output.next().await {
        match piece.unwrap() {
            Output::Standard(bytes) => out.extend(bytes),
            Output::Error(bytes) => err.extend(bytes),
        }
        if wanted.is_some_and(|it| String::from_utf8_lossy(&out).contains(it)) {
            break;
        }
    }
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_shell_has_the_terminal_and_its_size_follows() {
    let (theatre, _container, id) = stage(&[], &["sleep", "1000"]).await;
    let OpenSession { mut session, end, run, .. } = theatre.open(&exec(&id, &[]), Some(SIZE)).await.unwrap();
    session.input.write_all(b"tty; stty size\n").await.unwrap();
    said(&mut session, Some("33 91")).await;
    session.control.resize(TerminalSize { columns: 80, rows: 24 }).await.unwrap();
    session.input.write_all(b"stty size\n").await.unwrap();
    said(&mut session, Some("24 80")).await;
    session.input.write_all(b"exit 5\n").await.unwrap();
    said(&mut session, None).await;
    let code = session.control.exit_code().await.unwrap();
    assert_eq!(code, Some(5));
    assert_eq!(end.finish(Ok(code)).await, Verdict::Succeeded);
    let recorded = theatre.executor.journals().read(&run.id).unwrap().unwrap();
    assert_eq!(&*recorded.run.message, "exit code 5");
    assert_eq!(theatre.executor.audit().verify().unwrap().lines, 2);
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn without_a_terminal_both_streams_come_apart_and_the_input_ends() {
    let (theatre, _container, id) = stage(&[], &["sleep", "1000"]).await;
    let request = exec(&id, &["sh", "-c", "echo oops >&2; cat; exit 3"]);
    let OpenSession { mut session, end, .. } = theatre.open(&request, None).await.unwrap();
    let sent = "line\n".repeat(20_000);
    let (mut input, bytes) = (session.input, sent.clone());
    let writer = tokio::spawn(async move {
        input.write_all(bytes.as_bytes()).await.unwrap();
        input.shutdown().await.unwrap();
    });
    session.input = Box::pin(tokio::io::sink());
    let (out, err) = said(&mut session, None).await;
    writer.await.unwrap();
    assert_eq!((out.len(), out == sent, err.as_str()), (sent.len(), true, "oops\n"));
    let code = session.control.exit_code().await.unwrap();
    assert_eq!(code, Some(3));
    end.finish(Ok(code)).await;
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn attaching_reaches_the_first_process() {
    for options in [&["-i"] as &[&str], &["-i", "-t"]] {
        let (theatre, _container, id) =
            stage(options, &["sh", "-c", "read word; echo got $word; exit 4"]).await;
        let request = Request::Attach { id };
        let OpenSession { mut session, end, .. } = theatre.open(&request, Some(SIZE)).await.unwrap();
        session.input.write_all(b"hello\n").await.unwrap();
        let (out, _) = said(&mut session, None).await;
        assert!(out.contains("got hello"), "{options:?}: {out:?}");
        let code = session.control.exit_code().await.unwrap();
        assert_eq!(code, Some(4), "{options:?}");
        end.finish(Ok(code)).await;
    }
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn a_program_that_is_not_there_says_so() {
    let (theatre, _container, id) = stage(&[], &["sleep", "1000"]).await;
    let opened = theatre.open(&exec(&id, &["/no/such/program"]), None).await;
    let words = match opened {
        Err(fault) => fault.to_string(),
        Ok(mut open) => {
            let (out, err) = said(&mut open.session, None).await;
            let code = open.session.control.exit_code().await.unwrap();
            open.end.finish(Ok(code)).await;
            format!("{out}{err}")
        }
    };
    assert!(words.contains("/no/such/program"), "{words}");
    assert!(theatre.executor.open_runs().unwrap().is_empty());
}
