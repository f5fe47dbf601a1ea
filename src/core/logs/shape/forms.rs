//! The masked texts that were met, each with what was counted: bounded, whatever a log says.

use std::cmp::Reverse;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::group::{Group, group};
use super::kind::{Kind, Masked};
use super::tally::Tally;
use super::token::{fits, structure};

/// So many masked texts are kept apart before they are grouped.
const FORMS: usize = 4096;

/// So many shapes are kept; the lines of all further ones are counted together.
const SHAPES: usize = 1000;

/// Masked texts and their lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Forms {
    tallies: HashMap<Masked, Tally, RandomState>,
    /// The texts among them that have wildcards, by their structure.
    patterns: HashMap<Box<[u8]>, Vec<Masked>, RandomState>,
    other: Tally,
    scratch: Vec<u8>,
}

impl Forms {
    /// Lets `count` change the tally of a masked text.
    pub(super) fn count(&mut self, masked: &[u8], count: impl FnOnce(&mut Tally)) {
        if let Some(tally) = self.tallies.get_mut(masked) {
            return count(tally);
        }
        let mut pattern = self.pattern_for(masked);
        if pattern.is_none() && self.tallies.len() >= FORMS {
            self.condense();
            pattern = self.pattern_for(masked);
        }
        count(self.tallies.entry(pattern.unwrap_or_else(|| masked.into())).or_default());
    }

    /// The lines of the shapes that are not kept.
    pub(super) fn other(&self) -> &Tally {
        &self.other
    }

    /// All masked texts that are kept, and their lines.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Tally)> {
        self.tallies.iter().map(|(masked, tally)| (&**masked, tally))
    }

    /// Adds everything that another one counted.
    pub(super) fn merge(&mut self, other: &Self) {
        let mut theirs: Vec<_> = other.iter().collect();
        theirs.sort_unstable_by_key(|(masked, _)| *masked);
        for (masked, tally) in theirs {
            self.count(masked, |all| all.absorb(tally));
        }
        self.other.absorb(&other.other);
    }

    /// The shapes, those with errors first, then those with the most lines; and the lines of all others.
    pub(super) fn shapes(&self) -> (Vec<(Masked, Tally)>, Tally) {
        let mut forms: Vec<_> = self.iter().collect();
        forms.sort_unstable_by_key(|(masked, _)| *masked);
        let texts: Vec<&[u8]> = forms.iter().map(|(masked, _)| *masked).collect();
        let sum = |Group { pattern, members }| {
            let mut all = Tally::default();
            for member in members {
                all.absorb(forms[member].1);
            }
            (pattern, all)
        };
        let mut shapes: Vec<(Masked, Tally)> = group(&texts).into_iter().map(sum).collect();
        // Groups come in the order of their texts, which decides between equals.
        shapes.sort_by_key(|(_, tally)| Reverse((tally.has_errors(), tally.lines())));
        let mut other = self.other.clone();
        for (_, tally) in shapes.drain(SHAPES.min(shapes.len())..) {
            other.absorb(&tally);
        }
        (shapes, other)
    }

    /// Makes room: shapes take the place of their forms.
    fn condense(&mut self) {
        let (shapes, other) = self.shapes();
        self.other = other;
        self.tallies.clear();
        self.patterns.clear();
        for (masked, tally) in shapes {
            if masked.contains(&Kind::Any.byte()) {
                structure(&masked, &mut self.scratch);
                self.patterns.entry(self.scratch.as_slice().into()).or_default().push(masked.clone());
            }
            self.tallies.insert(masked, tally);
        }
    }

    fn pattern_for(&mut self, masked: &[u8]) -> Option<Masked> {
        if self.patterns.is_empty() {
            return None;
        }
        structure(masked, &mut self.scratch);
        self.patterns.get(self.scratch.as_slice())?.iter().find(|pattern| fits(pattern, masked)).cloned()
    }
}
