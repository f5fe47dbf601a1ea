//! A sequence of keys: `ctrl-c`, `g g`.

use std::fmt;
use std::str::FromStr;

use crate::core::key::{Key, KeyError};

/// One or more keys that are pressed one after the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keys(Box<[Key]>);

impl Keys {
    /// Longer sequences than this are nobody's habit, and surely mistakes.
    pub const LONGEST: usize = 4;

    /// The keys, in order; at least one.
    pub fn as_slice(&self) -> &[Key] {
        &self.0
    }

    /// Whether it begins with a key that puts a character into a line of text.
    pub fn types_itself(&self) -> bool {
        self.0.first().is_some_and(|key| key.typed().is_some())
    }

    /// Whether one of the two begins with all of the other, so that only one of them could ever be pressed.
    pub fn hides(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }
}

impl From<&[Key]> for Keys {
    fn from(keys: &[Key]) -> Self {
        Self(keys.into())
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.0.iter().map(Key::to_string).collect();
        f.pad(&keys.join(" "))
    }
}

/// Why a text is no sequence of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is nothing but space.
    #[error("no key is given; the space bar is written `space`")]
    Empty,
    /// There are more keys than [`Keys::LONGEST`].
    #[error("a sequence has at most {} keys", Keys::LONGEST)]
    TooLong,
    /// One of them is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl FromStr for Keys {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        let keys: Vec<Key> = text.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        match keys.len() {
            0 => Err(KeysError::Empty),
            1..=Self::LONGEST => Ok(Self(keys.into())),
            _ => Err(KeysError::TooLong),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn keys(text: &str) -> Keys {
        text.parse().unwrap()
    }

    #[test]
    fn a_sequence_reads_back_as_it_is_printed() {
        for text in ["g", "g g", "ctrl-x ctrl-c", "space x", "ctrl-w"] {
            assert_eq!(keys(text).to_string(), text);
        }
        assert_eq!(keys("  shift-g   Enter ").to_string(), "G enter");
    }

    #[test]
    fn a_sequence_hides_those_that_it_begins_and_those_that_begin_it() {
        assert!(keys("g").hides(&keys("g g")));
        assert!(keys("g g").hides(&keys("g")));
        assert!(keys("g").hides(&keys("g")));
        assert!(!keys("g t").hides(&keys("g g")));
        assert!(!keys("t").hides(&keys("g t")));
    }

    #[test]
    fn no_keys_and_too_many_are_refused() {
        assert_eq!(" ".parse::<Keys>(), Err(KeysError::Empty));
        assert_eq!("a b c d e".parse::<Keys>(), Err(KeysError::TooLong));
        assert!("a".repeat(1_000_000).parse::<Keys>().is_err());
    }
}
