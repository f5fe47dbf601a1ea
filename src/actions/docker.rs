//! Operations on a Docker engine, or on what speaks its API.

mod facts;
mod failure;
mod frames;
mod limits;
mod prune;
mod session;
mod wait;

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::access::Permitted;
use super::performer::{ActionError, Outcome, Performer, Session, TerminalSize};
use crate::clients::docker::{Cause, Control};
use crate::core::entity::workload::State;
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::Op;
use failure::{Attempt as _, failed};

/// Performs operations on one engine.
#[derive(Clone, Debug)]
pub struct DockerPerformer {
    control: Control,
}

impl DockerPerformer {
    /// A performer on the engine that `control` changes.
    pub const fn new(control: Control) -> Self {
        Self { control }
    }

    async fn act(&self, op: &Op) -> Result<Outcome, ActionError> {
        let control = &self.control;
        match op {
            Op::Await { id, until, within } => wait::until(control.engine(), id, *until, *within).await,
            // A start that the engine refuses has not happened; its other refusals may come half-way.
            Op::Start { id } => control.start(&id.name).await.refused(),
            Op::Stop { id, grace } => control.stop(&id.name, *grace).await.half_done(),
            Op::Restart { id, grace } => control.restart(&id.name, *grace).await.half_done(),
            Op::Pause { id } => control.pause(&id.name).await.refused(),
            Op::Unpause { id } => control.unpause(&id.name).await.refused(),
            Op::Kill { id, signal } => control.kill(&id.name, signal).await.refused(),
            Op::Rename { id, to } => control.rename(&id.name, to).await.refused(),
            Op::Limits { id, limits } => limits::set(control, id, limits).await,
            Op::Remove { id, volumes, force } => self.remove(id, *volumes, *force).await,
            Op::Prune { target, what, items } => prune::remove(control, target, *what, items).await,
            Op::Check { id } | Op::Exec { id, .. } | Op::Attach { id } => {
                let cause = "this is looked at or opened, and not performed";
                Err(ActionError::NotDone(Fault::new(&id.name, cause, "leave it to the executor")))
            }
        }
    }

    async fn remove(&self, id: &EntityId, volumes: bool, force: bool) -> Result<Outcome, ActionError> {
        let (control, name) = (&self.control, &id.name);
        let removed = match id.kind {
            Kind::Workload => control.remove_container(name, volumes, force).await.map(|()| String::new()),
            Kind::Image => prune::image(control, name, force).await.map(prune::Layers::words),
            Kind::Volume => control.remove_volume(name, false).await.map(|()| String::new()),
            Kind::Network => control.remove_network(name).await.map(|()| String::new()),
            Kind::Service | Kind::Host | Kind::Database | Kind::LogGroup => {
                let cause = format!("an engine cannot remove {}", id.kind.one());
                return Err(ActionError::NotDone(Fault::new(name, cause, "remove what belongs to it")));
            }
        };
        match removed {
            Ok(words) => Ok(Outcome::of(words)),
            // Podman says even a plain no with the status of a failure; what is as it was, was not removed.
            Err(error) if matches!(error.cause, Cause::Engine { .. }) && self.is_whole(id).await => {
                Err(failed(&error, false))
            }
            Err(error) => Err(failed(&error, true)),
        }
    }

    /// Whether an entity is there, and not half removed.
    async fn is_whole(&self, id: &EntityId) -> bool {
        let broken = [State::Dead.word(), State::Removing.word()];
        let found = facts::of(self.control.engine(), id).await;
        found.is_ok_and(|it| {
            it.is_some_and(|facts| !facts.get(Aspect::State).is_some_and(|it| broken.contains(&it)))
        })
    }
}

impl Performer for DockerPerformer {
    fn facts<'a>(&'a self, id: &'a EntityId) -> BoxFuture<'a, Result<Option<Facts>, ActionError>> {
        facts::of(self.control.engine(), id).boxed()
    }

    fn perform<'a>(&'a self, op: Permitted<'a>) -> BoxFuture<'a, Result<Outcome, ActionError>> {
        self.act(op.op()).boxed()
    }

    fn session<'a>(
        &'a self,
        op: Permitted<'a>,
        terminal: Option<TerminalSize>,
    ) -> BoxFuture<'a, Result<Session, ActionError>> {
        session::open(&self.control, op.op(), terminal).boxed()
    }
}

/// What an engine says, put together for one line.
fn joined(words: &[String]) -> Arc<str> {
    Arc::from(words.join("; "))
}
