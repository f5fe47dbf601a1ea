//! What became of a deployment of an ECS service, judged by its id.
//!
//! A service that was rolled back is as stable as one that was deployed: that all its tasks run says nothing. So it is
//! the deployment that was begun, by its id, that has to be the primary one and completed; and where another one is,
//! that other one says whether it goes back or on.

use std::sync::Arc;

use serde::Serialize;

use super::entity::rollout::{Rollout, RolloutState};
use super::run::Verdict;

/// What ECS says of a deployment to which it goes back by itself (`rolloutStateReason`).
const GOING_BACK: &str = "rolling back";

/// A deployment that somebody began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Begun {
    /// Its id: `ecs-svc/0123456789`.
    pub id: Arc<str>,
    /// What it deploys: `numbers-prod-api:43`.
    pub definition: Arc<str>,
    /// What was deployed before: `numbers-prod-api:42`.
    pub before: Option<Arc<str>>,
}

impl Begun {
    /// What became of it, by how the deployments of its service are now; `None` while that is open.
    pub fn verdict(&self, now: &Rollout) -> Option<Verdict> {
        let Some(primary) = now.primary() else { return Some(Verdict::Unknown) };
        if primary.id == self.id {
            return match primary.state {
                RolloutState::Completed => Some(Verdict::Succeeded),
                // It is gone back from in a moment.
                RolloutState::Failed if now.breaker == Some(true) => None,
                RolloutState::Failed => Some(Verdict::Failed),
                RolloutState::InProgress | RolloutState::Unknown => None,
            };
        }
        let is_before =
            self.before.as_ref() == Some(&primary.definition) && self.definition != primary.definition;
        if is_before || primary.reason.contains(GOING_BACK) {
            return Some(Verdict::RolledBack);
        }
        Some(Verdict::Superseded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::entity::rollout::Deployment;

    fn deployment(id: &str, definition: &str, state: RolloutState, is_primary: bool) -> Deployment {
        Deployment {
            id: id.into(),
            definition: definition.into(),
            is_primary,
            state,
            reason: "".into(),
            desired: 2,
            running: 2,
            pending: 0,
            failed: 0,
            created: None,
        }
    }

    fn begun() -> Begun {
        Begun { id: "ecs-svc/2".into(), definition: "api:43".into(), before: Some("api:42".into()) }
    }

    /// The verdict after each look; the breaker is on.
    fn verdicts(looks: &[&[Deployment]]) -> Vec<Option<Verdict>> {
        let rollout = |it: &&[Deployment]| Rollout {
            deployments: it.to_vec(),
            breaker: Some(true),
            ..Rollout::default()
        };
        looks.iter().map(|it| begun().verdict(&rollout(it))).collect()
    }

    const GOES_ON: RolloutState = RolloutState::InProgress;
    const DONE: RolloutState = RolloutState::Completed;
    const FAILED: RolloutState = RolloutState::Failed;

    #[test]
    fn one_that_goes_on_has_no_verdict_and_one_that_is_completed_has_succeeded() {
        let old = deployment("ecs-svc/1", "api:42", DONE, false);
        let ours = |state| deployment("ecs-svc/2", "api:43", state, true);
        let told = verdicts(&[&[ours(GOES_ON), old], &[ours(DONE)]]);
        assert_eq!(told, [None, Some(Verdict::Succeeded)]);
    }

    #[test]
    fn one_that_failed_and_is_not_gone_back_from_has_failed() {
        let rollout = Rollout {
            deployments: vec![deployment("ecs-svc/2", "api:43", FAILED, true)],
            breaker: Some(false),
            ..Rollout::default()
        };
        assert_eq!(begun().verdict(&rollout), Some(Verdict::Failed));
    }

    #[test]
    fn one_that_was_gone_back_from_never_succeeded_however_stable_the_service_is() {
        let ours = |is_primary| deployment("ecs-svc/2", "api:43", FAILED, is_primary);
        let back = |state| deployment("ecs-svc/3", "api:42", state, true);
        let told = verdicts(&[&[ours(true)], &[back(GOES_ON), ours(false)], &[back(DONE)]]);
        assert_eq!(told, [None, Some(Verdict::RolledBack), Some(Verdict::RolledBack)]);
    }

    #[test]
    fn one_of_the_same_revision_that_was_gone_back_from_is_known_by_what_ecs_says() {
        let anew = Begun { definition: "api:42".into(), ..begun() };
        let reason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.".into();
        let back = Deployment { reason, ..deployment("ecs-svc/3", "api:42", GOES_ON, true) };
        let rollout = Rollout { deployments: vec![back], breaker: Some(true), ..Rollout::default() };
        assert_eq!(anew.verdict(&rollout), Some(Verdict::RolledBack));
    }

    #[test]
    fn one_whose_place_another_took_is_superseded() {
        let other = deployment("ecs-svc/3", "api:44", GOES_ON, true);
        let ours = deployment("ecs-svc/2", "api:43", GOES_ON, false);
        assert_eq!(verdicts(&[&[other, ours]]), [Some(Verdict::Superseded)]);
    }

    #[test]
    fn one_that_vanished_with_all_others_is_unknown() {
        assert_eq!(verdicts(&[&[]]), [Some(Verdict::Unknown)]);
        let aside = deployment("ecs-svc/1", "api:42", DONE, false);
        assert_eq!(verdicts(&[&[aside]]), [Some(Verdict::Unknown)], "nothing is primary");
    }
}
