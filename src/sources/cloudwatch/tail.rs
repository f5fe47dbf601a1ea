//! One poll for all streams of a group that somebody reads: CloudWatch lets an account make five such calls a second,
//! whatever they bring.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};

use super::window::Window;
use crate::clients::aws::AwsError;
use crate::clients::aws::logs::{LogEvent, LogGroup, STREAMS};

/// A group whose streams bring something is asked so often.
const SHORTEST: Duration = Duration::from_secs(2);
/// One that brings nothing is asked ever less often, but so often at least.
const LONGEST: Duration = Duration::from_secs(5);
/// Sweeps that may wait to be taken; then the group is not asked again before they are.
const ROOM: usize = 4;

/// All groups that somebody reads.
#[derive(Clone, Default)]
pub(in crate::sources) struct Tails(Arc<Mutex<HashMap<Key, Arc<Tail>>>>);

/// A group: its name and where it is.
type Key = (Arc<str>, Arc<str>);

/// What a sweep brought for one stream; an error ends the subscription.
pub(super) type Swept = Result<Vec<LogEvent>, AwsError>;

/// One group.
#[derive(Debug)]
struct Tail {
    group: LogGroup,
    readers: Mutex<Readers>,
    /// Somebody new reads.
    came: Notify,
}

#[derive(Debug, Default)]
struct Readers {
    by_number: BTreeMap<u64, (Arc<str>, Sender<Swept>)>,
    numbered: u64,
    is_new: bool,
}

/// What comes for one stream, as long as this is kept.
pub(super) struct Subscription {
    swept: Receiver<Swept>,
    tail: Arc<Tail>,
    number: u64,
}

impl Tails {
    /// What comes from now on of a stream that exists.
    pub(super) fn subscribe(&self, group: &LogGroup, stream: &Arc<str>) -> Subscription {
        let key = (Arc::clone(group.cloud().name()), Arc::clone(group.name()));
        let (sender, swept) = channel(ROOM);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = Arc::clone(all.entry(key.clone()).or_insert_with(|| {
            let tail =
                Arc::new(Tail { group: group.clone(), readers: Mutex::default(), came: Notify::new() });
            tokio::spawn(poll(Arc::clone(&tail), key, self.clone()));
            tail
        }));
        let mut readers = tail.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.numbered += 1;
        readers.is_new = true;
        let number = readers.numbered;
        readers.by_number.insert(number, (Arc::clone(stream), sender));
        drop(readers);
        tail.came.notify_one();
        Subscription { swept, tail, number }
    }

    /// Gives up a group that nobody reads; `false` where somebody does.
    fn close(&self, key: &Key, tail: &Tail) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_idle = tail.readers.lock().unwrap_or_else(PoisonError::into_inner).by_number.is_empty();
        if is_idle {
            all.remove(key);
        }
        is_idle
    }
}

impl Subscription {
    /// What the next sweep brought that brought anything; `None` where nobody polls any more.
    pub(super) async fn next(&mut self) -> Option<Swept> {
        self.swept.recv().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.tail.readers.lock().unwrap_or_else(PoisonError::into_inner).by_number.remove(&self.number);
    }
}

/// Asks for what is new of a group until nobody reads it.
async fn poll(tail: Arc<Tail>, key: Key, tails: Tails) {
    let mut window = Window::new(Timestamp::now());
    let mut pause = SHORTEST;
    loop {
        let readers = tail.take_readers(&mut window);
        if readers.is_empty() && tails.close(&key, &tail) {
            return;
        }
        let sweep = window.next(Timestamp::now());
        match tail.sweep(&readers, sweep.from.as_millisecond()).await {
            Ok(newest) => {
                window.done(sweep);
                pause = if newest { SHORTEST } else { (pause * 5 / 4).min(LONGEST) };
            }
            Err(error) => {
                for (_, out) in &readers {
                    let _ = out.send(Err(error.clone())).await;
                }
                // They come back when they want more.
                sleep(SHORTEST).await;
            }
        }
        let _ = timeout(pause, tail.came.notified()).await;
    }
}

impl Tail {
    fn take_readers(&self, window: &mut Window) -> Vec<(Arc<str>, Sender<Swept>)> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut readers.is_new) {
            window.deepen();
        }
        readers.by_number.values().cloned().collect()
    }

    /// Asks for everything from a moment on, and gives each reader what is its. Whether there was anything.
    async fn sweep(&self, readers: &[(Arc<str>, Sender<Swept>)], from: i64) -> Result<bool, AwsError> {
        let mut names: Vec<String> = readers.iter().map(|(name, _)| name.to_string()).collect();
        names.sort_unstable();
        names.dedup();
        let mut found: HashMap<String, Vec<LogEvent>> = HashMap::new();
        for some in names.chunks(STREAMS) {
            let each = |events: Vec<LogEvent>| {
                for event in events {
                    found.entry(event.stream.clone()).or_default().push(event);
                }
            };
            self.group.sweep(some, from, each).await?;
        }
        for (name, out) in readers {
            if let Some(events) = found.get(&**name) {
                let _ = out.send(Ok(events.clone())).await;
            }
        }
        Ok(!found.is_empty())
    }
}
