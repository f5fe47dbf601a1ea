//! A filter line, read. The grammar stands in `filter`.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::number::Operand;
use super::text::{Word, minds_case};
use super::{Order, Term, Test};
use crate::core::fuzzy::Fuzzy;
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::text::clean;

/// How much memory a compiled expression may take, in bytes: enough for what people type, too little to stall the screen.
const PATTERN_LIMIT: usize = 1 << 20;

/// Why a filter line is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct FilterError {
    /// Where in the line, in bytes; always on character boundaries.
    pub at: Range<usize>,
    /// What.
    pub fault: FilterFault,
}

/// What can be wrong with a filter line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterFault {
    /// The expression is no regular expression; the reason in the words of the compiler.
    #[error("the expression is wrong: {0}")]
    Pattern(String),
    /// The table has no such column.
    #[error("there is no column “{name}”{} Quotes make it a plain text", .nearest.as_ref().map_or_else(|| ".".to_owned(), |word| did_you_mean(Some(word))))]
    UnknownColumn {
        /// The name.
        name: String,
        /// The column that was probably meant.
        nearest: Option<String>,
    },
    /// What stands after `<` or `>` is no number.
    #[error("“{0}” is no number; write 5, 50%, 512m, 2h")]
    NoNumber(String),
}

/// The terms of `line`, for a table with these `columns`.
pub(super) fn terms(line: &str, columns: &[&str]) -> Result<Vec<Term>, FilterError> {
    let mut scanner = Scanner { line, at: 0 };
    let mut terms = Vec::new();
    while scanner.skip_space() {
        let inverse = scanner.take("!");
        if let Some(test) = test(&mut scanner, columns)? {
            terms.push(Term { inverse, test });
        }
    }
    Ok(terms)
}

/// The next term without its `!`; nothing when it has no value yet.
fn test(scanner: &mut Scanner<'_>, columns: &[&str]) -> Result<Option<Test>, FilterError> {
    if let Some(value) = scanner.between_slashes() {
        return Ok(pattern(&value)?.map(Test::Matches));
    }
    if scanner.take("~") {
        return Ok(pattern(&scanner.value())?.map(Test::Matches));
    }
    if scanner.take("?") || scanner.take_flag("-f") {
        return Ok(scanner.value().given().map(|text| Test::Fuzzy(Fuzzy::new(text))));
    }
    let Some((name, operator)) = scanner.column() else {
        return Ok(scanner.value().given().map(|text| Test::Contains(Word::new(text))));
    };
    let Some(column) = columns.iter().find(|column| column.eq_ignore_ascii_case(name.text(scanner.line)))
    else {
        let name_text = clean(name.text(scanner.line)).into_owned();
        let nearest = nearest(&name_text, columns.iter().copied()).map(str::to_owned);
        return Err(FilterError {
            at: name.0,
            fault: FilterFault::UnknownColumn { name: name_text, nearest },
        });
    };
    let column = (*column).to_owned();
    let value = scanner.value();
    if value.text.is_empty() && !value.quoted {
        return Ok(None);
    }
    let order = match operator {
        "~" => return Ok(pattern(&value)?.map(|pattern| Test::ColumnMatches { column, pattern })),
        "=" | "!=" => {
            let operand = if value.quoted { None } else { Operand::read(&value.text) };
            let text = Word::new(&value.text);
            return Ok(Some(Test::Equals { column, text, operand, differs: operator == "!=" }));
        }
        "<" => Order::Less,
        "<=" => Order::AtMost,
        ">=" => Order::AtLeast,
        _ => Order::Greater,
    };
    match Operand::read(&value.text) {
        Some(operand) => Ok(Some(Test::Compares { column, order, operand })),
        None => {
            Err(FilterError { at: value.at, fault: FilterFault::NoNumber(clean(&value.text).into_owned()) })
        }
    }
}

