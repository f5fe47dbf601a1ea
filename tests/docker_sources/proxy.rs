//! A socket or a port before an engine's, whose connections a test can cut, reset and hold up.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::support::engine::Engine;

pub(crate) struct Proxy {
    /// Where it listens, as `DOCKER_HOST` takes it.
    pub(crate) address: String,
    /// Holds the socket, where it is one.
    folder: Option<tempfile::TempDir>,
    port: u16,
    orders: Sender<Orders>,
    task: JoinHandle<()>,
}

/// What a test wants of the connections.
#[derive(Clone, Debug, Default)]
struct Orders {
    /// How often all have been ended.
    cuts: usize,
    /// The id of a container of whose follow nothing is passed on for now.
    held: Option<String>,
}

impl Proxy {
    /// A Unix socket before the engine.
    pub(crate) fn before(engine: &Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sock");
        let address = format!("unix://{}", path.display());
        let listener = UnixListener::bind(path).unwrap();
        let (orders, ordered) = channel(Orders::default());
        let engine = engine.socket().to_owned();
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let Ok(server) = UnixStream::connect(&engine).await else { continue };
                tokio::spawn(pass(client, server, ordered.clone()));
            }
        });
        Self { address, folder: Some(folder), port: 0, orders, task }
    }

    /// A TCP port of this machine before the engine: its connections can be reset, by itself and by the kernel.
    pub(crate) async fn on_a_port(engine: &Engine) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (orders, ordered) = channel(Orders::default());
        let engine = engine.socket().to_owned();
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                // Closed without a farewell, as by a machine that knows nothing of the connection any more.
                client.set_zero_linger().unwrap();
                let Ok(server) = UnixStream::connect(&engine).await else { continue };
                tokio::spawn(pass(client, server, ordered.clone()));
            }
        });
        Self { address: format!("tcp://127.0.0.1:{port}"), folder: None, port, orders, task }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join("x.sock")
    }

    /// Ends all connections that there are; on a port, each with a reset.
    pub(crate) fn cut(&self) {
        self.orders.send_modify(|orders| orders.cuts += 1);
    }

    /// Has the kernel destroy all connections to the port (`ss -K`); whether it can.
    pub(crate) fn destroy(&self) -> bool {
        let port = format!(":{}", self.port);
        let ends = || {
            let listed = Command::new("ss").args(["-Htn", "dport", "=", &port]).output().unwrap().stdout;
            let listed = String::from_utf8(listed).unwrap();
            let ends = listed
                .lines()
                .filter(|line| line.starts_with("ESTAB"))
                .filter_map(|line| line.split_whitespace().nth(3).map(str::to_owned));
            ends.collect::<Vec<_>>()
        };
        let before = ends();
        let _ = Command::new("ss").args(["-Kt", "dport", "=", &port]).output().unwrap();
        let after = ends();
        !before.is_empty() && !before.iter().any(|end| after.contains(end))
    }

    /// Passes nothing on of the follow of a container, until [`Proxy::release`].
    pub(crate) fn hold(&self, container: &str) {
        self.orders.send_modify(|orders| orders.held = Some(container.to_owned()));
    }

    /// Passes everything on again.
    pub(crate) fn release(&self) {
        self.orders.send_modify(|orders| orders.held = None);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Passes bytes on both ways until either side ends, or all is cut.
async fn pass(
    client: impl AsyncRead + AsyncWrite + Unpin,
    server: impl AsyncRead + AsyncWrite + Unpin,
    mut ordered: Receiver<Orders>,
) {
    let cuts = ordered.borrow_and_update().cuts;
    let mut cut = ordered.clone();
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = tokio::io::split(server);
    // What is followed on this connection.
    let (followed, mut follow) = channel(String::new());
    let asking = async {
        let mut buffer = vec![0; 16 << 10];
        loop {
            let read = from_client.read(&mut buffer).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&buffer[..read]);
            if text.contains("/logs?") && text.contains("follow=1") {
                followed.send_replace(text.lines().next().unwrap_or_default().to_owned());
            }
            if read == 0 || to_server.write_all(&buffer[..read]).await.is_err() {
                break;
            }
        }
    };
    let answering = async {
        let mut buffer = vec![0; 16 << 10];
        loop {
            let read = from_server.read(&mut buffer).await.unwrap_or(0);
            let followed = follow.borrow_and_update().clone();
            let is_free = |it: &Orders| it.held.as_ref().is_none_or(|held| !followed.contains(&**held));
            let _ = ordered.wait_for(is_free).await;
            if read == 0 || to_client.write_all(&buffer[..read]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = asking => {}
        () = answering => {}
        _ = cut.wait_for(|it| it.cuts != cuts) => {}
    }
}
