//! Cells and columns: how one row reads in one column.

use std::borrow::Cow;

use super::scene::Scene;
use crate::core::filter::Unit;
use crate::core::meaning::Meaning;
use crate::core::time::age;

/// One cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell<'a> {
    /// What it says.
    pub text: Cow<'a, str>,
    /// The word for it that programs know, where it says more than that: what `column=word` means, and what JSON has.
    pub word: Option<&'static str>,
    /// What it counts, for sorting and comparing; `None` sorts by the text.
    pub number: Option<f64>,
    /// What the number counts, for filters such as `memory>512m`.
    pub unit: Unit,
    /// What it means.
    pub meaning: Meaning,
}

impl<'a> Cell<'a> {
    /// An empty cell: nothing is known, or nothing applies.
    pub const EMPTY: Cell<'static> = Cell {
        text: Cow::Borrowed(""),
        word: None,
        number: None,
        unit: Unit::Plain,
        meaning: Meaning::Muted,
    };

    /// A cell with ordinary text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), word: None, number: None, unit: Unit::Plain, meaning: Meaning::Text }
    }

    /// A cell that sorts by a number.
    pub fn number(number: f64, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            text: text.into(),
            word: None,
            number: Some(number),
            unit: Unit::Plain,
            meaning: Meaning::Text,
        }
    }

    /// A count.
    pub fn count(count: u64) -> Self {
        Self::number(count as f64, count.to_string())
    }

    /// A number with one digit behind the point.
    pub fn tenths(number: f32) -> Self {
        // By way of whole numbers: the formatting of exact fractions takes longer than all else that a row needs.
        let tenths = (f64::from(number.max(0.0)) * 10.0).round() as u64;
        Self::number(f64::from(number), format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// Bytes in the largest unit that keeps them readable.
    pub fn bytes(count: u64) -> Self {
        Self { unit: Unit::Bytes, ..Self::number(count as f64, bytes(count)) }
    }

    /// Memory in use. It moves by some kilobytes all the time, and nobody acts on those: they are not shown.
    pub fn memory(count: u64) -> Self {
        Self { unit: Unit::Bytes, ..Self::number(count as f64, scaled(count as f64, MEGA)) }
    }

    /// How long something has been, in seconds.
    pub fn age(seconds: u64) -> Self {
        Self { unit: Unit::Seconds, ..Self::number(seconds as f64, age(seconds)) }.meaning(Meaning::Muted)
    }

    /// The same cell with the word that programs know.
    #[must_use]
    pub const fn word(mut self, word: &'static str) -> Self {
        self.word = Some(word);
        self
    }

    /// The same cell with another meaning.
    #[must_use]
    pub fn meaning(mut self, meaning: Meaning) -> Self {
        self.meaning = meaning;
        self
    }
}

/// How wide a column wants to be, in terminal columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// Narrower than this it is of no use.
    pub least: u16,
    /// Wider than this it gains nothing.
    pub most: u16,
}

/// What a column tells apart: of several of them in one list it is the last to go, of one it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environments that rows are of.
    Environment,
    /// The targets that rows are of.
    Target,
}

/// One column of a table of `R`.
pub struct Column<R: 'static> {
    /// Its name in filters, configuration and JSON.
    pub id: &'static str,
    /// Its head on screen.
    pub title: &'static str,
    /// What it says, for help and the column chooser.
    pub doc: &'static str,
    /// How wide it wants to be.
    pub width: Width,
    /// Whether it is aligned to the right, as numbers are.
    pub right: bool,
    /// Which columns go first when the screen is narrow: the highest number goes first, 0 never goes.
    pub rank: u8,
    /// Whether it is shown until the operator chooses otherwise.
    pub shown: bool,
    /// Whether the first sort by it is from the greatest down.
    pub greatest_first: bool,
    /// Whether its texts differ at both ends, so that the middle goes first where there is no room for all.
    pub both_ends: bool,
    /// What it tells apart, where that is what it is for.
    pub origin: Option<Origin>,
    /// How a row reads in it.
    pub cell: for<'a> fn(&'a R, &Scene<'a>) -> Cell<'a>,
}

impl<R: 'static> Column<R> {
    /// A column that is shown, aligned to the left, never dropped, and sorted from the least up; `width` is the least and
    /// the most that it is good for.
    pub const fn new(
        id: &'static str,
        title: &'static str,
        doc: &'static str,
        width: (u16, u16),
        cell: for<'a> fn(&'a R, &Scene<'a>) -> Cell<'a>,
    ) -> Self {
        let width = Width { least: width.0, most: width.1 };
        Self {
            id,
            title,
            doc,
            width,
            right: false,
            rank: 0,
            shown: true,
            greatest_first: false,
            both_ends: false,
            origin: None,
            cell,
        }
    }

    /// Aligned to the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Dropped on a narrow screen: the highest rank first.
    #[must_use]
    pub const fn rank(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// Not shown until the operator chooses it.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.shown = false;
        self
    }

    /// Shortened in the middle.
    #[must_use]
    pub const fn both_ends(mut self) -> Self {
        self.both_ends = true;
        self
    }

    /// Tells rows apart by where they are from.
    #[must_use]
    pub const fn tells(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Sorted from the greatest down at first.
    #[must_use]
    pub const fn greatest_first(mut self) -> Self {
        self.greatest_first = true;
        self
    }
}

/// Bytes in the largest binary unit that keeps at least one digit before the point: `512B`, `1.5K`, `20.4M`, `118G`.
///
/// At most five columns wide below 1000 PiB.
pub fn bytes(count: u64) -> String {
    scaled(count as f64, 0)
}

/// Bytes per second, like [`bytes()`].
pub fn rate(per_second: f64) -> String {
    if per_second < 1.0 { "0".to_owned() } else { scaled(per_second, 0) }
}

const UNITS: [&str; 6] = ["B", "K", "M", "G", "T", "P"];
/// Where the megabyte stands among them.
const MEGA: usize = 2;

/// In the largest unit that keeps a digit before the point, but in none smaller than `least`.
fn scaled(count: f64, least: usize) -> String {
    let mut unit = least;
    let mut value = count / 1024_f64.powi(least as i32);
    // 999.5 and more would round to four digits.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 99.95 {
        format!("{value:.0}{}", UNITS[unit])
    } else {
        format!("{value:.1}{}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_calm_below_a_megabyte() {
        let cases =
            [(0, "0.0M"), (452 << 10, "0.4M"), (460 << 10, "0.4M"), (83 << 20, "83.0M"), (2 << 30, "2.0G")];
        for (count, text) in cases {
            assert_eq!(Cell::memory(count).text, text);
        }
    }

    #[test]
    fn bytes_read_in_at_most_five_columns() {
        let cases = [
            (0, "0B"),
            (999, "999B"),
            (1000, "1.0K"),
            (1536, "1.5K"),
            (99 << 20, "99.0M"),
            (100 << 20, "100M"),
            (1 << 40, "1.0T"),
        ];
        for (count, text) in cases {
            assert_eq!(bytes(count), text);
        }
        for exponent in 0..59 {
            assert!(bytes(1 << exponent).len() <= 5, "{}", bytes(1 << exponent));
            assert!(bytes((1 << exponent) - 1).len() <= 5, "{}", bytes((1 << exponent) - 1));
        }
    }
}
