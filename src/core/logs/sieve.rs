//! Which lines of a log are wanted: conditions, each with a name and a switch. Cheap to copy and to share, so that it
//! runs where lines come in as well as on worker threads.
//!
//! What lives here: which line passes, and the words for it ([`Reader`]). What does not: what stands around it
//! (`context`), searching (`search`).

mod text;

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::field_test::FieldTest;
use super::line::{Level, Stream};
use super::query::Query;
use super::row::Line;
use super::shape::Pattern;

pub use text::{ConditionError, Named, Reader, joined, parts};

/// Conditions on lines, taken together.
///
/// A line passes if it fits *any* of the included patterns (or none is given), *none* of the excluded ones, and *all* of
/// the other conditions. Conditions that are switched off do not count.
#[derive(Clone, Debug, Default)]
pub struct Sieve {
    /// The conditions, in the order in which the operator set them.
    pub conditions: Vec<Condition>,
    /// How many lines around one that passes are shown with it.
    pub context: u32,
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What the operator calls it.
    pub name: String,
    /// Whether it counts.
    pub is_on: bool,
    /// Its name is not what it says: it is kept as long as there is somebody who may switch it on.
    pub is_named: bool,
    /// What it asks of a line.
    pub test: Test,
}

/// What a condition asks of a line.
#[derive(Clone, Debug)]
pub enum Test {
    /// It matches this pattern, or another that is included.
    Include(Query),
    /// It matches this pattern.
    Match(Query),
    /// It does not fit this.
    Not(Box<Self>),
    /// It fits all of these.
    All(Vec<Self>),
    /// It says that it is so serious. A line that does not say how serious it is does not pass.
    Level(RangeInclusive<Level>),
    /// It is of this kind.
    Kind(Pattern),
    /// It has this field, and the field compares as wanted.
    Field(FieldTest),
    /// It is from this moment or later.
    Since(Timestamp),
    /// It is from this moment or earlier.
    Until(Timestamp),
    /// It was written there. What a terminal shows was written to either.
    Stream(Stream),
}

impl Condition {
    /// A condition that counts.
    pub fn new(name: impl Into<String>, test: Test) -> Self {
        Self { name: name.into(), is_on: true, is_named: false, test }
    }

    /// One that counts, and whose name does not say what it asks for.
    pub fn named(name: impl Into<String>, test: Test) -> Self {
        Self { is_named: true, ..Self::new(name, test) }
    }
}

impl Test {
    /// That a line does not match this pattern.
    pub fn exclude(query: Query) -> Self {
        Self::Not(Box::new(Self::Match(query)))
    }

    /// Whether a line fits. What cannot be told does not hide it.
    fn fits(&self, line: &Line<'_>) -> bool {
        self.verdict(line) != Some(false)
    }

    /// Whether a line fits; `None` where that cannot be told of it, and so not of the opposite either.
    fn verdict(&self, line: &Line<'_>) -> Option<bool> {
        Some(match self {
            Self::Include(query) | Self::Match(query) => query.is_match(line.text),
            Self::Not(test) => !test.verdict(line)?,
            Self::All(tests) => {
                let mut all = Some(true);
                for test in tests {
                    match test.verdict(line) {
                        Some(true) => {}
                        Some(false) => return Some(false),
                        None => all = None,
                    }
                }
                return all;
            }
            Self::Level(levels) => line.level.is_some_and(|level| levels.contains(&level)),
            Self::Kind(pattern) => pattern.fits(line.text),
            Self::Field(test) => test.matches(line.text),
            Self::Since(moment) => line.timestamp >= *moment,
            Self::Until(moment) => line.timestamp <= *moment,
            Self::Stream(_) if line.stream == Stream::Console => return None,
            Self::Stream(stream) => line.stream == *stream,
        })
    }

    /// The patterns that lines which fit match.
    fn patterns(&self) -> Box<dyn Iterator<Item = &Query> + '_> {
        match self {
            Self::Include(query) | Self::Match(query) => Box::new(std::iter::once(query)),
            Self::All(tests) => Box::new(tests.iter().flat_map(Self::patterns)),
            _ => Box::new(std::iter::empty()),
        }
    }
}

impl Sieve {
    /// Whether every line passes.
    pub fn is_open(&self) -> bool {
        !self.conditions.iter().any(|it| it.is_on)
    }

    /// The patterns that lines which pass match: what to highlight.
    pub fn patterns(&self) -> impl Iterator<Item = &Query> {
        self.conditions.iter().filter(|it| it.is_on).flat_map(|it| it.test.patterns())
    }

