//! A socket that is not waked for every line of a fast log.
//!
//! An engine writes each line of a log alone. Who waits for the socket is waked by each of them, 20,000 times a second,
//! and the engine pays for the waking. While small pieces come without a pause, the socket is therefore not waited for:
//! it is looked at a hundred times a second, and the kernel keeps what comes in between.
//!
//! The kernel keeps a few hundred pieces and then holds the engine up: for a moment that is well, and the engine does more
//! at once afterwards; for a log that goes on coming that fast it is not. So after a look that found much the next comes
//! soon, and after some of these in a row the socket is waited for again.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, Sleep, sleep};

/// How often an unwatched socket is looked at, and how soon the next piece comes after all was read in a rush.
const PAUSE: Duration = Duration::from_millis(10);
/// How soon it is looked at again after a look that found much.
const SOON: Duration = Duration::from_millis(1);
/// It is a rush after so many pieces in a row …
const RUSH: u32 = 20;
/// … and is over after so many looks in a row that found nothing, …
const OVER: u32 = 10;
/// … or after so many in a row that found much (and then none begins for so long).
const FLOOD: u32 = 10;
const FLOODED: Duration = Duration::from_secs(1);
/// How many bytes are much. A Unix socket holds 277 small pieces (`net.core.wmem_default`, 212,992 bytes, of which
/// the smallest takes 768), and the smallest line with its time and its frames has 46 bytes.
const MUCH: usize = 12 * 1024;

/// A socket of the runtime that can be had without it.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin + Sized {
    /// It, unwatched: reads what is there and never waits.
    type Unwatched: Read + Unpin;

    /// No longer watched.
    fn leave(self) -> io::Result<Self::Unwatched>;

    /// Watched again.
    fn watch(socket: Self::Unwatched) -> io::Result<Self>;
}

impl Socket for UnixStream {
    type Unwatched = std::os::unix::net::UnixStream;

    fn leave(self) -> io::Result<Self::Unwatched> {
        self.into_std()
    }

    fn watch(socket: Self::Unwatched) -> io::Result<Self> {
        Self::from_std(socket)
    }
}

impl Socket for TcpStream {
    type Unwatched = std::net::TcpStream;

    fn leave(self) -> io::Result<Self::Unwatched> {
        self.into_std()
    }

    fn watch(socket: Self::Unwatched) -> io::Result<Self> {
        Self::from_std(socket)
    }
}

/// A socket that is looked at in a rush, and waited for otherwise.
pub(super) struct Calm<S: Socket> {
    state: State<S>,
    /// How many times in a row a piece came soon, or a look found nothing …
    times: u32,
    /// … or much.
    floods: u32,
    /// Until when it is waited for, whatever comes.
    flooded: Instant,
    /// When all was read last.
    emptied: Instant,
    /// How much was read since.
    read: usize,
}

enum State<S: Socket> {
    Watched(S),
    Unwatched(S::Unwatched, Pin<Box<Sleep>>),
    /// On the way from one to the other; for good, if that failed.
    Lost,
}

impl<S: Socket> Calm<S> {
    pub(super) fn new(socket: S) -> Self {
        let now = Instant::now();
        Self { state: State::Watched(socket), times: 0, floods: 0, flooded: now, emptied: now, read: 0 }
    }

