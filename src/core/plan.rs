//! Plans: what a change will do, exactly, before anybody agrees to it.
//!
//! A plan is data. It can be printed, compared and saved; what is confirmed is what runs, because a run only accepts
//! a [`Confirmed`] plan and each step re-checks the state that the plan was made from.

pub mod facts;
pub mod op;
pub mod request;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::environment::Tier;
use super::id::{EntityId, EnvironmentId, TargetId};
use super::text::hex;
use super::time::Now;
use facts::Facts;
use op::Op;

/// How long a plan may be confirmed after it was made; the world moves on.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// A change, made concrete for one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The runbook that made it: `restart`.
    pub runbook: Arc<str>,
    /// In one line: `restart web-1`.
    pub title: Arc<str>,
    /// The environment it changes.
    pub environment: EnvironmentId,
    /// The tier of that environment.
    pub tier: Option<Tier>,
    /// The target it changes.
    pub target: TargetId,
    /// The host or address, as the operator knows it.
    pub host: Arc<str>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What is lost and cannot be brought back; empty where nothing is.
    pub losses: Vec<Arc<str>>,
    /// When it was made.
    pub made_at: Timestamp,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its part in the plan.
    pub phase: Phase,
    /// In one line, as the operator reads it: `restart web-1 (grace 10s)`.
    pub title: Arc<str>,
    /// What is done.
    pub op: Op,
    /// What must still be true right before it is done.
    pub precondition: Option<Precondition>,
    /// What undoes it.
    pub undo: Undo,
}

/// What undoes a step that was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "undo", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Undo {
    /// Nothing does, or nothing needs to.
    Nothing,
    /// This operation.
    By {
        /// In one line: `start web-1 again`.
        title: Arc<str>,
        /// What is done.
        op: Op,
    },
    /// Setting back what the step finds right before it changes it, which only the target knows.
    SetBack,
}

/// The part a step has in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It looks whether the change can work, and changes nothing.
    Preflight,
    /// It changes the world.
    Change,
    /// It looks whether the change worked.
    Verify,
}

/// What the plan was made from and must still be so: the part of an entity's state that the step depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    /// Of what.
    pub entity: EntityId,
    /// That state. An entity that is gone fulfils nothing, not even no facts at all.
    pub facts: Facts,
}

impl Plan {
    /// The hash of the whole plan: what the audit log and the confirmation name.
    pub fn hash(&self) -> String {
        // Serializing plain data into memory cannot fail; an empty text would still hash, only not match anything.
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex(Sha256::digest(text))
    }

    /// Until when it may be confirmed.
    pub fn expires_at(&self) -> Timestamp {
        self.made_at.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is too old to be confirmed.
    pub fn is_expired(&self, now: Now) -> bool {
        now.0 > self.expires_at()
    }

    /// Whether it loses something that cannot be brought back.
    pub fn is_destructive(&self) -> bool {
        !self.losses.is_empty()
    }

    /// What the operator must type to confirm it: the environment's name, for production and for destructive plans.
    pub fn word_to_type(&self) -> Option<&str> {
        (self.tier == Some(Tier::Production) || self.is_destructive()).then(|| self.environment.as_str())
    }

    /// Confirms it: with what was typed (where something must be), at the moment `now`.
    pub fn confirm(self, typed: Option<&str>, now: Now) -> Result<Confirmed<Self>, NotConfirmed> {
        if self.is_expired(now) {
            return Err(NotConfirmed::Expired);
        }
        match self.word_to_type() {
            Some(word) if typed != Some(word) => Err(NotConfirmed::WrongWord { wanted: word.to_owned() }),
            _ => Ok(Confirmed(self)),
        }
    }
}

/// Why a plan was not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotConfirmed {
    /// It was made too long ago.
    #[error("the plan is older than 10 minutes: the state it was made from may be gone; make it again")]
    Expired,
    /// The wrong word, or none, was typed.
    #[error("type `{wanted}` to confirm")]
    WrongWord {
        /// The right one.
        wanted: String,
    },
}

/// Something that was shown to the operator and agreed to; only [`Plan::confirm`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed<T>(T);

impl<T> Confirmed<T> {
    /// What was agreed to.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::Kind;

    fn plan(tier: Option<Tier>, losses: &[&str]) -> Plan {
        let target = TargetId::new("local");
        let id = EntityId::new(Kind::Workload, &target, "abc");
        Plan {
            runbook: Arc::from("restart"),
            title: Arc::from("restart web"),
            environment: EnvironmentId::new("shop"),
            tier,
            target,
            host: Arc::from("box"),
            steps: vec![Step {
                phase: Phase::Change,
                title: Arc::from("restart web"),
                op: Op::Restart { id, grace: None },
                precondition: None,
                undo: Undo::Nothing,
            }],
            losses: losses.iter().map(|it| Arc::from(*it)).collect(),
            made_at: Timestamp::from_second(1000).unwrap(),
        }
    }

    fn at(second: i64) -> Now {
        Now(Timestamp::from_second(second).unwrap())
    }

    #[test]
    fn production_and_losses_want_the_environments_name() {
        assert_eq!(plan(None, &[]).word_to_type(), None);
        assert_eq!(plan(Some(Tier::Staging), &[]).word_to_type(), None);
        assert_eq!(plan(Some(Tier::Production), &[]).word_to_type(), Some("shop"));
        assert_eq!(plan(Some(Tier::Development), &["the volume data"]).word_to_type(), Some("shop"));
    }

    #[test]
    fn only_the_exact_word_confirms() {
        let plan = plan(Some(Tier::Production), &[]);
        for typed in [None, Some(""), Some("Shop"), Some("shop "), Some("shop\n"), Some("yes")] {
            assert!(plan.clone().confirm(typed, at(1001)).is_err(), "{typed:?}");
        }
        assert_eq!(plan.clone().confirm(Some("shop"), at(1001)).unwrap().get(), &plan);
    }

    #[test]
    fn an_old_plan_cannot_be_confirmed() {
        assert!(plan(None, &[]).confirm(None, at(1600)).is_ok());
        assert_eq!(plan(None, &[]).confirm(None, at(1601)), Err(NotConfirmed::Expired));
    }

    #[test]
    fn the_hash_tells_any_two_plans_apart_and_survives_being_saved() {
        let one = plan(None, &[]);
        let saved: Plan = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
        assert_eq!(one.hash(), saved.hash());
        assert_ne!(one.hash(), plan(None, &["x"]).hash());
    }
}
