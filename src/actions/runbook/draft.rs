//! A plan in the making: for one environment on one target, in its three phases.

use std::sync::Arc;

use crate::core::entity::Workload;
use crate::core::entity::workload::State;
use crate::core::environment::Domain;
use crate::core::event::Link;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, TargetId};
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::{Op, Until};
use crate::core::plan::{Phase, Plan, Precondition, Step, Undo};
use crate::core::time::Now;

/// A workload that has restarted by itself within so many seconds may do so again at any moment.
const LOOP_WITHIN: u64 = 600;

/// A plan in the making.
pub(super) struct Draft {
    runbook: &'static str,
    domain: Domain,
    target: TargetId,
    host: Arc<str>,
    preflight: Vec<Step>,
    changes: Vec<Step>,
    verify: Vec<Step>,
    losses: Vec<Arc<str>>,
}

impl Draft {
    /// A draft for these entities, which must all be of one environment on one target that can be reached.
    pub(super) fn of<'a>(
        runbook: &'static str,
        fleet: &Fleet,
        ids: impl IntoIterator<Item = &'a EntityId>,
    ) -> Result<Self, Fault> {
        let mut draft: Option<Self> = None;
        for id in ids {
            let domain = Domain::of_entity(&fleet.environments, id, fleet.project_of(id));
            match &draft {
                None => draft = Some(Self::on(runbook, fleet, &id.target, domain)?),
                Some(first) if first.target != id.target => {
                    return Err(one_only(fleet, id, "target", first.target.as_str(), id.target.as_str()));
                }
                Some(first) if first.domain.id != domain.id => {
                    let (first, other) = (&first.domain.id, &domain.id);
                    return Err(one_only(fleet, id, "environment", first.as_str(), other.as_str()));
                }
                Some(_) => {}
            }
        }
        draft.ok_or_else(|| {
            Fault::new("nothing", "nothing is chosen", "choose something, or mark several with space")
        })
    }

    /// A draft for what all environments of a target share.
    pub(super) fn of_shared(runbook: &'static str, fleet: &Fleet, target: &TargetId) -> Result<Self, Fault> {
        Self::on(runbook, fleet, target, Domain::of_shared(&fleet.environments, target))
    }

    fn on(runbook: &'static str, fleet: &Fleet, target: &TargetId, domain: Domain) -> Result<Self, Fault> {
        let known = fleet.targets.get(target);
        match known.map(|it| &it.link) {
            Some(Link::Lost { fault, .. } | Link::Ended(fault)) => {
                return Err(Fault::new(
                    target.as_str(),
                    format!("what is shown of it is old, because it cannot be reached: {}", fault.cause),
                    if fault.next.is_empty() { "wait until it is reached again" } else { &*fault.next },
                ));
            }
            Some(Link::Connecting | Link::Live) | None => {}
        }
        let host = fleet
            .hosts
            .iter()
            .find(|it| it.id.target == *target)
            .map(|it| it.name.clone())
            .or_else(|| known.map(|it| it.address.clone()))
            .unwrap_or_else(|| Arc::from(target.as_str()));
        Ok(Self {
            runbook,
            domain,
            target: target.clone(),
            host,
            preflight: Vec::new(),
            changes: Vec::new(),
            verify: Vec::new(),
            losses: Vec::new(),
        })
    }

    /// Changes one entity, after a look before anything at all is changed and another one right before this step.
    pub(super) fn change(&mut self, name: &str, title: String, op: Op, facts: Facts, undo: Undo) {
        let Some(id) = op.entity().cloned() else { return self.change_shared(title, op) };
        let words = facts.words();
        self.preflight.push(Step {
            phase: Phase::Preflight,
            title: if words.is_empty() {
                Arc::from(format!("see that {name} is there"))
            } else {
                Arc::from(format!("see that {name} is as planned: {words}"))
            },
            op: Op::Check { id: id.clone() },
            precondition: Some(Precondition { entity: id.clone(), facts: facts.clone() }),
            undo: Undo::Nothing,
        });
        self.changes.push(Step {
            phase: Phase::Change,
            title: Arc::from(title),
            op,
            precondition: Some(Precondition { entity: id, facts }),
            undo,
        });
    }

    /// Changes something that is no single entity.
    pub(super) fn change_shared(&mut self, title: String, op: Op) {
        let (title, undo) = (Arc::from(title), Undo::Nothing);
        self.changes.push(Step { phase: Phase::Change, title, op, precondition: None, undo });
    }

    /// Looks afterwards whether an entity came into a state.
    pub(super) fn verify(&mut self, name: &str, id: &EntityId, until: Until, within: u64) {
        let state = match until {
            Until::Healthy => "runs and is healthy",
            Until::Stopped => "does not run",
            Until::Gone => "is gone",
        };
        self.verify.push(Step {
            phase: Phase::Verify,
            title: Arc::from(format!("see that {name} {state} (within {within}s)")),
            op: Op::Await { id: id.clone(), until, within },
            precondition: None,
            undo: Undo::Nothing,
        });
    }

    /// Looks afterwards whether an entity shows these facts.
    pub(super) fn verify_facts(&mut self, title: String, id: &EntityId, facts: Facts) {
        self.verify.push(Step {
            phase: Phase::Verify,
            title: Arc::from(title),
            op: Op::Check { id: id.clone() },
            precondition: Some(Precondition { entity: id.clone(), facts }),
            undo: Undo::Nothing,
        });
    }

    /// Says that something is lost for good.
    pub(super) fn lose(&mut self, what: impl Into<String>) {
        self.losses.push(Arc::from(what.into()));
    }

    /// The plan.
    pub(super) fn plan(self, title: String, now: Now) -> Plan {
        let mut steps = self.preflight;
        steps.extend(self.changes);
        steps.extend(self.verify);
        Plan {
            runbook: Arc::from(self.runbook),
            title: Arc::from(title),
            environment: self.domain.id,
            tier: self.domain.tier,
            target: self.target,
            host: self.host,
            steps,
            losses: self.losses,
            made_at: now.0,
        }
    }
}

