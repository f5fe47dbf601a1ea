//! Questions to the engine that are under way at the same time; each kind at most once, but for inspections.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::Timestamp;

use super::inspections::Inspector;
use crate::clients::docker::ClientError;
use crate::clients::docker::api;
use crate::clients::docker::engine::Engine;
use crate::clients::docker::engine::stream::EventQuery;
use crate::clients::docker::entity::host::Described;
use crate::clients::docker::entity::moment;
use crate::core::entity::host::clock_ahead;
use crate::sources::docker::change::{ACTIONS, KINDS};

/// How long the engine may take to say that it is there.
const PONG_WITHIN: Duration = Duration::from_secs(4);
/// Events of the past that are taken at most; Docker remembers 256, Podman all.
const MOST_HISTORY: usize = 1_000;

/// Lists beside that of the containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Images,
    Volumes,
    Networks,
}

impl List {
    pub(super) const ALL: [Self; 3] = [Self::Images, Self::Volumes, Self::Networks];
}

/// An answer, or why there is none.
pub(super) enum Answer {
    Pong(Result<(), ClientError>),
    Containers(Result<Vec<api::container::Summary>, ClientError>),
    Inspected(Arc<str>, Result<Box<api::container::Detail>, ClientError>),
    Host(Result<Box<Described>, ClientError>),
    Images(Result<Vec<api::image::Summary>, ClientError>),
    Volumes(Result<Vec<api::volume::Volume>, ClientError>),
    Networks(Result<Vec<api::network::Network>, ClientError>),
    History(Result<Vec<api::event::Event>, ClientError>),
}

/// The questions under way.
pub(super) struct Answers {
    engine: Engine,
    coming: FuturesUnordered<BoxFuture<'static, Answer>>,
    asked: Vec<Question>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    Pong,
    Containers,
    Other(List),
}

impl Answers {
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine, coming: FuturesUnordered::new(), asked: Vec::new() }
    }

    /// The next answer; `None` while nothing is asked.
    pub(super) async fn next(&mut self) -> Option<Answer> {
        let answer = self.coming.next().await?;
        let question = match &answer {
            Answer::Pong(_) => Some(Question::Pong),
            Answer::Containers(_) => Some(Question::Containers),
            Answer::Images(_) => Some(Question::Other(List::Images)),
            Answer::Volumes(_) => Some(Question::Other(List::Volumes)),
            Answer::Networks(_) => Some(Question::Other(List::Networks)),
            Answer::Inspected(..) | Answer::Host(_) | Answer::History(_) => None,
        };
        self.asked.retain(|it| Some(*it) != question);
        Some(answer)
    }

    pub(super) fn ask_pong(&mut self) {
        self.ask(Question::Pong, |engine| async move { Answer::Pong(engine.ping(PONG_WITHIN).await) });
    }

    pub(super) fn ask_containers(&mut self) {
        self.ask(Question::Containers, |engine| async move { Answer::Containers(engine.containers().await) });
    }

    pub(super) fn ask_lists(&mut self, lists: &[List]) {
        for list in lists {
            self.ask(Question::Other(*list), |engine| match list {
                List::Images => async move { Answer::Images(engine.images().await) }.boxed(),
                List::Volumes => {
                    async move { Answer::Volumes(engine.volumes().await.map(|it| it.volumes)) }.boxed()
                }
                List::Networks => async move { Answer::Networks(engine.networks().await) }.boxed(),
            });
        }
    }

    pub(super) fn ask_host(&mut self) {
        let engine = self.engine.clone();
        self.coming.push(async move { Answer::Host(describe(&engine).await.map(Box::new)) }.boxed());
    }

    /// Asks what happened from `since` until now.
    pub(super) fn ask_history(&mut self, since: Timestamp) {
        let engine = self.engine.clone();
        self.coming.push(async move { Answer::History(history(&engine, since).await) }.boxed());
    }

    fn ask<F>(&mut self, question: Question, call: impl FnOnce(Engine) -> F)
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        if !self.asked.contains(&question) {
            self.asked.push(question);
            self.coming.push(call(self.engine.clone()).boxed());
        }
    }
}

impl Inspector for Answers {
    fn inspect(&mut self, id: Arc<str>) {
        let engine = self.engine.clone();
        self.coming.push(
            async move {
                let detail = engine.container(&id).await.map(Box::new);
                Answer::Inspected(id, detail)
            }
            .boxed(),
        );
    }
}

async fn describe(engine: &Engine) -> Result<Described, ClientError> {
    let info = async {
        let asked = Timestamp::now();
        let info = engine.info().await?;
        let shown = moment(&info.time);
        Ok((shown.and_then(|shown| clock_ahead(shown, asked, Timestamp::now())), info))
    };
    let ((clock_ahead, info), version) = tokio::try_join!(info, engine.version())?;
    Ok(Described {
        api: engine.api_version(),
        info,
        version,
        clock_ahead,
        certificates: engine.certificates(),
    })
}

/// The newest events of the past, oldest first.
async fn history(engine: &Engine, since: Timestamp) -> Result<Vec<api::event::Event>, ClientError> {
    let query = EventQuery {
        since: Some(since),
        until: Some(Timestamp::now()),
        kinds: KINDS,
        actions: ACTIONS,
        ..EventQuery::default()
    };
    let mut stream = Box::pin(engine.events(&query).await?);
    let mut events = std::collections::VecDeque::new();
    while let Some(event) = stream.next().await {
        // One that cannot be read is not worth losing the others for.
        if let Ok(event) = event {
            events.push_back(event);
        }
        if events.len() > MOST_HISTORY {
            events.pop_front();
        }
    }
    Ok(events.into())
}
