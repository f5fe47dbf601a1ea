//! The plain texts that a filter looks for.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2_iter;

/// A text to find in another.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// This text exactly.
    Exact(String),
    /// This text of ASCII, in capital or small letters.
    Ascii(String),
    /// This text, whose small letters are given, in capital or small letters.
    AnyCase(String),
}

/// Whether a text means its letters exactly: it has a capital one.
pub(super) fn minds_case(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

impl Word {
    /// The text `text`, in any case unless it has a capital letter.
    pub(super) fn new(text: &str) -> Self {
        if minds_case(text) {
            Self::Exact(text.to_owned())
        } else if text.is_ascii() {
            Self::Ascii(text.to_owned())
        } else {
            Self::AnyCase(text.to_lowercase())
        }
    }

    /// Whether it may stand in a cell that holds a number: digits, what stands between them, and units of one letter.
    pub(super) fn may_be_of_a_number(&self) -> bool {
        const BETWEEN: &[u8] = b".%/:- ";
        const UNITS: &[u8] = b"bkmgtpshdwy";
        let (Self::Exact(text) | Self::Ascii(text) | Self::AnyCase(text)) = self;
        let is_unit = |it: u8| UNITS.contains(&it.to_ascii_lowercase());
        text.bytes().all(|it| it.is_ascii_digit() || BETWEEN.contains(&it) || is_unit(it))
            && !text.as_bytes().windows(2).any(|pair| is_unit(pair[0]) && is_unit(pair[1]))
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Exact(needle) => text.contains(needle),
            Self::Ascii(needle) => contains_ascii(text.as_bytes(), needle.as_bytes()),
            Self::AnyCase(needle) => text.to_lowercase().contains(needle),
        }
    }

    /// Where it stands in `text`, as byte ranges from the left.
    pub(super) fn places(&self, text: &str) -> Vec<Range<usize>> {
        let (text, needle) = match self {
            Self::Exact(needle) => (Cow::Borrowed(text), needle),
            Self::Ascii(needle) => (Cow::Owned(text.to_ascii_lowercase()), needle),
            // Where small letters take other bytes than capital ones, the places would be wrong.
            Self::AnyCase(needle) if text.to_lowercase().len() == text.len() => {
                (Cow::Owned(text.to_lowercase()), needle)
            }
            Self::AnyCase(_) => return Vec::new(),
        };
        if needle.is_empty() {
            return Vec::new();
        }
        text.match_indices(needle.as_str()).map(|(start, found)| start..start + found.len()).collect()
    }

    pub(super) fn is_all_of(&self, text: &str) -> bool {
        match self {
            Self::Exact(needle) => text == needle,
            Self::Ascii(needle) => text.eq_ignore_ascii_case(needle),
            Self::AnyCase(needle) => text.to_lowercase() == *needle,
        }
    }
}

fn contains_ascii(text: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else { return true };
    let Some(last_start) = text.len().checked_sub(needle.len()) else { return false };
    memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), &text[..=last_start])
        .any(|start| text[start + 1..start + needle.len()].eq_ignore_ascii_case(rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn capital_letters_are_minded_only_where_they_are_written() {
        assert!(Word::new("web").is_in("My-WEB-1"));
        assert!(!Word::new("Web").is_in("My-WEB-1"));
        assert!(Word::new("größe").is_in("Die GRÖSSE, Größe"));
        assert!(!Word::new("Größe").is_in("GRÖßE"));
        assert!(Word::new("running").is_all_of("Running"));
        assert!(!Word::new("run").is_all_of("running"));
    }

    proptest! {
        #[test]
        fn a_small_text_is_found_in_every_text_that_holds_it(before in ".{0,8}", needle in "[a-z0-9:./-]{0,6}", after in ".{0,8}") {
            for needle in [needle.clone(), needle.to_uppercase()] {
                let text = format!("{before}{needle}{after}");
                prop_assert!(Word::new(&needle).is_in(&text));
                prop_assert!(Word::new(&needle.to_lowercase()).is_in(&text));
            }
        }
    }
}