fn one_only(fleet: &Fleet, id: &EntityId, what: &str, first: &str, other: &str) -> Fault {
    Fault::new(
        fleet.name_of(id),
        format!("it belongs to {other}, the first one to {first}: a plan is for one {what}"),
        format!("make a plan for each {what}"),
    )
}

/// What a plan may rely on of a workload that is changed because of what it is doing: its name, its state, and when
/// it was started. One that restarts in a loop is expected to differ in both the next moment.
pub(super) fn doing(workload: &Workload, now: Now) -> Facts {
    let facts = Facts::of_workload(workload);
    if loops(workload, now) {
        facts.only(&[Aspect::Name])
    } else {
        facts.only(&[Aspect::Name, Aspect::State, Aspect::Started])
    }
}

/// What a plan may rely on of a workload that is changed whatever it is doing.
pub(super) fn named(workload: &Workload) -> Facts {
    Facts::of_workload(workload).only(&[Aspect::Name])
}

fn loops(workload: &Workload, now: Now) -> bool {
    workload.state == State::Restarting
        || workload.restarts.is_some_and(|it| it > 0)
            && workload.started.is_some_and(|it| now.seconds_since(it) < LOOP_WITHIN)
}

/// `title`, done by `op`, as an undo.
pub(super) fn by(title: String, op: Op) -> Undo {
    Undo::By { title: Arc::from(title), op }
}

/// The grace of a stop in words: ` (10s between SIGTERM and SIGKILL)`; nothing for the container's own.
pub(super) fn grace_words(grace: Option<u32>) -> String {
    grace.map_or_else(String::new, |seconds| format!(" ({seconds}s until SIGKILL)"))
}
