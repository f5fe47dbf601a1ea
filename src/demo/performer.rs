//! What can be changed on a simulated target: its [`Performer`].

mod session;
mod shell;

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::moment::Moment;
use super::scene::{Refusal, Scene};
use super::stage::Stage;
use crate::actions::access::Permitted;
use crate::actions::performer::{ActionError, Outcome, Performer, Session, TerminalSize};
use crate::core::entity::Entity;
use crate::core::entity::workload::{Health, State};
use crate::core::fault::Fault;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::facts::Facts;
use crate::core::plan::op::{Op, Until};

/// Seconds that a workload without a health check must run to count as healthy.
const STEADY: f64 = 2.0;

/// A simulated target, changed.
#[derive(Debug)]
pub(super) struct DemoPerformer(pub(super) Arc<Stage>);

impl Performer for DemoPerformer {
    fn facts<'a>(&'a self, id: &'a EntityId) -> BoxFuture<'a, Result<Option<Facts>, ActionError>> {
        async move {
            self.reach()?;
            Ok(self.0.with(|scene| facts(scene, id)))
        }
        .boxed()
    }

    fn perform<'a>(&'a self, op: Permitted<'a>) -> BoxFuture<'a, Result<Outcome, ActionError>> {
        self.carry_out(op.op()).boxed()
    }

    fn session<'a>(
        &'a self,
        op: Permitted<'a>,
        terminal: Option<TerminalSize>,
    ) -> BoxFuture<'a, Result<Session, ActionError>> {
        std::future::ready(self.open(op.op(), terminal)).boxed()
    }
}

impl DemoPerformer {
    pub(super) async fn carry_out(&self, op: &Op) -> Result<Outcome, ActionError> {
        self.reach()?;
        let done = self.0.with(|scene| scene.order(op)).map_err(|it| self.error(op, it))?;
        self.0.stir();
        self.0.clock.until(done.at).await;
        if let Op::Await { id, until, within } = op {
            self.wait_for(id, *until, *within).await?;
        }
        // Whoever watches is woken by the clock; here it must have happened before it is called done.
        self.0.with(|_| ());
        Ok(Outcome { text: Arc::from(done.text), undo: done.undo })
    }

    pub(super) fn open(&self, op: &Op, terminal: Option<TerminalSize>) -> Result<Session, ActionError> {
        self.reach()?;
        self.0.with(|scene| scene.order(op)).map_err(|it| self.error(op, it))?;
        session::open(&self.0, op, terminal).map_err(|it| self.error(op, it))
    }

    /// Nothing can be done to what cannot be reached.
    fn reach(&self) -> Result<(), ActionError> {
        self.0.outage().map_or(Ok(()), |fault| Err(ActionError::NotDone(fault)))
    }

    fn error(&self, op: &Op, refusal: Refusal) -> ActionError {
        let object = match op.entity() {
            Some(id) => self.0.with(|scene| name(scene, id)),
            None => Arc::from(self.0.plan.id.as_str()),
        };
        match refusal {
            Refusal::Gone(cause) => ActionError::Gone(Fault::new(object, cause, "")),
            Refusal::Not(cause) => ActionError::NotDone(Fault::new(object, cause, "")),
        }
    }

    async fn wait_for(&self, id: &EntityId, until: Until, within: u64) -> Result<(), ActionError> {
        let deadline = self.0.clock.now().plus(within as f64);
        let mut stirred = self.0.listen();
        loop {
            let (now, next) = self.0.with(|scene| (is_so(scene, id, until), scene.next_due()));
            let found = match now {
                Ok(true) => return Ok(()),
                Ok(false) if self.0.clock.is_frozen() || self.0.clock.now() >= deadline => {
                    format!("not {} within {within}s", word(until))
                }
                Ok(false) => {
                    let soon = self.0.clock.now().plus(0.2);
                    let wake: Moment = next.unwrap_or(deadline).min(deadline).min(soon);
                    tokio::select! {
                        () = self.0.clock.until(wake) => {}
                        _ = stirred.changed() => {}
                    }
                    continue;
                }
                Err(why) => why,
            };
            let name = self.0.with(|scene| name(scene, id));
            return Err(ActionError::NotDone(Fault::new(name, found, "look at its log")));
        }
    }
}

fn facts(scene: &Scene, id: &EntityId) -> Option<Facts> {
    if id.target != scene.plan().id {
        return None;
    }
    if id.kind == Kind::Workload {
        return scene.workload(scene.slot_of(&id.name)?).as_ref().map(Facts::of_workload);
    }
    Some(match scene.list(id.kind).into_iter().find(|it| it.id() == id)? {
        Entity::Workload(it) => Facts::of_workload(&it),
        Entity::Image(it) => Facts::of_image(&it),
        Entity::Volume(it) => Facts::of_volume(&it),
        Entity::Network(it) => Facts::of_network(&it),
        Entity::Service(_) | Entity::Host(_) | Entity::Managed(_) => Facts::default(),
    })
}

/// The name of an entity as the operator knows it; its id where it does not exist.
fn name(scene: &Scene, id: &EntityId) -> Arc<str> {
    let unit = scene.slot_of(&id.name).and_then(|slot| scene.unit(slot));
    unit.map_or_else(|| id.name.clone(), |it| it.name.clone())
}

/// Whether a workload is in that state; an error where it never will be.
fn is_so(scene: &Scene, id: &EntityId, until: Until) -> Result<bool, String> {
    let Some(slot) = scene.slot_of(&id.name) else {
        return if until == Until::Healthy { Err("it is gone".to_owned()) } else { Ok(true) };
    };
    let Some(unit) = scene.unit(slot) else { return Ok(true) };
    match until {
        Until::Gone => Ok(false),
        Until::Stopped => Ok(!unit.runs() && unit.state != State::Restarting),
        Until::Healthy => match (unit.state, unit.health, unit.ended()) {
            (State::Running, Health::Healthy, _) => Ok(true),
            (State::Running, Health::None, _) => Ok(scene.is_prompt() || unit.ran(scene.now()) >= STEADY),
            (State::Exited, _, Some((_, end))) if end.code() == 0 => Ok(true),
            (State::Exited, _, Some((_, end))) => Err(format!("it ended with exit code {}", end.code())),
            _ => Ok(false),
        },
    }
}

const fn word(until: Until) -> &'static str {
    match until {
        Until::Healthy => "healthy",
        Until::Stopped => "stopped",
        Until::Gone => "gone",
    }
}
