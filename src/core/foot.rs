//! The message at the bottom, as it is broken into rows: drawing and whatever scrolls agree on where the view above it
//! ends. What it says is decided in `update`.

use super::change::Weight;

/// Columns of the sign before the text, with the blank behind it.
pub const SIGN_COLUMNS: u16 = 2;

/// The message at the bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foot {
    /// How bad it is.
    pub weight: Weight,
    /// What it says, row by row. Where that is more than there are rows, the last one is wider than it may be.
    pub rows: Vec<String>,
    /// How wide a row may be.
    pub columns: u16,
    /// What stands at the right, from the first row on: keys, and when something is tried again.
    pub asides: Vec<String>,
}
