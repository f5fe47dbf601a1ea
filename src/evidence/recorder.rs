//! Deaths as they happen → boxes on the shelf.
//!
//! Whoever sees a death only puts it into a bounded queue and goes on. One task takes the boxes, one after the other,
//! so that an engine on which everything dies at once is not asked for everything at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::shelf::Shelf;
use super::take::take;
use crate::core::blackbox::{Rate, Tiding, id_of};
use crate::core::change::Change;
use crate::core::death::TOLD_WITHIN;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, TargetId};
use crate::core::msg::Msg;
use crate::core::redact::Redactor;
use crate::sources::Reader;

/// Deaths that wait for their boxes.
const QUEUE: usize = 32;
/// An older death is history: when a console opens, engines tell what happened in the last day.
const NEWS: SignedDuration = SignedDuration::from_mins(5);

/// Takes in what happens. Clones share the queue; with the last one it ends.
#[derive(Clone, Debug)]
pub struct Recorder {
    queue: Sender<Change>,
    dropped: Arc<AtomicU64>,
    expected: Expected,
}

/// The workloads that runs of this process end, each with the moment until which that explains an end; `None` while
/// the run is under way.
type Expected = Arc<Mutex<HashMap<EntityId, Option<Timestamp>>>>;

/// What the recorder works with.
pub struct Tools {
    /// What reads each target.
    pub readers: BTreeMap<TargetId, Arc<dyn Reader>>,
    /// Where boxes are kept.
    pub shelf: Arc<Shelf>,
    /// What hides the secrets in them.
    pub redactor: Arc<Redactor>,
    /// Takes what there is to tell.
    pub tell: Box<dyn Fn(Msg) + Send + Sync>,
}

/// While it is there, and a little longer, the end of these workloads is expected.
#[derive(Debug)]
pub struct Expectation {
    ids: Vec<EntityId>,
    expected: Expected,
}

impl Recorder {
    /// Begins to record.
    pub fn start(tools: Tools) -> Self {
        let (queue, deaths) = channel(QUEUE);
        let recorder = Self { queue, dropped: Arc::default(), expected: Arc::default() };
        let work = Work {
            tools,
            dropped: recorder.dropped.clone(),
            expected: recorder.expected.clone(),
            rate: Rate::default(),
            is_told: false,
        };
        tokio::spawn(work.run(deaths));
        recorder
    }

    /// Takes in what happened. Never waits: where too much happens at once, there is no box of some of it.
    pub fn offer(&self, change: &Change) {
        if change.is_unexpected_death() && self.queue.try_send(change.clone()).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// These workloads are about to be ended on purpose.
    pub fn expect(&self, ids: Vec<EntityId>) -> Expectation {
        let mut expected = locked(&self.expected);
        expected.extend(ids.iter().map(|id| (id.clone(), None)));
        drop(expected);
        Expectation { ids, expected: self.expected.clone() }
    }
}

impl Drop for Expectation {
    fn drop(&mut self) {
        let now = Timestamp::now();
        let mut expected = locked(&self.expected);
        expected.retain(|_, until| until.is_none_or(|until| until > now));
        let until = now.saturating_add(TOLD_WITHIN).unwrap_or(Timestamp::MAX);
        expected.extend(self.ids.drain(..).map(|id| (id, Some(until))));
    }
}

struct Work {
    tools: Tools,
    dropped: Arc<AtomicU64>,
    expected: Expected,
    rate: Rate,
    /// Whether it was told that boxes cannot be kept; once is enough until one can be.
    is_told: bool,
}

impl Work {
    async fn run(mut self, mut deaths: Receiver<Change>) {
        while let Some(death) = deaths.recv().await {
            if self.is_wanted(&death) {
                self.record(&death).await;
            }
            if deaths.is_empty() {
                self.tell_dropped();
            }
        }
    }

    fn is_wanted(&mut self, death: &Change) -> bool {
        let now = Timestamp::now();
        let is_expected = death.entity.as_ref().is_some_and(|id| {
            locked(&self.expected).get(id).is_some_and(|until| until.is_none_or(|until| death.at <= until))
        });
        let is_kept = || id_of(death).is_none_or(|id| self.tools.shelf.has(&id));
        now.duration_since(death.at) <= NEWS && !is_expected && !is_kept() && self.rate.admits(death)
    }

    async fn record(&mut self, death: &Change) {
        let Some(reader) = self.tools.readers.get(&death.target) else { return };
        let boxes = self.tools.shelf.clone();
        let it = match take(&**reader, death, boxes.limits().lines).await {
            Ok(it) => it.redacted(&self.tools.redactor),
            Err(fault) => {
                tracing::debug!(workload = &*death.name, %fault, "there is nothing for a black box");
                return;
            }
        };
        let head = Box::new(it.head.clone());
        let kept = tokio::task::spawn_blocking(move || boxes.keep(&it)).await;
        match kept {
            Ok(Ok(gone)) => {
                self.is_told = false;
                (self.tools.tell)(Msg::BlackBox(Tiding::Kept { head, gone }));
            }
            Ok(Err(fault)) if !std::mem::replace(&mut self.is_told, true) => {
                (self.tools.tell)(Msg::Notice(fault));
            }
            Ok(Err(_)) | Err(_) => {}
        }
    }

