//! The SSH agent, as much of it as logging in needs: which keys it has, and having it sign.
//!
//! The frames are read here: an agent may hold keys of kinds that nobody here knows, and one of these must not make the
//! others unreadable.

pub mod frames;

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::UnixStream;

use self::frames::Signed;

/// How long an agent may take to say what it has.
const LISTS_WITHIN: Duration = Duration::from_secs(5);
/// How long it may take to sign: it may ask its user.
const SIGNS_WITHIN: Duration = Duration::from_mins(1);
/// Bytes of the longest answer (`AGENT_MAX_LEN` of OpenSSH).
const LONGEST: usize = 256 * 1024;

const REQUEST_IDENTITIES: u8 = 11;
const SIGN_REQUEST: u8 = 13;

/// Signs with RSA and SHA-256, or SHA-512, instead of SHA-1.
pub(super) const RSA_SHA256: u32 = 2;
pub(super) const RSA_SHA512: u32 = 4;

/// A connection to an agent.
pub(super) struct Agent<S = UnixStream> {
    stream: S,
}

/// Why an agent is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum AgentFault {
    #[error("the agent cannot be reached: {0}")]
    Io(#[from] io::Error),
    #[error("the agent has not answered within {} s", .0.as_secs())]
    Timeout(Duration),
    #[error("the agent's answer makes no sense")]
    Nonsense,
    #[error("the agent refuses to sign")]
    Refused,
    #[error("the SSH connection has ended")]
    Lost(#[from] russh::SendError),
}

impl Agent {
    pub(super) async fn connect(socket: &Path) -> Result<Self, AgentFault> {
        let stream = within(LISTS_WITHIN, async { Ok(UnixStream::connect(socket).await?) }).await?;
        Ok(Self { stream })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Agent<S> {
    /// The keys that it has.
    pub(super) async fn keys(&mut self) -> Result<Vec<frames::AgentKey>, AgentFault> {
        let answer = within(LISTS_WITHIN, self.call(&[REQUEST_IDENTITIES])).await?;
        frames::keys(&answer).ok_or(AgentFault::Nonsense)
    }

    /// The signature of `data` by the key `blob`: its kind and its bytes, as they stand on the wire.
    pub(super) async fn sign(&mut self, blob: &[u8], data: &[u8], flags: u32) -> Result<Vec<u8>, AgentFault> {
        let mut request = vec![SIGN_REQUEST];
        put(&mut request, blob);
        put(&mut request, data);
        request.extend(flags.to_be_bytes());
        let answer = within(SIGNS_WITHIN, self.call(&request)).await?;
        match frames::signed(&answer) {
            Signed::Signature(signature) => Ok(signature.to_vec()),
            Signed::Refused => Err(AgentFault::Refused),
            Signed::Nonsense => Err(AgentFault::Nonsense),
        }
    }

    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, AgentFault> {
        let mut framed = Vec::with_capacity(request.len() + 4);
        put(&mut framed, request);
        self.stream.write_all(&framed).await?;
        self.stream.flush().await?;
        let length = usize::try_from(self.stream.read_u32().await?).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(AgentFault::Nonsense);
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await?;
        Ok(answer)
    }
}

async fn within<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, AgentFault>>,
) -> Result<T, AgentFault> {
    tokio::time::timeout(limit, call).await.unwrap_or(Err(AgentFault::Timeout(limit)))
}

/// Puts a field: its length in four bytes, and it.
pub(super) fn put(into: &mut Vec<u8>, field: &[u8]) {
    into.extend((field.len() as u32).to_be_bytes());
    into.extend(field);
}
