//! Text in several lines: broken between words, scrolled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::put;
use super::scrollbar::Scrollbar;
use crate::core::meaning::Meaning;
use crate::core::text::cells;
use crate::ui::theme::Theme;

/// A line before it is broken: pieces of text and what each means.
pub type Pieces<'t> = Vec<(Meaning, &'t str)>;

/// Lines of text, broken where they are too long, in a rectangle that may show only a part of them.
#[derive(Clone, Copy, Debug)]
pub struct Paragraph<'a, 't> {
    /// How it looks.
    pub theme: &'a Theme,
    /// The lines.
    pub lines: &'a [Pieces<'t>],
    /// The first line in view, counted after breaking.
    pub first: usize,
}

impl Paragraph<'_, '_> {
    /// How many lines it takes at this width.
    pub fn height(&self, width: u16) -> usize {
        self.lines.iter().map(|line| wrap(line, width).len()).sum()
    }
}

impl Widget for &Paragraph<'_, '_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let rows = usize::from(area.height);
        let mut width = area.width;
        let mut whole = self.height(width);
        if whole > rows && width > 2 {
            // The scroll bar takes a column, and an empty one before it.
            width -= 2;
            whole = self.height(width);
            let bar = Rect { x: area.right() - 1, width: 1, ..area };
            Scrollbar { theme: self.theme, whole, first: self.first }.render(bar, buffer);
        }
        let first = self.first.min(whole.saturating_sub(rows));
        let broken = self.lines.iter().flat_map(|line| wrap(line, width));
        for (line, y) in broken.skip(first).zip(area.top()..area.bottom()) {
            let mut x = area.x;
            for (meaning, text) in line {
                x += put(buffer, x, y, area.right() - x, text, self.theme.style(meaning));
            }
        }
    }
}

/// Breaks one line at spaces so that no line is wider than `width`; a word that is wider is broken anywhere. The spaces at
/// a break are not shown. Each line that goes in gives at least one that comes out.
pub fn wrap<'t>(line: &[(Meaning, &'t str)], width: u16) -> Vec<Pieces<'t>> {
    let width = usize::from(width.max(1));
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
            used = 0;
        }
        for (meaning, text) in word.pieces {
            let mut start = 0;
            for cell in cells(text) {
                if used > 0 && used + cell.width > width {
                    extend(&mut lines, vec![(meaning, &text[start..cell.offset])]);
                    lines.push(Vec::new());
                    (start, used) = (cell.offset, 0);
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
    use crate::ui::golden::golden;

    fn plain(text: &str, width: u16) -> Vec<String> {
        let broken = wrap(&[(Meaning::Text, text)], width);
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
        let broken = wrap(&line, 9);
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
    fn what_does_not_fit_is_scrolled() {
        let draw = |first: usize| {
            golden(16, 3, |buffer, area, theme| {
                let lines = vec![
                    vec![(Meaning::Danger, "Removes"), (Meaning::Text, " the container and its volumes.")],
                    vec![],
                    vec![(Meaning::Muted, "It cannot be undone.")],
                ];
                Paragraph { theme, lines: &lines, first }.render(area, buffer);
            })
        };
        insta::assert_snapshot!(draw(0), @r"
        │Removes the    ┃│
         aaaaaaa........b
        │container and  ││
         ...............c
        │its volumes.   ││
         ...............c
        a danger
        b scroll.thumb
        c scroll
        ");
        insta::assert_snapshot!(draw(99), @r"
        │               ││
         ...............a
        │It cannot be   ││
         bbbbbbbbbbbb...a
        │undone.        ┃│
         bbbbbbb........c
        a scroll
        b text.muted
        c scroll.thumb
        ");
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
