//! From the sources of logs to the one task that prints: everything waits for room, so that no log is read faster than
//! it is printed.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::core::event::{Envelope, Event, Link, LogEvent};
use crate::core::fault::Fault;
use crate::core::logs::Batch;
use crate::sources::Source;
use crate::sources::supervise::{Sink, supervise};

/// Bytes of a log that wait for their turn, while it is read from its past …
const PAST: usize = 1 << 20;
/// … of all such logs together; each has room for a batch, at least …
const ALL_PASTS: usize = 64 << 20;
const SHARE: usize = 256 << 10;
/// … and of a log that is followed, whose lines wait for those of others for half a second.
const LIVE: usize = 8 << 20;

/// What comes to the task that prints.
pub(super) enum News {
    /// Of a log, by its number.
    Log(usize, Tiding),
    /// Of the standing picture of a target.
    Fleet(Box<Envelope>),
}

/// What is new of a log.
pub(super) enum Tiding {
    /// Rows, and the room that they take.
    Rows(Box<Batch>, Option<OwnedSemaphorePermit>),
    /// What there was is told; from here on it is followed.
    Present,
    /// It is being read, maybe again.
    Reached,
    /// The connection broke; where logs are followed, it is tried again.
    Lost(Fault),
    /// It cannot be read (any more).
    Ended(Fault),
    /// Nothing more comes.
    Over,
}

/// The room that the rows of one log have.
#[derive(Clone, Debug)]
pub(super) struct Room {
    free: Arc<Semaphore>,
    /// What one batch takes at most.
    most: usize,
}

impl Room {
    /// The room of one of so many logs.
    pub(super) fn of_one_of(logs: usize) -> Self {
        let most = (ALL_PASTS / logs.max(1)).clamp(SHARE, PAST);
        Self { free: Arc::new(Semaphore::new(most)), most }
    }

    /// Makes room for lines that wait for those of others.
    pub(super) fn widen(&self) {
        self.free.add_permits(LIVE);
    }

    /// Whether the log waits for room, and not for its engine.
    pub(super) fn is_full(&self) -> bool {
        self.free.available_permits() < self.most.min(SHARE)
    }

    async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        // Never closed, so there is always one.
        Arc::clone(&self.free).acquire_many_owned(bytes.min(self.most) as u32).await.ok()
    }
}

/// Reads a log until it is over; without `follow`, until what there is now was told.
pub(super) async fn read(
    number: usize,
    source: Arc<dyn Source>,
    follow: bool,
    room: Room,
    out: Sender<News>,
) {
    let mut sink = Log { number, follow, room, out };
    supervise(source, 0, &mut sink).await;
    sink.tell(Tiding::Over).await;
}

/// Watches what there is on a target.
pub(super) async fn watch(source: Arc<dyn Source>, out: Sender<News>) {
    supervise(source, 0, &mut Picture(out)).await;
}

struct Log {
    number: usize,
    follow: bool,
    room: Room,
    out: Sender<News>,
}

impl Log {
    async fn tell(&self, tiding: Tiding) -> bool {
        self.out.send(News::Log(self.number, tiding)).await.is_ok()
    }
}

impl Sink for Log {
    async fn take(&mut self, envelope: Envelope) -> bool {
        let (tiding, goes_on) = match envelope.event {
            Event::Log(LogEvent::Newer(batch)) => {
                let room = self.room.take(batch.heap_bytes()).await;
                (Tiding::Rows(Box::new(batch), room), true)
            }
            Event::Log(LogEvent::Following) => (Tiding::Present, self.follow),
            Event::Link(Link::Live) => (Tiding::Reached, true),
            Event::Link(Link::Lost { fault, .. }) => (Tiding::Lost(fault), self.follow),
            Event::Link(Link::Ended(fault)) => (Tiding::Ended(fault), false),
            _ => return true,
        };
        self.tell(tiding).await && goes_on
    }
}

struct Picture(Sender<News>);

impl Sink for Picture {
    async fn take(&mut self, envelope: Envelope) -> bool {
        self.0.send(News::Fleet(Box::new(envelope))).await.is_ok()
    }
}
