//! Read-only against a real engine: every request there is, and not one changing call on the wire.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use quarterdeck::actions::access::WriteAccess;
use quarterdeck::actions::runbook;
use quarterdeck::clients::docker::connect::{Connect, Stream};
use quarterdeck::clients::docker::{ClientError, Engine as Client};
use quarterdeck::core::id::EntityId;
use quarterdeck::core::plan::op::{Limits, Prunable};
use quarterdeck::core::plan::request::Request;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;

use crate::support::engine::Engine;
use crate::theatre::{Theatre, now, target};

/// Opens the engine's socket and keeps all that is written to it.
struct Recorder {
    socket: std::path::PathBuf,
    written: Arc<Mutex<Vec<u8>>>,
}

struct Recorded {
    stream: UnixStream,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Connect for Recorder {
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>> {
        let (socket, written) = (self.socket.clone(), Arc::clone(&self.written));
        Box::pin(async move {
            let stream = UnixStream::connect(socket).await.unwrap();
            Ok(Box::new(Recorded { stream, written }) as Box<dyn Stream>)
        })
    }
}

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = written {
            self.written.lock().unwrap().extend_from_slice(&bytes[..count]);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// One request of every runbook: a new one does not compile until it has its place here.
fn following(request: Option<&Request>, runs: &EntityId, ended: &EntityId) -> Option<Request> {
    let ids = || vec![runs.clone()];
    Some(match request {
        None => Request::Start { ids: vec![ended.clone()] },
        Some(Request::Start { .. }) => Request::Stop { ids: ids(), grace: None },
        Some(Request::Stop { .. }) => Request::Restart { ids: ids(), grace: None },
        Some(Request::Restart { .. }) => Request::Pause { ids: ids() },
        Some(Request::Pause { .. }) => Request::Kill { ids: ids(), signal: Arc::from("KILL") },
        Some(Request::Kill { .. }) => Request::Rename { id: runs.clone(), to: Arc::from("other-name") },
        Some(Request::Rename { .. }) => {
            Request::Limits { ids: ids(), limits: Limits { pids: Some(9), ..Limits::default() } }
        }
        Some(Request::Limits { .. }) => Request::Remove { ids: ids(), volumes: true, force: true },
        Some(Request::Remove { .. }) => Request::Prune { target: target(), what: Prunable::ALL.to_vec() },
        Some(Request::Prune { .. }) => Request::Exec { id: runs.clone(), command: Vec::new(), user: None },
        Some(Request::Exec { .. }) => Request::Attach { id: runs.clone() },
        Some(Request::Attach { .. }) => Request::Unpause { ids: ids() },
        Some(Request::Unpause { .. }) => return None,
    })
}

#[tokio::test]
#[ignore = "needs the rig: tests/run"]
async fn no_request_sends_a_changing_call_to_a_read_only_environment() {
    let engine = Engine::main();
    let (runs, ended) = (engine.run("runs", &[], &["sleep", "1000"]), engine.create("ended", &[], &["true"]));
    let written = Arc::new(Mutex::new(Vec::new()));
    let recorder = Recorder { socket: engine.socket().to_owned(), written: Arc::clone(&written) };
    let client = Client::over(Arc::from(engine.address()), Arc::new(recorder));
    let mut theatre = Theatre::over(engine.clone(), client);
    let (runs_id, ended_id) = (theatre.see(&runs.id).await, theatre.see(&ended.id).await);
    theatre.fleet.environments[0].read_only = true;
    let mut tried = 0;
    let mut request = following(None, &runs_id, &ended_id);
    while let Some(current) = request {
        if matches!(current, Request::Unpause { .. }) {
            engine.docker(&["pause", &runs.id]);
            theatre.see(&runs.id).await;
        }
        let plan = runbook::plan(&current, &theatre.fleet, now()).unwrap();
        let order = theatre.order(plan.clone());
        let session = matches!(current, Request::Exec { .. } | Request::Attach { .. });
        let refused = if session {
            theatre.executor.open(order, None).await.err()
        } else {
            theatre.executor.start(order).await.err()
        };
        assert!(refused.unwrap().to_string().contains("the configuration protects it"), "{current:?}");
        tried += 1;
        request = following(Some(&current), &runs_id, &ended_id);
    }
    assert_eq!(tried, 12);
    assert!(WriteAccess::grant(true, &theatre.fleet.environments).is_err());
    let written = String::from_utf8_lossy(&written.lock().unwrap()).into_owned();
    let calls: Vec<&str> = written.lines().filter(|line| line.ends_with(" HTTP/1.1")).collect();
    assert!(calls.len() >= 3 && calls.iter().all(|it| it.starts_with("GET ")), "{calls:?}");
    assert_eq!(runs.inspect("{{.State.Status}}"), "paused");
}
