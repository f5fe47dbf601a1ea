//! The log of one container: its tail, then what follows, over cuts of the connection and restarts of the container.
//!
//! Each opening first catches up with an answer that ends, and only then follows: so it is known when the tail is
//! complete, whether the engine begins its answer at once or with the first new line. What lies before and behind a
//! cut is matched line by line (`core::logs::Resume`), never by time alone.
//!
//! | file | what it holds |
//! |---|---|
//! | `pour` | bytes → rows, over all openings |
//! | `driver` | what the log driver means for reading |
//! | `brief` | logs of which the engine's own follow may miss lines |
//! | `ending` | the end of a container, and its next life |

mod brief;
mod driver;
mod ending;
mod pour;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::{longest_pause, of_entity};
use crate::clients::docker::ClientError;
use crate::clients::docker::api::container::{Detail, LogConfig};
use crate::clients::docker::engine::Engine;
use crate::clients::docker::engine::logs::LogQuery;
use crate::clients::docker::engine::stream::Bytes;
use crate::clients::docker::entity::moment;
use crate::core::event::{Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::logs::{Divider, Format, FrameError, Framer};
use crate::core::source::SourceId;
use crate::core::subject::WHOLE;
use crate::core::time::Now;
use crate::sources::feed::{self, Feed};
use crate::sources::{Source, SourceError};
use pour::Pour;

/// Replayed lines that match nothing wait this long for what follows them.
const SETTLE_AFTER: Duration = Duration::from_secs(1);
/// A follow that is silent for so long is checked: there are engines whose follow sticks when a log is rotated.
const CHECK_AFTER: Duration = Duration::from_secs(30);
/// How many lines are asked for to catch up after a cut, at first; an engine looks through all that it is asked for.
const CATCH_UP: u64 = 10_000;
/// How many times as many then, if those did not reach back far enough.
const MORE: u64 = 10;
/// So many times; then the whole log is read.
const TRIES: u32 = 2;
/// The lines of a follow are told no more often than this, and the first after a silence at once: an engine writes each
/// line alone.
const TOGETHER: Duration = Duration::from_millis(10);
/// How many lines a follow looks back over to find the last one that was read. The engine reads them all …
const LOOK_BACK: u64 = 2_000;
/// … so it is asked for so many only after the others did not reach back far enough.
const LOOK_FAR_BACK: u64 = 100_000;

/// The log of one container.
pub struct Log {
    id: SourceId,
    engine: Engine,
    workload: EntityId,
    beginning: Beginning,
    memory: Arc<Mutex<Memory>>,
}

/// Where the reading of a log begins.
#[derive(Clone, Copy, Debug)]
pub struct Beginning {
    /// With how many of its last lines; [`WHOLE`]: all.
    pub tail: u32,
    /// No earlier than this.
    pub since: Option<Timestamp>,
}

/// What stays over all connections.
#[derive(Default)]
struct Memory {
    pour: Pour,
    /// The container's name.
    name: String,
    /// Whether the log was ever read to its end.
    is_read: bool,
    /// When the container was started whose lines are being read.
    started: Option<Timestamp>,
    /// When the last end was told of.
    ended: Option<Timestamp>,
    /// How many rows were new when the log was last caught up with.
    came: u64,
}

impl Log {
    /// The log of `workload` on `engine`, from `beginning` on.
    pub fn new(id: SourceId, engine: Engine, workload: EntityId, beginning: Beginning) -> Self {
        Self { id, engine, workload, beginning, memory: Arc::default() }
    }
}

impl Source for Log {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (engine, workload, beginning) = (self.engine.clone(), self.workload.clone(), self.beginning);
        let memory = Arc::clone(&self.memory);
        feed::stream(move |feed| async move {
            let mut memory = memory.lock().await;
            let log = LogConfig::default();
            let mut reading = Reading { engine, workload, beginning, feed, log, memory: &mut memory };
            let mut ended = reading.run().await;
            if matches!(ended, Err(SourceError::Final(_)))
                && reading.memory.is_read
                && reading.is_removed().await
            {
                reading.divide(Timestamp::now(), "removed").await;
                let (name, cause) = (&*reading.memory.name, "the container was removed");
                ended = Err(SourceError::Final(Fault::new(name, cause, "what is held stays")));
            }
            // What was read before it broke off.
            reading.pass_on().await;
            ended
        })
    }
}

/// One connection.
struct Reading<'a> {
    engine: Engine,
    workload: EntityId,
    beginning: Beginning,
    feed: Feed,
    /// Where its output goes.
    log: LogConfig,
    memory: &'a mut Memory,
}

/// How a follow went.
enum Followed {
    /// The container stopped.
    Ended,
    /// The engine has lines that the follow did not bring.
    Stuck,
    /// It did not look back far enough, and brought nothing.
    Short,
}

