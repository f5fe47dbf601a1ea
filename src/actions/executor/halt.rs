//! Why a run does not go on.

use crate::core::fault::Fault;

/// Why a run does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// Somebody else has changed what the plan was made from.
    Deviation(String),
    /// A step failed; `unclear` where it may have been done nevertheless.
    Failed { fault: Fault, unclear: bool },
    /// The operator wants it.
    Cancelled,
    /// The records cannot be written any more.
    Unrecorded(Fault),
}

impl Halt {
    pub(super) const fn failed(fault: Fault) -> Self {
        Self::Failed { fault, unclear: false }
    }

    pub(super) fn words(&self) -> String {
        match self {
            Self::Deviation(words) => words.clone(),
            Self::Failed { fault, .. } | Self::Unrecorded(fault) => fault.to_string(),
            Self::Cancelled => "cancelled".to_owned(),
        }
    }
}
