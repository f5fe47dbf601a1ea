//! One of the streams that a connection carries.
//!
//! russh opens a channel's window again as soon as it has received what fills it, and then waits for whoever reads the
//! channel, and with it all others wait (Eugeny/russh#730). So whatever arrives is taken at once: up to [`IN_MEMORY`] of
//! what nobody reads is kept in memory, the rest in a file (see `spill`), and only when [`IN_FILE`] wait does one reader
//! hold all others up.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Buf as _, Bytes};
use russh::client::Msg;
use russh::{ChannelId, ChannelWriteHalf, Sig};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use super::spill::Spill;

/// Bytes of one channel that may wait in memory.
const IN_MEMORY: usize = 1024 * 1024;
/// Bytes of one channel that may wait in a file.
const IN_FILE: usize = 256 * 1024 * 1024;
/// Bytes of a program's complaint (its standard error) that are kept.
const COMPLAINT: usize = 4096;

/// All channels of a connection.
#[derive(Default)]
pub(super) struct Channels(Mutex<Registry>);

#[derive(Default)]
struct Registry {
    open: HashMap<ChannelId, Entry>,
    lost: bool,
}

#[derive(Default)]
struct Entry {
    inlet: Arc<Inlet>,
    /// Whether whoever opened the channel has it.
    taken: bool,
}

/// What arrives on one channel.
#[derive(Default)]
struct Inlet {
    state: Mutex<State>,
    /// There is room again.
    room: Notify,
}

#[derive(Default)]
struct State {
    pieces: VecDeque<Bytes>,
    in_memory: usize,
    spill: Option<Spill>,
    end: End,
    /// Nobody reads any more.
    abandoned: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
    complaint: Vec<u8>,
    status: Option<u32>,
}

/// How far a channel is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    /// Nothing more arrives.
    Eof,
    /// It is closed in both directions.
    Closed,
    /// The connection that carried it has ended.
    Lost,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Channels {
    /// The server has confirmed a channel.
    pub(super) fn opened(&self, id: ChannelId) {
        lock(&self.0).open.entry(id).or_default();
    }

    /// How many are open.
    pub(super) fn count(&self) -> usize {
        lock(&self.0).open.len()
    }

    /// What arrives on a channel, for whoever has opened it.
    fn take(&self, id: ChannelId) -> Arc<Inlet> {
        let mut registry = lock(&self.0);
        let lost = registry.lost;
        let entry = registry.open.entry(id).or_default();
        entry.taken = true;
        let inlet = Arc::clone(&entry.inlet);
        if lost {
            inlet.ends(End::Lost);
        }
        if lock(&inlet.state).end >= End::Closed {
            registry.open.remove(&id);
        }
        inlet
    }

    fn inlet(&self, id: ChannelId) -> Option<Arc<Inlet>> {
        lock(&self.0).open.get(&id).map(|entry| Arc::clone(&entry.inlet))
    }

    fn forget(&self, id: ChannelId) {
        lock(&self.0).open.remove(&id);
    }

    /// Something has arrived; waits while far too much of it is not read.
    pub(super) async fn data(&self, id: ChannelId, data: &[u8]) {
        let Some(inlet) = self.inlet(id) else { return };
        loop {
            let room = inlet.room.notified();
            if inlet.push(data) {
                return;
            }
            room.await;
        }
    }

    /// A program complains.
    pub(super) fn complaint(&self, id: ChannelId, kind: u32, data: &[u8]) {
        /// `SSH_EXTENDED_DATA_STDERR`
        const STANDARD_ERROR: u32 = 1;
        let Some(inlet) = self.inlet(id).filter(|_| kind == STANDARD_ERROR) else { return };
        let complaint = &mut lock(&inlet.state).complaint;
        let room = COMPLAINT.saturating_sub(complaint.len());
        complaint.extend(&data[..data.len().min(room)]);
    }

    /// A program has ended.
    pub(super) fn exited(&self, id: ChannelId, status: u32) {
        if let Some(inlet) = self.inlet(id) {
            lock(&inlet.state).status = Some(status);
        }
    }

    /// Nothing more arrives on a channel.
    pub(super) fn eof(&self, id: ChannelId) {
        if let Some(inlet) = self.inlet(id) {
            inlet.ends(End::Eof);
        }
    }

    /// A channel is closed.
    pub(super) fn closed(&self, id: ChannelId) {
        let mut registry = lock(&self.0);
        let Some(entry) = registry.open.get(&id) else { return };
        entry.inlet.ends(End::Closed);
        if entry.taken {
            registry.open.remove(&id);
        }
    }

    /// The connection has ended, and all channels with it.
    pub(super) fn lost(&self) {
        let mut registry = lock(&self.0);
        registry.lost = true;
        for (_, entry) in registry.open.drain() {
            entry.inlet.ends(End::Lost);
        }
    }
}

impl PartialOrd for End {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}

