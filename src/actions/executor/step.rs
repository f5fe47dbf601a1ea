//! One step: looked at again, let through, done.

use tokio_util::sync::CancellationToken;

use super::guard::{FACTS_WITHIN, deadline, guarded};
use super::halt::Halt;
use super::task::Task;
use crate::actions::access::Permitted;
use crate::actions::performer::{ActionError, Outcome};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::plan::Phase;
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::Op;
use crate::core::plan::{Precondition, Step};

impl Task {
    /// Does one step; what only waits is left when `cancel` says so.
    pub(super) async fn attempt(&self, step: &Step, cancel: &CancellationToken) -> Result<Outcome, Halt> {
        let permitted = self.let_through(step).await?;
        let call = async { self.performer.perform(permitted).await };
        let guarded = guarded(&step.title, deadline(&step.op), call);
        let done = match &step.op {
            // The look that let it through was all.
            Op::Check { .. } => return Ok(Outcome::default()),
            Op::Await { .. } => tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Halt::Cancelled),
                done = guarded => done,
            },
            // Anything else is finished first, or nobody would know what became of it.
            _ => guarded.await,
        };
        done.map_err(|error| halt(&step.op, error))
    }

    /// Looks whether what a step depends on is still so, and whether it may be done at all.
    pub(super) async fn let_through<'a>(&self, step: &'a Step) -> Result<Permitted<'a>, Halt> {
        let mut project = None;
        let looked_at = match (&step.precondition, &step.op) {
            (Some(precondition), _) => Some(&precondition.entity),
            (None, Op::Check { id }) => Some(id),
            (None, op) if op.changes() => op.entity(),
            (None, _) => None,
        };
        if let Some(id) = looked_at {
            let found = self.facts(step, id).await?;
            if let Some(precondition) = &step.precondition {
                check(step, precondition, &found)?;
            }
            project = found.get(Aspect::Project).map(str::to_owned);
        }
        let environment = &self.run.plan.environment;
        self.access.permit(environment, &step.op, project.as_deref()).map_err(Halt::failed)
    }

    async fn facts(&self, step: &Step, id: &EntityId) -> Result<Facts, Halt> {
        let call = async { self.performer.facts(id).await };
        match guarded(&step.title, FACTS_WITHIN, call).await {
            Ok(Some(facts)) => Ok(facts),
            Ok(None) if step.phase == Phase::Verify => {
                Err(Halt::failed(Fault::new(&step.title, "it is gone", "look at the list again")))
            }
            Ok(None) => Err(Halt::Deviation(format!("{}: it is gone", step.title))),
            // Whatever went wrong with looking, nothing was changed by it.
            Err(error) => Err(Halt::failed(error.fault().clone())),
        }
    }
}

fn check(step: &Step, precondition: &Precondition, found: &Facts) -> Result<(), Halt> {
    match precondition.facts.deviation(found) {
        None => Ok(()),
        Some(deviation) if step.phase == Phase::Verify => {
            Err(Halt::failed(Fault::new(&step.title, deviation, "")))
        }
        Some(deviation) => Err(Halt::Deviation(format!("{}: {deviation}", step.title))),
    }
}

fn halt(op: &Op, error: ActionError) -> Halt {
    match error {
        ActionError::Unclear(fault) => Halt::Failed { fault, unclear: true },
        ActionError::Gone(fault) if op.changes() => Halt::Deviation(fault.to_string()),
        ActionError::NotDone(fault) | ActionError::Gone(fault) => Halt::failed(fault),
    }
}
