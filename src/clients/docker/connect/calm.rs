//! A Unix socket that is not waked for every line of a fast log.
//!
//! An engine writes each line of a log alone. Who waits for the socket is waked by each of them, 20,000 times a second, and
//! the engine pays for the waking. While bytes come without a pause, the socket is therefore not waited for: it is looked
//! at a hundred times a second, which is soon enough for a screen, and the kernel keeps what comes in between.

use std::io::{self, Read as _};
use std::os::unix::net::UnixStream as Unwatched;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::time::{Instant, Sleep, sleep};

/// How often an unwatched socket is looked at. What comes in between at 20,000 lines a second fills an eighth of the
/// kernel's buffer.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Bytes that come again so soon after all was read are a part of the same rush …
const SOON: Duration = Duration::from_millis(20);
/// … which is one after so many times …
const RUSH: u32 = 20;
/// … and is over after so many looks that found nothing.
const OVER: u32 = 10;

/// A Unix socket.
pub(super) struct Calm {
    socket: Socket,
    /// How many times in a row all was read, or nothing was found.
    times: u32,
    /// When all was read last.
    emptied: Instant,
    /// Whether something was read since.
    has_read: bool,
}

enum Socket {
    Watched(UnixStream),
    Unwatched(Unwatched, Pin<Box<Sleep>>),
    /// On the way from one to the other; for good, if that failed.
    Lost,
}

impl Calm {
    pub(super) fn new(stream: UnixStream) -> Self {
        Self { socket: Socket::Watched(stream), times: 0, emptied: Instant::now(), has_read: false }
    }

    /// The socket as it is waited for.
    fn watched(&mut self) -> io::Result<&mut UnixStream> {
        if let Socket::Unwatched(..) = self.socket
            && let Socket::Unwatched(socket, _) = std::mem::replace(&mut self.socket, Socket::Lost)
        {
            self.socket = Socket::Watched(UnixStream::from_std(socket)?);
            self.times = 0;
        }
        match &mut self.socket {
            Socket::Watched(stream) => Ok(stream),
            Socket::Unwatched(..) | Socket::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn leave_unwatched(&mut self) -> io::Result<()> {
        if let Socket::Watched(stream) = std::mem::replace(&mut self.socket, Socket::Lost) {
            self.socket = Socket::Unwatched(stream.into_std()?, Box::pin(sleep(LOOK_EVERY)));
            self.times = 0;
        }
        Ok(())
    }

    /// All is read: whether this goes on for long enough to be a rush.
    fn is_rush(&mut self) -> bool {
        let now = Instant::now();
        if std::mem::take(&mut self.has_read) {
            self.times = if now - self.emptied < SOON { self.times + 1 } else { 0 };
            self.emptied = now;
        }
        self.times >= RUSH
    }

    /// A look found nothing, or nothing more: whether the rush is over.
    fn is_over(&mut self) -> bool {
        self.times = if std::mem::take(&mut self.has_read) { 0 } else { self.times + 1 };
        self.times >= OVER
    }
}

impl AsyncRead for Calm {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            match &mut self.socket {
                Socket::Watched(stream) => {
                    if let Poll::Ready(read) = Pin::new(stream).poll_read(cx, buffer) {
                        self.has_read = true;
                        return Poll::Ready(read);
                    }
                    if !self.is_rush() {
                        return Poll::Pending;
                    }
                    self.leave_unwatched()?;
                }
                Socket::Unwatched(socket, look) => {
                    ready!(look.as_mut().poll(cx));
                    match socket.read(buffer.initialize_unfilled()) {
                        Ok(count) => {
                            buffer.advance(count);
                            self.has_read = true;
                            return Poll::Ready(Ok(()));
                        }
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                            look.as_mut().reset(Instant::now() + LOOK_EVERY);
                            if self.is_over() {
                                self.watched()?;
                            }
                        }
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                Socket::Lost => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            }
        }
    }
}

impl AsyncWrite for Calm {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self.watched()?).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.socket {
            // What is written to a socket is on its way.
            Socket::Unwatched(..) | Socket::Lost => Poll::Ready(Ok(())),
            Socket::Watched(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.watched()?).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn every_byte_of_a_rush_comes_in_order_and_the_next_after_it_too() {
        let (mut writer, reader) = UnixStream::pair().unwrap();
        let mut reader = Calm::new(reader);
        let task = tokio::spawn(async move {
            for number in 0..3_000_u32 {
                writer.write_all(&number.to_be_bytes()).await.unwrap();
                if number % 10 == 0 {
                    sleep(Duration::from_millis(1)).await;
                }
            }
            writer
        });
        let mut was_unwatched = false;
        for number in 0..3_000_u32 {
            assert_eq!(reader.read_u32().await.unwrap(), number);
            was_unwatched |= matches!(reader.socket, Socket::Unwatched(..));
        }
        assert!(was_unwatched);

        let mut writer = task.await.unwrap();
        let late = tokio::spawn(async move {
            sleep(LOOK_EVERY * (OVER + 5)).await;
            writer.write_all(b"late").await.unwrap();
        });
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        late.await.unwrap();
        assert_eq!(text, "late");
        assert!(matches!(reader.socket, Socket::Watched(_)), "a quiet socket is waited for");
    }

    #[tokio::test]
    async fn what_is_written_in_a_rush_arrives() {
        let (mut far, near) = UnixStream::pair().unwrap();
        let mut near = Calm::new(near);
        near.leave_unwatched().unwrap();
        near.write_all(b"hello").await.unwrap();
        let mut text = [0; 5];
        far.read_exact(&mut text).await.unwrap();
        assert_eq!(&text, b"hello");
    }
}
