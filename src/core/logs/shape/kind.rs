//! The placeholders of a masked line: one control character each, which no cleaned line has.

/// A masked text: the line with one byte in the place of each variable part.
pub(super) type Masked = Box<[u8]>;

/// What stood where a placeholder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A number, or several in a row.
    Number = FIRST,
    /// A date, a time of day, or both.
    Time,
    /// A number with a unit of time.
    Duration,
    /// A number with a unit of bytes.
    Size,
    /// An address of a network, with a port or without.
    Address,
    /// Something that nobody chose: a UUID, a hash, the random end of a name.
    Id,
    /// An address of electronic mail.
    Email,
    /// Quoted text, or the value of a field.
    Text,
    /// What follows the question mark of a URL.
    Query,
    /// `true` or `false`.
    Bool,
    /// Where a line of a stack trace points to.
    Frame,
    /// A word that many lines have otherwise.
    Any,
    /// The rest of a line that is longer than what is looked at.
    Rest,
}

/// The control characters from here on are not white space.
const FIRST: u8 = 0x0e;

impl Kind {
    const ALL: [Self; 13] = [
        Self::Number,
        Self::Time,
        Self::Duration,
        Self::Size,
        Self::Address,
        Self::Id,
        Self::Email,
        Self::Text,
        Self::Query,
        Self::Bool,
        Self::Frame,
        Self::Any,
        Self::Rest,
    ];

    /// The byte that stands for it in a masked line.
    pub(super) const fn byte(self) -> u8 {
        self as u8
    }

    /// Adds it to a masked line. A list of one kind (`1, 2, 3`) counts as one, however long it is.
    pub(super) fn push(self, masked: &mut Vec<u8>) {
        let byte = self.byte();
        let kept = match masked.as_slice() {
            [kept @ .., before] | [kept @ .., before, b','] | [kept @ .., before, b',', b' ']
                if *before == byte =>
            {
                kept.len()
            }
            all => all.len(),
        };
        masked.truncate(kept);
        masked.push(byte);
    }

    /// What `byte` of a masked line stands for.
    pub(super) fn of(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte.checked_sub(FIRST)?)).copied()
    }

    /// How it is shown.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Number => "‹n›",
            Self::Time => "‹time›",
            Self::Duration => "‹duration›",
            Self::Size => "‹size›",
            Self::Address => "‹ip›",
            Self::Id => "‹id›",
            Self::Email => "‹email›",
            Self::Text => "‹text›",
            Self::Query => "‹query›",
            Self::Bool => "‹bool›",
            Self::Frame => "‹frame›",
            Self::Any => "‹*›",
            Self::Rest => "‹…›",
        }
    }

    /// The narrowest placeholder that stands for both.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, same) if one == same => one,
            // An id of digits alone is a number by its look.
            (Self::Number, Self::Id) | (Self::Id, Self::Number) => Self::Id,
            _ => Self::Any,
        }
    }

    /// Whether everything that `other` stands for may stand here.
    pub(super) fn covers(self, other: Self) -> bool {
        self.or(other) == self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_from_its_byte_and_no_white_space_is_one() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.byte()), Some(kind));
        }
        for byte in (0..FIRST).chain(0x20..=0xff) {
            assert_eq!(Kind::of(byte), None);
        }
    }
}
