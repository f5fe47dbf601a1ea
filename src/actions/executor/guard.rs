//! Calls that can neither hang nor bring the run down.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::actions::performer::ActionError;
use crate::core::fault::Fault;
use crate::core::plan::op::Op;

/// How long the target may take to tell the state of one entity.
pub(super) const FACTS_WITHIN: Duration = Duration::from_secs(45);
/// How long a change may take that waits for nothing: longer than any client waits for its answer.
const CHANGE_WITHIN: Duration = Duration::from_secs(90);
/// How long a stop may take whose grace only the container knows; a database may have minutes.
const OWN_GRACE: Duration = Duration::from_mins(16);
/// How long deleting may take.
const REMOVE_WITHIN: Duration = Duration::from_mins(10);
const PRUNE_WITHIN: Duration = Duration::from_mins(45);

/// How long `op` may take before it is given up. Every client has shorter limits of its own; this is for one that
/// forgot.
pub(super) const fn deadline(op: &Op) -> Duration {
    match op {
        Op::Check { .. } => FACTS_WITHIN,
        Op::Await { within, .. } => Duration::from_secs(within.saturating_add(FACTS_WITHIN.as_secs())),
        Op::Stop { grace: Some(grace), .. } | Op::Restart { grace: Some(grace), .. } => {
            Duration::from_secs(CHANGE_WITHIN.as_secs() + *grace as u64)
        }
        Op::Stop { grace: None, .. } | Op::Restart { grace: None, .. } => OWN_GRACE,
        Op::Remove { .. } => REMOVE_WITHIN,
        Op::Prune { .. } => PRUNE_WITHIN,
        Op::Start { .. }
        | Op::Pause { .. }
        | Op::Unpause { .. }
        | Op::Kill { .. }
        | Op::Rename { .. }
        | Op::Limits { .. }
        | Op::Exec { .. }
        | Op::Attach { .. } => CHANGE_WITHIN,
    }
}

/// Waits for a call of a performer, but not for ever, and survives its panic. `object` is what it is about.
pub(super) async fn guarded<T>(
    object: &str,
    within: Duration,
    call: impl Future<Output = Result<T, ActionError>>,
) -> Result<T, ActionError> {
    match tokio::time::timeout(within, AssertUnwindSafe(call).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(ActionError::Unclear(fell(object, &*panic))),
        Err(_) => {
            let cause = format!("no answer within {} s", within.as_secs());
            let next = "see whether the target hangs, and whether it was done after all";
            Err(ActionError::Unclear(Fault::new(object, cause, next)))
        }
    }
}

/// Runs what waits for the disk where it stops nobody else.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        let object = "the records of the run";
        match error.try_into_panic() {
            Ok(panic) => fell(object, &*panic),
            Err(error) => Fault::new(object, error.to_string(), ""),
        }
    })
}

fn fell(object: &str, panic: &(dyn Any + Send)) -> Fault {
    let words = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words");
    Fault::new(
        object,
        format!("Quarterdeck failed in the middle of it: {words}"),
        "report this as a mistake of qd",
    )
}
