//! One line of text that is being typed: cursor, words, cutting and the lines before it.
//!
//! The cursor moves over what people see as one character, whatever it is made of. Drawing, and what the text means, are
//! elsewhere.

use unicode_segmentation::UnicodeSegmentation;

use super::command::Command;
use super::text::{clean, width};

/// A line does not grow beyond this many bytes, whatever is pasted into it.
const LONGEST: usize = 4096;

/// So many lines are remembered.
const REMEMBERED: usize = 100;

/// A line of text with a cursor.
#[derive(Clone, Debug, Default)]
pub struct Input {
    text: String,
    /// In bytes, at the start of a visible character or at the end.
    cursor: usize,
    cut: String,
    history: Vec<String>,
    recalled: Option<Recalled>,
    selected: bool,
}

/// A line from the history that stands in for the one that was being typed.
#[derive(Clone, Debug)]
struct Recalled {
    index: usize,
    draft: String,
}

/// What a command did to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The text is another one.
    Text,
    /// At most the cursor moved.
    Cursor,
    /// It is no command for a line.
    Nothing,
}

impl Input {
    /// An empty line that remembers these lines, oldest first.
    pub fn with_history(history: impl IntoIterator<Item = String>) -> Self {
        let mut input = Self::default();
        for line in history {
            input.remember(&line);
        }
        input
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor stands, in bytes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Where the cursor stands, in columns of the terminal.
    pub fn cursor_column(&self) -> usize {
        width(&self.text[..self.cursor])
    }

    /// The lines that were accepted, oldest first.
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.cursor = 0;
        self.recalled = None;
        self.selected = false;
        self.insert(text);
    }

    /// Selects the text: what is typed or deleted next takes its place, and moving the cursor keeps it.
    pub fn select(&mut self) {
        self.selected = !self.text.is_empty();
    }

    /// Whether the text is selected.
    pub const fn is_selected(&self) -> bool {
        self.selected
    }

    /// Inserts what was typed or pasted. Line ends and tabs become spaces; what must not reach a terminal is left out.
    pub fn insert(&mut self, text: &str) {
        if std::mem::take(&mut self.selected) {
            self.text.clear();
            self.cursor = 0;
        }
        let after = self.text.split_off(self.cursor);
        for c in text.chars().take(LONGEST) {
            let c = if c.is_whitespace() { ' ' } else { c };
            if self.text.len() + c.len_utf8() + after.len() > LONGEST {
                break;
            }
            // Whether a mark is harmless depends on the letter that it stands on.
            let letter = self.text.graphemes(true).next_back().unwrap_or_default();
            let letter = format!("{letter}{c}");
            if clean(&letter) == letter {
                self.text.push(c);
            }
        }
        let cursor = self.text.len();
        self.text.push_str(&after);
        self.move_to(cursor);
    }

    /// Takes the line away as accepted, and remembers it.
    pub fn accept(&mut self) -> String {
        self.remember(&self.text.clone());
        self.cursor = 0;
        self.recalled = None;
        self.selected = false;
        std::mem::take(&mut self.text)
    }

    /// Does what `command` says, if it is one for a line. `up` and `down` go through the history; who has a list below the
    /// line takes them first.
    pub fn apply(&mut self, command: Command) -> Edited {
        let (start, end) = (0, self.text.len());
        if std::mem::take(&mut self.selected) {
            match command {
                Command::DeleteLeft | Command::DeleteRight => return self.remove(start, end).0,
                Command::DeleteWordLeft
                | Command::DeleteWordRight
                | Command::CutToStart
                | Command::CutToEnd => return self.cut(start, end),
                Command::Yank => self.selected = !self.cut.is_empty(),
                _ => {}
            }
        }
        match command {
            Command::Left => self.move_to(self.before(self.cursor)),
            Command::Right => self.move_to(self.after(self.cursor)),
            Command::WordLeft => self.move_to(self.word_before(self.cursor)),
            Command::WordRight => self.move_to(self.word_after(self.cursor)),
            Command::LineStart => self.move_to(start),
            Command::LineEnd => self.move_to(end),
            Command::DeleteLeft => return self.remove(self.before(self.cursor), self.cursor).0,
            Command::DeleteRight => return self.remove(self.cursor, self.after(self.cursor)).0,
            Command::DeleteWordLeft => return self.cut(self.word_before(self.cursor), self.cursor),
            Command::DeleteWordRight => return self.cut(self.cursor, self.word_after(self.cursor)),
            Command::CutToStart => return self.cut(start, self.cursor),
            Command::CutToEnd => return self.cut(self.cursor, end),
            Command::Yank => {
                let cut = self.cut.clone();
                self.insert(&cut);
                return if cut.is_empty() { Edited::Cursor } else { Edited::Text };
            }
            Command::Up => return self.recall_older(),
            Command::Down => return self.recall_newer(),
            _ => return Edited::Nothing,
        }
        Edited::Cursor
    }

