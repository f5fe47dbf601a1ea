//! The words that make a text worth a closer look, and which rule looks at the place where one stands.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::address;
use super::names::{Names, longest_word};
use super::pair::{self, Text};
use super::token::{self, SHAPES};

/// Who looks at the place of a word.
#[derive(Clone, Copy)]
enum Rule {
    /// A part of a name: is it a secret's?
    Name,
    /// The beginning of a token of that shape.
    Shape(usize),
    WebToken,
    PrivateKey,
    Address,
    AddressBehind,
    Bearer,
    Basic,
    Identified,
}

/// Parts of all names that can be a secret's.
const WORDS_OF_NAMES: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "credential",
    "key",
    "auth",
    "signature",
    "jsessionid",
    "phpsessid",
    "otp",
    "cookie",
    "sig=",
    "sig%3d",
];

/// What else is looked for.
const WORDS: &[(&str, Rule)] = &[
    ("eyJ", Rule::WebToken),
    ("-----BEGIN", Rule::PrivateKey),
    ("://", Rule::Address),
    ("@tcp(", Rule::AddressBehind),
    ("@unix(", Rule::AddressBehind),
    ("bearer ", Rule::Bearer),
    ("basic ", Rule::Basic),
    (" by '", Rule::Identified),
];

/// Finds the words, all in one pass.
#[derive(Clone)]
pub(super) struct Hints {
    automaton: AhoCorasick,
    rules: Vec<Rule>,
}

impl Hints {
    /// The words of the built-in rules, and these names.
    pub(super) fn new(own: &[String]) -> Self {
        let names = WORDS_OF_NAMES
            .iter()
            .copied()
            .chain(own.iter().map(|name| longest_word(name)))
            .map(|it| (it, Rule::Name));
        let shapes = SHAPES.iter().enumerate().map(|(place, shape)| (shape.prefix, Rule::Shape(place)));
        let (words, rules): (Vec<&str>, Vec<Rule>) = names.chain(shapes).chain(WORDS.iter().copied()).unzip();
        #[expect(
            clippy::expect_used,
            reason = "an automaton only fails with millions of words; there are hundreds"
        )]
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .expect("few words");
        Self { automaton, rules }
    }

    /// The secrets of `text`, in no order; some may overlap.
    pub(super) fn find(&self, text: &[u8], names: &Names) -> Vec<Range<usize>> {
        let text = Text::new(text);
        let mut found: Vec<Range<usize>> = Vec::new();
        // Up to here everything is hidden anyway; up to there names were looked at. Both keep the cost linear.
        let (mut hidden, mut looked) = (0, 0);
        for hit in self.automaton.find_overlapping_iter(text.bytes) {
            let place = hit.start();
            if place < hidden {
                continue;
            }
            let secret = match self.rules[hit.pattern().as_usize()] {
                Rule::Name if place < looked => None,
                Rule::Name => {
                    let name = pair::name_around(&text, place);
                    looked = name.end.max(hit.end());
                    pair::secret(&text, &name, names)
                }
                Rule::Shape(shape) => {
                    let secret = token::secret(&text, place, &SHAPES[shape]);
                    if let (Some(id), "AKIA" | "ASIA") = (&secret, SHAPES[shape].prefix) {
                        found.extend(token::secret_of_aws(&text, id.end));
                    }
                    secret
                }
                Rule::WebToken => token::web_token(&text, place),
                Rule::PrivateKey => token::private_key(&text, place),
                Rule::Address => address::password(&text, place),
                Rule::AddressBehind => address::password_before(&text, place),
                Rule::Bearer => address::bearer(&text, place),
                Rule::Basic => address::basic(&text, place),
                Rule::Identified => address::identified_by(&text, place),
            };
            if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
                hidden = hidden.max(secret.end);
                found.push(secret);
            }
        }
        found
    }
}
