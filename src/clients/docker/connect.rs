//! The seam for transports: how a byte stream to an engine is opened.
//!
//! Unix sockets and plain TCP are here, TLS in `tls`, SSH in `ssh`; nothing above this file knows which one it talks
//! through.

mod calm;
mod ssh;
mod tls;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rustix::net::sockopt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use self::calm::Calm;
pub(super) use self::ssh::Ssh;
pub(super) use self::tls::{SharedEnds, Tls};
use super::error::{Cause, ClientError};

/// How long an attempt to connect may take; a name is looked up and every address of it is tried within.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// After this long without a byte the system asks the other side whether it is still there …
const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);
/// … this often …
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// … and gives the connection up after so many questions without an answer.
const KEEPALIVE_PROBES: u32 = 3;

/// A byte stream to an engine, in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A way to open byte streams to one engine. Each request that cannot use an idle connection opens a new one.
pub trait Connect: Send + Sync {
    /// Opens a stream; in bounded time.
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>>;
}

/// Opens a Unix socket.
pub(super) struct Unix {
    pub(super) engine: Arc<str>,
    pub(super) path: PathBuf,
}

impl Connect for Unix {
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>> {
        let path = self.path.clone();
        Box::pin(within(Arc::clone(&self.engine), async move {
            UnixStream::connect(path).await.map(|stream| Box::new(Calm::new(stream)) as Box<dyn Stream>)
        }))
    }
}

/// Opens a TCP connection without TLS.
pub(super) struct Tcp {
    pub(super) engine: Arc<str>,
    pub(super) host: String,
    pub(super) port: u16,
}

impl Connect for Tcp {
    fn connect(&self) -> BoxFuture<'static, Result<Box<dyn Stream>, ClientError>> {
        let (host, port) = (self.host.clone(), self.port);
        Box::pin(within(Arc::clone(&self.engine), async move {
            Ok(Box::new(tcp(host, port).await?) as Box<dyn Stream>)
        }))
    }
}

/// A TCP connection.
async fn tcp(host: String, port: u16) -> io::Result<impl Stream> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    keep_alive(&stream)?;
    Ok(Calm::new(stream))
}

/// Lets the system notice a host that is gone: a stream of events is silent for hours when nothing happens.
fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(stream, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(stream, KEEPALIVE_PROBES)?;
    Ok(())
}

/// Opens a stream, or gives up after [`CONNECT_WITHIN`].
async fn within(
    engine: Arc<str>,
    opening: impl Future<Output = io::Result<Box<dyn Stream>>> + Send,
) -> Result<Box<dyn Stream>, ClientError> {
    let cause = match tokio::time::timeout(CONNECT_WITHIN, opening).await {
        Ok(Ok(stream)) => return Ok(stream),
        Ok(Err(error)) => Cause::of_connecting(&error),
        Err(_) => Cause::Timeout { doing: "connect", after: CONNECT_WITHIN },
    };
    Err(ClientError::new(&engine, cause))
}
