//! Taking a box: what an engine still tells of a container that has just died, and no longer than it has to be waited
//! for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::core::blackbox::{BlackBox, Head, LONGEST_LINE, Line};
use crate::core::change::Change;
use crate::core::event::{Event, LogEvent};
use crate::core::fault::Fault;
use crate::core::logs::{Batch, Row, Store};
use crate::core::subject::Subject;
use crate::sources::{Reader, Source, SourceError};

/// So long both answers may take together.
pub const WITHIN: Duration = Duration::from_secs(10);
/// No screen has a log of this number.
const NOBODYS: u64 = u64::MAX;

/// A box about `death`, with at most so many lines. It is not redacted yet. An error says why nothing at all was to be
/// had: the container is gone, or the engine.
pub async fn take(reader: &dyn Reader, death: &Change, lines: usize) -> Result<BlackBox, Fault> {
    let nothing = || Fault::new(&*death.name, "this is no end of a workload", "");
    let head = Head::of(death, Timestamp::now()).ok_or_else(nothing)?;
    let id = head.entity();
    // Where it runs again, its new lines stand behind those that are wanted.
    let tail = u32::try_from(lines.saturating_mul(2)).unwrap_or(u32::MAX);
    let log = reader.open(&Subject::Log { id: id.clone(), tail, since: None, pattern: None, log: NOBODYS });
    let detail = reader.open(&Subject::Detail(id));
    let deadline = Instant::now() + WITHIN;
    let ((lines, log_fault), detail) =
        tokio::join!(last_lines(log, death.at, lines, deadline), inspect(detail, deadline));
    if let (true, Some(fault), Err(_)) = (lines.is_empty(), &log_fault, &detail) {
        return Err(fault.clone());
    }
    let mut missing = Vec::new();
    let mut lacks = |what: &str, fault: &Fault| missing.push(Arc::from(format!("{what}: {}", fault.cause)));
    if let Some(fault) = &log_fault {
        lacks("log", fault);
    }
    let inspect = detail.unwrap_or_else(|fault| {
        lacks("inspect", &fault);
        Arc::new(Value::Null)
    });
    let head = Head { lines: lines.len(), missing, ..head };
    Ok(BlackBox { head, lines: lines.into(), inspect: Arc::unwrap_or_clone(inspect) })
}

fn too_slow() -> Fault {
    Fault::new("the engine", format!("no answer within {}s", WITHIN.as_secs()), "")
}

fn none() -> Fault {
    Fault::new("the target", "it has no such thing", "")
}

/// The last lines that were written until `died`, and why there may be more.
async fn last_lines(
    source: Option<Arc<dyn Source>>,
    died: Timestamp,
    count: usize,
    deadline: Instant,
) -> (VecDeque<Line>, Option<Fault>) {
    let mut lines = VecDeque::new();
    let Some(source) = source else { return (lines, Some(none())) };
    let mut events = source.watch();
    loop {
        match timeout_at(deadline, events.next()).await {
            Ok(Some(Ok(Event::Log(LogEvent::Newer(batch))))) => add(&mut lines, batch, died, count),
            Ok(Some(Ok(Event::Log(LogEvent::Following))) | None) => return (lines, None),
            Ok(Some(Ok(_))) => {}
            Ok(Some(Err(SourceError::Retry(fault) | SourceError::Final(fault)))) => {
                return (lines, Some(fault));
            }
            Err(_) => return (lines, Some(too_slow())),
        }
    }
}

fn add(lines: &mut VecDeque<Line>, batch: Batch, died: Timestamp, count: usize) {
    let mut store = Store::new(usize::MAX);
    store.append(batch);
    for (_, row) in store.rows(i64::MIN..i64::MAX) {
        let Row::Line(line) = row else { continue };
        if line.timestamp > died || count == 0 {
            continue;
        }
        if lines.len() == count {
            lines.pop_front();
        }
        let text = shortened(line.text);
        lines.push_back(Line { time: line.timestamp, stream: Arc::from(line.stream.word()), text });
    }
}

/// A line as far as it is kept.
fn shortened(text: &str) -> String {
    if text.len() <= LONGEST_LINE {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST_LINE);
    format!("{} … {} more bytes", &text[..end], text.len() - end)
}

