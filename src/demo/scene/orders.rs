//! What operators order: the operations of a Docker engine or an ECS cluster on the scene, refused in their words.

use std::sync::Arc;

use super::Scene;
use crate::core::change::{ChangeKind, Weight};
use crate::core::entity::workload::State;
use crate::core::id::{EntityId, Kind};
use crate::core::plan::op::{Limits, Op};
use crate::core::target::Technology;
use crate::core::text::clean;
use crate::demo::act::{Act, End};
use crate::demo::blueprint::Naming;
use crate::demo::moment::Moment;
use crate::demo::part::MIB;
use crate::demo::voice::Voice;

/// What came of an order.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::demo) struct Done {
    /// When it will be done to its end.
    pub(in crate::demo) at: Moment,
    /// In the words of the target.
    pub(in crate::demo) text: String,
    /// What undoes it, where only the target knew.
    pub(in crate::demo) undo: Option<Op>,
}

/// Why an order was not followed, in the words of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Refusal {
    /// What it is about does not exist.
    Gone(String),
    /// It cannot be done.
    Not(String),
}

/// The signals that end a program that does not know better.
const DEADLY: [(&str, i64); 7] = [
    ("SIGHUP", 1),
    ("SIGINT", 2),
    ("SIGQUIT", 3),
    ("SIGABRT", 6),
    ("SIGKILL", 9),
    ("SIGTERM", 15),
    ("SIGUSR1", 10),
];

/// Signals that containers are sent and live on.
const HARMLESS: [&str; 4] = ["SIGUSR2", "SIGWINCH", "SIGCONT", "SIGCHLD"];

impl Refusal {
    /// That an entity does not exist.
    pub(super) fn gone(id: &EntityId) -> Self {
        let name = clean(&*id.name).into_owned();
        Self::Gone(match id.kind {
            Kind::Workload => format!("No such container: {name}"),
            Kind::Image => format!("No such image: {name}"),
            Kind::Volume => format!("get {name}: no such volume"),
            Kind::Network => format!("network {name} not found"),
            Kind::Service | Kind::Host | Kind::Database | Kind::LogGroup => {
                format!("no such {}: {name}", id.kind.name())
            }
        })
    }
}

fn not<T>(text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Not(text.into()))
}

impl Scene {
    /// Follows an order, or says why not. `Check`, `Await`, `Exec` and `Attach` change nothing here and are only
    /// looked at: whether what they are about exists.
    pub(in crate::demo) fn order(&mut self, op: &Op) -> Result<Done, Refusal> {
        if self.plan.technology == Technology::Ecs {
            self.refuse_for_cluster(op)?;
        }
        match op {
            Op::Check { id } | Op::Await { id, .. } | Op::Exec { id, .. } | Op::Attach { id } => {
                self.exists(id).then(|| self.done(0.0, "")).ok_or_else(|| Refusal::gone(id))
            }
            Op::Start { id } => self.order_start(id),
            Op::Stop { id, .. } => self.order_stop(id),
            Op::Restart { id, .. } => self.order_restart(id),
            Op::Pause { id } => self.order_pause(id),
            Op::Unpause { id } => self.order_unpause(id),
            Op::Kill { id, signal } => self.order_kill(id, signal),
            Op::Rename { id, to } => self.order_rename(id, to),
            Op::Limits { id, limits } => self.order_limits(id, limits),
            Op::Remove { id, force, .. } => self.order_remove(id, *force),
            Op::Prune { what, items, .. } => Ok(self.order_prune(*what, items)),
        }
    }

    fn refuse_for_cluster(&self, op: &Op) -> Result<(), Refusal> {
        match op {
            Op::Start { .. } => {
                not("InvalidParameterException: tasks of a service are started by its scheduler")
            }
            Op::Pause { .. } | Op::Unpause { .. } => {
                not("InvalidParameterException: a task cannot be paused")
            }
            Op::Rename { .. } => {
                not("InvalidParameterException: containers are named by the task definition")
            }
            Op::Limits { .. } => not("InvalidParameterException: limits are set by the task definition"),
            Op::Attach { .. } => not("InvalidParameterException: a task cannot be attached to; use exec"),
            Op::Remove { .. } | Op::Prune { .. } => {
                not(format!("InvalidParameterException: the cluster {} cleans up by itself", self.plan.id))
            }
            _ => Ok(()),
        }
    }

