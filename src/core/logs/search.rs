//! Searching what is held, on any thread, stoppable at any time.
//!
//! What lives here: the pattern, finding from a row on, counting. What does not: searching further than what is held
//! (pages are asked for by the screen and searched as they come), filters.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use regex::{Regex, RegexBuilder};

use super::chunk::Chunk;
use super::snapshot::Snapshot;
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

/// Which way to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards newer rows, starting with the given one.
    Forwards,
    /// Towards older rows, starting with the one before the given one.
    Backwards,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The numbers of the lines, in the order in which they were met.
    pub rows: Vec<i64>,
    /// The numbers of the rows that were looked at. Shorter than asked for when there was enough, or on a stop.
    pub looked: Range<i64>,
}

/// How many lines match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Lines that match.
    pub matching: u64,
    /// Lines that were looked at.
    pub lines: u64,
    /// The numbers of the rows that were looked at. Shorter than asked for on a stop.
    pub looked: Range<i64>,
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

/// Finds at most `limit` (one or more) matching lines from row `from` on. Ends within a chunk of `stop` becoming true.
pub fn find(
    snapshot: &Snapshot,
    query: &Query,
    from: i64,
    direction: Direction,
    limit: usize,
    stop: &AtomicBool,
) -> Found {
    let mut found = Found { rows: Vec::new(), looked: from..from };
    let mut enough = |first: i64, chunk: &Chunk, index: usize| {
        if chunk.is_line(index) && query.is_match(chunk.text_of(index)) {
            found.rows.push(first + index as i64);
        }
        found.rows.len() >= limit
    };
    match direction {
        Direction::Forwards => {
            for (first, chunk) in snapshot.chunks() {
                if stop.load(Ordering::Relaxed) {
                    return found;
                }
                let mut rows = part(first, chunk, from..i64::MAX);
                if let Some(index) = rows.find(|&index| enough(first, chunk, index)) {
                    found.looked.end = first + index as i64 + 1;
                    return found;
                }
                found.looked.end = found.looked.end.max(first + chunk.len() as i64);
            }
        }
        Direction::Backwards => {
            for (first, chunk) in snapshot.chunks().rev() {
                if stop.load(Ordering::Relaxed) {
                    return found;
                }
                let mut rows = part(first, chunk, i64::MIN..from).rev();
                if let Some(index) = rows.find(|&index| enough(first, chunk, index)) {
                    found.looked.start = first + index as i64;
                    return found;
                }
                found.looked.start = found.looked.start.min(first);
            }
        }
    }
    found
}

/// Counts the matching lines among `rows`. Ends within a chunk of `stop` becoming true.
pub fn count(snapshot: &Snapshot, query: &Query, rows: Range<i64>, stop: &AtomicBool) -> Counted {
    let all = snapshot.range();
    let start = rows.start.clamp(all.start, all.end);
    let mut counted = Counted { matching: 0, lines: 0, looked: start..start };
    for (first, chunk) in snapshot.chunks() {
        let part = part(first, chunk, rows.clone());
        if part.is_empty() {
            continue;
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
        counted.looked.end = first + part.end as i64;
        for index in part.filter(|&index| chunk.is_line(index)) {
            counted.lines += 1;
            counted.matching += u64::from(query.is_match(chunk.text_of(index)));
        }
    }
    counted
}

/// The indices of a chunk's rows that lie in `rows`.
fn part(first: i64, chunk: &Chunk, rows: Range<i64>) -> Range<usize> {
    let index = |number: i64| (number.saturating_sub(first)).clamp(0, chunk.len() as i64) as usize;
    index(rows.start)..index(rows.end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use jiff::Timestamp;

    use super::super::batch::Batch;
    use super::super::line::{RawLine, Stream};
    use super::super::row::Gap;
    use super::super::store::Store;
    use super::*;

    static GO: AtomicBool = AtomicBool::new(false);

    /// 5,000 rows over several chunks; every hundredth line is an error, row 50 is a gap.
    fn store() -> Store {
        let mut batch = Batch::new();
        for number in 0..5000 {
            if number == 50 {
                batch.gap(Gap::new(Timestamp::UNIX_EPOCH, 1, None, "Error"));
                continue;
            }
            let what = if number % 100 == 0 { "Error" } else { "fine" };
            let text = format!("{what} {number} {}", "x".repeat(50));
            let stream = Stream::Stdout;
            batch.line(&RawLine {
                timestamp: Timestamp::UNIX_EPOCH,
                stream,
                bytes: text.as_bytes(),
                beyond: 0,
            });
        }
        let mut store = Store::default();
        store.append(batch);
        store
    }

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

    #[test]
    fn finding_goes_on_from_where_it_stopped_in_both_directions() {
        let snapshot = store().snapshot();
        let query = Query::plain("error").unwrap();
        let first = find(&snapshot, &query, 0, Direction::Forwards, 2, &GO);
        assert_eq!(first, Found { rows: vec![0, 100], looked: 0..101 });
        let next = find(&snapshot, &query, first.looked.end, Direction::Forwards, 1, &GO);
        assert_eq!(next, Found { rows: vec![200], looked: 101..201 });
        let last = find(&snapshot, &query, 5000, Direction::Backwards, 1, &GO);
        assert_eq!(last, Found { rows: vec![4900], looked: 4900..5000 });
        let before = find(&snapshot, &query, 150, Direction::Backwards, 10, &GO);
        assert_eq!(before, Found { rows: vec![100, 0], looked: 0..150 });
        let none = find(&snapshot, &query, 4901, Direction::Forwards, 10, &GO);
        assert_eq!(none, Found { rows: vec![], looked: 4901..5000 });
    }

    #[test]
    fn counting_counts_lines_and_nothing_else() {
        let snapshot = store().snapshot();
        let query = Query::plain("error").unwrap();
        let all = count(&snapshot, &query, i64::MIN..i64::MAX, &GO);
        assert_eq!(all, Counted { matching: 50, lines: 4999, looked: 0..5000 });
        let some = count(&snapshot, &query, 100..201, &GO);
        assert_eq!(some, Counted { matching: 2, lines: 101, looked: 100..201 });
    }

    #[test]
    fn a_stop_is_obeyed_and_says_that_nothing_was_looked_at() {
        let snapshot = store().snapshot();
        let query = Query::plain("error").unwrap();
        let stop = AtomicBool::new(true);
        assert_eq!(find(&snapshot, &query, 7, Direction::Forwards, 9, &stop).looked, 7..7);
        assert_eq!(find(&snapshot, &query, 7, Direction::Backwards, 9, &stop).looked, 7..7);
        assert_eq!(count(&snapshot, &query, 0..5000, &stop).looked, 0..0);
    }

    #[test]
    fn a_snapshot_stays_what_it_was() {
        let mut store = store();
        let snapshot = store.snapshot();
        store.shrink_to(0);
        assert_eq!(snapshot.range(), 0..5000);
        assert!(snapshot.row(0).is_some() && snapshot.row(4999).is_some() && snapshot.row(5000).is_none());
    }
}