impl Reading<'_> {
    /// Runs until the connection breaks or the container is gone.
    async fn run(&mut self) -> Result<(), SourceError> {
        let mut detail = self.inspect().await?;
        detail.name.trim_start_matches('/').clone_into(&mut self.memory.name);
        self.log = detail.host.log.clone();
        if self.log.driver == "none" {
            return Err(self.keeps_nothing());
        }
        let by_bell = driver::follow_may_skip(&self.log, self.engine.api_version());
        loop {
            let format = if detail.config.terminal { Format::Raw } else { Format::Multiplexed };
            let runs = ending::is_up(&detail);
            self.note_start(&detail);
            if by_bell {
                self.catch_up_to_now(format, !runs).await?;
            } else {
                self.catch_up(format, !runs).await?;
            }
            self.memory.pour.put_due();
            self.pass_on().await;
            self.feed.tell(Event::Log(LogEvent::Following)).await;
            let followed = match runs {
                false => Followed::Ended,
                true if by_bell => self.follow_by_bell(format).await?,
                true => self.follow_on(format).await?,
            };
            detail = match followed {
                Followed::Ended => self.next_life().await?,
                Followed::Stuck => self.inspect().await?,
                Followed::Short => detail,
            };
        }
    }

    async fn inspect(&self) -> Result<Detail, SourceError> {
        self.engine.container(&self.workload.name).await.map_err(|error| of_entity(&error))
    }

    /// Whether the engine does not know the container any more.
    async fn is_removed(&self) -> bool {
        matches!(self.engine.container(&self.workload.name).await, Err(error) if error.is_gone())
    }

    /// Remembers to tell of a restart that happened while nobody looked.
    fn note_start(&mut self, detail: &Detail) {
        let started = moment(&detail.state.started);
        if let (Some(before), Some(now)) = (self.memory.started, started)
            && before != now
            && self.memory.ended.is_none_or(|ended| ended < before)
        {
            // The engine's note of either moment may be late by some milliseconds, for a line of either life.
            let ended = moment(&detail.state.finished).filter(|it| *it < now).unwrap_or(now);
            let between = ended.saturating_add(now.duration_since(ended) / 2).unwrap_or(now);
            self.memory.pour.set_due(Divider::new(between, "restarted"));
        }
        self.memory.started = started;
    }

    async fn divide(&mut self, at: Timestamp, text: &str) {
        self.memory.pour.divider(Divider::new(at, text));
        self.pass_on().await;
    }

    /// Tells the rows that are ready.
    async fn pass_on(&mut self) {
        if let Some(batch) = self.memory.pour.take() {
            self.feed.tell(Event::Log(LogEvent::Newer(batch))).await;
        }
    }

    /// Reads what there is: the tail at first, later what came since.
    async fn catch_up(&mut self, format: Format, is_over: bool) -> Result<(), SourceError> {
        let Some(since) = self.memory.pour.resume.since() else {
            return self.read(self.first_query(), format, is_over).await;
        };
        let mut tail = CATCH_UP;
        for _ in 0..TRIES {
            let query = LogQuery { since: Some(since), tail: Some(tail), ..LogQuery::default() };
            let mut trial = self.memory.pour.trial();
            trial.resume.reopened();
            let mut bytes = self.open(query).await?;
            trial.read_all(&mut bytes, format, is_over).await.map_err(|error| self.failed(error))?;
            // Fewer lines than were asked for say nothing: an engine counts each fragment of a long one.
            if !trial.has_gap() {
                self.memory.pour = trial;
                self.pass_on().await;
                return Ok(());
            }
            tail *= MORE;
        }
        self.memory.pour.resume.reopened();
        self.read(LogQuery { since: Some(since), ..LogQuery::default() }, format, is_over).await
    }

    /// What is asked for as long as nothing came.
    fn first_query(&self) -> LogQuery {
        let Beginning { tail, since } = self.beginning;
        // Where nothing came the first time, everything that is there now is new.
        let tail = (!self.memory.is_read && tail != WHOLE).then_some(u64::from(tail));
        LogQuery { since, tail, ..LogQuery::default() }
    }

    /// Reads an answer that ends, and tells it as it comes.
    async fn read(&mut self, query: LogQuery, format: Format, is_over: bool) -> Result<(), SourceError> {
        let mut bytes = self.open(query).await?;
        let mut framer = Framer::new(format, Now(Timestamp::now()));
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(|error| of_entity(&error))?;
            self.memory.pour.feed(&mut framer, &chunk).map_err(|error| self.unreadable(&error))?;
            if self.memory.pour.is_large() {
                self.pass_on().await;
            }
        }
        self.memory.pour.end(framer, is_over).map_err(|error| self.unreadable(&error))?;
        self.memory.is_read = true;
        self.pass_on().await;
        Ok(())
    }

    /// Follows the log until it ends. Of a log that is written so fast that the last line which was read is not among the
    /// few last ones any more, looks far back at once: whoever caught up first would be as far behind again.
    async fn follow_on(&mut self, format: Format) -> Result<Followed, SourceError> {
        match self.follow(format, LOOK_BACK).await? {
            Followed::Short => self.follow(format, LOOK_FAR_BACK).await,
            followed => Ok(followed),
        }
    }

    /// Follows the log until it ends, on from the last line that was read, which is among the last `look_back` lines.
    async fn follow(&mut self, format: Format, look_back: u64) -> Result<Followed, SourceError> {
        let read_to = self.memory.pour.resume.since();
        let query = LogQuery {
            since: read_to.or(self.beginning.since),
            tail: read_to.map(|_| look_back),
            follow: true,
            ..LogQuery::default()
        };
        let mut before = Some(self.memory.pour.trial());
        self.memory.pour.resume.reopened();
        // The engine may begin its answer with the first line: opening is part of waiting for it.
        let (engine, name) = (self.engine.clone(), Arc::clone(&self.workload.name));
        let opening = async move { engine.logs(&name, &query).await };
        let mut bytes = Box::pin(stream::once(opening).try_flatten());
        let mut framer = Framer::new(format, Now(Timestamp::now()));
        let mut told = Instant::now();
        // When to tell of the lines that have come.
        let mut due = None;
        loop {
            let waiting = self.memory.pour.resume.is_waiting();
            let quiet = || Instant::now() + if waiting { SETTLE_AFTER } else { CHECK_AFTER };
            match timeout_at(due.unwrap_or_else(quiet), bytes.next()).await {
                Ok(Some(chunk)) => {
                    let chunk = chunk.map_err(|error| of_entity(&error))?;
                    let fed = self.memory.pour.feed(&mut framer, &chunk);
                    if self.goes_back(&mut before) {
                        return Ok(Followed::Short);
                    }
                    fed.map_err(|error| self.unreadable(&error))?;
                    due = Some(told + TOGETHER);
                    if !self.memory.pour.is_large() {
                        continue;
                    }
                }
                Ok(None) => break,
                Err(_) if due.is_some() => {}
                Err(_) if waiting => {
                    self.memory.pour.settle();
                    if self.goes_back(&mut before) {
                        return Ok(Followed::Short);
                    }
                }
                Err(_) if self.is_stuck(format).await? => return Ok(Followed::Stuck),
                Err(_) => {}
            }
            self.pass_on().await;
            (told, due) = (Instant::now(), None);
        }
        let ended = self.memory.pour.end(framer, true);
        if self.goes_back(&mut before) {
            return Ok(Followed::Short);
        }
        ended.map_err(|error| self.unreadable(&error))?;
        self.pass_on().await;
        Ok(Followed::Ended)
    }

    /// Goes back to `before` if there is a gap behind it; forgets it when there cannot be one any more.
    fn goes_back(&mut self, before: &mut Option<Pour>) -> bool {
        if self.memory.pour.has_gap()
            && let Some(before) = before.take()
        {
            self.memory.pour = before;
            return true;
        }
        if !self.memory.pour.resume.is_matching() {
            *before = None;
        }
        false
    }

    /// Whether the engine has a line that the follow should have brought.
    async fn is_stuck(&self, format: Format) -> Result<bool, SourceError> {
        let newest = self.newest(format).await.map_err(|error| self.failed(error))?;
        Ok(self.is_behind(newest))
    }

    /// Whether a line of that time should have been read.
    fn is_behind(&self, newest: Option<Timestamp>) -> bool {
        // What lies before the beginning was never wanted.
        newest > self.memory.pour.newest() && newest >= self.beginning.since
    }

    /// The time of the newest line that the engine has.
    async fn newest(&self, format: Format) -> Result<Option<Timestamp>, pour::Failed> {
        let query = LogQuery { tail: Some(1), ..LogQuery::default() };
        let opened = self.engine.logs(&self.workload.name, &query).await;
        pour::newest(&mut opened.map_err(pour::Failed::Client)?, format).await
    }

    async fn open(
        &self,
        query: LogQuery,
    ) -> Result<impl Stream<Item = Result<Bytes, ClientError>> + Unpin + Send + use<>, SourceError> {
        self.engine.logs(&self.workload.name, &query).await.map_err(|error| self.refused(&error))
    }

    /// Why a log could not be opened. Some drivers pass everything on and keep nothing, which the engine says only when
    /// it is asked.
    fn refused(&self, error: &ClientError) -> SourceError {
        if error.is_not_implemented() { self.keeps_nothing() } else { of_entity(error) }
    }

    fn keeps_nothing(&self) -> SourceError {
        SourceError::Final(driver::keeps_nothing(&self.memory.name, &self.log))
    }

    fn failed(&self, error: pour::Failed) -> SourceError {
        match error {
            pour::Failed::Client(error) => self.refused(&error),
            pour::Failed::Frame(error) => self.unreadable(&error),
        }
    }

    fn unreadable(&self, error: &FrameError) -> SourceError {
        SourceError::Retry(Fault::new(self.engine.address(), error.to_string(), ""))
    }
}