    /// Whether an entity exists right now.
    pub(in crate::demo) fn exists(&self, id: &EntityId) -> bool {
        id.target == self.plan.id
            && match id.kind {
                Kind::Workload => self.slot_of(&id.name).is_some(),
                _ => self.list(id.kind).iter().any(|it| it.id() == id),
            }
    }

    pub(super) fn done(&self, seconds: f64, text: impl Into<String>) -> Done {
        let at = if self.prompt { self.now } else { self.now.plus(seconds) };
        Done { at, text: text.into(), undo: None }
    }

    pub(super) fn workload_slot(&self, id: &EntityId) -> Result<usize, Refusal> {
        if id.kind != Kind::Workload {
            return not(format!("{} cannot do that", id.kind.one()));
        }
        self.slot_of(&id.name).ok_or_else(|| Refusal::gone(id))
    }

    pub(super) fn state(&self, slot: usize) -> State {
        self.unit(slot).map_or(State::Removing, |it| it.state)
    }

    fn short(&self, slot: usize) -> String {
        self.unit(slot).map(|it| it.short().to_owned()).unwrap_or_default()
    }

    pub(super) fn tell_it_to_end(&mut self, slot: usize) {
        if let Some(unit) = &mut self.berths[slot].unit {
            unit.told_to_end = true;
            self.berths[slot].age += 1;
        }
    }