    fn remember(&mut self, line: &str) {
        if line.trim().is_empty() || self.history.last().is_some_and(|last| last == line) {
            return;
        }
        if self.history.len() == REMEMBERED {
            self.history.remove(0);
        }
        self.history.push(line.to_owned());
    }

    fn recall_older(&mut self) -> Edited {
        let (newest, draft) = match self.recalled.take() {
            Some(Recalled { index, draft }) => (index, draft),
            None => (self.history.len(), self.text.clone()),
        };
        let Some(index) = newest.checked_sub(1) else {
            self.recalled = (newest < self.history.len()).then_some(Recalled { index: newest, draft });
            return Edited::Cursor;
        };
        self.set(&self.history[index].clone());
        self.recalled = Some(Recalled { index, draft });
        Edited::Text
    }

    fn recall_newer(&mut self) -> Edited {
        let Some(Recalled { index, draft }) = self.recalled.take() else { return Edited::Cursor };
        if let Some(line) = self.history.get(index + 1).cloned() {
            self.set(&line);
            self.recalled = Some(Recalled { index: index + 1, draft });
        } else {
            self.set(&draft);
        }
        Edited::Text
    }

    /// Removes the bytes between two places of the cursor.
    fn remove(&mut self, from: usize, to: usize) -> (Edited, String) {
        let removed: String = self.text.drain(from..to).collect();
        self.move_to(from);
        (if removed.is_empty() { Edited::Cursor } else { Edited::Text }, removed)
    }

    fn cut(&mut self, from: usize, to: usize) -> Edited {
        let (edited, removed) = self.remove(from, to);
        if edited == Edited::Text {
            self.cut = removed;
        }
        edited
    }

    /// Puts the cursor at `place`, or behind the visible character that an edit has made around it.
    fn move_to(&mut self, place: usize) {
        self.cursor = self
            .text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .find(|start| *start >= place)
            .unwrap_or(self.text.len());
    }

    fn before(&self, place: usize) -> usize {
        self.text[..place].grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
    }

    fn after(&self, place: usize) -> usize {
        self.text[place..].graphemes(true).next().map_or(place, |first| place + first.len())
    }

    /// The start of the word that `place` is in or behind.
    fn word_before(&self, place: usize) -> usize {
        let back = self.text[..place].grapheme_indices(true).rev();
        let word =
            back.skip_while(|(_, letter)| !is_of_word(letter)).take_while(|(_, letter)| is_of_word(letter));
        word.last().map_or(0, |(start, _)| start)
    }

    /// The end of the word that `place` is in or before.
    fn word_after(&self, place: usize) -> usize {
        let on = self.text[place..].grapheme_indices(true);
        let word =
            on.skip_while(|(_, letter)| !is_of_word(letter)).take_while(|(_, letter)| is_of_word(letter));
        word.last().map_or(self.text.len(), |(start, letter)| place + start + letter.len())
    }
}

