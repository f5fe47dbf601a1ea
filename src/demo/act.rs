//! Acts: the single things that happen in the simulated fleet, as data.

use std::sync::Arc;

use crate::core::change::{ChangeKind, Weight};
use crate::core::entity::workload::Health;

/// One thing that happens. Workloads and images are named by their places in the blueprint.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A container comes to be, of that image where it is not the usual one.
    Create {
        /// Which.
        slot: usize,
        /// Of what.
        image: Option<usize>,
    },
    /// A container starts; `by_policy` where the engine does it by itself.
    Start {
        /// Which.
        slot: usize,
        /// Whether the restart policy does it.
        by_policy: bool,
    },
    /// A container ends.
    Exit {
        /// Which.
        slot: usize,
        /// How.
        end: End,
    },
    /// A container cannot start: the engine's error.
    Refuse {
        /// Which.
        slot: usize,
        /// Why.
        error: &'static str,
    },
    /// A health check has another verdict.
    Check {
        /// Which.
        slot: usize,
        /// What it says.
        health: Health,
    },
    /// A container is removed; one that runs is ended before.
    Remove {
        /// Which.
        slot: usize,
    },
    /// A container is removed, and another of that image (the usual one where none is named) starts in its place.
    Replace {
        /// Which.
        slot: usize,
        /// Of what.
        image: Option<usize>,
    },
    /// An image is pulled or built.
    Pull {
        /// Which.
        image: usize,
    },
    /// Something is told that changes nothing the fleet shows otherwise.
    Tell(Tale),
    /// Something ordinary happens; the number tells one such moment from all others.
    Pass(u64),
}

/// How a container ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// By itself, with that exit code.
    Own(i64),
    /// By a signal of that number that somebody sent.
    Signal(i64),
    /// The kernel ended it for want of memory.
    OutOfMemory,
    /// It never ran: the engine could not start it.
    NeverRan,
}

impl End {
    /// The exit code that the engine then tells.
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Own(code) => code,
            Self::Signal(number) => 128 + number,
            Self::OutOfMemory => 137,
            Self::NeverRan => 128,
        }
    }
}

/// An entry of the timeline.
#[derive(Clone, Debug)]
pub(super) struct Tale {
    /// What it happened to.
    pub(super) name: Arc<str>,
    /// The project of it.
    pub(super) project: Option<Arc<str>>,
    pub(super) kind: ChangeKind,
    pub(super) weight: Weight,
    pub(super) text: Arc<str>,
}

/// That something is told about `name` of `project`.
pub(super) fn tell(
    project: Option<&str>,
    name: &str,
    kind: ChangeKind,
    weight: Weight,
    text: impl AsRef<str>,
) -> Act {
    Act::Tell(Tale {
        name: Arc::from(name),
        project: project.map(Arc::from),
        kind,
        weight,
        text: Arc::from(text.as_ref()),
    })
}
