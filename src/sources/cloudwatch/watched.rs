//! A log group that somebody reads: who reads which of its streams, and how their lines come.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;
use tokio::time::Instant;

use super::seen::Way;
use crate::clients::aws::AwsError;
use crate::clients::aws::logs::{LogEvent, LogGroup};
use crate::core::logs::Arrival;

/// A group whose streams bring something is asked so often.
pub(super) const SHORTEST: Duration = Duration::from_secs(2);
/// What may wait to be taken; then the group is not asked again, nor is Live Tail heard, before it is.
const ROOM: usize = 4;
/// That the group was heard of is told so often at most.
const HEARD_EVERY: Duration = Duration::from_secs(4);

/// What is told of one stream.
#[derive(Clone, Debug)]
pub(super) enum Swept {
    /// Events, and how they came.
    Found(Vec<LogEvent>, Way),
    /// How new ones come from now on.
    Arrival(Arrival),
    /// The group was heard of.
    Heard,
    /// It cannot be asked: that ends the subscription.
    Failed(AwsError),
}

/// One group.
#[derive(Debug)]
pub(super) struct Watched {
    /// Which.
    pub(super) group: LogGroup,
    /// Only what matches this filter pattern.
    pub(super) pattern: Option<Arc<str>>,
    /// Who reads it.
    pub(super) readers: watch::Sender<Readers>,
    /// How new lines come.
    pub(super) arrival: watch::Sender<Arrival>,
    /// When it was heard of last, give or take [`HEARD_EVERY`].
    pub(super) heard: watch::Sender<Instant>,
    /// The polls so far.
    pub(super) polls: watch::Sender<Polls>,
}

/// Polls are made one after the other, and each has a number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Polls {
    /// The number of the last one that was begun.
    pub(super) begun: u64,
    /// The number of the last one that brought everything.
    pub(super) done: u64,
}

/// Those who read streams of one group.
#[derive(Debug, Default)]
pub(super) struct Readers {
    by_number: BTreeMap<u64, (Option<Arc<str>>, Sender<Swept>)>,
    /// The number of the newest.
    pub(super) numbered: u64,
}

/// What comes for one stream, as long as this is kept.
pub(super) struct Subscription {
    swept: Receiver<Swept>,
    arrival: watch::Receiver<Arrival>,
    heard: watch::Receiver<Instant>,
    watched: Arc<Watched>,
    number: u64,
}

impl Readers {
    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// The streams that are read, in order, each once; none, where all of them are.
    pub(super) fn streams(&self) -> Vec<String> {
        let names: Option<Vec<String>> =
            self.by_number.values().map(|(name, _)| name.as_deref().map(str::to_owned)).collect();
        let mut names = names.unwrap_or_default();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Subscription {
    /// What comes next; `None` where nobody asks any more.
    pub(super) async fn next(&mut self) -> Option<Swept> {
        tokio::select! {
            swept = self.swept.recv() => swept,
            Ok(()) = self.heard.changed() => Some(Swept::Heard),
            Ok(()) = self.arrival.changed() => Some(Swept::Arrival(self.arrival.borrow_and_update().clone())),
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.watched.readers.send_modify(|readers| _ = readers.by_number.remove(&self.number));
    }
}

impl Watched {
    /// A group that nobody reads yet.
    pub(super) fn new(group: LogGroup, pattern: Option<Arc<str>>) -> Self {
        let arrival = watch::Sender::new(Arrival::Polled { every: SHORTEST, why: None });
        Self {
            group,
            pattern,
            readers: watch::Sender::default(),
            arrival,
            heard: watch::Sender::new(Instant::now()),
            polls: watch::Sender::default(),
        }
    }

    /// What comes from now on of a stream that exists; `None`: of all.
    pub(super) fn subscribe(self: Arc<Self>, stream: Option<&Arc<str>>) -> Subscription {
        let (sender, swept) = channel(ROOM);
        let mut number = 0;
        self.readers.send_modify(|readers| {
            readers.numbered += 1;
            number = readers.numbered;
            readers.by_number.insert(number, (stream.cloned(), sender));
        });
        let mut arrival = self.arrival.subscribe();
        arrival.mark_changed();
        Subscription { swept, arrival, heard: self.heard.subscribe(), watched: self, number }
    }

    /// The group was heard of: gives each reader the events of its stream.
    pub(super) async fn hand_out(&self, events: Vec<LogEvent>, way: Way) {
        self.heard.send_if_modified(|heard| {
            let is_due = heard.elapsed() >= HEARD_EVERY;
            if is_due {
                *heard = Instant::now();
            }
            is_due
        });
        let mut by_stream: HashMap<&str, Vec<&LogEvent>> = HashMap::new();
        for event in &events {
            by_stream.entry(&event.stream).or_default().push(event);
        }
        for (name, out) in self.all() {
            let events: Vec<LogEvent> = match &name {
                Some(name) => by_stream.get(&**name).into_iter().flatten().copied().cloned().collect(),
                None => events.clone(),
            };
            if !events.is_empty() {
                let _ = out.send(Swept::Found(events, way)).await;
            }
        }
    }

    /// New lines come that way from now on.
    pub(super) fn set_arrival(&self, now: Arrival) {
        self.arrival.send_if_modified(|arrival| {
            let is_other = *arrival != now;
            *arrival = now;
            is_other
        });
    }

    /// New lines come by polls from now on; why, where that is not what is wanted.
    pub(super) fn set_polled(&self, why: Option<&str>) {
        self.set_arrival(Arrival::Polled { every: SHORTEST, why: why.map(Arc::from) });
    }

    /// Tells all readers that the group cannot be asked.
    pub(super) async fn fail(&self, error: &AwsError) {
        for (_, out) in self.all() {
            let _ = out.send(Swept::Failed(error.clone())).await;
        }
    }

    fn all(&self) -> Vec<(Option<Arc<str>>, Sender<Swept>)> {
        self.readers.borrow().by_number.values().cloned().collect()
    }
}
