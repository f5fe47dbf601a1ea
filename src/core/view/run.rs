//! One run on screen.

use crate::core::id::RunId;

/// The screen of a run.
#[derive(Clone, Debug)]
pub struct RunState {
    /// Which run.
    pub id: RunId,
    /// The first line on screen.
    pub offset: usize,
}
