//! How the deployments of an ECS service are doing.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

/// The deployments of a service: the primary one first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rollout {
    /// Those that have tasks.
    pub deployments: Vec<Deployment>,
    /// Whether a failed deployment is rolled back by itself; `None` where the circuit breaker is off.
    pub breaker: Option<bool>,
    /// Of the tasks that there should be, how many percent must run during a deployment; `None` where that is not told.
    pub least: Option<u32>,
}

/// One deployment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deployment {
    /// Its id: `ecs-svc/0123456789`.
    pub id: Arc<str>,
    /// What it deploys: `numbers-prod-api:42`.
    pub definition: Arc<str>,
    /// Whether it is the one that the service is to have.
    pub is_primary: bool,
    /// How far it is.
    pub state: RolloutState,
    /// AWS's words for that.
    pub reason: Arc<str>,
    /// Tasks that there should be.
    pub desired: u32,
    /// Tasks that run.
    pub running: u32,
    /// Tasks on their way.
    pub pending: u32,
    /// Tasks that failed in a row.
    pub failed: u32,
    /// When it began.
    pub created: Option<Timestamp>,
}

/// How far a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolloutState {
    /// It goes on.
    InProgress,
    /// It is done.
    Completed,
    /// It failed, and starts no more tasks.
    Failed,
    /// ECS does not tell: the service is deployed by something else.
    Unknown,
}

impl RolloutState {
    /// The word on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl Rollout {
    /// The deployment that the service is to have.
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.iter().find(|it| it.is_primary)
    }

    /// How it is doing in a few words: `in progress 1/2, 3 failed`.
    pub fn words(&self) -> String {
        let Some(primary) = self.primary() else { return String::new() };
        let mut words = primary.state.word().to_owned();
        if primary.state != RolloutState::Completed {
            let _ = write!(words, " {}/{}", primary.running, primary.desired);
        }
        if primary.failed > 0 {
            let _ = write!(words, ", {} failed", primary.failed);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rollout_is_told_in_a_few_words() {
        let mut deployment = Deployment {
            id: "ecs-svc/1".into(),
            definition: "api:3".into(),
            is_primary: true,
            state: RolloutState::InProgress,
            reason: "".into(),
            desired: 2,
            running: 1,
            pending: 1,
            failed: 3,
            created: None,
        };
        let words = |it: &Deployment| Rollout { deployments: vec![it.clone()], ..Rollout::default() }.words();
        assert_eq!(words(&deployment), "in progress 1/2, 3 failed");
        deployment.state = RolloutState::Completed;
        deployment.failed = 0;
        assert_eq!(words(&deployment), "completed");
        assert_eq!(Rollout::default().words(), "");
    }
}
