//! Hostile text over every surface: whatever a container or an engine says, nothing but the program's own sequences
//! reaches a terminal, and nothing that acts, hides or turns text around reaches a pipe or a file.
//!
//! The engine is one of our own (`engine.rs`), every word of which carries the corpus (`corpus.txt`); the program is the
//! real one, in a real terminal and in pipes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod corpus;
mod engine;
mod pipes;
mod screens;
#[path = "../support/mod.rs"]
mod support;

/// Whether a character may stand in what the program writes; written out once more, independently of its own table.
fn is_harmless(c: char) -> bool {
    let hides = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{10eeee}');
    !hides && !c.is_control()
}

#[test]
fn the_corpus_is_as_large_as_it_has_to_be_and_says_nothing_twice() {
    let all: std::collections::BTreeSet<&Vec<u8>> = corpus::CORPUS.iter().collect();
    assert!(all.len() >= 300, "{}", all.len());
    let written = include_str!("corpus.txt").lines().filter(|it| !it.is_empty() && !it.starts_with("##"));
    assert!(written.count() >= 250);
}
