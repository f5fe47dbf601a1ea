//! One stream as the log of a workload: its tail, then what follows.

use std::sync::Arc;

use futures_util::future::{Either, select};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Duration, sleep, timeout};

use super::lines::{lines, moment};
use super::seen::{Seen, Way};
use super::stretch::{self, Stretch};
use super::tail::Tails;
use super::watched::{Subscription, Swept};
use super::window::DEEP;
use super::{Stream, of_log};
use crate::clients::aws::AwsError;
use crate::clients::aws::logs::{LogEvent, PAGE, Sweep};
use crate::core::event::{Event, LogEvent as Told};
use crate::core::fault::Fault;
use crate::core::logs::{Batch, Divider};
use crate::core::subject::WHOLE;
use crate::sources::SourceError;
use crate::sources::feed::Feed;

/// How often a stream is looked for that a container has not begun yet.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Events that came may still be on their way so long after the end of a workload.
const LAST_WORDS: Duration = Duration::from_secs(15);
/// CloudWatch takes events from so far in the future (research/aws-peers.md §4.1).
const AHEAD: SignedDuration = SignedDuration::from_hours(2);
/// A batch of so many rows is told before more is taken.
const LARGE: usize = 20_000;

/// Where the reading of a log begins.
#[derive(Clone, Copy, Debug)]
pub(in crate::sources) struct Beginning {
    /// With how many of its last lines; [`WHOLE`]: all.
    pub(in crate::sources) tail: u32,
    /// No earlier than this.
    pub(in crate::sources) since: Option<Timestamp>,
}

/// What stays over all connections.
#[derive(Debug, Default)]
pub(in crate::sources) struct Memory {
    seen: Seen,
    /// What happened at or before this moment (milliseconds since 1970) is on an older page.
    floor: Option<i64>,
    /// When it was read to its end last.
    read: Option<Timestamp>,
}

/// Reads `stream` from `beginning` on, until `end` says that its workload has ended, and how.
pub(in crate::sources) async fn read(
    feed: &Feed,
    stream: &Stream,
    beginning: Beginning,
    memory: &mut Memory,
    tails: &Tails,
    end: impl Future<Output = Divider> + Send,
) -> Result<(), SourceError> {
    let mut reading = Reading { feed, stream, memory };
    let mut end = Box::pin(end);
    let mut is_over = None;
    // A container that has said nothing yet has no stream.
    while !reading.catch_up(beginning).await? {
        reading.feed.tell(Event::Log(Told::Following)).await;
        if let Some(divider) = is_over {
            return reading.divide(divider).await;
        }
        if let Either::Right((divider, _)) = select(Box::pin(sleep(LOOK_EVERY)), &mut end).await {
            // Its first words may have been its last.
            sleep(LAST_WORDS).await;
            is_over = Some(divider);
        }
    }
    reading.feed.tell(Event::Log(Told::Following)).await;
    let mut swept = tails.subscribe(stream);
    let divider = match is_over {
        Some(divider) => divider,
        None => loop {
            match select(Box::pin(swept.next()), &mut end).await {
                Either::Left((next, _)) => reading.take(next).await?,
                Either::Right((divider, _)) => break divider,
            }
        },
    };
    reading.last_words(&mut swept).await?;
    reading.divide(divider).await
}

struct Reading<'a> {
    feed: &'a Feed,
    stream: &'a Stream,
    memory: &'a mut Memory,
}

