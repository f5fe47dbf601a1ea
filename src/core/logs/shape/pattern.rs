//! What is shown of a shape: its text, and where in it the placeholders stand.

use std::ops::Range;

use super::kind::{Kind, Masked};
use super::mask::Masker;
use super::token::fits;

/// The text that all lines of a shape have, with placeholders for what differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    masked: Masked,
    text: String,
    wildcards: Vec<Range<usize>>,
}

impl Pattern {
    pub(super) fn new(masked: Masked) -> Self {
        let (mut text, mut wildcards) = (String::new(), Vec::new());
        for part in masked.split_inclusive(|byte| Kind::of(*byte).is_some()) {
            let kind = part.last().and_then(|last| Kind::of(*last));
            let literal = &part[..part.len() - usize::from(kind.is_some())];
            // Masked texts are cut between characters only.
            text.push_str(&String::from_utf8_lossy(literal));
            if let Some(kind) = kind {
                let start = text.len();
                text.push_str(kind.shown());
                wildcards.push(start..text.len());
            }
        }
        Self { masked, text, wildcards }
    }

    /// `GET /api/users/‹n› ‹n› ‹duration›`. Of two lists of a growing log, the same shape has the same pattern unless a
    /// word became a wildcard meanwhile.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the placeholders stand in the text, in bytes, in order.
    pub fn wildcards(&self) -> &[Range<usize>] {
        &self.wildcards
    }

    /// Whether a cleaned line is of this shape. Every line that was counted for it is.
    pub fn fits(&self, line: &str) -> bool {
        fits(&self.masked, Masker::default().mask(line))
    }
}
