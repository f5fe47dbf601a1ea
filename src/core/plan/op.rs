//! Operations: the single things that can be done to a target, as data.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::death::is_message;
use crate::core::id::{EntityId, TargetId};

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Op {
    /// Look whether an entity is there and as the step's precondition says; changes nothing.
    Check {
        /// Which.
        id: EntityId,
    },
    /// Wait until a workload is in a state; changes nothing.
    Await {
        /// Which.
        id: EntityId,
        /// For what.
        until: Until,
        /// How long at most, in seconds.
        within: u64,
    },
    /// Start a workload.
    Start {
        /// Which.
        id: EntityId,
    },
    /// Stop a workload.
    Stop {
        /// Which.
        id: EntityId,
        /// Seconds between SIGTERM and SIGKILL; the container's own setting when `None`.
        grace: Option<u32>,
    },
    /// Stop and start a workload.
    Restart {
        /// Which.
        id: EntityId,
        /// Seconds between SIGTERM and SIGKILL; the container's own setting when `None`.
        grace: Option<u32>,
    },
    /// Freeze all processes of a workload.
    Pause {
        /// Which.
        id: EntityId,
    },
    /// Let them run again.
    Unpause {
        /// Which.
        id: EntityId,
    },
    /// Send a signal to the first process of a workload.
    Kill {
        /// Which.
        id: EntityId,
        /// `SIGTERM`, `SIGHUP`, …
        signal: Arc<str>,
    },
    /// Give a workload another name.
    Rename {
        /// Which.
        id: EntityId,
        /// The new name.
        to: Arc<str>,
    },
    /// Change what a workload may use.
    Limits {
        /// Which.
        id: EntityId,
        /// To what.
        limits: Limits,
    },
    /// Remove an entity for good.
    Remove {
        /// Which.
        id: EntityId,
        /// Anonymous volumes of a workload go with it.
        volumes: bool,
        /// Even if it runs (workload) or is in use (image).
        force: bool,
    },
    /// Remove what nobody uses: exactly the listed things, and of those only what is still unused.
    Prune {
        /// Where.
        target: TargetId,
        /// What.
        what: Prunable,
        /// The names that the target has for them, as the plan has shown them. Empty for the build cache, whose
        /// parts have no names.
        items: Vec<Arc<str>>,
    },
    /// Open a program inside a workload, on the operator's terminal.
    Exec {
        /// Which.
        id: EntityId,
        /// The program and its arguments.
        command: Vec<Arc<str>>,
        /// As this user; the container's own when `None`.
        user: Option<Arc<str>>,
    },
    /// Connect the operator's terminal to the first process of a workload.
    Attach {
        /// Which.
        id: EntityId,
    },
}

/// A state that can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// It runs and its health check passes; without one: it keeps running for two seconds, or has ended by itself
    /// with exit code 0.
    Healthy,
    /// It does not run.
    Stopped,
    /// It is gone.
    Gone,
}

/// Limits of a workload; what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Memory in bytes, above 0: an engine cannot take this limit away again.
    pub memory: Option<u64>,
    /// Processors, above 0: an engine cannot take this limit away again.
    pub cpus: Option<f64>,
    /// Processes and threads; 0 is no limit.
    pub pids: Option<u64>,
    /// The restart policy: `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`.
    pub restart: Option<Arc<str>>,
}

/// What can be pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prunable {
    /// Containers that do not run.
    Containers,
    /// Images without a name that no container uses.
    DanglingImages,
    /// All images that no container uses.
    UnusedImages,
    /// Anonymous volumes that no container uses.
    Volumes,
    /// Networks that no container is attached to.
    Networks,
    /// Build cache that is not in use.
    BuildCache,
}

impl Prunable {
    /// All, in the order in which a full prune does them.
    pub const ALL: [Self; 6] = [
        Self::Containers,
        Self::Networks,
        Self::DanglingImages,
        Self::UnusedImages,
        Self::BuildCache,
        Self::Volumes,
    ];

    /// The word on the command line and on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Containers => "containers",
            Self::DanglingImages => "dangling-images",
            Self::UnusedImages => "unused-images",
            Self::Volumes => "volumes",
            Self::Networks => "networks",
            Self::BuildCache => "build-cache",
        }
    }
}

