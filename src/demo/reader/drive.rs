//! What all sources of a simulated target have in common: they speak, wait and speak again, until the target cannot
//! be reached.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use tokio::sync::watch;

use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::demo::moment::Moment;
use crate::demo::scene::Scene;
use crate::demo::stage::Stage;
use crate::sources::SourceError;

/// When a source speaks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Never: all is said.
    Never,
    /// Then, or when an operator has changed something.
    At(Moment),
}

/// A source that is asked from time to time what it has to say.
pub(super) trait Speaks: Send + 'static {
    /// Whether it is the standing picture.
    const STANDING: bool = false;

    /// What it has to say now, and when it will again.
    fn speak(&mut self, scene: &mut Scene) -> Result<(Vec<Event>, Next), Fault>;
}

struct Driven<S> {
    stage: Arc<Stage>,
    speaks: S,
    said: VecDeque<Event>,
    next: Option<Next>,
    stirred: watch::Receiver<()>,
    broken: bool,
}

/// The stream of what `speaks` says.
pub(super) fn drive<S: Speaks>(
    stage: Arc<Stage>,
    speaks: S,
) -> BoxStream<'static, Result<Event, SourceError>> {
    let stirred = stage.listen();
    let driven = Driven { stage, speaks, said: VecDeque::new(), next: None, stirred, broken: false };
    stream::unfold(driven, |mut driven| async { driven.item().await.map(|item| (item, driven)) }).boxed()
}

impl<S: Speaks> Driven<S> {
    async fn item(&mut self) -> Option<Result<Event, SourceError>> {
        loop {
            if let Some(event) = self.said.pop_front() {
                return Some(Ok(event));
            }
            if self.broken || self.next == Some(Next::Never) {
                return None;
            }
            if let Some(fault) = self.stage.outage() {
                let begins = self.next.is_none() && S::STANDING;
                if !(begins && self.stage.is_first_listing()) {
                    self.broken = true;
                    return Some(Err(SourceError::Retry(fault)));
                }
            } else {
                if let Some(Next::At(at)) = self.next {
                    self.wait(at).await;
                    if self.stage.outage().is_some() {
                        continue;
                    }
                }
                if S::STANDING {
                    self.stage.is_first_listing();
                }
            }
            match self.stage.with(|scene| self.speaks.speak(scene)) {
                Ok((events, next)) => {
                    self.said.extend(events);
                    self.next = Some(next);
                }
                Err(fault) => {
                    self.broken = true;
                    return Some(Err(SourceError::Final(fault)));
                }
            }
        }
    }

    async fn wait(&mut self, at: Moment) {
        let at = self.stage.next_outage().map_or(at, |outage| outage.min(at));
        tokio::select! {
            () = self.stage.clock.until(at) => {}
            // The sender lives in the stage, which lives in here.
            _ = self.stirred.changed() => {}
        }
    }
}
