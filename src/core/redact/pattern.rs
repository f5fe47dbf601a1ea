//! Patterns that the operator adds: whatever they match is a secret.

use std::ops::Range;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::MARK;

/// How much memory one pattern may take, compiled, in bytes.
const LARGEST: usize = 1 << 20;

/// A pattern that is known to work. What it matches is hidden; where it has groups, only what the first of them matches.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern; the error says what is wrong with it, and what to do.
    pub fn new(text: &str) -> Result<Self, (String, &'static str)> {
        let regex = RegexBuilder::new(text).size_limit(LARGEST).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                ("this pattern is too large".to_owned(), "count less in it: `{1000}` copies what it counts")
            }
            error => {
                let said = error.to_string();
                let cause = said.lines().last().unwrap_or_default().trim_start_matches("error: ");
                (
                    format!("this is no regular expression: {cause}"),
                    "write `\\[` for a bracket, and the whole pattern in single quotes",
                )
            }
        })?;
        if regex.is_match("") {
            return Err((
                "this pattern also matches nothing at all".to_owned(),
                "write `+` where it has `*`",
            ));
        }
        Ok(Self(regex))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

/// All patterns of the operator.
#[derive(Clone, Default)]
pub(super) struct Patterns {
    patterns: Vec<Pattern>,
    /// Which of them match at all, in one pass; nothing where all together are too large for that.
    set: Option<RegexSet>,
}

impl Patterns {
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let set = RegexSetBuilder::new(patterns.iter().map(Pattern::as_str)).size_limit(LARGEST).build();
        Self { patterns: patterns.to_vec(), set: set.ok() }
    }

    /// Adds the secrets of `text` to `found`.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Range<usize>>) {
        if self.patterns.is_empty() {
            return;
        }
        let matching: Vec<&Pattern> = match &self.set {
            Some(set) => set.matches(text).iter().map(|place| &self.patterns[place]).collect(),
            None => self.patterns.iter().collect(),
        };
        for Pattern(regex) in matching {
            for captures in regex.captures_iter(text) {
                let secret = captures.get(1).or_else(|| captures.get(0).filter(|_| captures.len() == 1));
                found.extend(secret.filter(|it| !it.is_empty() && it.as_str() != MARK).map(|it| it.range()));
            }
        }
    }
}
