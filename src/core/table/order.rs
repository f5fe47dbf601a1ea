//! What rows are sorted by.

use std::cmp::Ordering;

use super::cell::Cell;

/// A cell as rows are sorted by it.
#[derive(Debug)]
pub enum Key {
    /// By its number.
    Number(f64),
    /// By its text, as [`natural`] spells it.
    Text(Vec<u8>),
    /// Nothing is known.
    Unknown,
}

impl From<&Cell<'_>> for Key {
    fn from(cell: &Cell<'_>) -> Self {
        match cell.number {
            Some(number) => Self::Number(number),
            None if cell.text.is_empty() => Self::Unknown,
            None => Self::Text(natural(&cell.text)),
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

/// A text spelled so that bytes compare as people order names: without regard to capitals, and `web-9` before `web-10`.
/// A number is a `0`, how many digits it has, and the digits.
fn natural(text: &str) -> Vec<u8> {
    // Most names have no capitals, and need no copy.
    let lower;
    let text = if text.chars().any(char::is_uppercase) {
        lower = text.to_lowercase();
        &lower
    } else {
        text
    };
    let mut rest = text.as_bytes();
    let mut key = Vec::with_capacity(rest.len() + 8);
    while let Some((first, after)) = rest.split_first() {
        if !first.is_ascii_digit() {
            key.push(*first);
            rest = after;
            continue;
        }
        let end = rest.iter().position(|it| !it.is_ascii_digit()).unwrap_or(rest.len());
        let start = rest[..end].iter().position(|it| *it != b'0').unwrap_or(end - 1);
        let digits = &rest[start..end];
        key.push(b'0');
        key.push(u8::try_from(digits.len()).unwrap_or(u8::MAX));
        key.extend_from_slice(digits);
        rest = &rest[end..];
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_sort_as_numbers() {
        let mut names = vec!["web-10", "web-9", "web-09b", "API", "web", "web_1", "web-0", "web-00", "app"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["API", "app", "web", "web-0", "web-00", "web-9", "web-09b", "web-10", "web_1"]);
    }

    #[test]
    fn what_is_unknown_stands_last_both_ways() {
        for known in [Key::Number(1.0), Key::Text(b"x".to_vec())] {
            for descending in [false, true] {
                assert_eq!(known.compare(&Key::Unknown, descending), Ordering::Less);
                assert_eq!(Key::Unknown.compare(&known, descending), Ordering::Greater);
            }
        }
    }
}
