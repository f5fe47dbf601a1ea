//! One connection through a tunnel: bytes in both directions until both have ended, and the end of one direction told to
//! the other side while the other direction goes on.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::clients::ssh::channel::Channel;

/// Bytes that are under way in one direction, at most.
const BUFFER: usize = 64 * 1024;

/// Carries everything between `local` and `channel`. An error is that of whichever side was cut off.
pub(super) async fn carry<L>(
    local: &mut L,
    channel: &mut Channel,
    sent: &AtomicU64,
    received: &AtomicU64,
) -> io::Result<()>
where
    L: AsyncRead + AsyncWrite + Unpin,
{
    let (mut out, mut back) = (Direction::new(), Direction::new());
    std::future::poll_fn(|cx| {
        let out = out.poll(cx, Pin::new(&mut *local), Pin::new(&mut *channel), sent)?;
        let back = back.poll(cx, Pin::new(&mut *channel), Pin::new(&mut *local), received)?;
        if out.is_ready() && back.is_ready() {
            return Poll::Ready(Ok(()));
        }
        // The other side is gone altogether: what it has said is passed on, and nobody is left to listen.
        if back.is_ready() && channel.poll_ending(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    })
    .await
}

/// One direction.
struct Direction {
    buffer: Box<[u8]>,
    /// What of the buffer waits to be written.
    from: usize,
    to: usize,
    /// Whether written bytes wait to be flushed.
    unflushed: bool,
    state: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Carrying,
    /// The reader has said all; the writer has to be told.
    Ending,
    Ended,
}

impl Direction {
    fn new() -> Self {
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Self { buffer, from: 0, to: 0, unflushed: false, state: Progress::Carrying }
    }

    fn poll<R: AsyncRead, W: AsyncWrite>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
        count: &AtomicU64,
    ) -> Poll<io::Result<()>> {
        loop {
            while self.from < self.to {
                let written = ready!(writer.as_mut().poll_write(cx, &self.buffer[self.from..self.to]))?;
                if written == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.from += written;
                self.unflushed = true;
                count.fetch_add(written as u64, Ordering::Relaxed);
            }
            match self.state {
                Progress::Carrying => {}
                Progress::Ending => {
                    ready!(writer.as_mut().poll_shutdown(cx))?;
                    self.state = Progress::Ended;
                    return Poll::Ready(Ok(()));
                }
                Progress::Ended => return Poll::Ready(Ok(())),
            }
            let mut into = ReadBuf::new(&mut self.buffer);
            match reader.as_mut().poll_read(cx, &mut into) {
                Poll::Ready(outcome) => {
                    outcome?;
                    (self.from, self.to) = (0, into.filled().len());
                    if self.to == 0 {
                        self.state = Progress::Ending;
                    }
                }
                Poll::Pending => {
                    if self.unflushed {
                        ready!(writer.as_mut().poll_flush(cx))?;
                        self.unflushed = false;
                    }
                    return Poll::Pending;
                }
            }
        }
    }
}
