//! Connections to a tunnel's local ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::listen::{Listeners, Socket};
use super::{Shared, pump};
use crate::clients::ssh::error::OpenFailure;
use crate::clients::ssh::session::Session;

/// How long a connection waits for the SSH connection, before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections at once, at most; who comes then waits in the system's queue.
const MOST: usize = 512;

/// What the acceptor and its connections share with the supervisor.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) to: Arc<(String, u16)>,
    pub(super) shared: Arc<Shared>,
    /// The SSH connection, while there is one.
    pub(super) session: watch::Receiver<Option<Session>>,
    /// Somebody waits for it.
    pub(super) wanted: Arc<Notify>,
    /// What the other end has said to the last connection.
    pub(super) heard: mpsc::Sender<Result<Duration, OpenFailure>>,
}

/// A connection of a client.
enum Client {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Takes connections for as long as it is polled.
pub(super) async fn run(listeners: Listeners, door: Door) {
    let mut connections = JoinSet::new();
    loop {
        let client = tokio::select! {
            client = next(&listeners), if connections.len() < MOST => client,
            Some(_) = connections.join_next() => continue,
        };
        match client {
            Ok(client) => {
                door.shared.taken.fetch_add(1, Ordering::Relaxed);
                connections.spawn(serve(client, door.clone()));
            }
            // No more files can be opened, or the client has gone already.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn next(listeners: &Listeners) -> io::Result<Client> {
    tokio::select! {
        it = listeners.tcp.accept() => it.map(|(stream, _)| Client::Tcp(stream)),
        it = accept(listeners.tcp6.as_ref()) => it.map(Client::Tcp),
        it = accept_unix(listeners.unix.as_ref()) => it.map(Client::Unix),
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn accept_unix(socket: Option<&Socket>) -> io::Result<UnixStream> {
    match socket {
        Some(socket) => socket.listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn serve(client: Client, door: Door) {
    let _counted = Counted::new(&door.shared, |shared| &shared.connections);
    match client {
        Client::Tcp(mut stream) => {
            let _ = stream.set_nodelay(true);
            if through(&mut stream, &door).await.is_err() {
                // Whoever reads must not take what came so far for the whole.
                let _ = stream.set_zero_linger();
            }
        }
        Client::Unix(mut stream) => drop(through(&mut stream, &door).await),
    }
}

async fn through<L: AsyncRead + AsyncWrite + Unpin>(local: &mut L, door: &Door) -> io::Result<()> {
    let Some(session) = session(door).await else { return Err(io::ErrorKind::NotConnected.into()) };
    let begun = Instant::now();
    let opened = session.open_tcp(&door.to.0, door.to.1).await;
    let said = opened.as_ref().map(|_| begun.elapsed()).map_err(Clone::clone);
    // When many come at once, one of them is enough.
    let _ = door.heard.try_send(said);
    let mut channel = opened.map_err(io::Error::other)?;
    pump::carry(local, &mut channel, &door.shared.sent, &door.shared.received).await
}

/// The SSH connection: the one that there is, or the one that is made within [`PATIENCE`].
async fn session(door: &Door) -> Option<Session> {
    let mut session = door.session.clone();
    let usable = |session: &Option<Session>| session.as_ref().is_some_and(|it| !it.is_closed());
    let _waits = Counted::new(&door.shared, |shared| &shared.waiting);
    door.wanted.notify_one();
    let waiting = session.wait_for(usable);
    let found = tokio::time::timeout(PATIENCE, waiting).await.ok()?.ok()?;
    found.clone()
}

/// Counts a connection while it lives.
struct Counted(Arc<Shared>, fn(&Shared) -> &AtomicUsize);

impl Counted {
    fn new(shared: &Arc<Shared>, count: fn(&Shared) -> &AtomicUsize) -> Self {
        count(shared).fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(shared), count)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.1)(&self.0).fetch_sub(1, Ordering::Relaxed);
    }
}
