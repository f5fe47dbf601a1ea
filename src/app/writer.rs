//! The thread that writes to the terminal.
//!
//! It takes one frame at a time. While it is at one, the loop draws no other: a terminal on a slow link gets fewer
//! frames, each of them up to date, instead of a queue of old ones.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::terminal;

/// On a slow terminal frames are so many times as far apart as one takes, so that the link has room for what is typed.
const SLOW_LINK_FACTOR: u32 = 2;
/// Frames are never put off for longer: one that took long because the link stood still says nothing about the next.
const LONGEST_REST: Duration = Duration::from_millis(500);

/// The terminal's end of the loop.
pub(super) struct Writer {
    frames: Option<SyncSender<Vec<u8>>>,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    busy: AtomicBool,
    broken: AtomicBool,
    micros: AtomicU64,
    ready: Notify,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let state = Arc::new(State::default());
        let (frames, queue) = sync_channel(1);
        let inner = state.clone();
        let thread =
            std::thread::Builder::new().name("terminal".to_owned()).spawn(move || write(&queue, &inner))?;
        Ok(Self { frames: Some(frames), state, thread: Some(thread) })
    }

    /// Whether the last frame is still being written.
    pub(super) fn is_busy(&self) -> bool {
        self.state.busy.load(Ordering::Acquire)
    }

    /// Whether the terminal is gone.
    pub(super) fn is_broken(&self) -> bool {
        self.state.broken.load(Ordering::Acquire)
    }

    /// From the beginning of one frame to that of the next, at least.
    pub(super) fn rest(&self) -> Duration {
        rest_after(Duration::from_micros(self.state.micros.load(Ordering::Relaxed)))
    }

    /// Writes a frame. Call it only while it is not busy.
    pub(super) fn write(&self, frame: Vec<u8>) {
        self.state.busy.store(true, Ordering::Release);
        let sent = self.frames.as_ref().is_some_and(|frames| frames.try_send(frame).is_ok());
        if !sent {
            self.state.busy.store(false, Ordering::Release);
        }
    }

    /// Waits until the frame is written.
    pub(super) async fn ready(&self) {
        while self.is_busy() && !self.is_broken() {
            let notified = self.state.ready.notified();
            if !self.is_busy() {
                return;
            }
            notified.await;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.frames = None;
        // A thread that hangs in a stalled terminal is left behind: the end of the process must not wait for it.
        if !self.is_busy()
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

/// How far apart frames are after one that the terminal took `taken` to accept.
fn rest_after(taken: Duration) -> Duration {
    taken.saturating_mul(SLOW_LINK_FACTOR).min(LONGEST_REST)
}

fn write(queue: &Receiver<Vec<u8>>, state: &State) {
    while let Ok(frame) = queue.recv() {
        let begun = Instant::now();
        let written = terminal::write(&frame);
        state.micros.store(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        if written.is_err() {
            state.broken.store(true, Ordering::Release);
        }
        state.busy.store(false, Ordering::Release);
        state.ready.notify_waiters();
        // `notify_waiters` wakes only who waits already; the permit is for who is about to.
        state.ready.notify_one();
        if written.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_link_gets_frames_further_apart() {
        assert_eq!(rest_after(Duration::ZERO), Duration::ZERO);
        assert_eq!(rest_after(Duration::from_millis(100)), Duration::from_millis(200));
    }

    #[test]
    fn a_link_that_stood_still_for_long_is_drawn_on_at_once_when_it_goes_on() {
        assert_eq!(rest_after(Duration::from_secs(20)), LONGEST_REST);
        assert_eq!(rest_after(Duration::MAX / SLOW_LINK_FACTOR), LONGEST_REST);
    }
}
