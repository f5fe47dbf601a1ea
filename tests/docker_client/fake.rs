//! An engine of our own on a Unix socket, which answers with whatever bytes a test wants.

use std::future::Future;
use std::sync::{Arc, Mutex};

use quarterdeck::clients::docker::{Endpoint, Engine, Settings};
use quarterdeck::clients::ssh::Pool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

/// A request as it came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Asked {
    /// `GET /v1.44/containers/json?all=1`.
    pub(crate) line: String,
    pub(crate) body: String,
    /// Which connection it came over, counted from 0.
    pub(crate) connection: usize,
}

/// One connection of the client's.
pub(crate) struct Client {
    pub(crate) stream: UnixStream,
    connection: usize,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Client {
    /// The next request; `None` when the client has hung up.
    pub(crate) async fn request(&mut self) -> Option<Asked> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body).await.ok()?;
        let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
        let asked = Asked { line, body: String::from_utf8(body).unwrap(), connection: self.connection };
        self.asked.lock().unwrap().push(asked.clone());
        Some(asked)
    }

    /// Answers with a whole answer of an engine whose newest version of the API is `newest`.
    pub(crate) async fn answer(&mut self, status: u16, newest: &str, body: &str) {
        let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
        let version = if newest.is_empty() { String::new() } else { format!("Api-Version: {newest}\r\n") };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\n{version}Server: Docker/9.9.9 (linux)\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.raw(&(head + body)).await;
    }

    /// Sends bytes as they are. That the client may have hung up by then is its right.
    pub(crate) async fn raw(&mut self, bytes: &str) {
        let _ = self.stream.write_all(bytes.as_bytes()).await;
    }
}

/// A running engine.
pub(crate) struct Fake {
    folder: tempfile::TempDir,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Fake {
    /// An engine that treats every connection as `serve` does, all at once.
    pub(crate) fn serving<F>(serve: impl Fn(Client) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("x.sock")).unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let seen = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(Client { stream, connection, asked: Arc::clone(&seen) }));
            }
        });
        Self { folder, asked, task }
    }

    /// An engine that answers each request with what `answer` makes of it: status, newest version, body.
    pub(crate) fn answering(
        answer: impl Fn(&Asked) -> (u16, &'static str, String) + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::serving(move |mut client| {
            let answer = answer.clone();
            async move {
                while let Some(asked) = client.request().await {
                    let (status, newest, body) = answer(&asked);
                    client.answer(status, newest, &body).await;
                }
            }
        })
    }

    /// A client of it.
    pub(crate) fn engine(&self) -> Engine {
        let endpoint = Endpoint::unix(self.folder.path().join("x.sock"));
        Engine::new(&Settings { endpoint, insecure: false, certificates: None }, &Pool::default()).unwrap()
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The first lines of what it was asked so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|it| it.line).collect()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}
