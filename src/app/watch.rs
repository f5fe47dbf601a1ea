//! The tasks that keep sources open, and the two ways from them into the loop.
//!
//! What says how things are (entities, links, answers) waits for room: none of it is lost. Readings of resource use are
//! worth nothing a second later: when there is no room they are dropped and counted. Log lines wait, too: a reader that
//! cannot keep up slows its source down, and the engine keeps the rest.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;

use super::setup::Side;
use crate::core::event::{Envelope, Event, Link};
use crate::core::fault::Fault;
use crate::core::id::TargetId;
use crate::core::source::{Generation, SourceId};
use crate::evidence::recorder::Recorder;
use crate::sources::supervise::{Sink, supervise};

/// Events on the way to the loop.
const CONTROL: usize = 1024;
/// Readings and batches of log lines on the way to the loop.
const BULK: usize = 256;

/// All sources that are open.
pub(super) struct Watches {
    targets: Arc<BTreeMap<TargetId, Side>>,
    open: HashMap<SourceId, CancellationToken>,
    out: Ways,
    dropped: Arc<AtomicU64>,
}

/// What comes from all sources.
pub(super) struct Incoming {
    /// Never dropped.
    pub(super) control: Receiver<Envelope>,
    /// Readings and log lines.
    pub(super) bulk: Receiver<Envelope>,
}

#[derive(Clone)]
struct Ways {
    control: Sender<Envelope>,
    bulk: Sender<Envelope>,
    dropped: Arc<AtomicU64>,
    /// Keeps black boxes; `None` where that is not wanted.
    recorder: Option<Recorder>,
}

impl Sink for Ways {
    async fn take(&mut self, envelope: Envelope) -> bool {
        if let (Event::Change(change), Some(recorder)) = (&envelope.event, &self.recorder) {
            recorder.offer(change);
        }
        match envelope.event {
            Event::Samples(..) => {
                if self.bulk.try_send(envelope).is_err() {
                    self.dropped.fetch_add(1, Ordering::Relaxed);
                }
                !self.bulk.is_closed()
            }
            Event::Log(_) => self.bulk.send(envelope).await.is_ok(),
            _ => self.control.send(envelope).await.is_ok(),
        }
    }
}

impl Watches {
    /// No source is open yet. What happens is also told to `recorder`.
    pub(super) fn new(
        targets: Arc<BTreeMap<TargetId, Side>>,
        recorder: Option<Recorder>,
    ) -> (Self, Incoming) {
        let (control, control_in) = channel(CONTROL);
        let (bulk, bulk_in) = channel(BULK);
        let dropped = Arc::new(AtomicU64::new(0));
        let out = Ways { control, bulk, dropped: dropped.clone(), recorder };
        (
            Self { targets, open: HashMap::new(), out, dropped },
            Incoming { control: control_in, bulk: bulk_in },
        )
    }

    /// Readings that were dropped since this was asked last.
    pub(super) fn take_dropped(&self) -> u64 {
        self.dropped.swap(0, Ordering::Relaxed)
    }

    /// Opens a source.
    pub(super) fn open(&mut self, id: SourceId, generation: Generation) {
        let stop = CancellationToken::new();
        let mut out = self.out.clone();
        let source = self.targets.get(&id.target).and_then(|side| side.reader.open(&id.subject));
        let task_stop = stop.clone();
        let task_id = id.clone();
        tokio::spawn(async move {
            let work = async {
                match source {
                    Some(source) => supervise(source, generation, &mut out).await,
                    None => {
                        let fault = Fault::new(task_id.target.as_str(), "it has no such thing to show", "");
                        let event = Event::Link(Link::Ended(fault));
                        let at = jiff::Timestamp::now();
                        out.take(Envelope { source: task_id, generation, at, event }).await;
                    }
                }
            };
            tokio::select! {
                () = task_stop.cancelled() => {}
                () = work => {}
            }
        });
        if let Some(before) = self.open.insert(id, stop) {
            before.cancel();
        }
    }

    /// Closes a source.
    pub(super) fn close(&mut self, id: &SourceId) {
        if let Some(stop) = self.open.remove(id) {
            stop.cancel();
        }
    }
}
