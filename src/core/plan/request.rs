//! What an operator asks for, before a runbook has made a plan of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::op::{Limits, Prunable};
use crate::core::id::{EntityId, TargetId};

/// A runbook with what it is to be done to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "runbook", rename_all = "kebab-case")]
pub enum Request {
    /// Start workloads.
    Start {
        /// Which.
        ids: Vec<EntityId>,
    },
    /// Stop workloads.
    Stop {
        /// Which.
        ids: Vec<EntityId>,
        /// Seconds between SIGTERM and SIGKILL.
        grace: Option<u32>,
    },
    /// Restart workloads.
    Restart {
        /// Which.
        ids: Vec<EntityId>,
        /// Seconds between SIGTERM and SIGKILL.
        grace: Option<u32>,
    },
    /// Pause workloads.
    Pause {
        /// Which.
        ids: Vec<EntityId>,
    },
    /// Unpause workloads.
    Unpause {
        /// Which.
        ids: Vec<EntityId>,
    },
    /// Signal workloads.
    Kill {
        /// Which.
        ids: Vec<EntityId>,
        /// With what.
        signal: Arc<str>,
    },
    /// Rename one workload.
    Rename {
        /// Which.
        id: EntityId,
        /// To what.
        to: Arc<str>,
    },
    /// Change the limits of workloads.
    Limits {
        /// Which.
        ids: Vec<EntityId>,
        /// To what.
        limits: Limits,
    },
    /// Remove entities.
    Remove {
        /// Which.
        ids: Vec<EntityId>,
        /// Anonymous volumes of workloads go with them.
        volumes: bool,
        /// Even if they run or are in use.
        force: bool,
    },
    /// Remove what nobody uses.
    Prune {
        /// Where.
        target: TargetId,
        /// What.
        what: Vec<Prunable>,
    },
    /// Open a shell or another program in a workload.
    Exec {
        /// Which.
        id: EntityId,
        /// The program; a shell that the container has when empty.
        command: Vec<Arc<str>>,
        /// As whom.
        user: Option<Arc<str>>,
    },
    /// Attach the terminal to a workload.
    Attach {
        /// Which.
        id: EntityId,
    },
}

impl Request {
    /// The name of the runbook.
    pub const fn runbook(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Stop { .. } => "stop",
            Self::Restart { .. } => "restart",
            Self::Pause { .. } => "pause",
            Self::Unpause { .. } => "unpause",
            Self::Kill { .. } => "kill",
            Self::Rename { .. } => "rename",
            Self::Limits { .. } => "limits",
            Self::Remove { .. } => "remove",
            Self::Prune { .. } => "prune",
            Self::Exec { .. } => "exec",
            Self::Attach { .. } => "attach",
        }
    }

    /// The entities that it is about.
    pub fn entities(&self) -> &[EntityId] {
        match self {
            Self::Start { ids }
            | Self::Stop { ids, .. }
            | Self::Restart { ids, .. }
            | Self::Pause { ids }
            | Self::Unpause { ids }
            | Self::Kill { ids, .. }
            | Self::Limits { ids, .. }
            | Self::Remove { ids, .. } => ids,
            Self::Rename { id, .. } | Self::Exec { id, .. } | Self::Attach { id } => std::slice::from_ref(id),
            Self::Prune { .. } => &[],
        }
    }
}
