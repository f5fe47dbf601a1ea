//! A connection to a host on which somebody is logged in, and what can be opened over it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::future::BoxFuture;
use russh::ChannelOpenFailure;
use russh::client::{Handle, Msg};
use tokio::io::AsyncReadExt as _;
use tokio::sync::watch;

use super::channel::Channel;
use super::error::{Cause, OpenFailure, SshError};
use super::handler::{Client, Shared};

/// How long a server's words for a refusal may take from the connection to whoever was refused.
const WORDS_WITHIN: Duration = Duration::from_secs(2);
/// How long a server may take to open a channel: it may have to reach another host first.
pub const OPENS_WITHIN: Duration = Duration::from_secs(10);
/// Bytes that a program may say.
const ANSWER: u64 = 1024 * 1024;

/// A connection. It ends when the last copy of it is dropped.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    host: Arc<str>,
    handle: Handle<Client>,
    shared: Arc<Shared>,
    ended: watch::Receiver<Option<Cause>>,
    /// The connection that carries this one.
    _through: Option<Session>,
}

/// What is wanted.
enum Wanted {
    Tcp(String, u16),
    Socket(String),
    Program,
}

/// What a program has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// On its standard output.
    pub output: String,
    /// On its standard error, cut to some lines.
    pub complaint: String,
    /// With what it has ended; nothing where it was stopped by a signal.
    pub status: Option<u32>,
}

impl Session {
    pub(super) fn new(
        host: Arc<str>,
        handle: Handle<Client>,
        shared: Arc<Shared>,
        ended: watch::Receiver<Option<Cause>>,
        through: Option<Self>,
    ) -> Self {
        Self(Arc::new(Inner { host, handle, shared, ended, _through: through }))
    }

    /// The host: `user@host:port`.
    pub fn host(&self) -> &Arc<str> {
        &self.0.host
    }

    /// Whether it has ended.
    pub fn is_closed(&self) -> bool {
        self.0.handle.is_closed() || self.0.ended.borrow().is_some()
    }

    /// Waits until it has ended; why.
    pub async fn closed(&self) -> SshError {
        let mut ended = self.0.ended.clone();
        let cause = match ended.wait_for(Option::is_some).await {
            Ok(cause) => cause.clone(),
            Err(_) => None,
        };
        SshError::new(&self.0.host, cause.unwrap_or_else(|| Cause::Lost("it was closed".to_owned())))
    }

    /// A connection to `host` and `port` as the server sees them.
    pub async fn open_tcp(&self, host: &str, port: u16) -> Result<Channel, OpenFailure> {
        self.open(Wanted::Tcp(host.to_owned(), port)).await
    }

    /// A connection to the Unix socket at `path` on the server.
    pub async fn open_socket(&self, path: &str) -> Result<Channel, OpenFailure> {
        self.open(Wanted::Socket(path.to_owned())).await
    }

    /// A program on the server, with its input and output.
    pub async fn start(&self, command: &str) -> Result<Channel, OpenFailure> {
        let mut channel = self.open(Wanted::Program).await?;
        channel.exec(command).await.map_err(|_| OpenFailure::Lost)?;
        Ok(channel)
    }

    /// Runs a program on the server to its end, at most for `limit`.
    pub async fn run(&self, command: &str, limit: Duration) -> Result<Said, OpenFailure> {
        let running = async {
            let mut channel = self.start(command).await?;
            let mut output = Vec::new();
            let read = (&mut channel).take(ANSWER).read_to_end(&mut output).await;
            read.map_err(|_| OpenFailure::Lost)?;
            let (complaint, status) = channel.ending().await;
            Ok(Said { output: String::from_utf8_lossy(&output).into_owned(), complaint, status })
        };
        tokio::time::timeout(limit, running).await.unwrap_or(Err(OpenFailure::Timeout(limit)))
    }

    async fn open(&self, wanted: Wanted) -> Result<Channel, OpenFailure> {
        let inner = Arc::clone(&self.0);
        let is_program = matches!(wanted, Wanted::Program);
        let opening = Opening(Some(Box::pin(async move {
            let opened = inner.ask_for(&wanted).await?;
            Ok(Channel::new(opened, Arc::clone(&inner.shared.channels)))
        })));
        match tokio::time::timeout(OPENS_WITHIN, opening).await {
            Ok(Ok(channel)) => Ok(channel),
            Ok(Err(error)) => Err(self.0.why(&error, is_program).await),
            Err(_) if self.is_closed() => Err(OpenFailure::Lost),
            Err(_) => Err(OpenFailure::Timeout(OPENS_WITHIN)),
        }
    }
}

/// A channel that is being opened. It goes on when nobody waits any more: one that the server opens late has to be closed.
struct Opening(Option<BoxFuture<'static, Result<Channel, russh::Error>>>);

impl Future for Opening {
    type Output = Result<Channel, russh::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(opening) = &mut self.0 else { return Poll::Pending };
        let opened = ready!(opening.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(opened)
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if let (Some(opening), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { drop(opening.await) });
        }
    }
}

impl Inner {
    async fn ask_for(&self, wanted: &Wanted) -> Result<russh::Channel<Msg>, russh::Error> {
        match wanted {
            // Nobody asks from where; OpenSSH's client says the same of a forward without a client.
            Wanted::Tcp(host, port) => {
                self.handle.channel_open_direct_tcpip(host.as_str(), u32::from(*port), "127.0.0.1", 0).await
            }
            Wanted::Socket(path) => self.handle.channel_open_direct_streamlocal(path.as_str()).await,
            Wanted::Program => self.handle.channel_open_session().await,
        }
    }

    /// What a refusal means: the server says it in words, which come a moment after the refusal.
    async fn why(&self, error: &russh::Error, session: bool) -> OpenFailure {
        let russh::Error::ChannelOpenFailure(reason) = error else { return OpenFailure::Lost };
        let words = tokio::time::timeout(WORDS_WITHIN, self.shared.refusal(reason)).await.unwrap_or_default();
        let says = |what: &str| words.to_ascii_lowercase().contains(what);
        match reason {
            _ if session => OpenFailure::TooMany(self.shared.channels.count()),
            ChannelOpenFailure::AdministrativelyProhibited => OpenFailure::Forbidden(words),
            ChannelOpenFailure::ConnectFailed if says("connection refused") => OpenFailure::Refused,
            ChannelOpenFailure::ConnectFailed if says("not known") || says("name resolution") => {
                OpenFailure::Unresolved(words)
            }
            ChannelOpenFailure::ConnectFailed
                if says("timed out") || says("unreachable") || says("no route") =>
            {
                OpenFailure::Unreachable(words)
            }
            _ => OpenFailure::Failed(words),
        }
    }
}
