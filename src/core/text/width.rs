//! How many columns text takes, and cutting it at columns. All of it expects cleaned text.
//!
//! A character is what a reader sees as one (a grapheme cluster); its width is `unicode-width`'s, as the terminal
//! library counts it. A tab reaches to the next stop, counted from the start of the line.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::harm::is_plain_ascii;

/// Columns from one tab stop to the next, as terminals have them.
pub const TAB_STOP: usize = 8;

/// One visible character of a line and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The character; `"\t"` is to be drawn as `width` spaces.
    pub text: &'a str,
    /// Where it starts, in bytes.
    pub offset: usize,
    /// The column in which it starts, from 0.
    pub column: usize,
    /// The columns it takes.
    pub width: usize,
}

/// The visible characters of a line, from the left.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    line: &'a str,
    offset: usize,
    column: usize,
}

/// The visible characters of `line`.
pub fn cells(line: &str) -> Cells<'_> {
    Cells { line, offset: 0, column: 0 }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let rest = &self.line[self.offset..];
        let text = match rest.as_bytes() {
            [] => return None,
            // Two ASCII characters in a row never join.
            [_] | [0x20..0x7f, 0x20..0x7f, ..] => &rest[..1],
            _ => rest.graphemes(true).next()?,
        };
        let width = if text == "\t" { TAB_STOP - self.column % TAB_STOP } else { text.width() };
        let cell = Cell { text, offset: self.offset, column: self.column, width };
        self.offset += text.len();
        self.column += width;
        Some(cell)
    }
}

/// The columns that `text` takes.
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text.as_bytes()) {
        return text.len();
    }
    cells(text).last().map_or(0, |cell| cell.column + cell.width)
}

/// The longest start of `text` that fits into `columns`, and the columns it takes: one less than asked for where a
/// wide character would have been cut.
pub fn truncate_to_width(text: &str, columns: usize) -> (&str, usize) {
    let slice = slice_columns(text, 0, columns);
    (slice.text, slice.used)
}

/// What of a line stands between two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice<'a> {
    /// The characters that lie wholly inside.
    pub text: &'a str,
    /// Where they start in the line, in bytes.
    pub offset: usize,
    /// Blank columns to draw before them: a wide character or a tab lies across the left edge.
    pub blank: usize,
    /// The columns that the characters take, without `blank`.
    pub used: usize,
}

/// What of `line` stands in the `columns` columns from column `from`: for scrolling sideways.
pub fn slice_columns(line: &str, from: usize, columns: usize) -> Slice<'_> {
    let end = from.saturating_add(columns);
    // Plain text needs no look at what scrolled out on the left, nor at what lies beyond the right edge.
    let near = &line.as_bytes()[..line.len().min(end.saturating_add(1))];
    if is_plain_ascii(near) {
        let (start, stop) = (from.min(line.len()), end.min(line.len()));
        return Slice { text: &line[start..stop], offset: start, blank: 0, used: stop - start };
    }
    let mut inside = cells(line).skip_while(|cell| cell.column + cell.width <= from).peekable();
    let mut blank = 0;
    if let Some(cut) = inside.next_if(|cell| cell.column < from) {
        blank = (cut.column + cut.width).min(end) - from;
    }
    let Some(first) = inside.peek().copied() else {
        return Slice { text: "", offset: line.len(), blank, used: 0 };
    };
    let fitting = inside.take_while(|cell| cell.column + cell.width <= end).last();
    let (stop, reached) = fitting.map_or((first.offset, first.column), |cell| {
        (cell.offset + cell.text.len(), cell.column + cell.width)
    });
    Slice { text: &line[first.offset..stop], offset: first.offset, blank, used: reached - first.column }
}

/// A line broken at `columns`, wherever that is; each row begins at column 0 of its own. At least one row.
pub fn broken_at(line: &str, columns: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let rest = &line[start..];
        let (fitting, _) = truncate_to_width(rest, columns.max(1));
        // What is wider than the whole row stands there alone, cut.
        let length =
            if fitting.is_empty() { cells(rest).next().map_or(0, |it| it.text.len()) } else { fitting.len() };
        let end = start + length;
        next = (end < line.len()).then_some(end);
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_are_those_of_a_terminal() {
        for (text, columns) in [
            ("", 0),
            ("abc", 3),
            ("naïve", 5),
            ("e\u{301}", 1),
            ("日本", 4),
            ("🚀", 2),
            ("\tx", 9),
            ("ab\tx", 9),
        ] {
            assert_eq!(width(text), columns, "{text:?}");
        }
    }

    #[test]
    fn truncating_never_cuts_a_character_in_two() {
        assert_eq!(truncate_to_width("hello", 3), ("hel", 3));
        assert_eq!(truncate_to_width("hello", 9), ("hello", 5));
        assert_eq!(truncate_to_width("日本語", 5), ("日本", 4));
        assert_eq!(truncate_to_width("e\u{301}e\u{301}", 1), ("e\u{301}", 1));
        assert_eq!(truncate_to_width("ae\u{301}", 1), ("a", 1));
        assert_eq!(truncate_to_width("a\u{301}b", 1), ("a\u{301}", 1));
        assert_eq!(truncate_to_width("日本", 0), ("", 0));
        assert_eq!(truncate_to_width("\tx", 4), ("", 0));
    }

    #[test]
    fn scrolling_sideways_blanks_what_the_left_edge_cuts() {
        let plain = slice_columns("hello", 2, 2);
        assert_eq!((plain.text, plain.offset, plain.blank, plain.used), ("ll", 2, 0, 2));
        let wide = slice_columns("日本語", 1, 4);
        assert_eq!((wide.text, wide.offset, wide.blank, wide.used), ("本", 3, 1, 2));
        let tab = slice_columns("\tx", 3, 10);
        assert_eq!((tab.text, tab.offset, tab.blank, tab.used), ("x", 1, 5, 1));
        let inside_tab = slice_columns("\tx", 3, 2);
        assert_eq!((inside_tab.text, inside_tab.blank, inside_tab.used), ("", 2, 0));
        let beyond = slice_columns("hi", 7, 3);
        assert_eq!((beyond.text, beyond.offset, beyond.used), ("", 2, 0));
    }

    #[test]
    fn a_broken_line_loses_nothing() {
        let rows = |line: &str, columns| {
            broken_at(line, columns).map(|row| line[row].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(rows("", 5), [""]);
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("abcdef", 3), ["abc", "def"]);
        assert_eq!(rows("a日本語", 3), ["a日", "本", "語"]);
        assert_eq!(rows("日本", 1), ["日", "本"]);
        assert_eq!(rows("ab", 0), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn a_slice_fills_exactly_the_columns_that_the_line_has_there(
            text in "[a-z é日🚀\t\u{301}]{0,40}", from in 0_usize..60, columns in 0_usize..60,
        ) {
            let slice = slice_columns(&text, from, columns);
            prop_assert!(slice.blank + slice.used <= columns);
            prop_assert_eq!(&text[slice.offset..slice.offset + slice.text.len()], slice.text);
            let whole = cells(&text)
                .filter(|cell| cell.column >= from && cell.column + cell.width <= from + columns && cell.width > 0)
                .map(|cell| cell.width).sum::<usize>();
            prop_assert_eq!(slice.used, whole);
        }
    }
}