impl Op {
    /// Whether it changes the world. What a program does that is run by `Exec` or `Attach` nobody knows: they count.
    pub const fn changes(&self) -> bool {
        !matches!(self, Self::Check { .. } | Self::Await { .. })
    }

    /// The workload that it ends, or may end: nobody needs to wonder why. A signal that asks a program for something
    /// else than to end is none of it.
    pub fn ends(&self) -> Option<&EntityId> {
        match self {
            Self::Stop { id, .. } | Self::Restart { id, .. } | Self::Remove { id, .. } => Some(id),
            Self::Kill { id, signal } if !is_message(signal) => Some(id),
            _ => None,
        }
    }

    /// Where it is done.
    pub const fn target(&self) -> &TargetId {
        match self {
            Self::Prune { target, .. } => target,
            Self::Check { id }
            | Self::Await { id, .. }
            | Self::Start { id }
            | Self::Stop { id, .. }
            | Self::Restart { id, .. }
            | Self::Pause { id }
            | Self::Unpause { id }
            | Self::Kill { id, .. }
            | Self::Rename { id, .. }
            | Self::Limits { id, .. }
            | Self::Remove { id, .. }
            | Self::Exec { id, .. }
            | Self::Attach { id } => &id.target,
        }
    }

    /// The entity that it is done to.
    pub const fn entity(&self) -> Option<&EntityId> {
        match self {
            Self::Check { id }
            | Self::Await { id, .. }
            | Self::Start { id }
            | Self::Stop { id, .. }
            | Self::Restart { id, .. }
            | Self::Pause { id }
            | Self::Unpause { id }
            | Self::Kill { id, .. }
            | Self::Rename { id, .. }
            | Self::Limits { id, .. }
            | Self::Remove { id, .. }
            | Self::Exec { id, .. }
            | Self::Attach { id } => Some(id),
            Self::Prune { .. } => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::core::id::Kind;

    /// The operation after `op` in a chain of all: one that has no place here does not compile.
    fn following(op: Option<&Op>, id: &EntityId) -> Option<Op> {
        let id = id.clone();
        Some(match op {
            None => Op::Check { id },
            Some(Op::Check { .. }) => Op::Await { id, until: Until::Healthy, within: 1 },
            Some(Op::Await { .. }) => Op::Start { id },
            Some(Op::Start { .. }) => Op::Stop { id, grace: Some(1) },
            Some(Op::Stop { .. }) => Op::Restart { id, grace: None },
            Some(Op::Restart { .. }) => Op::Pause { id },
            Some(Op::Pause { .. }) => Op::Unpause { id },
            Some(Op::Unpause { .. }) => Op::Kill { id, signal: Arc::from("SIGHUP") },
            Some(Op::Kill { .. }) => Op::Rename { id, to: Arc::from("other") },
            Some(Op::Rename { .. }) => Op::Limits { id, limits: Limits::default() },
            Some(Op::Limits { .. }) => Op::Remove { id, volumes: false, force: true },
            Some(Op::Remove { .. }) => {
                Op::Prune { target: id.target, what: Prunable::Containers, items: vec![id.name] }
            }
            Some(Op::Prune { .. }) => Op::Exec { id, command: vec![Arc::from("sh")], user: None },
            Some(Op::Exec { .. }) => Op::Attach { id },
            Some(Op::Attach { .. }) => return None,
        })
    }

    /// Every operation there is, each done to `id`.
    pub(crate) fn every_op(id: &EntityId) -> Vec<Op> {
        std::iter::successors(following(None, id), |last| following(Some(last), id)).collect()
    }

    #[test]
    fn every_operation_survives_being_saved_and_names_where_it_is_done() {
        let id = EntityId::new(Kind::Workload, &TargetId::new("local"), "abc");
        let all = every_op(&id);
        assert_eq!(all.len(), 14);
        for op in all {
            let text = serde_json::to_string(&op).unwrap();
            assert_eq!(serde_json::from_str::<Op>(&text).unwrap(), op);
            assert_eq!(op.target(), &id.target);
        }
    }
}
