//! The kinds of lines as a table.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::kinds::{Changed, Kind, KindsState};
use crate::core::logs::{Change, Level};
use crate::core::meaning::Meaning;
use crate::core::table::{Cell, Head, Width};
use crate::core::text::slice_columns;
use crate::core::time::clock;

const fn head(
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    width: (u16, u16),
    right: bool,
    rank: u8,
) -> Head {
    Head {
        id,
        title,
        doc,
        width: Width { least: width.0, most: width.1 },
        right,
        rank,
        shown: true,
        greatest_first: right,
        both_ends: false,
        origin: None,
    }
}

const LEVEL: Head = head("level", "LEVEL", "The worst level that one of them has", (5, 5), false, 2);
const KIND: Head = head("kind", "LINES LIKE", "What they have in common", (20, 400), false, 0);

/// Of kinds that are only counted.
const COUNTED: &[Head] = &[
    head("lines", "COUNT", "How many there are", (6, 11), true, 0),
    head("first", "FIRST", "When the first of them was written", (8, 8), false, 3),
    head("last", "LAST", "When the last of them was written", (8, 8), false, 1),
    LEVEL,
    KIND,
];

/// Of kinds before and after a moment.
const COMPARED: &[Head] = &[
    head("change", "CHANGE", "What became of them", (8, 8), false, 0),
    head("before", "BEFORE", "How many a minute came before", (8, 8), true, 3),
    head("after", "AFTER", "How many a minute come after", (8, 8), true, 1),
    LEVEL,
    KIND,
];

impl KindsState {
    /// The heads of its columns.
    pub const fn heads(&self) -> &'static [Head] {
        if self.around.is_some() { COMPARED } else { COUNTED }
    }
}

impl Kind {
    /// Its cells, one for each head.
    pub fn cells<'a>(&'a self, state: &KindsState, zone: &TimeZone) -> Vec<Cell<'a>> {
        let level = self.level.map_or(Cell::EMPTY, |it| Cell::text(it.word()).meaning(meaning(Some(it))));
        let pattern = Cell::text(scrolled(state.veil.over(self.pattern.text()), state.shift))
            .meaning(meaning(self.level));
        let mut cells = match &self.change {
            Some(changed) => changed.cells(self.level),
            None => {
                let range = self.range.as_ref();
                let at = |at| Cell::text(clock(at, zone)).meaning(Meaning::Time);
                vec![
                    Cell::count(self.lines),
                    range.map_or(Cell::EMPTY, |it| at(it.start)),
                    range.map_or(Cell::EMPTY, |it| at(it.end)),
                ]
            }
        };
        cells.extend([level, pattern]);
        cells
    }
}

impl Changed {
    /// What became of them, in a word.
    pub fn word(&self) -> String {
        let sure = if self.is_certain { "" } else { "?" };
        match self.change {
            Change::New => format!("new{sure}"),
            Change::Vanished => format!("gone{sure}"),
            Change::Changed { factor } if factor >= 1.0 => format!("×{}", rate(factor)),
            Change::Changed { factor } => format!("÷{}", rate(1.0 / factor)),
            Change::Same => "same".to_owned(),
        }
    }

    fn cells(&self, level: Option<Level>) -> Vec<Cell<'static>> {
        let meaning = match self.change {
            Change::New if level >= Some(Level::Error) => Meaning::Bad,
            Change::New => Meaning::Added,
            Change::Vanished => Meaning::Removed,
            Change::Changed { factor } if factor >= 1.0 => Meaning::Warn,
            Change::Changed { .. } | Change::Same => Meaning::Text,
        };
        let meaning = if self.is_certain { meaning } else { Meaning::Muted };
        let per_minute = |rate_of: f64| Cell::number(rate_of, format!("{}/min", rate(rate_of)));
        vec![Cell::text(self.word()).meaning(meaning), per_minute(self.before), per_minute(self.after)]
    }
}

/// A text without its first columns.
fn scrolled(text: Cow<'_, str>, columns: u16) -> Cow<'_, str> {
    if columns == 0 {
        return text;
    }
    let slice = slice_columns(&text, columns.into(), usize::MAX);
    Cow::Owned(format!("{}{}", " ".repeat(slice.blank), slice.text))
}

/// A rate or a factor in as many digits as tell something.
fn rate(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.1 => format!("{value:.2}"),
        ..10.0 => format!("{value:.1}"),
        ..10_000.0 => format!("{value:.0}"),
        _ => format!("{:.0}k", value / 1_000.0),
    }
}

/// The colour of a level.
const fn meaning(level: Option<Level>) -> Meaning {
    match level {
        Some(Level::Fatal | Level::Error) => Meaning::Error,
        Some(Level::Warn) => Meaning::Warning,
        _ => Meaning::Text,
    }
}