/// Everything about a workload, asked for once.
pub(super) async fn inspect(source: Option<Arc<dyn Source>>, deadline: Instant) -> Result<Arc<Value>, Fault> {
    let source = source.ok_or_else(none)?;
    let mut events = source.watch();
    loop {
        match timeout_at(deadline, events.next()).await {
            Ok(Some(Ok(Event::Detail(_, value)))) => return Ok(value),
            Ok(Some(Ok(_))) => {}
            Ok(Some(Err(SourceError::Retry(fault) | SourceError::Final(fault)))) => return Err(fault),
            Ok(None) => return Err(none()),
            Err(_) => return Err(too_slow()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use futures_util::stream::{self, BoxStream};

    use super::*;
    use crate::core::blackbox::fixture::death;
    use crate::core::id::TargetId;
    use crate::core::logs::{RawLine, Stream};
    use crate::core::source::SourceId;
    use crate::core::target::Technology;

    /// A target that tells a log of one line a second, and one detail; or hangs; or has nothing.
    pub(in super::super) enum Told {
        Lines(std::ops::Range<i64>),
        Nothing,
        Hangs,
    }

    impl Reader for Told {
        fn technology(&self) -> Technology {
            Technology::Docker
        }

        fn address(&self) -> String {
            "here".to_owned()
        }

        fn open(&self, subject: &Subject) -> Option<Arc<dyn Source>> {
            let gone = || SourceError::Final(Fault::new("a", "no such container", ""));
            let events = match (self, subject) {
                (Self::Hangs, _) => None,
                (Self::Nothing, _) => Some(vec![Err(gone())]),
                (Self::Lines(seconds), Subject::Log { .. }) => {
                    let mut batch = Batch::new();
                    for second in seconds.clone() {
                        let text = format!("line {second} token=sesame");
                        let timestamp = Timestamp::from_second(second).unwrap();
                        let line =
                            RawLine { timestamp, stream: Stream::Stderr, bytes: text.as_bytes(), beyond: 0 };
                        batch.line(&line);
                    }
                    let log = |it| Ok(Event::Log(it));
                    Some(vec![log(LogEvent::Newer(batch)), log(LogEvent::Following)])
                }
                (Self::Lines(_), Subject::Detail(id)) => {
                    let value = serde_json::json!({"Config": {"Env": ["KEY=sesame"]}});
                    Some(vec![Ok(Event::Detail(id.clone(), Arc::new(value)))])
                }
                (Self::Lines(_), _) => return None,
            };
            Some(Arc::new(Said(events)))
        }
    }

    struct Said(Option<Vec<Result<Event, SourceError>>>);

    impl Source for Said {
        fn id(&self) -> SourceId {
            SourceId { target: TargetId::new("local"), subject: Subject::Entities }
        }

        fn watch(&self) -> BoxStream<'static, Result<Event, SourceError>> {
            match &self.0 {
                Some(events) => stream::iter(events.clone()).chain(stream::pending()).boxed(),
                None => stream::pending().boxed(),
            }
        }
    }

    #[tokio::test]
    async fn the_last_lines_before_the_death_are_taken_and_none_of_the_life_after_it() {
        let it = take(&Told::Lines(0..100), &death(50, "a"), 10).await.unwrap();
        let texts: Vec<&str> = it.lines.iter().map(|it| it.text.split(" token").next().unwrap()).collect();
        assert_eq!((texts.first(), texts.last()), (Some(&"line 41"), Some(&"line 50")));
        assert_eq!((it.head.lines, it.lines.len()), (10, 10));
        assert_eq!(&*it.lines[0].stream, "stderr");
        assert!(it.inspect["Config"].is_object() && it.head.missing.is_empty());
    }

    #[tokio::test]
    async fn a_container_that_is_gone_leaves_nothing_and_the_reason_is_told() {
        let fault = take(&Told::Nothing, &death(50, "a"), 10).await.unwrap_err();
        assert_eq!(&*fault.cause, "no such container");
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_hangs_is_waited_for_no_longer_than_that() {
        let begun = Instant::now();
        let fault = take(&Told::Hangs, &death(50, "a"), 10).await.unwrap_err();
        assert!(fault.cause.contains("no answer within 10s"), "{fault}");
        assert_eq!(begun.elapsed(), WITHIN);
    }

    #[test]
    fn a_line_is_kept_as_far_as_it_is_bearable() {
        assert_eq!(shortened("short"), "short");
        let long = shortened(&"é".repeat(LONGEST_LINE));
        assert!(long.ends_with(&format!(" … {LONGEST_LINE} more bytes")), "{}", &long[LONGEST_LINE - 4..]);
    }
}
