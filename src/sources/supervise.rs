//! Keeping a source open: what every source needs and none does for itself.
//!
//! Connects, reconnects with growing, jittered pauses that end at [`LONGEST_PAUSE`] and never give up, takes silence for a
//! broken connection where the source says so, and tells the state of the connection as events of its own.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::{Source, SourceError};
use crate::core::event::{Envelope, Event, Link};
use crate::core::fault::Fault;
use crate::core::source::Generation;

/// The pause after the first failure.
pub const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// No pause is longer.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// A connection that has stood for this long was a good one: the next failure begins with the first pause again.
const PROVEN_AFTER: Duration = Duration::from_secs(30);

/// Takes the events of a source; `false` says that nobody listens any more.
pub trait Sink: Send {
    /// Takes one event, waiting until there is room for it.
    fn take(&mut self, envelope: Envelope) -> impl Future<Output = bool> + Send;
}

/// Keeps `source` open until it ends by itself, cannot be helped, or nobody listens any more.
pub async fn supervise(source: Arc<dyn Source>, generation: Generation, sink: &mut impl Sink) {
    let mut pause = Pause::default();
    let id = source.id();
    let wrap = |event| Envelope { source: id.clone(), generation, at: Timestamp::now(), event };
    loop {
        if !sink.take(wrap(Event::Link(Link::Connecting))).await {
            return;
        }
        let opened = tokio::time::Instant::now();
        let mut events = source.watch();
        let mut live = false;
        let fault = loop {
            let next = match source.silence() {
                Some(limit) => match timeout(limit, events.next()).await {
                    Ok(next) => next,
                    Err(_) => break silent(&source, limit),
                },
                None => events.next().await,
            };
            match next {
                None => return,
                Some(Err(SourceError::Retry(fault))) => break fault,
                Some(Err(SourceError::Final(fault))) => {
                    sink.take(wrap(Event::Link(Link::Ended(fault)))).await;
                    return;
                }
                Some(Ok(event)) => {
                    if !live {
                        live = true;
                        if !sink.take(wrap(Event::Link(Link::Live))).await {
                            return;
                        }
                    }
                    if !sink.take(wrap(event)).await {
                        return;
                    }
                }
            }
        };
        drop(events);
        if live && opened.elapsed() >= PROVEN_AFTER {
            pause = Pause::default();
        }
        let wait = pause.next().min(source.longest_pause());
        let retry_at = Timestamp::now()
            .checked_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO))
            .unwrap_or(Timestamp::MAX);
        if !sink.take(wrap(Event::Link(Link::Lost { fault, retry_at }))).await {
            return;
        }
        tokio::time::sleep(wait).await;
    }
}

fn silent(source: &Arc<dyn Source>, limit: Duration) -> Fault {
    let target = source.id().target;
    Fault::new(
        target.as_str(),
        format!("no answer for {}s", limit.as_secs()),
        "it is asked again by itself; look whether the engine hangs (journalctl -u docker)",
    )
}

/// Pauses that double, each shortened or lengthened by up to a fifth so that many clients do not come back at once.
#[derive(Debug, Default)]
struct Pause {
    failures: u32,
}

impl Pause {
    fn next(&mut self) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        // The seed of a hash map's hasher is random, and the standard library has no other source of chance.
        let chance = RandomState::new().build_hasher().finish() % 401;
        let jittered = doubled.mul_f64(0.8 + chance as f64 / 1000.0);
        jittered.min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::stream::{self, BoxStream};

    use super::*;
    use crate::core::id::{Kind, TargetId};
    use crate::core::source::SourceId;
    use crate::core::subject::Subject;

    struct Recorder(Vec<Event>, usize);

    impl Sink for Recorder {
        async fn take(&mut self, envelope: Envelope) -> bool {
            self.0.push(envelope.event);
            self.0.len() < self.1
        }
    }

    /// Fails, then tells something and stays silent, then cannot be helped.
    struct Moody(AtomicU32);

    impl Source for Moody {
        fn id(&self) -> SourceId {
            SourceId { target: TargetId::new("t"), subject: Subject::Entities }
        }

        fn silence(&self) -> Option<Duration> {
            Some(Duration::from_secs(10))
        }

        fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
            let fault = Fault::new("t", "refused", "");
            match self.0.fetch_add(1, Ordering::Relaxed) {
                0 => stream::iter([Err(SourceError::Retry(fault))]).boxed(),
                1 => stream::iter([Ok(Event::Ready(Kind::Workload))]).chain(stream::pending()).boxed(),
                _ => stream::iter([Err(SourceError::Final(fault))]).boxed(),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_is_opened_again_after_a_failure_and_after_silence_until_it_cannot_be_helped() {
        let mut recorder = Recorder(Vec::new(), usize::MAX);
        supervise(Arc::new(Moody(AtomicU32::new(0))), 1, &mut recorder).await;
        let told: Vec<&str> = recorder
            .0
            .iter()
            .map(|event| match event {
                Event::Link(Link::Connecting) => "connecting",
                Event::Link(Link::Live) => "live",
                Event::Link(Link::Lost { fault, .. }) if fault.cause.contains("no answer") => "silent",
                Event::Link(Link::Lost { .. }) => "lost",
                Event::Link(Link::Ended(_)) => "ended",
                Event::Ready(_) => "ready",
                _ => "other",
            })
            .collect();
        assert_eq!(
            told,
            ["connecting", "lost", "connecting", "live", "ready", "silent", "connecting", "ended"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_read_for_a_listener_that_is_gone() {
        let mut recorder = Recorder(Vec::new(), 1);
        supervise(Arc::new(Moody(AtomicU32::new(0))), 1, &mut recorder).await;
        assert_eq!(recorder.0.len(), 1);
    }

    #[test]
    fn pauses_grow_to_their_limit_and_no_further() {
        let mut pause = Pause::default();
        let pauses: Vec<Duration> = (0..20).map(|_| pause.next()).collect();
        assert!(pauses[0] >= FIRST_PAUSE.mul_f64(0.8) && pauses[0] <= FIRST_PAUSE.mul_f64(1.2001));
        assert!(pauses.iter().all(|it| *it <= LONGEST_PAUSE));
        assert_eq!(pauses[19], LONGEST_PAUSE);
    }
}
