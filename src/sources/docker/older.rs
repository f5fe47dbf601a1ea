//! A page of a container's log from before what is held.
//!
//! An engine counts the lines of a tail from the end of the log as it is when it answers, and only then looks at times.
//! So on a log that grows fast a tail may bring less than it should; and only a larger one that brings no more says
//! that the log begins here.

use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt as _};
use jiff::{SignedDuration, Timestamp};

use super::{longest_pause, of_entity};
use crate::clients::docker::engine::Engine;
use crate::clients::docker::engine::logs::LogQuery;
use crate::core::event::{Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::logs::{Batch, Format, FrameError, Framer, RawLine, Stream};
use crate::core::source::SourceId;
use crate::core::time::Now;
use crate::sources::{Source, SourceError, feed};

/// How many times as many lines are asked for when a tail brought nothing new …
const MORE: u64 = 4;
/// … and how often at most: the engine may have rotated away even what is held.
const TRIES: u32 = 6;
/// Bytes of lines of one moment that are told apart.
const MOST_OF_A_MOMENT: usize = 32 * 1024 * 1024;

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How many lines from the end to ask for.
    pub tail: u64,
    /// The moment of the oldest line that is held.
    pub before: Timestamp,
    /// How many lines of exactly that moment are held.
    pub same: u32,
}

/// One page of a container's log.
pub struct OlderLog {
    id: SourceId,
    engine: Engine,
    workload: EntityId,
    wanted: Wanted,
}

impl OlderLog {
    /// The page of the log of `workload` on `engine` that is `wanted`.
    pub fn new(id: SourceId, engine: Engine, workload: EntityId, wanted: Wanted) -> Self {
        Self { id, engine, workload, wanted }
    }
}

impl Source for OlderLog {
    fn id(&self) -> SourceId {
        self.id.clone()
    }

    fn longest_pause(&self) -> Duration {
        longest_pause(&self.engine)
    }

    fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
        let (engine, workload, wanted) = (self.engine.clone(), self.workload.clone(), self.wanted);
        feed::stream(move |feed| async move {
            let detail = engine.container(&workload.name).await.map_err(|error| of_entity(&error))?;
            let format = if detail.config.terminal { Format::Raw } else { Format::Multiplexed };
            let mut tail = wanted.tail;
            let mut before = None;
            for _ in 0..TRIES {
                let page = read(&engine, &workload, wanted, tail, format).await?;
                let begins_here = before == Some(page.seen) && page.seen >= u64::from(wanted.same);
                if !page.rows.is_empty() || begins_here {
                    feed.tell(Event::Log(LogEvent::Older { page: page.rows, reached_start: begins_here }))
                        .await;
                    return Ok(());
                }
                before = Some(page.seen);
                tail = tail.saturating_mul(MORE);
            }
            feed.tell(Event::Log(LogEvent::Older { page: Batch::new(), reached_start: true })).await;
            Ok(())
        })
    }
}

/// What an answer brought.
struct Page {
    /// The new lines.
    rows: Batch,
    /// How many lines it had, those that are held already included.
    seen: u64,
}

async fn read(
    engine: &Engine,
    workload: &EntityId,
    wanted: Wanted,
    tail: u64,
    format: Format,
) -> Result<Page, SourceError> {
    let query = LogQuery { tail: Some(tail), until: Some(end_of(wanted.before)), ..LogQuery::default() };
    let mut bytes = engine.logs(&workload.name, &query).await.map_err(|error| of_entity(&error))?;
    let unreadable =
        |error: &FrameError| SourceError::Retry(Fault::new(engine.address(), error.to_string(), ""));
    let mut framer = Framer::new(format, Now(Timestamp::now()));
    let mut sifted = Sifted::new(wanted);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|error| of_entity(&error))?;
        framer.feed(&chunk, &mut |line| sifted.line(&line)).map_err(|error| unreadable(&error))?;
    }
    framer.finish(&mut |line| sifted.line(&line)).map_err(|error| unreadable(&error))?;
    Ok(sifted.into_page())
}

/// The last moment that the engine would print as `moment`: Podman prints whole seconds.
fn end_of(moment: Timestamp) -> Timestamp {
    if moment.subsec_nanosecond() == 0 {
        moment.checked_add(SignedDuration::new(0, 999_999_999)).unwrap_or(moment)
    } else {
        moment
    }
}

/// Lines of an answer, those that are held already taken out.
struct Sifted {
    wanted: Wanted,
    page: Page,
    /// Lines of the moment at which what is held begins: the last of them are held.
    same: Vec<(Stream, Vec<u8>, u64)>,
    same_bytes: usize,
}

impl Sifted {
    fn new(wanted: Wanted) -> Self {
        Self { wanted, page: Page { rows: Batch::new(), seen: 0 }, same: Vec::new(), same_bytes: 0 }
    }

    fn line(&mut self, line: &RawLine<'_>) {
        if line.timestamp > self.wanted.before {
            return;
        }
        self.page.seen += 1;
        if line.timestamp < self.wanted.before {
            self.page.rows.line(line);
        } else if self.same_bytes < MOST_OF_A_MOMENT {
            self.same_bytes += line.bytes.len();
            self.same.push((line.stream, line.bytes.to_vec(), line.beyond));
        }
    }

    fn into_page(mut self) -> Page {
        let new = self.same.len().saturating_sub(self.wanted.same as usize);
        for (stream, bytes, beyond) in &self.same[..new] {
            let line = RawLine { timestamp: self.wanted.before, stream: *stream, bytes, beyond: *beyond };
            self.page.rows.line(&line);
        }
        self.page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(second: i64, text: &str) -> RawLine<'_> {
        let timestamp = Timestamp::from_second(second).unwrap();
        RawLine { timestamp, stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 }
    }

    #[test]
    fn of_the_lines_of_one_moment_the_last_are_those_that_are_held() {
        let before = Timestamp::from_second(10).unwrap();
        let mut sifted = Sifted::new(Wanted { tail: 100, before, same: 2 });
        for (second, text) in [(9, "a"), (10, "b"), (10, "c"), (10, "d"), (11, "e")] {
            sifted.line(&line(second, text));
        }
        let page = sifted.into_page();
        assert_eq!((page.rows.rows(), page.seen), (2, 4));
    }

    #[test]
    fn a_tail_that_does_not_reach_what_is_held_brings_nothing() {
        let before = Timestamp::from_second(10).unwrap();
        let mut sifted = Sifted::new(Wanted { tail: 100, before, same: 2 });
        sifted.line(&line(10, "d"));
        assert!(sifted.into_page().rows.is_empty());
    }

    #[test]
    fn a_whole_second_is_asked_for_where_times_have_no_fraction() {
        let whole = Timestamp::from_second(10).unwrap();
        assert_eq!(end_of(whole).subsec_nanosecond(), 999_999_999);
        let exact = Timestamp::new(10, 5).unwrap();
        assert_eq!(end_of(exact), exact);
    }
}
