//! A pattern that lines are searched for.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use crate::core::text::clean;

/// What is searched for. Smart case: capitals in the pattern mean what they say, without any the case is ignored.
#[derive(Clone, Debug)]
pub struct Query {
    regex: Regex,
}

/// The pattern cannot be searched for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a regular expression: {cause}")]
pub struct QueryError {
    pattern: String,
    cause: String,
}

impl Query {
    /// Searches for `text` as it is written.
    pub fn plain(text: &str) -> Result<Self, QueryError> {
        let ignore_case = !text.chars().any(char::is_uppercase);
        Self::build(text, &regex::escape(text), ignore_case)
    }

    /// Searches for a regular expression.
    pub fn regex(pattern: &str) -> Result<Self, QueryError> {
        let mut escaped = false;
        let capitals = pattern.chars().any(|c| {
            // `\S`, `\W`, `\D`, `\B` are classes, not letters.
            let letter = !escaped && c.is_uppercase();
            escaped = c == '\\' && !escaped;
            letter
        });
        Self::build(pattern, pattern, !capitals)
    }

    fn build(pattern: &str, regex: &str, ignore_case: bool) -> Result<Self, QueryError> {
        match RegexBuilder::new(regex).case_insensitive(ignore_case).build() {
            Ok(regex) => Ok(Self { regex }),
            Err(error) => {
                let text = error.to_string();
                let cause = text.rsplit("error: ").next().unwrap_or(&text).trim();
                Err(QueryError { pattern: clean(pattern).into_owned(), cause: clean(cause).into_owned() })
            }
        }
    }

    /// Whether `text` matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where `text` matches, in bytes: what to highlight.
    pub fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn capitals_in_the_pattern_decide_about_case() {
        let matches = |query: Query, text: &str| query.is_match(text);
        assert!(matches(Query::plain("error").unwrap(), "ERROR"));
        assert!(!matches(Query::plain("Error").unwrap(), "ERROR"));
        assert!(
            matches(Query::plain("a.c").unwrap(), "A.C") && !matches(Query::plain("a.c").unwrap(), "abc")
        );
        assert!(matches(Query::regex(r"\Serr").unwrap(), "XERR"));
        assert!(!matches(Query::regex(r"\\Err").unwrap(), r"\err"));
    }

    #[test]
    fn a_broken_pattern_is_named_with_what_is_wrong_with_it() {
        let error = Query::regex("[a\x1b").unwrap_err().to_string();
        assert_eq!(error, "`[a\\x1b` is not a regular expression: unclosed character class");
        assert!(Query::regex("(a{1000}){1000}").unwrap_err().to_string().contains("size"));
    }

    #[test]
    fn highlights_are_where_the_pattern_matches() {
        let query = Query::regex("b*").unwrap();
        assert_eq!(query.matches("abba b").collect::<Vec<_>>(), [1..3, 5..6]);
    }
}