    fn order_start(&mut self, id: &EntityId) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        match self.state(slot) {
            State::Paused => not("cannot start a paused container, try unpause instead"),
            State::Running => Ok(self.done(0.0, "already started")),
            _ => {
                self.soon(0.4, slot, Act::Start { slot, by_policy: false });
                Ok(self.done(0.5, ""))
            }
        }
    }

    fn order_stop(&mut self, id: &EntityId) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        self.tell_it_to_end(slot);
        if let Naming::Task(_) = self.plan.slots[slot].name {
            self.replace(slot);
            return Ok(self.done(0.5, "task stopped: the service starts another"));
        }
        match self.state(slot) {
            State::Running | State::Paused => {
                self.soon(1.2, slot, Act::Exit { slot, end: End::Signal(15) });
                Ok(self.done(1.3, ""))
            }
            State::Restarting => {
                if let Some(unit) = &mut self.berths[slot].unit {
                    unit.state = State::Exited;
                }
                self.touch(slot);
                Ok(self.done(0.1, ""))
            }
            _ => Ok(self.done(0.0, "already stopped")),
        }
    }

    fn order_restart(&mut self, id: &EntityId) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        self.tell_it_to_end(slot);
        if self.unit(slot).is_some_and(super::Unit::runs) {
            self.play(Act::Exit { slot, end: End::Signal(15) });
        }
        self.soon(1.6, slot, Act::Start { slot, by_policy: false });
        Ok(self.done(1.7, ""))
    }

    fn order_pause(&mut self, id: &EntityId) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        let (short, now) = (self.short(slot), self.now);
        match (self.state(slot), &mut self.berths[slot].unit) {
            (State::Paused, _) => not(format!("Container {short} is already paused")),
            (State::Restarting, _) => {
                not(format!("Container {short} is restarting, wait until the container is running"))
            }
            (State::Running, Some(unit)) => {
                unit.state = State::Paused;
                unit.paused = Some(now);
                self.touch(slot);
                self.tell(slot, ChangeKind::Paused, Weight::Notable, "");
                Ok(self.done(0.1, ""))
            }
            _ => not(format!("Container {short} is not running")),
        }
    }

    fn order_unpause(&mut self, id: &EntityId) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        let (short, now) = (self.short(slot), self.now);
        match (self.state(slot), &mut self.berths[slot].unit) {
            (State::Paused, Some(unit)) => {
                unit.state = State::Running;
                unit.rested += unit.paused.take().map_or(0.0, |since| now.since(since));
                self.touch(slot);
                self.tell(slot, ChangeKind::Unpaused, Weight::Quiet, "");
                Ok(self.done(0.1, ""))
            }
            _ => not(format!("Container {short} is not paused")),
        }
    }

    fn order_kill(&mut self, id: &EntityId, signal: &str) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        if !self.unit(slot).is_some_and(super::Unit::runs) {
            let short = self.short(slot);
            return not(format!("cannot kill container: {short}: container {short} is not running"));
        }
        let upper = signal.to_uppercase();
        let name = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
        // nginx reads its configuration again, or opens its logs again.
        let reloads = self.plan.slots[slot].part.voice == Voice::Nginx
            && ["SIGHUP", "SIGUSR1"].contains(&name.as_str());
        let deadly = DEADLY.iter().find(|it| !reloads && (it.0 == name || it.1.to_string() == signal));
        match deadly {
            Some((name, number)) => {
                self.tell_it_to_end(slot);
                self.tell(slot, ChangeKind::Killed, Weight::Notable, *name);
                if let Naming::Task(_) = self.plan.slots[slot].name {
                    self.replace(slot);
                    return Ok(self.done(0.5, "task ended: the service starts another"));
                }
                self.soon(0.2, slot, Act::Exit { slot, end: End::Signal(*number) });
                Ok(self.done(0.3, ""))
            }
            None if reloads || HARMLESS.contains(&name.as_str()) => {
                self.tell(slot, ChangeKind::Killed, Weight::Quiet, name);
                Ok(self.done(0.0, ""))
            }
            None => not(format!("invalid signal: {}", clean(signal))),
        }
    }

    fn order_rename(&mut self, id: &EntityId, to: &Arc<str>) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        let good = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
        if !to.starts_with(|it: char| it.is_ascii_alphanumeric()) || to.len() < 2 || !to.chars().all(good) {
            return not(format!(
                "Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
                clean(&**to)
            ));
        }
        if let Some((_, other)) = self.units().find(|(_, it)| it.name == *to) {
            return not(format!(
                "Conflict. The container name \"/{to}\" is already in use by container \"{}\". You have to remove (or \
                 rename) that container to be able to reuse that name.",
                other.id
            ));
        }
        if let Some(unit) = &mut self.berths[slot].unit {
            let from = std::mem::replace(&mut unit.name, to.clone());
            self.touch(slot);
            self.tell(slot, ChangeKind::Renamed, Weight::Quiet, format!("from {from}"));
        }
        Ok(self.done(0.1, ""))
    }

    fn order_limits(&mut self, id: &EntityId, limits: &Limits) -> Result<Done, Refusal> {
        let slot = self.workload_slot(id)?;
        let plan = self.plan.clone();
        let (part, cpus) = (&plan.slots[slot].part, plan.hosts[plan.slots[slot].host].cpus);
        if limits.memory.is_some_and(|it| it > 0 && it < 6 * MIB) {
            return not("Minimum memory limit allowed is 6MB");
        }
        if limits.cpus.is_some_and(|it| !(0.0..=f64::from(cpus)).contains(&it)) {
            return not(format!(
                "range of CPUs is from 0.01 to {cpus}.00, as there are only {cpus} CPUs available"
            ));
        }
        if let Some(policy) = &limits.restart
            && !["no", "always", "unless-stopped", "on-failure"].contains(&&**policy)
        {
            return not(format!("invalid restart policy: unknown policy '{}'", clean(&**policy)));
        }
        let mut done = self.done(0.2, "");
        if let Some(unit) = &mut self.berths[slot].unit {
            let now = unit.limits.get_or_insert_default();
            let before = Limits {
                memory: limits.memory.map(|_| now.memory.unwrap_or(part.limit)),
                cpus: limits.cpus.map(|_| now.cpus.unwrap_or(0.0)),
                pids: limits.pids.map(|_| now.pids.unwrap_or(0)),
                restart: limits
                    .restart
                    .as_ref()
                    .map(|_| now.restart.clone().unwrap_or(Arc::from(part.policy))),
            };
            now.memory = limits.memory.or(now.memory);
            now.cpus = limits.cpus.or(now.cpus);
            now.pids = limits.pids.or(now.pids);
            now.restart = limits.restart.clone().or(now.restart.take());
            done.undo = Some(Op::Limits { id: id.clone(), limits: before });
        }
        self.touch(slot);
        self.tell(slot, ChangeKind::Updated, Weight::Notable, "limits");
        Ok(done)
    }
}