fn is_of_word(letter: &str) -> bool {
    letter.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The line after `commands`, with `|` for the cursor.
    fn edited(start: &str, commands: &[Command]) -> String {
        let mut input = Input::default();
        let (before, after) = start.split_once('|').unwrap_or((start, ""));
        input.set(before);
        let cursor = input.cursor();
        input.insert(after);
        input.move_to(cursor);
        for command in commands {
            input.apply(*command);
        }
        let (before, after) = input.text().split_at(input.cursor());
        format!("{before}|{after}")
    }

    #[test]
    fn the_cursor_moves_by_characters_words_and_to_the_ends() {
        use Command::{Left, LineEnd, LineStart, Right, WordLeft, WordRight};
        for (start, command, end) in [
            ("ab|c", Left, "a|bc"),
            ("|abc", Left, "|abc"),
            ("ab|c", Right, "abc|"),
            ("abc|", Right, "abc|"),
            ("state=exi|ted", WordLeft, "state=|exited"),
            ("state=|exited", WordLeft, "|state=exited"),
            ("sta|te=exited", WordRight, "state|=exited"),
            ("state|=exited", WordRight, "state=exited|"),
            ("ab|c", LineStart, "|abc"),
            ("ab|c", LineEnd, "abc|"),
        ] {
            assert_eq!(edited(start, &[command]), end, "{start} {command:?}");
        }
    }

    #[test]
    fn what_people_see_as_one_character_is_one() {
        assert_eq!(edited("a🇩🇪|", &[Command::Left]), "a|🇩🇪");
        assert_eq!(edited("a🇩🇪|", &[Command::DeleteLeft]), "a|");
        assert_eq!(edited("e\u{301}|x", &[Command::DeleteLeft]), "|x");
        assert_eq!(edited("ne\u{301}e|", &[Command::WordLeft]), "|ne\u{301}e");
    }

    #[test]
    fn what_is_cut_can_be_inserted_again() {
        use Command::{CutToEnd, CutToStart, DeleteWordLeft, DeleteWordRight, LineStart, Yank};
        assert_eq!(edited("one two|", &[DeleteWordLeft]), "one |");
        assert_eq!(edited("one two|", &[DeleteWordLeft, LineStart, Yank]), "two|one ");
        assert_eq!(edited("one| two three", &[DeleteWordRight, Yank, Yank]), "one two two| three");
        assert_eq!(edited("one| two", &[CutToEnd, LineStart, Yank]), " two|one");
        assert_eq!(
            edited("one| two", &[CutToStart, CutToStart, Yank]),
            "one| two",
            "cutting nothing keeps what was cut"
        );
    }

    #[test]
    fn what_is_pasted_becomes_one_harmless_line() {
        let mut input = Input::default();
        input.insert("a\r\nb\tc\u{1b}[31md\u{202e}e\0");
        assert_eq!(input.text(), "a  b c[31mde");
        input.insert(&"é".repeat(1_000_000));
        assert!(input.text().len() <= LONGEST);
    }

    #[test]
    fn the_history_is_walked_and_the_draft_comes_back() {
        let mut input = Input::with_history(["one".to_owned(), "two".to_owned()]);
        input.set("draft");
        let mut seen = Vec::new();
        for command in [Command::Up, Command::Up, Command::Up, Command::Down, Command::Down, Command::Down] {
            input.apply(command);
            seen.push(input.text().to_owned());
        }
        assert_eq!(seen, ["two", "one", "one", "two", "draft", "draft"]);
    }

    #[test]
    fn accepting_remembers_a_line_once_and_no_empty_ones() {
        let mut input = Input::default();
        for line in ["web", "web", " ", "db"] {
            input.set(line);
            assert_eq!(input.accept(), line);
            assert_eq!((input.text(), input.cursor()), ("", 0));
        }
        assert_eq!(input.history(), ["web", "db"]);
        let many = Input::with_history((0..500).map(|n| n.to_string()));
        assert_eq!((many.history().len(), many.history()[0].as_str()), (REMEMBERED, "400"));
    }

    #[test]
    fn what_is_typed_or_deleted_takes_the_place_of_what_is_selected_and_moving_keeps_it() {
        let after = |act: &dyn Fn(&mut Input)| {
            let mut input = Input::default();
            input.set("state=exited");
            input.select();
            act(&mut input);
            assert!(!input.is_selected());
            input.text().to_owned()
        };
        assert_eq!(after(&|input| input.insert("w")), "w");
        for command in
            [Command::DeleteLeft, Command::DeleteRight, Command::CutToStart, Command::DeleteWordLeft]
        {
            assert_eq!(after(&|input| assert_eq!(input.apply(command), Edited::Text)), "", "{command:?}");
        }
        for command in [Command::Left, Command::LineEnd, Command::LineStart, Command::WordLeft] {
            assert_eq!(after(&|input| assert_eq!(input.apply(command), Edited::Cursor)), "state=exited");
        }
        let at_the_start = after(&|input| {
            input.apply(Command::LineStart);
            input.insert("!");
        });
        assert_eq!(at_the_start, "!state=exited");
        let yanked = after(&|input| {
            input.apply(Command::CutToEnd);
            input.set("other");
            input.select();
            input.apply(Command::Yank);
        });
        assert_eq!(yanked, "state=exited");
        let mut nothing = Input::default();
        nothing.select();
        assert!(!nothing.is_selected(), "there is nothing to take the place of");
    }

    #[test]
    fn a_command_that_is_not_for_a_line_does_nothing() {
        let mut input = Input::default();
        assert_eq!(input.apply(Command::Restart), Edited::Nothing);
        assert_eq!(input.apply(Command::DeleteLeft), Edited::Cursor);
        input.insert("a");
        assert_eq!(input.apply(Command::DeleteLeft), Edited::Text);
    }

    proptest! {
        #[test]
        fn the_cursor_always_stands_between_visible_characters(
            steps in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(Command::ALL).prop_map(Ok),
                    prop_oneof![any::<String>(), "[a-z \u{301}👩\u{200d}🇩🇪]{0,4}"].prop_map(Err),
                ],
                0..30,
            ),
        ) {
            let mut input = Input::default();
            for step in steps {
                match step {
                    Ok(command) => { input.apply(command); }
                    Err(text) => input.insert(&text),
                }
                let starts = input.text().grapheme_indices(true).map(|(start, _)| start);
                prop_assert!(starts.chain([input.text().len()]).any(|start| start == input.cursor()));
                prop_assert!(input.text().len() <= LONGEST);
            }
        }
    }
}
