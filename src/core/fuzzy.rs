//! Fuzzy matching: the palette's search, and the fuzzy words of filters. What matched is told as ranges to highlight.

use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

/// A query: its words must all match, each as letters in order. Capital letters in the query must match exactly.
#[derive(Clone)]
pub struct Fuzzy {
    pattern: Pattern,
}

impl Fuzzy {
    /// The query that `text` writes.
    pub fn new(text: &str) -> Self {
        Self::of(text, AtomKind::Fuzzy)
    }

    fn of(text: &str, kind: AtomKind) -> Self {
        Self { pattern: Pattern::new(text, CaseMatching::Smart, Normalization::Smart, kind) }
    }

    /// Whether `text` matches.
    pub fn matches(&self, text: &str, scratch: &mut Scratch) -> bool {
        self.score(text, scratch).is_some()
    }

    fn score(&self, text: &str, scratch: &mut Scratch) -> Option<u32> {
        self.pattern.score(Utf32Str::new(text, &mut scratch.letters), &mut scratch.matcher)
    }

    /// The parts of `text` that the query matched, as byte ranges in order; empty when it does not match.
    pub fn ranges(&self, text: &str, scratch: &mut Scratch) -> Vec<Range<usize>> {
        let mut letters = Vec::new();
        let haystack = Utf32Str::new(text, &mut scratch.letters);
        self.pattern.indices(haystack, &mut scratch.matcher, &mut letters);
        letters.sort_unstable();
        letters.dedup();
        let mut letters = letters.into_iter().peekable();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        // The matcher counts what people see as letters, not characters.
        for (number, (start, letter)) in text.grapheme_indices(true).enumerate() {
            if letters.next_if(|matched| *matched as usize == number).is_none() {
                continue;
            }
            let end = start + letter.len();
            match ranges.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => ranges.push(start..end),
            }
        }
        ranges
    }
}

impl fmt::Debug for Fuzzy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> =
            self.pattern.atoms.iter().map(|atom| atom.needle_text().to_string()).collect();
        f.debug_tuple("Fuzzy").field(&words).finish()
    }
}

/// The memory that matching works in: some 130 KB, so it is made once for many matches.
pub struct Scratch {
    matcher: Matcher,
    letters: Vec<char>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { matcher: Matcher::new(Config::DEFAULT), letters: Vec::new() }
    }
}

/// One item that a query found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its place among the items.
    pub index: usize,
    /// What matched in its name, as byte ranges in order.
    pub name: Vec<Range<usize>>,
    /// What matched in its description, where the name did not match.
    pub doc: Vec<Range<usize>>,
}

/// The items, each a name and a description, that `query` finds, best first.
///
/// A name may match fuzzily; a description only by words, and comes after all names: letters scattered over a sentence
/// are found in nearly every sentence. An empty query finds all, in their order.
pub fn rank<'a>(query: &str, items: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Found> {
    let (by_name, by_doc) = (Fuzzy::new(query), Fuzzy::of(query, AtomKind::Substring));
    let mut scratch = Scratch::default();
    let mut found: Vec<_> = items
        .into_iter()
        .enumerate()
        .filter_map(|(index, (name, doc))| {
            if let Some(score) = by_name.score(name, &mut scratch) {
                let found = Found { index, name: by_name.ranges(name, &mut scratch), doc: Vec::new() };
                // Of equally good names the shorter one is more of what was asked for; without a query all are equal.
                let length = if query.trim().is_empty() { 0 } else { name.len() };
                return Some(((false, Reverse(score), length, index), found));
            }
            let score = by_doc.score(doc, &mut scratch)?;
            let found = Found { index, name: Vec::new(), doc: by_doc.ranges(doc, &mut scratch) };
            Some(((true, Reverse(score), 0, index), found))
        })
        .collect();
    found.sort_unstable_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMANDS: [(&str, &str); 5] = [
        ("restart", "Plan to restart containers"),
        ("start", "Plan to start containers"),
        ("sort-reverse", "Sort the other way round"),
        ("stats", "Show the history of CPU and memory"),
        ("prune", "Plan to remove what nothing uses"),
    ];

    fn names(query: &str) -> Vec<&'static str> {
        rank(query, COMMANDS).into_iter().map(|found| COMMANDS[found.index].0).collect()
    }

    #[test]
    fn nothing_typed_finds_all_in_their_order() {
        assert_eq!(names(" "), COMMANDS.map(|(name, _)| name));
    }

    #[test]
    fn the_best_match_of_a_name_comes_first() {
        assert_eq!(names("start")[..2], ["start", "restart"]);
        assert_eq!(names("sr")[0], "sort-reverse");
    }

    #[test]
    fn a_description_is_found_by_its_words_after_the_names() {
        assert_eq!(names("memory"), ["stats"]);
        assert_eq!(names("remove nothing"), ["prune"]);
        assert_eq!(names("pln"), [""; 0]);
        assert_eq!(names("start")[1], "restart");
    }

    #[test]
    fn what_matched_is_told_letter_by_letter() {
        let names = ["père-été", "re\u{301}"];
        let found = rank("re", names.map(|name| (name, "")));
        let parts = |found: &Found| {
            found.name.iter().map(|range| &names[found.index][range.clone()]).collect::<Vec<_>>()
        };
        assert_eq!(found.iter().map(parts).collect::<Vec<_>>(), [vec!["re\u{301}"], vec!["r", "é"]]);
        assert_eq!(rank("pt", names.map(|name| (name, "")))[0].name, [0..1, 8..9]);
    }

    #[test]
    fn a_capital_letter_asks_for_a_capital_letter() {
        let mut scratch = Scratch::default();
        assert!(Fuzzy::new("web").matches("WEB-1", &mut scratch));
        assert!(!Fuzzy::new("Web").matches("web-1", &mut scratch));
    }

    proptest! {
        #[test]
        fn ranges_are_parts_of_the_text_in_order(query in "\\PC{0,6}", text in any::<String>()) {
            let mut scratch = Scratch::default();
            let mut end = 0;
            for range in Fuzzy::new(&query).ranges(&text, &mut scratch) {
                prop_assert!(range.start >= end && text.get(range.clone()).is_some_and(|part| !part.is_empty()));
                end = range.end;
            }
        }
    }
}
