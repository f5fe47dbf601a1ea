//! Secrets in remote text: where they stand, and the mark that is shown instead.
//!
//! What lives here: the rules (names that mean a secret, the shapes of well-known tokens, addresses with a password in
//! them, what the operator adds), the one list of secret names that everything else asks too, and [`Veil`], which a
//! screen lays over its text until the operator lifts it. What does not: making text harmless for a terminal
//! (`core::text`, always before this).
//!
//! | file | what it holds |
//! |---|---|
//! | `names` | which names mean that their value is a secret |
//! | `pair`, `value` | `NAME=value` in all its spellings: where the value stands, and whether it is a secret at all |
//! | `token` | tokens that are known by their shape, and private keys |
//! | `address` | `scheme://user:password@host`, `Bearer …`, `Basic …`, `IDENTIFIED BY '…'` |
//! | `pattern` | what the operator adds |
//! | `rules` | the words that make a line worth a closer look, and which rule looks |
//! | `told` | what sources tell besides logs: commands, processes, changes, faults |
//! | `veil` | a redactor that can be lifted |
//!
//! The promise: what is redacted stays redacted (redacting twice changes nothing), the mark is the same whatever it
//! stands for, names stay readable, and the cost is linear in the length of the text. What looks like no secret at all
//! costs one pass of an automaton. What the rules do not know is not hidden: this is a help against accidents, and no
//! guarantee against somebody who wants a secret to be seen.

mod address;
mod names;
mod pair;
mod pattern;
mod rules;
mod token;
mod told;
mod value;
mod veil;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use names::Names;
use pattern::Patterns;
use rules::Hints;

pub use names::LONGEST_NAME;
pub use pattern::Pattern;
pub use veil::Veil;

/// What stands for a secret. Plain ASCII, so that it can be shown, searched for and written everywhere.
pub const MARK: &str = "<redacted>";

/// So often a text is looked at again. Once is usual; lines that need more often are made to.
const MOST_LOOKS: usize = 8;

/// Finds secrets in text.
#[derive(Clone)]
pub struct Redactor {
    hints: Hints,
    names: Names,
    patterns: Patterns,
}

impl Redactor {
    /// The rules that are built in, and those of the operator: names whose value is a secret, and patterns.
    pub fn new(names: &[String], patterns: &[Pattern]) -> Self {
        let hints = if names.is_empty() { BUILT_IN.hints.clone() } else { Hints::new(names) };
        Self { hints, names: Names::new(names), patterns: Patterns::new(patterns) }
    }

    /// Only the rules that are built in.
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// Whether a value of that name is a secret, in anything that has names: variables, fields, labels.
    pub fn is_secret(&self, name: &str) -> bool {
        self.names.have(name)
    }

    /// Whether `value` is a secret that stands in clear, as the value of that name.
    pub fn is_clear(&self, name: &str, value: &str) -> bool {
        !self.ranges(&format!("{name}={value}")).is_empty()
    }

    /// Where the secrets of `text` stand: in order, apart from each other, none of them empty.
    ///
    /// Looks again at what would be shown, until there is nothing left to hide: what stands around a secret may only
    /// then be read as one. A text that is never done with that is hidden whole.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = self.look(text);
        if found.is_empty() {
            return found;
        }
        for _ in 0..MOST_LOOKS {
            let more = self.look(&replaced(text, &found));
            if more.is_empty() {
                return found;
            }
            found = with(&found, more);
        }
        std::iter::once(0..text.len()).collect()
    }

    /// `text` with [`MARK`] in the place of each secret.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let found = self.ranges(text);
        if found.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(replaced(text, &found)) }
    }

    /// One look at a text.
    fn look(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = self.hints.find(text.as_bytes(), &self.names);
        found.extend(token::key_material(text.as_bytes()));
        self.patterns.find(text, &mut found);
        if found.is_empty() {
            return found;
        }
        // A mark is one thing: what touches a part of it takes all of it, and by itself it hides nothing.
        let marks: Vec<usize> = memchr::memmem::find_iter(text.as_bytes(), MARK).collect();
        let around = |at: usize| {
            let before = marks.partition_point(|mark| *mark < at).checked_sub(1)?;
            Some(marks[before]).filter(|mark| at < mark + MARK.len())
        };
        let whole = found.into_iter().map(|range| {
            let end = around(range.end).map_or(range.end, |mark| mark + MARK.len());
            around(range.start).unwrap_or(range.start)..end
        });
        merged(whole.filter(|range| text[range.clone()] != *MARK).collect())
    }
}

/// The built-in rules, compiled once: they never change.
static BUILT_IN: LazyLock<Arc<Redactor>> = LazyLock::new(|| {
    let (names, patterns) = (Names::default(), Patterns::default());
    Arc::new(Redactor { hints: Hints::new(&[]), names, patterns })
});

/// Only the rules that are built in.
impl Default for Redactor {
    fn default() -> Self {
        (**BUILT_IN).clone()
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("names", &self.names).finish_non_exhaustive()
    }
}

/// `text` with the mark in these places.
fn replaced(text: &str, places: &[Range<usize>]) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        replaced.push_str(&text[from..place.start]);
        replaced.push_str(MARK);
        from = place.end;
    }
    replaced.push_str(&text[from..]);
    replaced
}

/// The same places in order; what overlaps or touches is one.
fn merged(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}

/// The places `known` of a text, and those of the text with marks in them, which are `more`.
fn with(known: &[Range<usize>], more: Vec<Range<usize>>) -> Vec<Range<usize>> {
    // Where each known place begins in the text with marks.
    let mut marks: Vec<(usize, &Range<usize>)> = Vec::with_capacity(known.len());
    for place in known {
        let mark =
            marks.last().map_or(place.start, |(mark, last)| mark + MARK.len() + place.start - last.end);
        marks.push((mark, place));
    }
    let back = |at: usize, is_end: bool| {
        let before = marks.partition_point(|(mark, _)| if is_end { *mark < at } else { *mark <= at });
        let Some((mark, place)) = before.checked_sub(1).map(|last| marks[last]) else { return at };
        match (at.saturating_sub(mark + MARK.len()), is_end) {
            (0, false) if at < mark + MARK.len() => place.start,
            (beyond, _) => place.end + beyond,
        }
    };
    merged(
        known
            .iter()
            .cloned()
            .chain(more.into_iter().map(|it| back(it.start, false)..back(it.end, true)))
            .collect(),
    )
}