    /// Whether a line passes.
    pub fn passes(&self, line: &Line<'_>) -> bool {
        let mut included = None;
        for condition in self.conditions.iter().filter(|it| it.is_on) {
            if let test @ Test::Include(_) = &condition.test {
                // One that fits is enough; the others need not be looked for.
                if included != Some(true) {
                    included = Some(test.fits(line));
                }
            } else if !condition.test.fits(line) {
                return false;
            }
        }
        included != Some(false)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn line(text: &str) -> Line<'_> {
        Line {
            timestamp: Timestamp::constant(100, 0),
            stream: Stream::Stdout,
            level: None,
            continues: false,
            text,
            runs: &[],
            raw: text.as_bytes(),
            hidden: 0,
            beyond: 0,
        }
    }

    fn include(pattern: &str) -> Test {
        Test::Include(Query::regex(pattern).unwrap())
    }

    fn exclude(pattern: &str) -> Test {
        Test::exclude(Query::regex(pattern).unwrap())
    }

    fn sieve(tests: Vec<Test>) -> Sieve {
        Sieve { conditions: tests.into_iter().map(|test| Condition::new("", test)).collect(), context: 0 }
    }

    fn passing(tests: Vec<Test>, lines: &[&'static str]) -> Vec<&'static str> {
        let sieve = sieve(tests);
        lines.iter().copied().filter(|text| sieve.passes(&line(text))).collect()
    }

    #[test]
    fn a_line_passes_with_any_included_and_no_excluded_pattern() {
        let lines = ["GET /api 200", "GET /health 200", "POST /api 500", "boot"];
        assert_eq!(passing(vec![], &lines), lines);
        assert_eq!(passing(vec![include("get"), include("post")], &lines), lines[..3]);
        assert_eq!(passing(vec![include("post"), include("get")], &lines), lines[..3]);
        assert_eq!(passing(vec![exclude("health"), exclude("500")], &lines), ["GET /api 200", "boot"]);
        assert_eq!(passing(vec![include("get"), exclude("health")], &lines), ["GET /api 200"]);
        assert_eq!(
            passing(vec![include("GET|boot$"), exclude("Boot")], &lines),
            ["GET /api 200", "GET /health 200", "boot"]
        );
    }

    #[test]
    fn a_level_is_a_least_and_a_line_without_one_has_not_reached_it() {
        let warn = sieve(vec![Test::Level(Level::Warn..=Level::Fatal)]);
        let passes = |level| warn.passes(&Line { level, ..line("x") });
        assert_eq!([Level::Debug, Level::Warn, Level::Fatal].map(|it| passes(Some(it))), [false, true, true]);
        assert!(!passes(None));
    }

    #[test]
    fn all_fields_must_compare_as_wanted() {
        let field = |text| Test::Field(FieldTest::parse(text).unwrap());
        let lines = ["status=500 path=/api/a", "status=200 path=/api/b", "status=503 path=/health", "boot"];
        assert_eq!(passing(vec![field("status>=500")], &lines), [lines[0], lines[2]]);
        assert_eq!(passing(vec![field("status>=500"), field("path~^/api")], &lines), lines[..1]);
    }

    #[test]
    fn both_ends_of_a_stretch_of_time_belong_to_it() {
        let stretch =
            sieve(vec![Test::Since(Timestamp::constant(100, 0)), Test::Until(Timestamp::constant(101, 0))]);
        let passes = |second, nanosecond| {
            stretch.passes(&Line { timestamp: Timestamp::constant(second, nanosecond), ..line("x") })
        };
        assert!(passes(100, 0) && passes(101, 0));
        assert!(!passes(99, 999_999_999) && !passes(101, 1));
    }

    #[test]
    fn one_output_is_told_from_the_other_where_they_are_apart() {
        let errors = sieve(vec![Test::Stream(Stream::Stderr)]);
        let passes = |stream| errors.passes(&Line { stream, ..line("x") });
        assert_eq!([Stream::Stdout, Stream::Stderr, Stream::Console].map(passes), [false, true, true]);
        let others =
            sieve(vec![Test::Not(Box::new(Test::All(vec![Test::Stream(Stream::Stderr), include("x")])))]);
        let passes = |stream, text| others.passes(&Line { stream, ..line(text) });
        assert!(!passes(Stream::Stderr, "x"));
        assert!(passes(Stream::Stdout, "x") && passes(Stream::Console, "x") && passes(Stream::Stderr, "y"));
    }

    #[test]
    fn what_is_switched_off_does_not_count() {
        let mut sieve = sieve(vec![include("nothing"), exclude("x")]);
        assert!(!sieve.passes(&line("x")));
        sieve.conditions[0].is_on = false;
        assert!(sieve.passes(&line("y")) && !sieve.passes(&line("x")) && !sieve.is_open());
        sieve.conditions[1].is_on = false;
        assert!(sieve.passes(&line("x")) && sieve.is_open());
    }
}
