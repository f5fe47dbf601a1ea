//! What rows are sorted by.

use std::cmp::Ordering;

use super::cell::Cell;

/// A cell as rows are sorted by it.
#[derive(Clone, Debug)]
pub enum Key {
    /// By its number.
    Number(f64),
    /// By its text.
    Text(Spelling),
    /// Nothing is known.
    Unknown,
}

impl From<&Cell<'_>> for Key {
    fn from(cell: &Cell<'_>) -> Self {
        match cell.number {
            Some(number) => Self::Number(number),
            None if cell.text.is_empty() => Self::Unknown,
            None => Self::Text(Spelling::of(&cell.text)),
        }
    }
}

impl Key {
    /// What is unknown stands last whichever way the list is sorted.
    pub fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let ordering = match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Unknown, Self::Unknown) => return Ordering::Equal,
            (Self::Unknown, _) => return Ordering::Greater,
            (_, Self::Unknown) => return Ordering::Less,
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if descending { ordering.reverse() } else { ordering }
    }
}

/// How much of a text is compared without following a pointer: most names are no longer.
const HEAD: usize = 24;

/// A text spelled so that it compares as people order names: without regard to capitals, and `web-9` before `web-10`.
/// A number is a `0`, how many digits it has, and the digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spelling {
    /// Its first bytes, as numbers of which the first byte is the highest; zeros behind a shorter text. (A zero is in no
    /// text: it would have been cleaned.)
    head: [u64; HEAD / 8],
    rest: Vec<u8>,
}

impl Spelling {
    fn of(text: &str) -> Self {
        // Most names have no capitals, and need no copy.
        let lower;
        let text = if text.chars().any(char::is_uppercase) {
            lower = text.to_lowercase();
            &lower
        } else {
            text
        };
        let mut spelling = Writer { head: [0; HEAD], used: 0, rest: Vec::new() };
        let mut left = text.as_bytes();
        while let Some((first, after)) = left.split_first() {
            if !first.is_ascii_digit() {
                spelling.push(*first);
                left = after;
                continue;
            }
            let end = left.iter().position(|it| !it.is_ascii_digit()).unwrap_or(left.len());
            let start = left[..end].iter().position(|it| *it != b'0').unwrap_or(end - 1);
            let digits = &left[start..end];
            spelling.push(b'0');
            spelling.push(u8::try_from(digits.len()).unwrap_or(u8::MAX));
            for digit in digits {
                spelling.push(*digit);
            }
            left = &left[end..];
        }
        spelling.finish()
    }
}

struct Writer {
    head: [u8; HEAD],
    used: usize,
    rest: Vec<u8>,
}

impl Writer {
    fn push(&mut self, byte: u8) {
        match self.head.get_mut(self.used) {
            Some(place) => *place = byte,
            None => self.rest.push(byte),
        }
        self.used += 1;
    }

    fn finish(self) -> Spelling {
        let mut head = [0; HEAD / 8];
        for (number, bytes) in head.iter_mut().zip(self.head.as_chunks().0) {
            *number = u64::from_be_bytes(*bytes);
        }
        Spelling { head, rest: self.rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_sort_as_numbers() {
        let mut names = vec!["web-10", "web-9", "web-09b", "API", "web", "web_1", "web-0", "web-00", "app"];
        names.sort_by_key(|name| Spelling::of(name));
        assert_eq!(names, ["API", "app", "web", "web-0", "web-00", "web-9", "web-09b", "web-10", "web_1"]);
    }

    #[test]
    fn names_that_begin_alike_for_long_sort_by_what_follows() {
        let stem = "a-name-that-is-longer-than-what-is-compared-first";
        let mut names: Vec<String> = ["-10", "", "-9", "b", "-1"].map(|end| format!("{stem}{end}")).into();
        names.sort_by_key(|name| Spelling::of(name));
        assert_eq!(names, ["", "-1", "-9", "-10", "b"].map(|end| format!("{stem}{end}")));
    }

    #[test]
    fn what_is_unknown_stands_last_both_ways() {
        for known in [Key::Number(1.0), Key::Text(Spelling::of("x"))] {
            for descending in [false, true] {
                assert_eq!(known.compare(&Key::Unknown, descending), Ordering::Less);
                assert_eq!(Key::Unknown.compare(&known, descending), Ordering::Greater);
            }
        }
    }
}