    /// The socket as it is waited for.
    fn watched(&mut self) -> io::Result<&mut S> {
        self.state = match std::mem::replace(&mut self.state, State::Lost) {
            State::Unwatched(socket, _) => {
                (self.times, self.floods) = (0, 0);
                State::Watched(S::watch(socket)?)
            }
            state => state,
        };
        match &mut self.state {
            State::Watched(socket) => Ok(socket),
            State::Unwatched(..) | State::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Looks at the unwatched socket after `pause`.
    fn look_in(&mut self, pause: Duration) {
        if let State::Unwatched(_, look) = &mut self.state {
            look.as_mut().reset(Instant::now() + pause);
        }
    }

    fn leave_unwatched(&mut self) -> io::Result<()> {
        self.state = match std::mem::replace(&mut self.state, State::Lost) {
            State::Watched(socket) => {
                self.times = 0;
                State::Unwatched(socket.leave()?, Box::pin(sleep(PAUSE)))
            }
            state => state,
        };
        Ok(())
    }

    /// All is read: whether this goes on for long enough to be a rush.
    fn is_rush(&mut self) -> bool {
        let read = std::mem::take(&mut self.read);
        if read > 0 {
            let now = Instant::now();
            let is_rush = read < MUCH && now - self.emptied < PAUSE && now >= self.flooded;
            self.times = if is_rush { self.times + 1 } else { 0 };
            self.emptied = now;
        }
        self.times >= RUSH
    }

    /// A look has read all: how soon the next one comes; `None` when the rush is over, or has become a flood.
    fn next_look(&mut self) -> Option<Duration> {
        let read = std::mem::take(&mut self.read);
        self.times = if read == 0 { self.times + 1 } else { 0 };
        self.floods = if read >= MUCH { self.floods + 1 } else { 0 };
        if self.floods >= FLOOD {
            self.flooded = Instant::now() + FLOODED;
            return None;
        }
        (self.times < OVER).then_some(if self.floods > 0 { SOON } else { PAUSE })
    }
}

impl<S: Socket> AsyncRead for Calm<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Watched(socket) => {
                    let filled = buffer.filled().len();
                    if let Poll::Ready(read) = Pin::new(socket).poll_read(cx, buffer) {
                        this.read += buffer.filled().len() - filled;
                        return Poll::Ready(read);
                    }
                    if !this.is_rush() {
                        return Poll::Pending;
                    }
                    this.leave_unwatched()?;
                }
                State::Unwatched(socket, look) => {
                    ready!(look.as_mut().poll(cx));
                    match socket.read(buffer.initialize_unfilled()) {
                        Ok(count) => {
                            buffer.advance(count);
                            this.read += count;
                            return Poll::Ready(Ok(()));
                        }
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => match this.next_look() {
                            Some(soon) => this.look_in(soon),
                            None => {
                                this.watched()?;
                            }
                        },
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                State::Lost => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            }
        }
    }
}

impl<S: Socket> AsyncWrite for Calm<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self.watched()?).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.watched()?).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        // Every socket of the system can.
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            // What is written to a socket is on its way.
            State::Unwatched(..) | State::Lost => Poll::Ready(Ok(())),
            State::Watched(socket) => Pin::new(socket).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.watched()?).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn tcp() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (near, far) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        let (near, far) = (near.unwrap(), far.unwrap().0);
        near.set_nodelay(true).unwrap();
        far.set_nodelay(true).unwrap();
        (far, near)
    }

    /// A rush, a pause, and an end.
    async fn reads_everything(
        mut writer: impl AsyncWrite + Send + Unpin + 'static,
        reader: impl Socket,
        piece: usize,
    ) -> bool {
        let mut reader = Calm::new(reader);
        let pieces = 3_000_u32;
        let wanted = move |number: u32| number.to_be_bytes().repeat(piece / 4);
        let task = tokio::spawn(async move {
            for number in 0..pieces {
                writer.write_all(&wanted(number)).await.unwrap();
                if number % 4 == 0 {
                    tokio::task::yield_now().await;
                }
            }
            sleep(PAUSE * (OVER + 5) * 2).await;
            writer.write_all(b"late").await.unwrap();
        });
        let mut was_unwatched = false;
        let mut read = vec![0; piece];
        for number in 0..pieces {
            reader.read_exact(&mut read).await.unwrap();
            assert_eq!(read, wanted(number));
            was_unwatched |= matches!(reader.state, State::Unwatched(..));
        }
        let mut text = String::new();
        reader.read_to_string(&mut text).await.unwrap();
        task.await.unwrap();
        assert_eq!(text, "late");
        assert!(matches!(reader.state, State::Watched(_)), "a quiet socket is waited for");
        was_unwatched
    }

    #[tokio::test]
    async fn every_byte_of_a_rush_comes_in_order_and_the_next_after_it_too() {
        let (writer, reader) = UnixStream::pair().unwrap();
        assert!(reads_everything(writer, reader, 8).await, "it was looked at");
        let (writer, reader) = tcp().await;
        assert!(reads_everything(writer, reader, 8).await, "it was looked at");
    }

    #[tokio::test]
    async fn large_pieces_are_waited_for() {
        let (writer, reader) = UnixStream::pair().unwrap();
        assert!(!reads_everything(writer, reader, MUCH).await);
    }

    #[tokio::test]
    async fn a_flood_is_waited_for() {
        let (mut far, near) = UnixStream::pair().unwrap();
        let mut near = Calm::new(near);
        near.leave_unwatched().unwrap();
        for look in 1..=FLOOD {
            far.write_all(&vec![b'x'; MUCH]).await.unwrap();
            near.read_exact(&mut vec![0; MUCH]).await.unwrap();
            assert!(matches!(near.state, State::Unwatched(..)), "look {look}");
            assert!(near.read_u8().now_or_never().is_none());
        }
        assert!(matches!(near.state, State::Watched(_)));
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
