//! Deployments of an ECS service that were begun, and what became of them, as ECS remembers them.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::core::id::EntityId;

/// Deployments of a service that are told at most: the newest. So many are described in one call.
pub const MOST: usize = 20;

/// One deployment of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deployed {
    /// Whose.
    pub service: EntityId,
    /// The end of its ARN.
    pub id: Arc<str>,
    /// What became of it.
    pub status: Status,
    /// AWS's words for that.
    pub reason: Arc<str>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What ran before: `numbers-prod-api:42`; several where one deployment came into another.
    pub from: Vec<Arc<str>>,
    /// What it deploys: `numbers-prod-api:43`.
    pub to: Arc<str>,
    /// Tasks that failed, and how many may before it is given up; `None` where the circuit breaker is off.
    pub breaker: Option<(u32, u32)>,
    /// Whether the circuit breaker gave it up.
    pub is_broken: bool,
    /// Why it was rolled back, in AWS's words; empty where it was not.
    pub rollback: Arc<str>,
    /// How far a deployment is that moves traffic in stages: `bake time`.
    pub stage: Arc<str>,
    /// Tasks that there should be of what it deploys.
    pub requested: u32,
    /// Tasks of that which run.
    pub running: u32,
}

impl Deployed {
    /// What it deploys in place of what: `api:42 → :43`.
    pub fn words(&self) -> String {
        let Some(from) = self.from.first() else { return self.to.to_string() };
        let same = |it: &str| {
            self.to.rsplit_once(':').is_some_and(|(family, _)| it.starts_with(&format!("{family}:")))
        };
        let to =
            if same(from) { self.to.rfind(':').map_or(&*self.to, |at| &self.to[at..]) } else { &self.to };
        format!("{from} → {to}")
    }

    /// Why it ended as it did, or how far it is: that it was rolled back says more than that it ended.
    pub fn why(&self) -> &Arc<str> {
        let all = [&self.rollback, &self.reason];
        all.into_iter().find(|it| !it.is_empty()).unwrap_or(&self.stage)
    }
}

macro_rules! statuses {
    ($($variant:ident $aws:literal $word:literal $doc:literal;)+) => {
        /// What became of a deployment.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Status {
            $(#[doc = $doc] $variant,)+
        }

        impl Status {
            /// The status that AWS calls so.
            pub fn of(word: &str) -> Self {
                match word {
                    $($aws => Self::$variant,)+
                    _ => Self::Unknown,
                }
            }

            /// The word on screen.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

statuses! {
    Pending "PENDING" "pending" "It waits.";
    InProgress "IN_PROGRESS" "in progress" "It goes on.";
    Succeeded "SUCCESSFUL" "succeeded" "What it deploys runs.";
    Stopping "STOP_REQUESTED" "stopping" "It is being stopped.";
    Stopped "STOPPED" "stopped" "It was stopped, and another took its place.";
    GoingBack "ROLLBACK_REQUESTED" "rolling back" "What ran before is about to run again.";
    RollingBack "ROLLBACK_IN_PROGRESS" "rolling back" "What ran before is starting again.";
    RolledBack "ROLLBACK_SUCCESSFUL" "rolled back" "What ran before runs again.";
    RollbackFailed "ROLLBACK_FAILED" "rollback failed" "What ran before could not be started again.";
    Unknown "" "unknown" "AWS has a word for it that is not known here.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::{Kind, TargetId};

    #[test]
    fn what_is_deployed_in_place_of_what_is_told_in_short() {
        let words = |from: &[&str], to: &str| {
            let it = Deployed {
                service: EntityId::new(Kind::Service, &TargetId::new("shop"), "shop/api"),
                id: "1".into(),
                status: Status::of("ROLLBACK_SUCCESSFUL"),
                reason: "".into(),
                started: None,
                finished: None,
                from: from.iter().map(|it| Arc::from(*it)).collect(),
                to: to.into(),
                breaker: None,
                is_broken: false,
                rollback: "".into(),
                stage: "".into(),
                requested: 0,
                running: 0,
            };
            assert_eq!(it.status.word(), "rolled back");
            it.words()
        };
        assert_eq!(words(&["api:42"], "api:43"), "api:42 → :43");
        assert_eq!(words(&["api:42"], "web:1"), "api:42 → web:1");
        assert_eq!(words(&[], "api:43"), "api:43");
        assert_eq!(Status::of("SOMETHING_NEW"), Status::Unknown);
    }
}