impl Inlet {
    /// Keeps what has arrived; whether there was room.
    fn push(&self, data: &[u8]) -> bool {
        let mut state = lock(&self.state);
        if state.abandoned || data.is_empty() {
            return true;
        }
        let in_file = state.spill.as_ref().map_or(0, Spill::waiting);
        if in_file == 0 && state.in_memory + data.len() <= IN_MEMORY {
            state.in_memory += data.len();
            state.pieces.push_back(Bytes::copy_from_slice(data));
        } else if in_file + data.len() > IN_FILE || !state.spill(data) {
            return false;
        }
        wake(state.reader.take());
        true
    }

    fn ends(&self, end: End) {
        let mut state = lock(&self.state);
        if state.end < end {
            state.end = end;
        }
        wake(state.reader.take());
        wake(state.writer.take());
        self.room.notify_waiters();
    }
}

impl State {
    /// Puts a piece into the file; whether there was one to be had and room in it.
    fn spill(&mut self, data: &[u8]) -> bool {
        if self.spill.is_none() {
            self.spill = Spill::new().ok();
        }
        self.spill.as_mut().is_some_and(|spill| spill.push(data).is_ok())
    }

    /// The next piece that waits.
    fn next(&mut self) -> io::Result<Option<&mut Bytes>> {
        if self.pieces.is_empty()
            && let Some(piece) = self.spill.as_mut().map_or(Ok(None), Spill::pop)?
        {
            self.in_memory += piece.len();
            self.pieces.push_back(piece);
        }
        Ok(self.pieces.front_mut())
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// A stream that a connection carries. Dropping it closes it.
pub struct Channel {
    id: ChannelId,
    inlet: Arc<Inlet>,
    channels: Arc<Channels>,
    writer: Pin<Box<dyn AsyncWrite + Send + Sync>>,
    half: Option<ChannelWriteHalf<Msg>>,
    /// Whether a program runs on it.
    runs: bool,
}

impl Channel {
    /// The channel that russh has opened.
    pub(super) fn new(opened: russh::Channel<Msg>, channels: Arc<Channels>) -> Self {
        let id = opened.id();
        let inlet = channels.take(id);
        // Its other half is dropped: what arrives comes through the handler.
        let (_, half) = opened.split();
        let writer = Box::pin(half.make_writer());
        Self { id, inlet, channels, writer, half: Some(half), runs: false }
    }

    /// Waits until a program has ended; what it has complained about, and its status.
    pub async fn ending(&self) -> (String, Option<u32>) {
        std::future::poll_fn(|cx| self.poll_ending(cx)).await
    }

    /// The same.
    pub fn poll_ending(&self, cx: &mut Context<'_>) -> Poll<(String, Option<u32>)> {
        let mut state = lock(&self.inlet.state);
        if state.end < End::Closed {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let complaint = super::error::words(&String::from_utf8_lossy(&state.complaint));
        Poll::Ready((complaint, state.status))
    }

    /// Starts a program on it.
    pub(super) async fn exec(&mut self, command: &str) -> Result<(), russh::Error> {
        self.runs = true;
        match &self.half {
            Some(half) => half.exec(false, command).await,
            None => Err(russh::Error::WrongChannel),
        }
    }
}

impl AsyncRead for Channel {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = lock(&self.inlet.state);
        while into.remaining() > 0 {
            let Some(piece) = state.next()? else { break };
            let taken = piece.len().min(into.remaining());
            into.put_slice(&piece[..taken]);
            piece.advance(taken);
            let is_empty = piece.is_empty();
            state.in_memory -= taken;
            if is_empty {
                state.pieces.pop_front();
            }
        }
        if !into.filled().is_empty() {
            self.inlet.room.notify_waiters();
            return Poll::Ready(Ok(()));
        }
        match state.end {
            End::Open => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
            End::Eof | End::Closed => Poll::Ready(Ok(())),
            End::Lost => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }
}

impl AsyncWrite for Channel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        {
            let mut state = lock(&self.inlet.state);
            if state.end >= End::Closed {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            // The library's writer would wait for ever on a channel that is closed meanwhile.
            state.writer = Some(cx.waker().clone());
        }
        self.writer.as_mut().poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if lock(&self.inlet.state).end >= End::Closed {
            return Poll::Ready(Ok(()));
        }
        self.writer.as_mut().poll_shutdown(cx)
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        let closed = {
            let mut state = lock(&self.inlet.state);
            state.abandoned = true;
            (state.pieces, state.spill) = (VecDeque::new(), None);
            state.end >= End::Closed
        };
        self.inlet.room.notify_waiters();
        self.channels.forget(self.id);
        if let (Some(half), false, Ok(runtime)) =
            (self.half.take(), closed, tokio::runtime::Handle::try_current())
        {
            let runs = self.runs;
            runtime.spawn(async move {
                // A program whose channel is closed goes on until it wants to say something, and counts as a session
                // for as long. A server that knows no signals takes no notice.
                if runs {
                    drop(half.signal(Sig::TERM).await);
                }
                drop(half.close().await);
            });
        }
    }
}