/// The expression that `value` writes; nothing when it is empty.
fn pattern(value: &Value) -> Result<Option<Regex>, FilterError> {
    let Some(text) = value.given() else { return Ok(None) };
    let built = RegexBuilder::new(text)
        .case_insensitive(!minds_case(&without_escapes(text)))
        .size_limit(PATTERN_LIMIT)
        .dfa_size_limit(PATTERN_LIMIT)
        .build();
    match built {
        Ok(pattern) => Ok(Some(pattern)),
        Err(error) => {
            let words = error.to_string();
            // The compiler draws the expression with a caret below it, then says what is wrong in the last line.
            let last = words.lines().last().unwrap_or_default();
            let reason = clean(last.strip_prefix("error: ").unwrap_or(last)).into_owned();
            Err(FilterError { at: value.at.clone(), fault: FilterFault::Pattern(reason) })
        }
    }
}

/// An expression without its escapes: the capital letter of `\D` asks for no capital letter.
fn without_escapes(text: &str) -> String {
    let mut letters = text.chars();
    std::iter::from_fn(|| {
        let letter = letters.next()?;
        Some(if letter == '\\' { letters.next().and(None) } else { Some(letter) })
    })
    .flatten()
    .collect()
}

/// The part of a term that it looks for.
struct Value {
    text: String,
    quoted: bool,
    at: Range<usize>,
}

impl Value {
    fn given(&self) -> Option<&str> {
        (!self.text.is_empty()).then_some(self.text.as_str())
    }
}

/// The place of a column's name.
struct Name(Range<usize>);

impl Name {
    fn text<'l>(&self, line: &'l str) -> &'l str {
        &line[self.0.clone()]
    }
}

/// The line, and how far it was read.
struct Scanner<'l> {
    line: &'l str,
    at: usize,
}

impl<'l> Scanner<'l> {
    fn rest(&self) -> &'l str {
        &self.line[self.at..]
    }

    /// Whether anything but space is left.
    fn skip_space(&mut self) -> bool {
        self.at = self.line.len() - self.rest().trim_start().len();
        !self.rest().is_empty()
    }

    fn take(&mut self, start: &str) -> bool {
        let found = self.rest().starts_with(start);
        self.at += if found { start.len() } else { 0 };
        found
    }

    /// Takes `flag` where it stands alone, and the space behind it.
    fn take_flag(&mut self, flag: &str) -> bool {
        let alone = self
            .rest()
            .strip_prefix(flag)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if alone {
            self.at += flag.len();
            self.skip_space();
        }
        alone
    }

    /// `/…/`, where the last slash ends a word. A word that only begins with a slash, as a path does, is not one.
    fn between_slashes(&mut self) -> Option<Value> {
        let inner = self.rest().strip_prefix('/')?;
        let mut escaped = false;
        let end = inner.char_indices().find_map(|(at, c)| {
            let ends = c == '/' && !escaped && inner[at + 1..].chars().next().is_none_or(char::is_whitespace);
            escaped = c == '\\' && !escaped;
            ends.then_some(at)
        })?;
        let start = self.at + 1;
        self.at = start + end + 1;
        Some(Value { text: inner[..end].to_owned(), quoted: false, at: start..start + end })
    }

    /// A column's name and the operator behind it.
    fn column(&mut self) -> Option<(Name, &'static str)> {
        let rest = self.rest();
        let name = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%')))
            .unwrap_or(rest.len());
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let operator =
            ["!=", ">=", "<=", "=", ">", "<", "~"].into_iter().find(|op| rest[name..].starts_with(op))?;
        let place = self.at..self.at + name;
        self.at = place.end + operator.len();
        Some((Name(place), operator))
    }

    /// The word that follows, or the quoted phrase. A quote that is not closed yet reaches to the end of the line.
    fn value(&mut self) -> Value {
        let rest = self.rest();
        let start = self.at;
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.at += length;
            return Value { text: rest[..length].to_owned(), quoted: false, at: start..self.at };
        };
        let mut text = String::new();
        let mut inner = rest[1..].char_indices().peekable();
        self.at = self.line.len();
        while let Some((at, c)) = inner.next() {
            if c == quote {
                self.at = start + 1 + at + 1;
                break;
            }
            // Only the quote itself can be escaped: a regular expression keeps its backslashes.
            match inner.next_if(|(_, next)| c == '\\' && *next == quote) {
                Some((_, quote)) => text.push(quote),
                None => text.push(c),
            }
        }
        Value { text, quoted: true, at: start..self.at }
    }
}
