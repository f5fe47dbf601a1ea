//! A source under supervision, and the fleet that its events make.

use std::sync::Arc;

use quarterdeck::clients::docker::{Endpoint, Engine, Settings};
use quarterdeck::clients::ssh::Pool;
use quarterdeck::core::entity::Workload;
use quarterdeck::core::event::{Envelope, Event};
use quarterdeck::core::fleet::Fleet;
use quarterdeck::core::id::{EntityId, Kind, TargetId};
use quarterdeck::core::subject::Subject;
use quarterdeck::core::target::{Target, Technology};
use quarterdeck::sources::Reader;
use quarterdeck::sources::docker::DockerReader;
use quarterdeck::sources::supervise::{Sink, supervise};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::support::{DEADLINE, engine};

/// The name of the target in every test.
pub(crate) fn target() -> TargetId {
    TargetId::new("rig")
}

pub(crate) fn workload(id: &str) -> EntityId {
    EntityId::new(Kind::Workload, &target(), id)
}

pub(crate) fn reader(engine: &engine::Engine) -> DockerReader {
    reader_at(Endpoint::unix(engine.socket()))
}

pub(crate) fn reader_at(endpoint: Endpoint) -> DockerReader {
    DockerReader::new(
        target(),
        Engine::new(&Settings { endpoint, insecure: true, certificates: None }, &Pool::default()).unwrap(),
    )
}

/// A source that is being watched.
pub(crate) struct Watching {
    pub(crate) fleet: Fleet,
    /// What the fleet handed back.
    pub(crate) rest: Vec<Event>,
    events: Receiver<Envelope>,
    task: JoinHandle<()>,
}

struct Forward(Sender<Envelope>);

impl Sink for Forward {
    async fn take(&mut self, envelope: Envelope) -> bool {
        self.0.send(envelope).await.is_ok()
    }
}

impl Watching {
    pub(crate) fn of(engine: &engine::Engine, subject: &Subject) -> Self {
        Self::at(Endpoint::unix(engine.socket()), subject)
    }

    pub(crate) fn at(endpoint: Endpoint, subject: &Subject) -> Self {
        let reader = reader_at(endpoint);
        let source = reader.open(subject).unwrap();
        let (sender, events) = channel(16);
        let task = tokio::spawn(async move { supervise(Arc::clone(&source), 1, &mut Forward(sender)).await });
        let mut fleet = Fleet::default();
        fleet.targets.insert(target(), Target::new(target(), Technology::Docker, reader.address()));
        Self { fleet, rest: Vec::new(), events, task }
    }

    /// Takes one event.
    pub(crate) async fn next(&mut self) {
        let envelope =
            timeout(DEADLINE, self.events.recv()).await.expect("an event in time").expect("one more event");
        if let Some(envelope) = self.fleet.apply(envelope) {
            self.rest.push(envelope.event);
        }
    }

    /// Takes events until the picture is as wanted.
    pub(crate) async fn until(&mut self, what: &str, wanted: impl Fn(&Self) -> bool) {
        let taken = timeout(DEADLINE * 2, async {
            while !wanted(self) {
                self.next().await;
            }
        });
        assert!(
            taken.await.is_ok(),
            "not seen in time: {what}; {:?}",
            self.fleet.targets.values().next().unwrap().link
        );
    }

    /// Whether the source is at its end: nothing more is asked of the engine.
    pub(crate) async fn is_over(&mut self) -> bool {
        matches!(timeout(DEADLINE, self.events.recv()).await, Ok(None))
    }

    pub(crate) fn workload(&self, id: &str) -> Option<&Workload> {
        self.fleet.workloads.get(&workload(id))
    }

    /// Ids and states of all workloads.
    pub(crate) fn states(&self) -> Vec<(String, String)> {
        self.fleet.workloads.iter().map(|it| (it.id.name.to_string(), it.state.word().to_owned())).collect()
    }

    /// The words of the entries of the timeline about a container, oldest first.
    pub(crate) fn changes(&self, id: &str) -> Vec<String> {
        let about = |entity: &Option<EntityId>| entity.as_ref().is_some_and(|it| *it.name == *id);
        let words = |it: &quarterdeck::core::change::Change| {
            format!("{} {}", it.kind.word(), it.text).trim_end().to_owned()
        };
        self.fleet.timeline.iter().map(|it| &it.change).filter(|it| about(&it.entity)).map(words).collect()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Ids and states of all containers, as Docker's own client lists them.
pub(crate) fn docker_ps(engine: &engine::Engine) -> Vec<(String, String)> {
    let printed = engine.docker(&["ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.State}}"]);
    let mut rows: Vec<_> = printed
        .lines()
        .filter_map(|it| it.split_once(' '))
        .map(|(id, state)| (id.to_owned(), state.to_owned()))
        .collect();
    rows.sort();
    rows
}
