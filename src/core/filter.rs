//! The filter line of every table. What a line may say:
//!
//! | term | shows the rows |
//! |---|---|
//! | `web` | with “web” in a cell |
//! | `"my app"` | with the phrase in a cell; quotes also keep `a=b` a plain text |
//! | `/^web-\d/`, `~^web-\d` | where the regular expression matches a cell |
//! | `?wbap`, `-f wbap` | where the letters stand in a cell in this order |
//! | `state=exited`, `state!=exited` | where the column says exactly this, or is this (“exited 137 2h”), or does not |
//! | `cpu>50`, `memory>=512m`, `age<2h` | where the column's number compares so; units fit the column |
//! | `image~^nginx` | where the regular expression matches the column |
//! | `!term` | that the term does not show |
//!
//! All terms must show a row. Capital letters are minded only where a term has one. A term without a value, as while it is
//! being typed, shows all rows.

mod number;
mod parse;
mod text;

use std::borrow::Cow;
use std::ops::Range;

use number::Operand;
use regex::Regex;
use text::Word;

use super::fuzzy::{Fuzzy, Scratch};

pub use number::Unit;
pub use parse::{FilterError, FilterFault};

/// A row that can be filtered.
pub trait Record {
    /// What stands in `column`, one of the columns that the filter was parsed for; nothing where the row has no such cell.
    fn cell(&self, column: &str) -> Option<Cell<'_>>;

    /// The texts of all cells that are shown; those of cells that hold numbers only on demand, for each must be written
    /// before it can be read.
    fn texts(&self, numbers: bool) -> impl Iterator<Item = Cow<'_, str>>;
}

/// One cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell<'a> {
    /// What is shown.
    pub text: Cow<'a, str>,
    /// The word for it that programs know, where more than that is shown.
    pub word: Option<&'static str>,
    /// Its value where it is a number, in `unit`.
    pub number: Option<f64>,
    /// What the number counts.
    pub unit: Unit,
}

/// A filter line that was understood.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    inverse: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Contains(Word),
    Matches(Regex),
    Fuzzy(Fuzzy),
    ColumnMatches { column: String, pattern: Regex },
    Equals { column: String, text: Word, operand: Option<Operand>, differs: bool },
    Compares { column: String, order: Order, operand: Operand },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Less,
    AtMost,
    AtLeast,
    Greater,
}

impl Filter {
    /// Reads `text` for a table with these `columns`.
    pub fn parse(text: &str, columns: &[&str]) -> Result<Self, FilterError> {
        Ok(Self { text: text.to_owned(), terms: parse::terms(text, columns)? })
    }

    /// The line it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it shows every row.
    pub fn shows_all(&self) -> bool {
        self.terms.is_empty()
    }

    /// The places of the records that it shows.
    pub fn select<'r, R: Record + 'r>(&self, records: impl IntoIterator<Item = &'r R>) -> Vec<usize> {
        let mut scratch = Scratch::default();
        let shown = records.into_iter().enumerate().filter(|(_, record)| self.shows(*record, &mut scratch));
        shown.map(|(index, _)| index).collect()
    }

    /// What of `text`, a cell of `column`, is the reason why its row is shown: byte ranges from the left.
    pub fn places(&self, column: &str, text: &str, scratch: &mut Scratch) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = self
            .terms
            .iter()
            .filter(|term| !term.inverse)
            .flat_map(|term| term.test.places(column, text, scratch))
            .collect();
        places.sort_unstable_by_key(|place| place.start);
        places.retain(|place| text.get(place.clone()).is_some_and(|found| !found.is_empty()));
        places
    }

    /// Whether it shows `record`.
    pub fn shows<R: Record>(&self, record: &R, scratch: &mut Scratch) -> bool {
        self.terms.iter().all(|term| term.test.holds(record, scratch) != term.inverse)
    }
}

impl Test {
    fn places(&self, of: &str, text: &str, scratch: &mut Scratch) -> Vec<Range<usize>> {
        match self {
            Self::Contains(word) => word.places(text),
            Self::Matches(pattern) => pattern.find_iter(text).map(|found| found.range()).collect(),
            Self::Fuzzy(fuzzy) => fuzzy.ranges(text, scratch),
            Self::ColumnMatches { column, pattern } if column == of => {
                pattern.find_iter(text).map(|found| found.range()).collect()
            }
            Self::Equals { column, text: word, differs: false, .. } if column == of => word.places(text),
            Self::ColumnMatches { .. } | Self::Equals { .. } | Self::Compares { .. } => Vec::new(),
        }
    }

    fn holds<R: Record>(&self, record: &R, scratch: &mut Scratch) -> bool {
        match self {
            Self::Contains(word) => record.texts(word.may_be_of_a_number()).any(|text| word.is_in(&text)),
            Self::Matches(pattern) => record.texts(true).any(|text| pattern.is_match(&text)),
            Self::Fuzzy(fuzzy) => record.texts(true).any(|text| fuzzy.matches(&text, scratch)),
            Self::ColumnMatches { column, pattern } => {
                record.cell(column).is_some_and(|cell| pattern.is_match(&cell.text))
            }
            Self::Equals { column, text, operand, differs } => {
                let equal = record.cell(column).is_some_and(|cell| {
                    text.is_all_of(&cell.text)
                        || cell.word.is_some_and(|word| text.is_all_of(word))
                        || operand.is_some_and(|operand| operand.equals(&cell))
                });
                equal != *differs
            }
            Self::Compares { column, order, operand } => {
                record.cell(column).is_some_and(|cell| operand.compares(&cell, *order))
            }
        }
    }
}

