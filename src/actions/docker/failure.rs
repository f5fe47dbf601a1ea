//! What a failed call means for what was to be changed.

use crate::actions::performer::{ActionError, Outcome};
use crate::clients::docker::{Cause, ClientError};
use crate::core::fault::Fault;

/// The status of an engine that has stumbled over its own feet, and not over the question.
const STUMBLED: u16 = 500;

/// What becomes of a call that answers with nothing.
pub(super) trait Attempt {
    /// For a change that the engine has not made if it says so.
    fn refused(self) -> Result<Outcome, ActionError>;

    /// For a change of several parts, which an engine that stumbles may have made in part.
    fn half_done(self) -> Result<Outcome, ActionError>;
}

impl Attempt for Result<(), ClientError> {
    fn refused(self) -> Result<Outcome, ActionError> {
        self.map(|()| Outcome::default()).map_err(|error| failed(&error, false))
    }

    fn half_done(self) -> Result<Outcome, ActionError> {
        self.map(|()| Outcome::default()).map_err(|error| failed(&error, true))
    }
}

/// The failure of a change that was asked for with one call.
pub(super) fn failed(error: &ClientError, in_parts: bool) -> ActionError {
    let fault = fault(error);
    match error.cause {
        Cause::Engine { status: 404, .. } => ActionError::Gone(fault),
        Cause::Engine { status: STUMBLED.., .. } if in_parts => ActionError::Unclear(fault),
        Cause::Timeout { doing: "connect", .. } => ActionError::NotDone(fault),
        Cause::Timeout { .. } | Cause::Lost(_) | Cause::Unreadable { .. } => ActionError::Unclear(fault),
        // All others never reached the engine, or were refused by it.
        _ => ActionError::NotDone(fault),
    }
}

/// The failure of a question.
pub(super) fn unanswered(error: &ClientError) -> ActionError {
    let fault = fault(error);
    if error.is_gone() { ActionError::Gone(fault) } else { ActionError::NotDone(fault) }
}

fn fault(error: &ClientError) -> Fault {
    let next = error.next_step();
    let next = if next.is_empty() { "look at the list again".to_owned() } else { next };
    Fault::new(&error.engine, error.cause.to_string(), next)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    fn kind(cause: Cause, in_parts: bool) -> &'static str {
        match failed(&ClientError::new(&Arc::from("unix:///x"), cause), in_parts) {
            ActionError::NotDone(_) => "not done",
            ActionError::Gone(_) => "gone",
            ActionError::Unclear(_) => "unclear",
        }
    }

    #[test]
    fn only_what_surely_was_not_done_is_called_so() {
        let engine = |status| Cause::Engine { status, message: "words".to_owned() };
        let timeout = |doing| Cause::Timeout { doing, after: Duration::from_secs(1) };
        for in_parts in [false, true] {
            assert_eq!(kind(engine(404), in_parts), "gone");
            assert_eq!(kind(engine(409), in_parts), "not done");
            assert_eq!(kind(Cause::Refused, in_parts), "not done");
            assert_eq!(kind(timeout("connect"), in_parts), "not done");
            assert_eq!(kind(timeout("stop"), in_parts), "unclear");
            assert_eq!(kind(Cause::Lost("reset".to_owned()), in_parts), "unclear");
        }
        assert_eq!(kind(engine(500), false), "not done");
        assert_eq!(kind(engine(500), true), "unclear");
    }

    #[test]
    fn the_engines_own_words_reach_the_operator() {
        let cause = Cause::Engine { status: 409, message: "Container 9b is not paused".to_owned() };
        let error = failed(&ClientError::new(&Arc::from("unix:///x"), cause), false);
        assert_eq!(error.to_string(), "unix:///x: Container 9b is not paused (look at the list again)");
    }
}
