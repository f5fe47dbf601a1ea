//! Reading what a server sends: never more than is bounded.

use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::ProbeFault;

/// Bytes of the longest message that is read.
pub(super) const LONGEST: usize = 64 * 1024;

/// Exactly `length` bytes.
pub(super) async fn take<S: AsyncRead + Unpin>(stream: &mut S, length: usize) -> Result<Vec<u8>, ProbeFault> {
    if length > LONGEST {
        return Err(ProbeFault::Nonsense("a message is too long"));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// The text up to the next zero, and what follows that.
pub(super) fn text(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    (&bytes[..end], bytes.get(end + 1..).unwrap_or_default())
}
