//! Sources written as a plain sequence of steps: a future that tells events, as a stream of what it tells.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{BoxStream, Stream, StreamExt as _};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::core::event::Event;
use crate::sources::SourceError;

/// Events that may wait to be taken; then telling waits.
const ROOM: usize = 64;

/// Where a source tells its events.
#[derive(Clone)]
pub(super) struct Feed(Sender<Event>);

impl Feed {
    /// Tells an event; waits while too many are not taken yet.
    pub(super) async fn tell(&self, event: Event) {
        // The other end lives as long as the future that tells: it is part of the same stream.
        let _ = self.0.send(event).await;
    }

    /// Tells several.
    pub(super) async fn tell_all(&self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.tell(event).await;
        }
    }
}

/// The stream of what `steps` tells, and at the end of its error.
pub(super) fn stream<F>(steps: impl FnOnce(Feed) -> F) -> BoxStream<'static, Result<Event, SourceError>>
where
    F: Future<Output = Result<(), SourceError>> + Send + 'static,
{
    let (sender, told) = channel(ROOM);
    Fed { steps: Some(steps(Feed(sender)).boxed()), told, error: None }.boxed()
}

struct Fed {
    steps: Option<BoxFuture<'static, Result<(), SourceError>>>,
    told: Receiver<Event>,
    error: Option<SourceError>,
}

impl Stream for Fed {
    type Item = Result<Event, SourceError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(Some(event)) = self.told.poll_recv(cx) {
            return Poll::Ready(Some(Ok(event)));
        }
        if let Some(steps) = &mut self.steps
            && let Poll::Ready(result) = steps.poll_unpin(cx)
        {
            self.steps = None;
            self.error = result.err();
        }
        match self.told.poll_recv(cx) {
            Poll::Ready(Some(event)) => Poll::Ready(Some(Ok(event))),
            Poll::Ready(None) => Poll::Ready(self.error.take().map(Err)),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::fault::Fault;

    #[tokio::test]
    async fn everything_that_is_told_comes_before_the_error() {
        let more_than_fits = ROOM * 2 + 1;
        let fault = Fault::new("x", "y", "");
        let error = SourceError::Retry(fault);
        let last = error.clone();
        let told = stream(move |feed| async move {
            for _ in 0..more_than_fits {
                feed.tell(Event::Heartbeat).await;
            }
            Err(last)
        });
        let mut told: Vec<_> = told.collect().await;
        assert_eq!(told.pop().map(Result::unwrap_err), Some(error));
        assert_eq!(told.len(), more_than_fits);
        assert!(told.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn steps_without_an_error_end_the_stream() {
        let told: Vec<_> = stream(async |feed| {
            feed.tell_all([Event::Heartbeat, Event::Heartbeat]).await;
            Ok(())
        })
        .collect()
        .await;
        assert_eq!(told.len(), 2);
    }
}
