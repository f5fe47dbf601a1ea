//! How long a workload may take to come into the state that an operation wants for it.

use crate::core::plan::op::{Op, Until};

/// Seconds that a started workload has to become healthy: Docker's own default of three checks in 30 s each, and the
/// time to start. What takes longer is better watched than waited for.
pub(super) const HEALTHY_WITHIN: u64 = 120;
/// Seconds that a workload has to be seen as stopped or gone, after the engine has said that it is.
pub(super) const GONE_WITHIN: u64 = 30;

/// The operation that waits for what `op` has begun; `None` where it is complete when it is done.
pub(super) fn awaited(op: &Op) -> Option<Op> {
    let (id, until, within) = match op {
        Op::Start { id } | Op::Restart { id, .. } => (id, Until::Healthy, HEALTHY_WITHIN),
        Op::Stop { id, .. } => (id, Until::Stopped, GONE_WITHIN),
        _ => return None,
    };
    Some(Op::Await { id: id.clone(), until, within })
}