    fn tell_dropped(&self) {
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let cause = format!("{dropped} deaths came too fast; no black box was kept of them");
            let next = "their logs are there as long as their containers are";
            (self.tools.tell)(Msg::Notice(Fault::new("black boxes", cause, next)));
        }
    }
}

/// Boxes of the unexpected deaths that a timeline tells of, as if they had been recorded as they happened: what a
/// simulated fleet has instead of a past.
pub async fn recall(fleet: &Fleet, readers: &BTreeMap<TargetId, Arc<dyn Reader>>, shelf: &Shelf) {
    let mut rate = Rate::default();
    let deaths = fleet.timeline.iter().map(|it| &it.change).filter(|it| it.is_unexpected_death());
    for death in deaths {
        let Some(reader) = readers.get(&death.target).filter(|_| rate.admits(death)) else { continue };
        if let Ok(it) = take(&**reader, death, shelf.limits().lines).await {
            // In memory nothing can fail.
            let _ = shelf.keep(&it.redacted(&fleet.redactor));
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::super::take::tests::Told;
    use super::*;
    use crate::core::blackbox::Limits;
    use crate::core::blackbox::fixture::death;

    fn recorder(shelf: Arc<Shelf>) -> (Recorder, UnboundedReceiver<Msg>) {
        let (tell, told) = unbounded_channel();
        let reader: Arc<dyn Reader> = Arc::new(Told::Lines(0..10));
        let tools = Tools {
            readers: [(TargetId::new("local"), reader)].into(),
            shelf,
            redactor: Redactor::built_in(),
            tell: Box::new(move |msg| tell.send(msg).unwrap()),
        };
        (Recorder::start(tools), told)
    }

    /// The end of a container, just now.
    fn now(id: &str) -> Change {
        Change { at: Timestamp::now(), ..death(0, id) }
    }

    async fn next(told: &mut UnboundedReceiver<Msg>) -> String {
        match told.recv().await {
            Some(Msg::BlackBox(Tiding::Kept { head, .. })) => head.workload.to_string(),
            Some(Msg::Notice(fault)) => fault.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_unexpected_death_has_a_box_without_secrets_and_all_others_have_none() {
        let shelf = Arc::new(Shelf::in_memory(Limits::default()));
        let (recorder, mut told) = recorder(shelf.clone());
        recorder.offer(&death(0, "long-ago"));
        let mut stopped = now("stopped");
        stopped.death.as_mut().unwrap().asked = true;
        recorder.offer(&stopped);
        let run = recorder.expect(vec![now("ours").entity.unwrap(), now("done").entity.unwrap()]);
        recorder.offer(&now("ours"));
        drop(run);
        recorder.offer(&now("done"));
        recorder.offer(&now("a"));
        recorder.offer(&now("a"));
        recorder.offer(&now("b"));
        assert_eq!(
            (next(&mut told).await, next(&mut told).await),
            ("a-name".to_owned(), "b-name".to_owned())
        );
        let heads = shelf.list().heads;
        assert_eq!(heads.len(), 2, "and none of the second death of the same");
        let it = shelf.open(&heads[0].id).unwrap();
        let all = format!("{it:?}");
        assert!(all.contains("token=<redacted>") && !all.contains("sesame"), "{all}");
    }

    #[tokio::test]
    async fn a_disk_that_takes_nothing_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let shelf = Arc::new(Shelf::in_folder(folder.path().join("file/x"), Limits::default()));
        let (recorder, mut told) = recorder(shelf);
        recorder.offer(&now("a"));
        recorder.offer(&now("b"));
        assert!(next(&mut told).await.contains("a black box cannot be kept"));
        drop(recorder);
        assert_eq!(told.recv().await.map(|it| format!("{it:?}")), None);
    }

    #[tokio::test]
    async fn who_tells_of_deaths_never_waits_and_what_is_too_much_is_counted() {
        let shelf = Arc::new(Shelf::in_memory(Limits { boxes: 1000, ..Limits::default() }));
        let (recorder, mut told) = recorder(shelf);
        for number in 0..QUEUE + 7 {
            recorder.offer(&now(&format!("w{number}")));
        }
        for _ in 0..QUEUE {
            assert!(next(&mut told).await.ends_with("-name"));
        }
        assert!(next(&mut told).await.contains("7 deaths came too fast"));
    }
}
