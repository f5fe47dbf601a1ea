//! Pages of text: lines of pieces with a meaning, broken between words.
//!
//! What a plan, a run and the messages say are such lines. Drawing breaks them, and so does what decides how far one can
//! scroll, so both find the same end.

use super::meaning::Meaning;
use super::text::cells;

/// A line before it is broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Pieces of text and what each means.
    pub pieces: Vec<(Meaning, String)>,
    /// How far what is broken off stands to the right, in columns.
    pub hang: u16,
}

/// A part of a line that was broken: pieces of text and what each means.
pub type Pieces<'t> = Vec<(Meaning, &'t str)>;

impl Line {
    /// An empty line.
    pub const BLANK: Self = Self { pieces: Vec::new(), hang: 0 };

    /// A line with this text.
    pub fn new(meaning: Meaning, text: impl Into<String>) -> Self {
        Self { pieces: vec![(meaning, text.into())], hang: 0 }
    }

    /// The same line with more text.
    #[must_use]
    pub fn and(mut self, meaning: Meaning, text: impl Into<String>) -> Self {
        self.pieces.push((meaning, text.into()));
        self
    }

    /// The same line, whose further parts stand so far to the right.
    #[must_use]
    pub const fn hang(mut self, columns: u16) -> Self {
        self.hang = columns;
        self
    }

    /// Its parts, none wider than `width`; of those after the first, the room that they hang by is left out.
    pub fn broken(&self, width: u16) -> Vec<Pieces<'_>> {
        let pieces: Pieces<'_> =
            self.pieces.iter().map(|(meaning, text)| (*meaning, text.as_str())).collect();
        wrap(&pieces, width, self.hang)
    }
}

/// How lines stand in a rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The columns that text may take: fewer than there are, where a scroll bar is needed.
    pub columns: u16,
    /// How many lines there are when broken so.
    pub whole: usize,
    /// The last line that can be the first in view.
    pub last: usize,
}

impl Fit {
    /// How `lines` stand in so many columns and rows.
    pub fn new(lines: &[Line], columns: u16, rows: u16) -> Self {
        // The scroll bar takes a column, and an empty one before it.
        const BAR: u16 = 2;
        let height = |columns| lines.iter().map(|line| line.broken(columns).len()).sum::<usize>();
        let (mut columns, rows) = (columns, usize::from(rows));
        let mut whole = height(columns);
        if whole > rows && columns > BAR {
            columns -= BAR;
            whole = height(columns);
        }
        Self { columns, whole, last: whole.saturating_sub(rows) }
    }
}

/// Breaks one line at spaces so that no line is wider than `width`; a word that is wider is broken anywhere. The spaces at
/// a break are not shown. The lines after the first are `hang` columns shorter, unless too
/// little were left.
fn wrap<'t>(line: &[(Meaning, &'t str)], width: u16, hang: u16) -> Vec<Pieces<'t>> {
    let mut width = usize::from(width.max(1));
    // Further lines have less room, but always enough for a word or two.
    let rest = if usize::from(hang) * 2 < width { width - usize::from(hang) } else { width };
    let mut lines: Vec<Pieces<'t>> = vec![Vec::new()];
    let mut used = 0;
    for word in words(line) {
        let wide: usize = word.pieces.iter().map(|(_, text)| crate::core::text::width(text)).sum();
        if word.is_space {
            if used + wide <= width {
                used += wide;
                extend(&mut lines, word.pieces);
            } else {
                used = width;
            }
            continue;
        }
        if used > 0 && used + wide > width {
            trim_end(&mut lines);
            lines.push(Vec::new());
            (used, width) = (0, rest);
        }
        for (meaning, text) in word.pieces {
            let mut start = 0;
            for cell in cells(text) {
                if used > 0 && used + cell.width > width {
                    extend(&mut lines, vec![(meaning, &text[start..cell.offset])]);
                    lines.push(Vec::new());
                    (start, used, width) = (cell.offset, 0, rest);
                }
                used += cell.width;
            }
            extend(&mut lines, vec![(meaning, &text[start..])]);
        }
    }
    trim_end(&mut lines);
    lines
}

