//! Tunnels: a local port that leads to a host and port as another host sees them, and that comes back by itself.
//!
//! The listener stays bound while the SSH connection is made anew: who connects meanwhile waits for a moment, and is
//! refused then; who was connected is reset at once, for what was under way is lost. What a retry cannot mend (a login that
//! is refused, a host with another key) stops the tunnel.

mod accept;
mod listen;
mod owner;
mod pump;
mod supervise;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use self::listen::BindFault;
use super::error::{OpenFailure, SshError};
use super::pool::Lane;

/// What a tunnel is made of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The host that is gone through.
    pub via: Lane,
    /// Where it leads to, as that host sees it.
    pub to: (String, u16),
    /// The local port: 0 for any that is free.
    pub port: u16,
    /// A Unix socket that leads there as well, for this user alone.
    pub socket: Option<PathBuf>,
    /// After so long without a connection it closes by itself.
    pub idle: Option<Duration>,
}

/// How a tunnel is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The SSH connection is made for the first time.
    Connecting,
    /// The whole way to the other end was gone.
    Up,
    /// SSH is fine, and the other end cannot be reached; why.
    Degraded(OpenFailure),
    /// The SSH connection is lost, and will be made again at that moment.
    Retrying(SshError, Timestamp),
    /// It was given up; why.
    Stopped(SshError),
    /// It has closed by itself: nobody has used it for so long.
    Idle(Duration),
}

/// What is known of a tunnel at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How it is.
    pub state: State,
    /// Since when the SSH connection stands.
    pub since: Option<Timestamp>,
    /// How often it was made.
    pub made: u64,
    /// How long the other end took to take a connection, the last time.
    pub latency: Option<Duration>,
    /// Connections now.
    pub connections: usize,
    /// Connections ever.
    pub taken: u64,
    /// Bytes to the other end, and from it.
    pub sent: u64,
    /// Bytes from the other end.
    pub received: u64,
}

/// A tunnel. It ends, with all its connections, when it is dropped.
pub struct Tunnel {
    port: u16,
    shared: Arc<Shared>,
    state: watch::Receiver<Told>,
    _tasks: JoinSet<()>,
}

/// What the tasks of a tunnel share.
#[derive(Default)]
struct Shared {
    connections: AtomicUsize,
    taken: AtomicU64,
    /// Connections that wait for the SSH connection.
    waiting: AtomicUsize,
    sent: AtomicU64,
    received: AtomicU64,
}

/// What is told when it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    state: State,
    since: Option<Timestamp>,
    made: u64,
    latency: Option<Duration>,
}

impl Tunnel {
    /// Binds the local ends, and begins to connect.
    pub fn open(settings: Settings) -> Result<Self, BindFault> {
        let listeners = listen::bind(settings.port, settings.socket.as_deref())?;
        let port = listeners.port;
        let shared = Arc::new(Shared::default());
        let first = Told { state: State::Connecting, since: None, made: 0, latency: None };
        let (tell, state) = watch::channel(first);
        let mut tasks = JoinSet::new();
        tasks.spawn(supervise::run(settings, listeners, Arc::clone(&shared), tell));
        Ok(Self { port, shared, state, _tasks: tasks })
    }

    /// The local port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How it is now.
    pub fn status(&self) -> Status {
        let told = self.state.borrow().clone();
        Status {
            state: told.state,
            since: told.since,
            made: told.made,
            latency: told.latency,
            connections: self.shared.connections.load(Ordering::Relaxed),
            taken: self.shared.taken.load(Ordering::Relaxed),
            sent: self.shared.sent.load(Ordering::Relaxed),
            received: self.shared.received.load(Ordering::Relaxed),
        }
    }

    /// Waits until its state is another one than it was the last time; `false` when there will be no other.
    pub async fn changed(&mut self) -> bool {
        self.state.changed().await.is_ok()
    }
}

impl State {
    /// Whether it will not change any more.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Stopped(_) | Self::Idle(_))
    }
}