impl Reading<'_> {
    /// Tells the tail, or what came since it was read last; `false` where there is no such stream yet.
    async fn catch_up(&mut self, beginning: Beginning) -> Result<bool, SourceError> {
        let now = Timestamp::now();
        let found = match self.memory.read {
            None => match (&self.stream.name, &self.stream.pattern) {
                (Some(name), None) => self.tail(name, beginning).await,
                _ => self.stretched_tail(beginning).await,
            },
            Some(read) => self.since(read).await,
        };
        match found {
            Ok(events) => {
                self.tell(&events, beginning.tail).await;
                self.memory.read = Some(now);
                Ok(true)
            }
            Err(error) if error.is_gone() && error.to_string().contains("stream") => Ok(false),
            Err(error) => Err(self.refused(&error).await),
        }
    }

    /// The newest events, oldest first.
    async fn tail(&mut self, name: &str, beginning: Beginning) -> Result<Vec<LogEvent>, AwsError> {
        let group = &self.stream.group;
        let since = beginning.since.map(Timestamp::as_millisecond);
        let mut pages = Vec::new();
        let (mut count, mut token) = (0, None);
        loop {
            let page = group.page(name, None, token.as_deref(), beginning.tail.clamp(1, PAGE)).await?;
            let is_last = page.before.is_none() || page.before == token;
            let is_early = since.is_some_and(|since| page.events.first().is_some_and(|it| it.at < since));
            count += page.events.iter().map(|it| lines(it).count()).sum::<usize>();
            pages.push(page.events);
            let is_enough = beginning.tail != WHOLE && count >= beginning.tail as usize;
            if is_last {
                break;
            }
            if is_enough || is_early {
                self.memory.floor = pages.last().and_then(|page| page.first()).map(|it| it.at);
                break;
            }
            token = page.before;
        }
        self.memory.floor = self.memory.floor.max(since.map(|it| it - 1));
        let mut events: Vec<LogEvent> = pages.into_iter().rev().flatten().collect();
        events.retain(|it| since.is_none_or(|since| it.at >= since));
        for event in &events {
            self.memory.seen.is_new(event, Way::Tail);
        }
        Ok(events)
    }

    /// The newest events, oldest first, of all streams or of those that match the filter pattern.
    async fn stretched_tail(&mut self, beginning: Beginning) -> Result<Vec<LogEvent>, AwsError> {
        let since = beginning.since.map(Timestamp::as_millisecond);
        let most = if beginning.tail == WHOLE { usize::MAX } else { beginning.tail.max(1) as usize };
        let end = Timestamp::now().saturating_add(AHEAD).unwrap_or(Timestamp::MAX).as_millisecond();
        let Stretch { events, is_first } = stretch::back(self.stream, end, since, most).await?;
        let held = events.front().filter(|_| !is_first).map(|it| it.at);
        self.memory.floor = held.max(since.map(|it| it - 1));
        let mut events = Vec::from(events);
        events.retain(|it| self.memory.seen.is_new(it, Way::Poll));
        Ok(events)
    }

    /// What came since it was read last, and what was late then.
    async fn since(&mut self, read: Timestamp) -> Result<Vec<LogEvent>, AwsError> {
        let from = read.saturating_sub(DEEP).unwrap_or(Timestamp::UNIX_EPOCH).as_millisecond();
        let mut events = Vec::new();
        let names = self.stream.names();
        let pattern = self.stream.pattern.as_deref();
        let sweep = Sweep { streams: &names, from, until: None, pattern };
        self.stream.group.sweep(sweep, |page| events.extend(page)).await?;
        self.keep_new(&mut events, Way::Poll);
        Ok(events)
    }

    /// Takes what comes of it.
    async fn take(&mut self, swept: Option<Swept>) -> Result<(), SourceError> {
        match swept {
            Some(Swept::Found(mut events, way)) => {
                self.keep_new(&mut events, way);
                self.tell(&events, WHOLE).await;
                if let Some(newest) = events.iter().max_by_key(|it| it.at) {
                    self.heard(Some(lag(newest))).await;
                }
                if way != Way::Poll {
                    return Ok(());
                }
                let now = Timestamp::now();
                self.memory.read = Some(now);
                self.memory.seen.forget(now.saturating_sub(DEEP * 2).unwrap_or_default().as_millisecond());
                Ok(())
            }
            Some(Swept::Arrival(arrival)) => {
                self.feed.tell(Event::Log(Told::Arrival(arrival))).await;
                Ok(())
            }
            Some(Swept::Heard) => {
                self.heard(None).await;
                Ok(())
            }
            Some(Swept::Failed(error)) => Err(self.refused(&error).await),
            // The poll ends only when nobody reads.
            None => {
                sleep(LOOK_EVERY).await;
                Ok(())
            }
        }
    }

    /// Waits for what the workload said before it ended.
    async fn last_words(&mut self, swept: &mut Subscription) -> Result<(), SourceError> {
        let rest = async {
            loop {
                let next = swept.next().await;
                self.take(next).await?;
            }
        };
        timeout(LAST_WORDS, rest).await.unwrap_or(Ok(()))
    }

    fn keep_new(&mut self, events: &mut Vec<LogEvent>, way: Way) {
        let Memory { seen, floor, .. } = &mut *self.memory;
        events.retain(|it| floor.is_none_or(|floor| it.at > floor) && seen.is_new(it, way));
    }

    /// Tells the last `most` lines of events.
    async fn tell(&self, events: &[LogEvent], most: u32) {
        let all = events.iter().flat_map(lines);
        let skipped = if most == WHOLE { 0 } else { all.clone().count().saturating_sub(most as usize) };
        let mut batch = Batch::new();
        for line in all.skip(skipped) {
            batch.line(&line);
            if batch.rows() >= LARGE {
                self.feed.tell(Event::Log(Told::Newer(batch.take()))).await;
            }
        }
        if !batch.is_empty() {
            self.feed.tell(Event::Log(Told::Newer(batch))).await;
        }
    }

    /// Why it cannot be read. Where that is its filter pattern, that is told by itself: whoever typed it can mend it.
    async fn refused(&self, error: &AwsError) -> SourceError {
        if self.stream.pattern.is_none() || !error.is_invalid() {
            return of_log(error);
        }
        let fault = Fault::from(error);
        self.feed.tell(Event::Log(Told::Refused(Arc::from(fault.cause.as_ref())))).await;
        SourceError::Final(fault)
    }

    async fn heard(&self, lag: Option<Duration>) {
        self.feed.tell(Event::Log(Told::Heard { lag })).await;
    }

    async fn divide(&self, divider: Divider) -> Result<(), SourceError> {
        let mut batch = Batch::new();
        batch.divider(divider);
        self.feed.tell(Event::Log(Told::Newer(batch))).await;
        Ok(())
    }
}

/// How long an event was on its way to CloudWatch. Clocks that go wrong may say that it came before it was sent.
fn lag(event: &LogEvent) -> Duration {
    Duration::from_millis(u64::try_from(event.ingested - event.at).unwrap_or(0))
}

/// A divider at a moment of CloudWatch's.
pub(in crate::sources) fn divider(at: Option<Timestamp>, text: &str) -> Divider {
    Divider::new(at.unwrap_or_else(|| moment(0)), text)
}
