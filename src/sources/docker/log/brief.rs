//! Logs of which the engine keeps so little that its own follow may miss lines, and never says where: what it throws
//! away before it has read it is skipped, or torn out of the middle of an answer.
//!
//! So the follow is only a bell. When it rings, all that is kept is read and laid over what was delivered: what is not
//! there any more leaves a gap exactly where it was. An answer is asked for up to a moment that has passed when it is
//! begun. What the engine cuts away while it reads, newer lines take the place of; and those are beyond that moment.

use std::time::Duration;

use futures_util::future::FutureExt as _;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{sleep, timeout};

use super::pour::{Failed, Once, Pour};
use super::{Followed, LogQuery, Reading, driver, of_entity};
use crate::clients::docker::engine::stream::Bytes;
use crate::core::logs::{Format, FrameError, Framer};
use crate::core::time::Now;
use crate::sources::SourceError;

/// A bell that is silent for so long is checked.
const CHECK_AFTER: Duration = Duration::from_secs(1);
/// How long the log is left alone between two readings.
const PAUSE: Duration = Duration::from_millis(5);
/// A clock that shows so much less than before was set back.
const SET_BACK: SignedDuration = SignedDuration::from_secs(1);
/// How many lines are read at least.
const FEWEST: u64 = 200;
/// How many times as many lines are asked for as were new the last time.
const MORE: u64 = 3;

impl Reading<'_> {
    /// Follows the log until it ends.
    pub(super) async fn follow_by_bell(&mut self, format: Format) -> Result<Followed, SourceError> {
        let query = LogQuery { tail: Some(0), follow: true, ..LogQuery::default() };
        let (engine, name) = (self.engine.clone(), self.workload.name.clone());
        let opening = async move { engine.logs(&name, &query).await };
        let mut bell = Box::pin(stream::once(opening).try_flatten());
        let mut framer = Framer::new(format, Now(Timestamp::now()));
        loop {
            let Ok(mut rung) = timeout(CHECK_AFTER, bell.next()).await else {
                let newest = self.moment(format).await?;
                if self.is_behind(newest) {
                    // It rings only for what comes later, or it sticks.
                    return Ok(Followed::Stuck);
                }
                continue;
            };
            let mut newest = None;
            loop {
                let Some(bytes) = rung else {
                    // The container has stopped, or the bell is broken: whichever it is, will show.
                    sleep(PAUSE).await;
                    return Ok(Followed::Stuck);
                };
                let bytes = bytes.map_err(|error| of_entity(&error))?;
                // What it cannot read, it still rings for.
                let _ = framer.feed(&bytes, &mut |line| newest = newest.max(Some(line.timestamp)));
                match bell.next().now_or_never() {
                    Some(next) => rung = next,
                    None => break,
                }
            }
            // Where it lags behind, or says nothing, the engine is asked.
            let newest = newest.filter(|newest| self.memory.pour.newest() <= Some(*newest));
            let moment = if newest.is_some() { newest } else { self.moment(format).await? };
            self.catch_up_until(moment, format).await?;
            sleep(PAUSE).await;
        }
    }

    /// Reads what there is.
    pub(super) async fn catch_up_to_now(&mut self, format: Format, is_over: bool) -> Result<(), SourceError> {
        if is_over {
            // Nothing is thrown away any more.
            return self.catch_up(format, true).await;
        }
        let moment = self.moment(format).await?;
        self.catch_up_until(moment, format).await
    }

    /// Reads what there is up to a moment that has passed.
    async fn catch_up_until(&mut self, moment: Option<Timestamp>, format: Format) -> Result<(), SourceError> {
        if moment.is_none() {
            self.memory.is_read = true;
            return Ok(());
        }
        let ahead =
            self.memory.pour.newest().zip(moment).map(|(read_to, moment)| read_to.duration_since(moment));
        if ahead.is_some_and(|ahead| ahead.is_positive() && ahead < SET_BACK) {
            // An older line than was read: the newest was being moved to another file.
            return Ok(());
        }
        // Where a clock was set back, moments say nothing.
        let until = moment.filter(|_| ahead.is_none_or(|ahead| !ahead.is_positive()));
        let Some(since) = self.memory.pour.resume.since() else {
            return self.read(LogQuery { until, ..self.first_query() }, format, false).await;
        };
        let few = FEWEST.max(self.memory.came * MORE);
        // Only where all that is kept was read it is known that something is missing.
        let tails = [Some(few), None];
        for tail in if driver::is_small(&self.log) { &tails[1..] } else { &tails } {
            let answer =
                self.answer(LogQuery { since: Some(since), until, tail: *tail, follow: false }).await?;
            let Ok(mut trial) = self.poured(&answer, format, None) else {
                // The engine stumbled over what it cut away itself; it is asked again.
                return Ok(());
            };
            if trial.has_gap() {
                if tail.is_some() {
                    continue;
                }
                if let (Some(_), Ok(newer)) = (until, self.poured(&answer, format, self.memory.pour.newest()))
                {
                    // It may have had holes, so that nothing matched.
                    trial = newer;
                }
            }
            self.memory.came = trial.rows();
            self.memory.pour = trial;
            self.pass_on().await;
            break;
        }
        Ok(())
    }

    /// All of an answer.
    async fn answer(&self, query: LogQuery) -> Result<Vec<Bytes>, SourceError> {
        self.open(query).await?.try_collect().await.map_err(|error| of_entity(&error))
    }

    /// What comes of an answer, of which only what is newer than `after` is believed to be new.
    fn poured(&self, answer: &[Bytes], format: Format, after: Option<Timestamp>) -> Result<Pour, FrameError> {
        let mut pour = self.memory.pour.trial();
        pour.once = Some(Once::after(after));
        pour.resume.reopened();
        let mut framer = Framer::new(format, Now(Timestamp::now()));
        for bytes in answer {
            pour.feed(&mut framer, bytes)?;
        }
        pour.end(framer, false)?;
        pour.once = None;
        Ok(pour)
    }

    /// A moment that has passed, by the clock of the engine: that of its newest line. `None` where it has none, or cut
    /// it away while it was read.
    async fn moment(&self, format: Format) -> Result<Option<Timestamp>, SourceError> {
        match self.newest(format).await {
            Err(Failed::Client(error)) => Err(self.refused(&error)),
            Err(Failed::Frame(_)) => Ok(None),
            Ok(newest) => Ok(newest),
        }
    }
}
