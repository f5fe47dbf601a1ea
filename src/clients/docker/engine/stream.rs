//! Answers without an end: events, readings of resource use, and the bytes that they come in.
//!
//! A stream that is silent is not an error here: whoever watches it decides how long silence may last.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{self, Stream, StreamExt as _};
use hyper::body::Body as _;
pub use hyper::body::Bytes;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::{Engine, READ_WITHIN};
use crate::clients::docker::api::event::Event;
use crate::clients::docker::api::stats::Reading;
use crate::clients::docker::error::{Cause, ClientError, words};
use crate::clients::docker::flow::Flow;
use crate::clients::docker::query::{Target, segment};

/// Bytes of the longest line that is read: an event carries all labels of its container.
const LONGEST_LINE: usize = 1024 * 1024;

/// The body of an answer as it comes. Dropping it ends the request.
pub struct ByteStream {
    engine: Arc<str>,
    body: Flow,
}

impl ByteStream {
    pub(super) fn new(engine: &Arc<str>, body: Flow) -> Self {
        Self { engine: Arc::clone(engine), body }
    }

    fn error(&self, cause: Cause) -> ClientError {
        ClientError::new(&self.engine, cause)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        // It makes no other frames than those of data.
        let bytes = frame.map(|frame| frame.map(|it| it.into_data().unwrap_or_default()));
        Poll::Ready(bytes.map(|bytes| bytes.map_err(|cause| self.error(cause))))
    }
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventQuery<'a> {
    /// From this moment on; from now on when `None`. The engine remembers 256 events.
    pub since: Option<Timestamp>,
    /// Up to this moment; without an end when `None`.
    pub until: Option<Timestamp>,
    /// What they happened to (`container`, `volume`, …); anything when empty.
    pub kinds: &'a [&'a str],
    /// What happened (`start`, `die`, …); anything when empty.
    pub actions: &'a [&'a str],
    /// Only to the container with this id.
    pub container: Option<&'a str>,
}

impl Engine {
    /// Events, as they happen. When this returns the engine has begun to collect them: a list that is asked for
    /// afterwards misses nothing. The engine skips events where they are not taken within 100 ms.
    pub async fn events(
        &self,
        query: &EventQuery<'_>,
    ) -> Result<impl Stream<Item = Result<Event, ClientError>> + Send + use<>, ClientError> {
        let mut filters = BTreeMap::new();
        if !query.kinds.is_empty() {
            filters.insert("type", query.kinds);
        }
        if !query.actions.is_empty() {
            filters.insert("event", query.actions);
        }
        let container = query.container.as_slice();
        if !container.is_empty() {
            filters.insert("container", container);
        }
        let filters = serde_json::to_string(&filters).unwrap_or_default();
        let target = Target::new("/events")
            .with_some("since", query.since.map(stamp))
            .with_some("until", query.until.map(stamp))
            .with("filters", filters);
        let bytes = self.timed("watch the events", READ_WITHIN, self.stream(target)).await?;
        Ok(lines("watch the events", bytes))
    }

    /// Readings of a container's resource use, one a second. The first has no reading before it to compare with.
    pub async fn stats(
        &self,
        id: &str,
    ) -> Result<impl Stream<Item = Result<Reading, ClientError>> + Send + use<>, ClientError> {
        let target = Target::new(format!("/containers/{}/stats", segment(id))).with("stream", 1);
        let bytes = self.timed("watch the resource use", READ_WITHIN, self.stream(target)).await?;
        Ok(lines("watch the resource use", bytes))
    }
}

/// A moment as the engine reads it: seconds since 1970, with nanoseconds.
pub(super) fn stamp(at: Timestamp) -> String {
    format!("{}.{:09}", at.as_second(), at.subsec_nanosecond())
}

/// The JSON values of a body, one a line. A line that cannot be read is one error; the lines after it are still read.
fn lines<T: DeserializeOwned>(
    doing: &'static str,
    bytes: ByteStream,
) -> impl Stream<Item = Result<T, ClientError>> + Send {
    let state = Lines { bytes, held: Vec::new(), searched: 0, ended: false };
    stream::unfold(state, move |mut state| async move {
        let line = state.next().await?;
        let item = line.and_then(|line| {
            serde_json::from_slice(&line).map_err(|error| {
                state.bytes.error(Cause::Unreadable { doing, detail: words(&error.to_string()) })
            })
        });
        Some((item, state))
    })
}

/// Cuts bytes into lines.
struct Lines {
    bytes: ByteStream,
    held: Vec<u8>,
    /// How much of `held` is known to have no line feed.
    searched: usize,
    ended: bool,
}

impl Lines {
    /// The next line that is not blank, without its line feed.
    async fn next(&mut self) -> Option<Result<Vec<u8>, ClientError>> {
        loop {
            if let Some(at) = self.held[self.searched..].iter().position(|byte| *byte == b'\n') {
                let rest = self.held.split_off(self.searched + at + 1);
                let line = std::mem::replace(&mut self.held, rest);
                self.searched = 0;
                if line.trim_ascii().is_empty() {
                    continue;
                }
                return Some(Ok(line));
            }
            self.searched = self.held.len();
            if self.ended {
                let last = std::mem::take(&mut self.held);
                self.searched = 0;
                return (!last.trim_ascii().is_empty()).then_some(Ok(last));
            }
            match self.bytes.next().await {
                Some(Ok(bytes)) if self.held.len() + bytes.len() <= LONGEST_LINE => {
                    self.held.extend_from_slice(&bytes);
                }
                Some(Ok(_)) => {
                    self.give_up();
                    let detail = format!("a line is longer than {} MiB", LONGEST_LINE >> 20);
                    return Some(Err(self.bytes.error(Cause::Unreadable { doing: "read a line", detail })));
                }
                Some(Err(error)) => {
                    self.give_up();
                    return Some(Err(error));
                }
                None => self.ended = true,
            }
        }
    }

    fn give_up(&mut self) {
        self.held.clear();
        self.searched = 0;
        self.ended = true;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_moment_keeps_its_nanoseconds() {
        assert_eq!(stamp("2026-11-21T05:00:00.000000042Z".parse().unwrap()), "1795237200.000000042");
    }
}
