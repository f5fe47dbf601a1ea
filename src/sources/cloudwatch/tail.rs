//! One poll for all streams of a group that somebody reads: CloudWatch lets an account make five such calls a second,
//! whatever they bring. Where Live Tail tells what comes, the poll catches what that leaves out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::AbortOnDropHandle;

use super::Stream;
use super::live;
use super::seen::Way;
use super::watched::{Readers, SHORTEST, Subscription, Watched};
use super::window::Window;
use crate::clients::aws::AwsError;
use crate::clients::aws::logs::{STREAMS, Sweep};
use crate::core::logs::Arrival;

/// One that brings nothing is asked ever less often, but so often at least.
const LONGEST: Duration = Duration::from_secs(5);
/// One of which Live Tail tells everything is asked so often.
const BEHIND_LIVE: Duration = Duration::from_secs(10);

/// All groups that somebody reads.
#[derive(Clone)]
pub(in crate::sources) struct Tails {
    groups: Arc<Mutex<HashMap<Key, Arc<Watched>>>>,
    is_live: bool,
}

/// A group: its name and where it is, and the filter pattern that it is asked with.
type Key = (Arc<str>, Arc<str>, Option<Arc<str>>);

impl Tails {
    /// No group is read yet. `is_live`: lines are to come by Live Tail, where they can.
    pub(in crate::sources) fn new(is_live: bool) -> Self {
        Self { groups: Arc::default(), is_live }
    }

    /// What comes from now on of a stream that exists.
    pub(super) fn subscribe(&self, Stream { group, name, pattern }: &Stream) -> Subscription {
        let key = (Arc::clone(group.cloud().name()), Arc::clone(group.name()), pattern.clone());
        let mut all = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let watched = all.entry(key.clone()).or_insert_with(|| {
            let watched = Arc::new(Watched::new(group.clone(), pattern.clone()));
            tokio::spawn(poll(Arc::clone(&watched), key, self.clone()));
            watched
        });
        Arc::clone(watched).subscribe(name.as_ref())
    }

    /// Gives up a group that nobody reads; `false` where somebody does.
    fn close(&self, key: &Key, watched: &Watched) -> bool {
        let mut all = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let is_idle = watched.readers.borrow().is_empty();
        if is_idle {
            all.remove(key);
        }
        is_idle
    }
}

/// Asks for what is new of a group until nobody reads it.
async fn poll(watched: Arc<Watched>, key: Key, tails: Tails) {
    let mut window = Window::new(Timestamp::now());
    let mut pause = SHORTEST;
    let mut readers = watched.readers.subscribe();
    let mut newest = 0;
    // A session costs by the minute: it ends with this.
    let _live = tails.is_live.then(|| AbortOnDropHandle::new(tokio::spawn(live::keep(Arc::clone(&watched)))));
    loop {
        let (streams, numbered, is_idle) = {
            let readers = readers.borrow_and_update();
            (readers.streams(), readers.numbered, readers.is_empty())
        };
        if is_idle {
            if tails.close(&key, &watched) {
                return;
            }
            continue;
        }
        if std::mem::replace(&mut newest, numbered) < numbered {
            window.deepen();
        }
        let asked = window.next(Timestamp::now());
        watched.polls.send_modify(|polls| polls.begun += 1);
        let was_polled = is_polled(&watched.arrival.borrow());
        match sweep(&watched, &streams, asked.from.as_millisecond()).await {
            Ok(found) => {
                window.done(asked);
                watched.polls.send_modify(|polls| polls.done = polls.begun);
                pause = if found { SHORTEST } else { (pause * 5 / 4).min(LONGEST) };
                watched.arrival.send_if_modified(|arrival| is_now_every(arrival, pause));
            }
            // What is asked for too often now is asked for next time; meanwhile lines come.
            Err(error) if error.is_throttled() && *watched.arrival.borrow() == Arrival::Live => {}
            Err(error) => {
                watched.fail(&error).await;
                // They come back when they want more.
                sleep(SHORTEST).await;
            }
        }
        rest(&watched, was_polled, pause, &mut readers).await;
    }
}

/// Polls are made so often from now on; whether that is told otherwise, in seconds.
fn is_now_every(arrival: &mut Arrival, pause: Duration) -> bool {
    let Arrival::Polled { every, .. } = arrival else { return false };
    std::mem::replace(every, pause).as_secs() != pause.as_secs()
}

/// Waits until a group is to be asked again: after a pause, or longer where Live Tail tells everything; at once, where
/// somebody new reads, or Live Tail has begun or ended since it was known whether it `was_polled` only.
async fn rest(watched: &Watched, was_polled: bool, pause: Duration, readers: &mut watch::Receiver<Readers>) {
    let begun = Instant::now();
    let mut arrival = watched.arrival.subscribe();
    loop {
        let (is_live, is_polled) = {
            let arrival = arrival.borrow_and_update();
            (*arrival == Arrival::Live, is_polled(&arrival))
        };
        if is_polled != was_polled {
            return;
        }
        let due = begun + if is_live { BEHIND_LIVE } else { pause };
        tokio::select! {
            () = sleep_until(due) => return,
            _ = readers.changed() => return,
            _ = arrival.changed() => {}
        }
    }
}

fn is_polled(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::Polled { .. })
}

/// Asks for everything from a moment on, and gives each reader what is its. Whether there was anything.
async fn sweep(watched: &Watched, streams: &[String], from: i64) -> Result<bool, AwsError> {
    let mut found = Vec::new();
    // All of them are asked for without a name.
    let all = streams.is_empty().then_some(streams);
    for some in streams.chunks(STREAMS).chain(all) {
        let sweep = Sweep { streams: some, from, until: None, pattern: watched.pattern.as_deref() };
        watched.group.sweep(sweep, |events| found.extend(events)).await?;
    }
    let is_any = !found.is_empty();
    watched.hand_out(found, Way::Poll).await;
    Ok(is_any)
}