/// A filter line while it is typed: what was understood last stays in force until the line is understood again.
#[derive(Clone, Debug, Default)]
pub struct LiveFilter {
    active: Filter,
    error: Option<FilterError>,
}

impl LiveFilter {
    /// The line is now `text`.
    pub fn edit(&mut self, text: &str, columns: &[&str]) {
        match Filter::parse(text, columns) {
            Ok(filter) => *self = Self { active: filter, error: None },
            Err(error) => self.error = Some(error),
        }
    }

    /// The filter in force.
    pub fn active(&self) -> &Filter {
        &self.active
    }

    /// What is wrong with the line as it stands.
    pub fn error(&self) -> Option<&FilterError> {
        self.error.as_ref()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [&str; 5] = ["name", "image", "state", "memory", "age"];

    struct Row([&'static str; 5]);

    impl Row {
        fn number(&self, column: usize) -> (Option<f64>, Unit) {
            match (COLUMNS[column], self.0[column]) {
                ("memory", "1.0 GiB") => (Some(1_073_741_824.0), Unit::Bytes),
                ("memory", "20 MiB") => (Some(20_971_520.0), Unit::Bytes),
                ("age", "3h") => (Some(10_800.0), Unit::Seconds),
                ("age", "4m") => (Some(240.0), Unit::Seconds),
                _ => (None, Unit::Plain),
            }
        }
    }

    impl Record for Row {
        fn cell(&self, column: &str) -> Option<Cell<'_>> {
            let place = COLUMNS.iter().position(|name| *name == column)?;
            let (number, unit) = self.number(place);
            Some(Cell { text: Cow::Borrowed(self.0[place]), word: None, number, unit })
        }

        fn texts(&self, _: bool) -> impl Iterator<Item = Cow<'_, str>> {
            self.0.iter().copied().map(Cow::Borrowed)
        }
    }

    const ROWS: [Row; 4] = [
        Row(["web-1", "nginx:1.27", "running", "1.0 GiB", "3h"]),
        Row(["Web-2", "nginx:latest", "exited", "", "4m"]),
        Row(["db", "postgres:17", "running", "20 MiB", "3h"]),
        Row(["it's my app", "/srv/app:a=b", "paused", "", ""]),
    ];

    fn shown(line: &str) -> Vec<usize> {
        Filter::parse(line, &COLUMNS).unwrap().select(&ROWS)
    }

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "one place is meant, not all the numbers in it")]
    fn what_was_looked_for_is_found_again_in_the_cells() {
        let mut scratch = Scratch::default();
        let mut places = |line: &str, column: &str, text: &str| {
            Filter::parse(line, &COLUMNS).unwrap().places(column, text, &mut scratch)
        };
        assert_eq!(places("web", "name", "my-WEB-web"), [3..6, 7..10]);
        assert_eq!(places("Größe", "name", "Die Größe"), [4..11]);
        assert_eq!(places("größe", "name", "Die GRÖßE"), [4..11]);
        assert_eq!(places("/b-\\d/ we", "name", "web-1"), [0..2, 2..5]);
        assert_eq!(places("?wb", "name", "web"), [0..1, 2..3]);
        assert_eq!(places("state=running", "state", "Running"), [0..7]);
        assert_eq!(places("image~^ng", "image", "nginx"), [0..2]);
        for (line, column) in [
            ("!web", "name"),
            ("state=web", "name"),
            ("state!=web", "state"),
            ("age>3", "age"),
            ("~x*", "name"),
        ] {
            assert!(places(line, column, "web").is_empty(), "{line}");
        }
    }

    #[test]
    fn each_kind_of_term_shows_what_it_says() {
        let cases: [(&str, &[usize]); 43] = [
            ("", &[0, 1, 2, 3]),
            ("web", &[0, 1]),
            ("Web", &[1]),
            ("WEB", &[]),
            ("nginx running", &[0]),
            ("!web", &[2, 3]),
            ("!web running", &[2]),
            ("\"my app\"", &[3]),
            ("'my app", &[3]),
            ("it's", &[3]),
            ("\"a=b\"", &[3]),
            ("/srv/app", &[3]),
            ("/^web-\\d$/", &[0, 1]),
            ("/^Web/", &[1]),
            ("/s my a/", &[3]),
            ("/^\\D+$/ !~\\d", &[3]),
            ("!/web|db/", &[3]),
            ("~^db$", &[2]),
            ("~\"my app$\"", &[3]),
            ("?ngxlt", &[1]),
            ("-f pgs17", &[2]),
            ("!-f nginx", &[2, 3]),
            ("state=running", &[0, 2]),
            ("state=run", &[]),
            ("STATE=Running", &[]),
            ("state!=running", &[1, 3]),
            ("!state=running", &[1, 3]),
            ("name='it\\'s my app'", &[3]),
            ("age=\"\"", &[3]),
            ("memory>512m", &[0]),
            ("memory<512m", &[2]),
            ("memory>=20MiB", &[0, 2]),
            ("memory=20MiB", &[2]),
            ("!memory>512m", &[1, 2, 3]),
            ("age<1h", &[1]),
            ("age<=3h age>4m", &[0, 2]),
            ("age>5", &[0, 1, 2]),
            ("image~^nginx:\\d", &[0]),
            ("!image~^nginx", &[2, 3]),
            ("/", &[3]),
            ("-f", &[0, 1, 2, 3]),
            ("! ~ ? // state= memory> image~ \"\"", &[0, 1, 2, 3]),
            ("name~\\p{Lu}", &[1]),
        ];
        for (line, rows) in cases {
            assert_eq!(shown(line), rows, "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_place() {
        let mut messages = Vec::new();
        for line in [
            "web ~(",
            "state=running stat=exited",
            "quux=1",
            "memory>much",
            "/a{99999}{99999}/",
            "image~\"[\"",
        ] {
            let error = Filter::parse(line, &COLUMNS).unwrap_err();
            let (before, below) = (" ".repeat(error.at.start), "^".repeat(error.at.len()));
            messages.push(format!("{line}\n{before}{below} {error}"));
        }
        insta::assert_snapshot!(messages.join("\n"), @r#"
        web ~(
             ^ the expression is wrong: unclosed group
        state=running stat=exited
                      ^^^^ there is no column “stat”; did you mean “state”? Quotes make it a plain text
        quux=1
        ^^^^ there is no column “quux”. Quotes make it a plain text
        memory>much
               ^^^^ “much” is no number; write 5, 50%, 512m, 2h
        /a{99999}{99999}/
         ^^^^^^^^^^^^^^^ the expression is wrong: Compiled regex exceeds size limit of 1048576 bytes.
        image~"["
              ^^^ the expression is wrong: unclosed character class
        "#);
    }

    #[test]
    fn what_was_understood_last_stays_while_the_line_is_wrong() {
        let mut live = LiveFilter::default();
        assert!(live.active().shows_all());
        live.edit("~web", &COLUMNS);
        live.edit("~web(", &COLUMNS);
        assert_eq!(live.active().text(), "~web");
        assert!(live.error().is_some());
        live.edit("~web()", &COLUMNS);
        assert_eq!((live.active().text(), live.error()), ("~web()", None));
    }

    /// Lines that look like filters, with all that has a meaning in them.
    fn line() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "web", "Web", "db", "my", " ", " ", "!", "~", "?", "/", "\"", "'", "\\", "-f ", "state",
            "memory", "nope", "=", "!=", ">", "<=", "5", "512m", "(", ")", "[", "*", ".", "^", "é",
            "\u{301}", "\t",
        ]);
        prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_line_makes_the_parser_panic(line in prop_oneof![line(), any::<String>()]) {
            match Filter::parse(&line, &COLUMNS) {
                Ok(filter) => prop_assert!(filter.select(&ROWS).len() <= ROWS.len()),
                Err(error) => prop_assert!(line.get(error.at).is_some()),
            }
        }

        #[test]
        fn two_lines_together_show_what_both_show(one in line(), other in line()) {
            // A quote or slash that is open would swallow the second line.
            prop_assume!(!one.contains(['"', '\'', '/']) && !other.contains('/') && !one.trim_end().ends_with("-f"));
            let (Ok(first), Ok(second)) = (Filter::parse(&one, &COLUMNS), Filter::parse(&other, &COLUMNS)) else {
                return Ok(());
            };
            let both = Filter::parse(&format!("{one} {other}"), &COLUMNS).unwrap();
            let second = second.select(&ROWS);
            let expected: Vec<usize> = first.select(&ROWS).into_iter().filter(|row| second.contains(row)).collect();
            prop_assert_eq!(both.select(&ROWS), expected);
        }

        #[test]
        fn the_inverse_of_a_term_shows_exactly_the_other_rows(
            term in prop_oneof![
                "[a-z0-9]{1,4}", "~[a-z0-9.]{1,4}", "\\?[a-z]{1,4}", "/[a-z.]{1,4}/", "state=(running|exited|x)", "memory>[0-9]{1,3}m",
            ],
        ) {
            let shows = shown(&term);
            let hides = shown(&format!("!{term}"));
            prop_assert_eq!((0..ROWS.len()).filter(|row| !shows.contains(row)).collect::<Vec<_>>(), hides);
        }

        #[test]
        fn every_quoted_part_of_a_cell_finds_its_row(row in 0..ROWS.len(), column in 0..COLUMNS.len(), from in 0..8usize, to in 0..16usize) {
            if let Some(part) = ROWS[row].0[column].get(from..to).filter(|part| !part.is_empty()) {
                let quoted = format!("\"{part}\"");
                prop_assert!(shown(&quoted).contains(&row));
            }
        }
    }
}
