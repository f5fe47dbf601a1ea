//! An ECS cluster, changed: this version changes none.

use futures_util::future::{BoxFuture, FutureExt as _, ready};

use super::access::Permitted;
use super::performer::{ActionError, Outcome, Performer, Session, TerminalSize};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::plan::facts::Facts;

/// Refuses every operation, each with what to do instead.
#[derive(Clone, Copy, Debug)]
pub struct EcsPerformer;

impl EcsPerformer {
    fn refusal(object: &str) -> ActionError {
        let cause = "this version only reads ECS clusters";
        let next =
            "use the AWS console or `aws ecs`; what `aws ecs execute-command` needs stands in `inspect`";
        ActionError::NotDone(Fault::new(object, cause, next))
    }
}

impl Performer for EcsPerformer {
    fn facts<'a>(&'a self, id: &'a EntityId) -> BoxFuture<'a, Result<Option<Facts>, ActionError>> {
        ready(Err(Self::refusal(&id.name))).boxed()
    }

    fn perform<'a>(&'a self, _: Permitted<'a>) -> BoxFuture<'a, Result<Outcome, ActionError>> {
        ready(Err(Self::refusal("ecs"))).boxed()
    }

    fn session<'a>(
        &'a self,
        _: Permitted<'a>,
        _: Option<TerminalSize>,
    ) -> BoxFuture<'a, Result<Session, ActionError>> {
        ready(Err(Self::refusal("ecs"))).boxed()
    }
}
