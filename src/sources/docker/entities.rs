//! The standing picture of an engine, kept up to date.
//!
//! Events are subscribed to first and the lists read afterwards, so that nothing falls between. Events are only hints:
//! an engine forgets them, and skips them for a reader that is slow. So what an event is about is asked for anew, all
//! lists are read again from time to time, and one container after the other is looked at without a reason.

mod answers;
mod inspections;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::FutureExt as _;
use futures_util::stream::{BoxStream, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};

use super::change::{ACTIONS, KINDS, change, foretell, moment};
use super::picture::Picture;
use super::{longest_pause, of_engine};
use crate::clients::docker::ClientError;
use crate::clients::docker::api::event::Event as EngineEvent;
use crate::clients::docker::engine::Engine;
use crate::clients::docker::engine::stream::EventQuery;
use crate::core::death::Omens;
use crate::core::event::Event;
use crate::core::source::SourceId;
use crate::sources::feed::{self, Feed};
use crate::sources::{Source, SourceError};
use answers::{Answer, Answers, List};
use inspections::Inspections;

/// How often the engine is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(3);
/// How often the containers are listed without a reason.
const LIST_EVERY: Duration = Duration::from_secs(10);
/// How often everything else is.
const REST_EVERY: Duration = Duration::from_mins(1);
/// How long events of a kind are collected before its list is read.
const SETTLE: Duration = Duration::from_millis(300);
/// How often differences are told at most: each telling looks at all services, images, volumes and networks.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// Events that are taken at once at most, before what they changed is told.
const AT_ONCE: usize = 256;
/// How far back the timeline begins.
const HISTORY: SignedDuration = SignedDuration::from_hours(24);

/// The standing picture of one engine.
pub struct Entities {
    id: SourceId,
    engine: Engine,
    last_event: LastEvent,
}

/// When the last event happened that was heard of, over all connections; by the engine's clock.
type LastEvent = Arc<Mutex<Option<Timestamp>>>;

impl Entities {
    /// The picture of `engine`.
    pub fn new(id: SourceId, engine: Engine) -> Self {
        Self { id, engine, last_event: LastEvent::default() }
    }
}

impl Source for Entities {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (id, engine, last_event) = (self.id.clone(), self.engine.clone(), Arc::clone(&self.last_event));
        feed::stream(move |feed| async move {
            let watch = Watch::new(&id, engine, feed, last_event);
            watch.run().await.map_err(|error| of_engine(&error))
        })
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }
}

/// One connection.
struct Watch {
    engine: Engine,
    feed: Feed,
    picture: Picture,
    id: SourceId,
    last_event: LastEvent,
    answers: Answers,
    inspections: Inspections,
    /// Lists that events made stale, and when they are read.
    stale: Vec<List>,
    settle_at: Option<Instant>,
    told_at: Instant,
    /// What befell containers lately that may explain their ends.
    omens: Omens,
}

impl Watch {
    fn new(id: &SourceId, engine: Engine, feed: Feed, last_event: LastEvent) -> Self {
        Self {
            picture: Picture::new(id.target.clone(), Arc::clone(engine.address())),
            id: id.clone(),
            feed,
            last_event,
            answers: Answers::new(engine.clone()),
            engine,
            inspections: Inspections::default(),
            stale: Vec::new(),
            settle_at: None,
            told_at: Instant::now(),
            omens: Omens::default(),
        }
    }

    /// Runs until the connection breaks.
    async fn run(mut self) -> Result<(), ClientError> {
        let query = EventQuery { kinds: KINDS, actions: ACTIONS, ..EventQuery::default() };
        let mut events = Box::pin(self.engine.events(&query).await?);
        let containers = self.engine.containers().await?;
        self.list(&containers);
        self.tell().await;
        self.answers.ask_history(self.since());
        self.answers.ask_host();
        self.answers.ask_lists(&List::ALL);

        let (mut ping, mut list, mut rest) = (every(PING_EVERY), every(LIST_EVERY), every(REST_EVERY));
        let mut inspected = None;
        loop {
            self.inspections.pump(&mut self.answers);
            let tell_at = self.picture.is_stale().then_some(self.told_at + TELL_EVERY);
            tokio::select! {
                event = events.next() => self.event(event).await?,
                Some(answer) = self.answers.next() => self.answer(answer).await?,
                () = at(tell_at), if tell_at.is_some() => self.tell().await,
                () = at(self.settle_at), if self.settle_at.is_some() => {
                    self.settle_at = None;
                    self.answers.ask_lists(&std::mem::take(&mut self.stale));
                }
                _ = ping.tick() => {
                    self.answers.ask_pong();
                    inspected = self.picture.container_after(inspected.as_ref());
                    self.inspections.want(inspected.iter().cloned());
                }
                _ = list.tick() => self.answers.ask_containers(),
                _ = rest.tick() => self.answers.ask_lists(&List::ALL),
            }
            for _ in 0..AT_ONCE {
                let Some(event) = events.next().now_or_never() else { break };
                self.event(event).await?;
            }
        }
    }