fn extend<'t>(lines: &mut [Pieces<'t>], pieces: Pieces<'t>) {
    if let Some(last) = lines.last_mut() {
        last.extend(pieces.into_iter().filter(|(_, text)| !text.is_empty()));
    }
}

/// Takes the spaces from the end of the last line, unless it is nothing but spaces.
fn trim_end(lines: &mut [Pieces<'_>]) {
    let Some(last) = lines.last_mut() else { return };
    if last.iter().all(|(_, text)| text.trim_matches(' ').is_empty()) {
        return;
    }
    while let Some((_, text)) = last.last_mut() {
        *text = text.trim_end_matches(' ');
        if !text.is_empty() {
            break;
        }
        last.pop();
    }
}

/// Letters that are not separated by spaces, or spaces; a word can go across several pieces.
struct Word<'t> {
    is_space: bool,
    pieces: Pieces<'t>,
}

fn words<'t>(line: &[(Meaning, &'t str)]) -> Vec<Word<'t>> {
    let mut words: Vec<Word<'t>> = Vec::new();
    for (meaning, text) in line {
        let mut rest = *text;
        while let Some(first) = rest.chars().next() {
            let is_space = first == ' ';
            let end = rest.find(|letter| (letter == ' ') != is_space).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            match words.last_mut() {
                Some(word) if word.is_space == is_space => word.pieces.push((*meaning, part)),
                _ => words.push(Word { is_space, pieces: vec![(*meaning, part)] }),
            }
            rest = after;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::text::width;

    fn plain(text: &str, width: u16) -> Vec<String> {
        let broken = wrap(&[(Meaning::Text, text)], width, 0);
        broken.iter().map(|line| line.iter().map(|(_, text)| *text).collect()).collect()
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(plain("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(plain("the quick", 9), ["the quick"]);
        assert_eq!(plain("sha256:0123456789abcdef ok", 10), ["sha256:012", "3456789abc", "def ok"]);
        assert_eq!(plain("日本語日本", 5), ["日本", "語日", "本"]);
        assert_eq!(plain("  indented line", 10), ["  indented", "line"]);
        assert_eq!(plain("", 10), [""]);
        assert_eq!(plain("a b", 0), ["a", "b"]);
    }

    #[test]
    fn a_word_of_two_meanings_stays_whole() {
        let line = [(Meaning::Text, "stop "), (Meaning::Strong, "api"), (Meaning::Text, ", then db")];
        let broken = wrap(&line, 9, 0);
        assert_eq!(
            broken,
            [
                vec![
                    (Meaning::Text, "stop"),
                    (Meaning::Text, " "),
                    (Meaning::Strong, "api"),
                    (Meaning::Text, ",")
                ],
                vec![(Meaning::Text, "then"), (Meaning::Text, " "), (Meaning::Text, "db")],
            ]
        );
    }

    #[test]
    fn what_is_broken_off_hangs_where_there_is_room_for_it() {
        let line = Line::new(Meaning::Text, "1 stop ").and(Meaning::Strong, "web and api").hang(2);
        let texts = |width| -> Vec<String> {
            line.broken(width).iter().map(|part| part.iter().map(|(_, text)| *text).collect()).collect()
        };
        assert_eq!(texts(10), ["1 stop web", "and api"]);
        assert_eq!(texts(7), ["1 stop", "web", "and", "api"]);
        assert_eq!(texts(3), ["1", "sto", "p", "web", "and", "api"]);
    }

    #[test]
    fn a_page_that_is_too_long_gives_room_to_its_scroll_bar() {
        let lines = [Line::new(Meaning::Text, "one two"), Line::BLANK, Line::new(Meaning::Text, "three")];
        assert_eq!(Fit::new(&lines, 7, 3), Fit { columns: 7, whole: 3, last: 0 });
        assert_eq!(Fit::new(&lines, 7, 2), Fit { columns: 5, whole: 4, last: 2 });
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_no_letter_is_lost(text in "[a-c 日é]{0,60}", columns in 2_u16..20) {
            let lines = plain(&text, columns);
            for line in &lines {
                prop_assert!(width(line) <= usize::from(columns));
            }
            let letters = |text: &str| text.chars().filter(|letter| *letter != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
