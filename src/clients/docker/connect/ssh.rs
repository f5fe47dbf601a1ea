//! Engines on other machines: streams to their socket over the one SSH connection to the host.
//!
//! The socket is opened by the SSH server (`direct-streamlocal`). One that does not do this runs `docker system dial-stdio`
//! for each stream, as Docker's own client does; it lets only so many programs run on one connection (`MaxSessions`, 10 if
//! nothing else is said), and further connections carry the others.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Mutex;

use super::{Connect, Stream};
use crate::clients::docker::endpoint::SOCKET;
use crate::clients::docker::error::{Cause, ClientError};
use crate::clients::ssh::channel::Channel;
use crate::clients::ssh::pool::Lane;
use crate::clients::ssh::session::{OPENS_WITHIN, Session};
use crate::clients::ssh::{OpenFailure, SshError};

/// Connections beside the first one, at most.
const MOST_BESIDE: usize = 8;

/// Opens streams to an engine's socket on the host at the end of a lane.
#[derive(Clone)]
pub(in crate::clients::docker) struct Ssh(Arc<Inner>);

struct Inner {
    engine: Arc<str>,
    lane: Lane,
    socket: String,
    /// Whether the server has refused to open the socket itself.
    dials: AtomicBool,
    beside: Mutex<Vec<Session>>,
}

impl Ssh {
    pub(in crate::clients::docker) fn new(engine: Arc<str>, lane: Lane, socket: String) -> Self {
        Self(Arc::new(Inner {
            engine,
            lane,
            socket,
            dials: AtomicBool::new(false),
            beside: Mutex::default(),
        }))
    }
}

impl Connect for Ssh {
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.open().await.map_err(|cause| ClientError::new(&inner.engine, cause)) })
    }
}

impl Inner {
    async fn open(&self) -> Result<Box<dyn Stream>, Cause> {
        // A connection may end between being asked for and being used: once more, then.
        match self.open_once().await {
            Err(Refused::Channel(OpenFailure::Lost)) => self.open_once().await,
            other => other,
        }
        .map_err(Refused::into_cause)
    }

    async fn open_once(&self) -> Result<Box<dyn Stream>, Refused> {
        let session = self.lane.session().await?;
        let mut why = None;
        if !self.dials.load(Ordering::Relaxed) {
            match session.open_socket(&self.socket).await {
                Ok(channel) => return Ok(Box::new(channel)),
                Err(failure @ (OpenFailure::Lost | OpenFailure::Timeout(_))) => return Err(failure.into()),
                Err(failure) => why = Some(failure),
            }
        }
        let dialled = self.dial(session, why).await?;
        self.dials.store(true, Ordering::Relaxed);
        Ok(Box::new(dialled))
    }

    /// A stream through Docker's client on the host, on whichever connection lets one more program run.
    async fn dial(&self, session: Session, why: Option<OpenFailure>) -> Result<Dialled, Refused> {
        let command = self.command()?;
        let mut beside = self.beside.lock().await;
        beside.retain(|session| !session.is_closed());
        let mut limit = OpenFailure::Lost;
        for session in std::iter::once(&session).chain(&*beside) {
            match session.start(&command).await {
                Ok(channel) => return Ok(self.dialled(channel, why)),
                Err(failure @ OpenFailure::TooMany(_)) => limit = failure,
                Err(failure) => return Err(failure.into()),
            }
        }
        if beside.len() == MOST_BESIDE || limit == OpenFailure::TooMany(0) {
            return Err(limit.into());
        }
        let another = self.lane.another().await?;
        let channel = another.start(&command).await?;
        beside.push(another);
        Ok(self.dialled(channel, why))
    }

    fn dialled(&self, channel: Channel, why: Option<OpenFailure>) -> Dialled {
        Dialled { engine: Arc::clone(&self.engine), channel, why, has_read: false }
    }

    /// The command that connects its input and output to the engine. What stands in it is read by a shell.
    fn command(&self) -> Result<String, Refused> {
        if self.socket == SOCKET {
            return Ok("docker system dial-stdio".to_owned());
        }
        let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-+@".contains(sign);
        if self.socket.chars().all(is_plain) {
            Ok(format!("docker --host unix://{} system dial-stdio", self.socket))
        } else {
            let why = "its path holds signs that a shell would read".to_owned();
            Err(Refused::Channel(OpenFailure::Failed(why)))
        }
    }
}

/// Why there is no stream.
enum Refused {
    Connection(SshError),
    Channel(OpenFailure),
}

impl From<SshError> for Refused {
    fn from(error: SshError) -> Self {
        Self::Connection(error)
    }
}

impl From<OpenFailure> for Refused {
    fn from(failure: OpenFailure) -> Self {
        Self::Channel(failure)
    }
}

impl Refused {
    fn into_cause(self) -> Cause {
        match self {
            Self::Connection(error) => Cause::Ssh(Box::new(error)),
            Self::Channel(OpenFailure::Timeout(_)) => {
                Cause::Timeout { doing: "open the engine's socket", after: OPENS_WITHIN }
            }
            Self::Channel(failure) => Cause::Socket(failure),
        }
    }
}

/// A stream through Docker's client on the host. When that ends before a word was said, it has said why.
struct Dialled {
    engine: Arc<str>,
    channel: Channel,
    /// Why the socket was not opened without it.
    why: Option<OpenFailure>,
    has_read: bool,
}

impl AsyncRead for Dialled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.channel).poll_read(cx, into))?;
        self.has_read |= into.filled().len() > before;
        if self.has_read {
            return Poll::Ready(Ok(()));
        }
        self.poll_fate(cx).map(Err)
    }
}

impl Dialled {
    /// Why Docker's client has ended; once it has.
    fn poll_fate(&self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let (complaint, _) = ready!(self.channel.poll_ending(cx));
        let socket = self.why.as_ref().map_or_else(String::new, |why| format!("; and its socket: {why}"));
        let cause = Cause::Dial(format!("{complaint}{socket}"));
        Poll::Ready(io::Error::other(ClientError::new(&self.engine, cause)))
    }
}

impl AsyncWrite for Dialled {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match ready!(Pin::new(&mut self.channel).poll_write(cx, bytes)) {
            Err(_) if !self.has_read => self.poll_fate(cx).map(Err),
            outcome => Poll::Ready(outcome),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_shutdown(cx)
    }
}