    /// From when on the timeline lacks events.
    fn since(&self) -> Timestamp {
        let last = *self.last_event.lock().unwrap_or_else(PoisonError::into_inner);
        last.unwrap_or_else(|| Timestamp::now().saturating_sub(HISTORY).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// Tells what is new.
    async fn tell(&mut self) {
        self.told_at = Instant::now();
        self.feed.tell_all(self.picture.tell()).await;
    }

    fn list(&mut self, containers: &[crate::clients::docker::api::container::Summary]) {
        let mut unclear = self.picture.list(containers);
        // What runs is looked at first.
        unclear.sort_by_key(|id| self.picture.container(id).is_none_or(|it| !it.workload.is_up()));
        self.inspections.want(unclear);
    }

    /// Takes an event of the engine; its stream never ends but with the connection.
    async fn event(&mut self, event: Option<Result<EngineEvent, ClientError>>) -> Result<(), ClientError> {
        let event = match event {
            Some(Ok(event)) => event,
            Some(Err(error)) if error.is_unreadable() => {
                // Whatever it was about: everything is looked at again.
                self.answers.ask_containers();
                self.mark_stale(&List::ALL);
                return Ok(());
            }
            Some(Err(error)) => return Err(error),
            None => return Err(self.engine.hung_up()),
        };
        self.tell_change(&event).await;
        let actor = || Arc::from(event.actor.id.as_str());
        match event.kind.as_str() {
            "container" => self.inspections.want([actor()]),
            "image" => self.mark_stale(&[List::Images]),
            "volume" => self.mark_stale(&[List::Volumes]),
            "network" => {
                self.mark_stale(&[List::Networks]);
                let joined = event.actor.attributes.get("container").map(|id| Arc::from(id.as_str()));
                self.inspections.want(joined);
            }
            _ => {}
        }
        Ok(())
    }

    /// Tells the entry of the timeline that an event makes.
    async fn tell_change(&mut self, event: &EngineEvent) {
        let now = moment(event);
        {
            let mut last = self.last_event.lock().unwrap_or_else(PoisonError::into_inner);
            *last = (*last).max(Some(now));
        }
        foretell(event, &mut self.omens);
        let known = self.picture.container(&event.actor.id);
        if let Some(change) = change(&self.id.target, event, known, &self.omens) {
            self.feed.tell(Event::Change(change)).await;
        }
    }

    fn mark_stale(&mut self, lists: &[List]) {
        self.stale.extend(lists.iter().filter(|it| !self.stale.contains(it)).copied().collect::<Vec<_>>());
        self.settle_at.get_or_insert_with(|| Instant::now() + SETTLE);
    }

    /// Takes an answer. Only what says that the engine is gone ends the connection: a list that the engine refuses
    /// leaves its kind out.
    async fn answer(&mut self, answer: Answer) -> Result<(), ClientError> {
        match answer {
            Answer::Pong(pong) => {
                pong?;
                self.feed.tell(Event::Heartbeat).await;
            }
            Answer::Containers(list) => self.list(&list?),
            Answer::Inspected(id, detail) => {
                self.inspections.done(&id);
                match detail {
                    Ok(detail) => self.picture.inspect(&id, Some(&detail)),
                    Err(error) if error.is_gone() => self.picture.inspect(&id, None),
                    Err(error) => tracing::debug!(%error, "a container could not be inspected"),
                }
            }
            Answer::Host(Ok(described)) => {
                self.picture.set_host(*described);
            }
            Answer::Images(Ok(list)) => self.picture.set_images(list),
            Answer::Volumes(Ok(list)) => self.picture.set_volumes(list),
            Answer::Networks(Ok(list)) => self.picture.set_networks(list),
            Answer::History(Ok(events)) => {
                for event in &events {
                    self.tell_change(event).await;
                }
            }
            Answer::Host(Err(error))
            | Answer::Images(Err(error))
            | Answer::Volumes(Err(error))
            | Answer::Networks(Err(error))
            | Answer::History(Err(error)) => {
                tracing::debug!(%error, "a part of the picture could not be read");
            }
        }
        Ok(())
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Waits until a moment; for ever without one.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
