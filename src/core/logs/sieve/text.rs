//! Conditions as they are typed, with ` & ` between them. A line of the log is shown if it fits all of them.
//!
//! | condition | lines |
//! |---|---|
//! | `GET /api` | that match these words or this regular expression; without capitals the case is ignored |
//! | `"a=b"` | that have this text, even where it looks like a condition of another kind |
//! | `!health` | that the condition behind `!` would not show |
//! | `status>=500`, `path~^/api` | with a field that compares so, as in [`FieldTest`] |
//! | `level>=warn`, `level=error` | that say they are so serious; with any of `=` `!=` `>=` `<=` `>` `<` |
//! | `time>=09:10`, `time<=5m` | of this time; `5m` is five minutes ago |
//! | `stream=stderr` | that were written there |
//! | `noise` | that fit the conditions that this is the name of ([`Named`]) |

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{Condition, Test};
use crate::core::logs::field_test::{FieldTest, FieldTestError};
use crate::core::logs::line::{Level, Stream};
use crate::core::logs::query::{Query, QueryError};
use crate::core::text::clean;
use crate::core::time::{NoTime, Now, moment};

/// What stands between two conditions.
const AND: &str = " & ";

/// A condition cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It looks like the test of a field, but is none.
    #[error(transparent)]
    Field(#[from] FieldTestError),
    /// The pattern is too large.
    #[error(transparent)]
    Pattern(#[from] QueryError),
    /// There is no such level, or levels are not compared so.
    #[error("`{0}` says no level: use trace, debug, info, warn, error or fatal, as in level>=warn")]
    Level(String),
    /// That is no time.
    #[error(transparent)]
    Time(#[from] NoTime),
    /// Times are compared in another way.
    #[error("a time is compared with >= or <=, as in time>=09:10, and not with {0}")]
    TimeOperator(String),
    /// There is no such output, or outputs are not compared so.
    #[error("`{0}` says no output: use stream=stdout or stream=stderr")]
    Stream(String),
    /// There is nothing between two ` & `, or behind a `!`.
    #[error("a condition is missing: one belongs on either side of ` & ` and behind `!`")]
    Nothing,
    /// What a name stands for has that name in it.
    #[error("`{0}` stands for itself")]
    Circle(Arc<str>),
}

/// Conditions that have a name, as the configuration gives it to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: Arc<str>,
    /// The conditions, with ` & ` between them.
    pub shows: Arc<str>,
}

/// What conditions are read with.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The conditions that have a name.
    pub names: &'a [Named],
    /// What time it is: times that count from now are read when a condition is.
    pub now: Now,
    /// The clock of times of day.
    pub zone: &'a TimeZone,
}

/// The conditions that a line says, each by itself, as far as it is typed.
pub fn parts(line: &str) -> impl Iterator<Item = &str> {
    every_part(line).filter(|it| !is_nothing(it))
}

fn every_part(line: &str) -> impl Iterator<Item = &str> {
    line.split(AND).map(str::trim)
}

fn is_nothing(part: &str) -> bool {
    matches!(part, "" | "!" | "&")
}

impl<'a> Reader<'a> {
    /// Reads one condition, which may be a name.
    pub fn condition(&self, text: &str) -> Result<Condition, ConditionError> {
        self.read(text, &[])
    }

    /// Reads a line of conditions, none of which may be missing.
    pub fn conditions(&self, line: &str) -> Result<Vec<Condition>, ConditionError> {
        self.read_all(line, &[])
    }

    /// The conditions that a name stands for.
    pub fn named(&self, named: &Named) -> Result<Condition, ConditionError> {
        self.stand_for(named, &[])
    }

    fn read_all(&self, line: &str, within: &[&'a Named]) -> Result<Vec<Condition>, ConditionError> {
        every_part(line).map(|part| self.read(part, within)).collect()
    }

    /// Reads a condition that stands within those names.
    fn read(&self, text: &str, within: &[&'a Named]) -> Result<Condition, ConditionError> {
        if is_nothing(text) {
            return Err(ConditionError::Nothing);
        }
        let known = |name: &str| self.names.iter().find(|it| *it.name == *name);
        if let Some(named) = known(text) {
            return self.stand_for(named, within);
        }
        let asked = match text.strip_prefix('!').map(str::trim_start) {
            None => self.test(text)?,
            Some(turned) => Test::Not(Box::new(match known(turned) {
                Some(named) => self.stand_for(named, within)?.test,
                None => self.test(turned)?,
            })),
        };
        Ok(Condition::new(text, asked))
    }

    fn stand_for(&self, named: &'a Named, within: &[&'a Named]) -> Result<Condition, ConditionError> {
        if within.contains(&named) {
            return Err(ConditionError::Circle(named.name.clone()));
        }
        let within: Vec<&Named> = within.iter().copied().chain([named]).collect();
        let read = self.read_all(&named.shows, &within)?;
        Ok(Condition::named(&*named.name, Test::All(read.into_iter().map(|it| it.test).collect())))
    }

    fn test(&self, text: &str) -> Result<Test, ConditionError> {
        let Some((name, operator, value)) = comparison(text) else { return Ok(Test::Match(pattern(text)?)) };
        Ok(match name {
            "level" => {
                level(operator, value).ok_or_else(|| ConditionError::Level(clean(text).into_owned()))?
            }
            "time" => {
                let at = moment(value, self.now, self.zone)?;
                match operator {
                    ">=" | ">" => Test::Since(at),
                    "<=" | "<" => Test::Until(at),
                    _ => return Err(ConditionError::TimeOperator(operator.to_owned())),
                }
            }
            "stream" => {
                stream(operator, value).ok_or_else(|| ConditionError::Stream(clean(text).into_owned()))?
            }
            _ => Test::Field(FieldTest::parse(text)?),
        })
    }
}

fn level(operator: &str, value: &str) -> Option<Test> {
    let level = Level::from_word(value)?;
    let not = |test| Test::Not(Box::new(test));
    let (least, most) = (Test::Level(level..=Level::Fatal), Test::Level(Level::Trace..=level));
    Some(match operator {
        ">=" => least,
        "<=" => most,
        "=" => Test::Level(level..=level),
        "!=" => not(Test::Level(level..=level)),
        // Only a line that says how serious it is is more or less so.
        ">" => Test::All(vec![not(most), Test::Level(Level::Trace..=Level::Fatal)]),
        "<" => Test::All(vec![not(least), Test::Level(Level::Trace..=Level::Fatal)]),
        _ => return None,
    })
}

fn stream(operator: &str, value: &str) -> Option<Test> {
    let stream = [Stream::Stdout, Stream::Stderr].into_iter().find(|it| it.word() == value)?;
    match operator {
        "=" => Some(Test::Stream(stream)),
        "!=" => Some(Test::Not(Box::new(Test::Stream(stream)))),
        _ => None,
    }
}

/// The line that says these conditions.
pub fn joined<'a>(conditions: impl Iterator<Item = &'a str>) -> String {
    conditions.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(AND)
}

/// What a pattern searches for: what is in quotes or no regular expression, as it is written.
fn pattern(text: &str) -> Result<Query, QueryError> {
    match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(plain) if !plain.is_empty() => Query::plain(plain),
        _ => Query::regex(text).or_else(|_| Query::plain(text)),
    }
}

/// The name, the operator and the value of what is written as a comparison: a name, an operator and something behind it.
fn comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "._-@".contains(it);
    let end = text.find(|it| !is_name(it))?;
    let (name, rest) = text.split_at(end);
    let operator = ["!=", "!~", ">=", "<=", "=", ">", "<", "~"]
        .into_iter()
        .find(|it| rest.trim_start().starts_with(it))?;
    let value = rest.trim_start()[operator.len()..].trim();
    (name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '@') && !value.is_empty())
        .then_some((name, operator, value))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use jiff::Timestamp;

    use super::super::Sieve;
    use super::*;
    use crate::core::logs::row::Line;

    static UTC: TimeZone = TimeZone::UTC;

    fn reader(names: &[Named]) -> Reader<'_> {
        Reader { names, now: Now(Timestamp::constant(1_000_000, 0)), zone: &UTC }
    }

    fn named(name: &str, shows: &str) -> Named {
        Named { name: name.into(), shows: shows.into() }
    }

    fn line(text: &str, level: Option<Level>) -> Line<'_> {
        Line {
            timestamp: Timestamp::constant(999_990, 0),
            stream: Stream::Stderr,
            level,
            continues: false,
            text,
            runs: &[],
            raw: text.as_bytes(),
            hidden: 0,
            beyond: 0,
        }
    }

    fn passes(line_text: &str, text: &str) -> bool {
        let conditions = parts(line_text).map(|it| reader(&[]).condition(it).unwrap()).collect();
        Sieve { conditions, context: 0 }.passes(&line(text, Some(Level::Warn)))
    }

    fn error(text: &str) -> String {
        reader(&[]).conditions(text).unwrap_err().to_string()
    }

    #[test]
    fn all_conditions_have_to_be_met() {
        let text = "GET /api/items status=500 took=20ms";
        for shown in [
            "",
            "get",
            "GET /api",
            "get & status=500",
            "get & !health",
            "!status=404 & !level>=error",
            "status>=500 & took<1s",
            "level>=warn",
            "level=warn & level<=error",
            "level>info & level<error & level!=info",
            "time>=1m & time<=5s",
            "stream=stderr",
            "\"status=500\"",
            "/api/",
        ] {
            assert!(passes(shown, text), "{shown}");
        }
        for hidden in [
            "post",
            "get & post",
            "!get",
            "status>500",
            "level>=error",
            "level>warn",
            "level<warn",
            "level!=warn",
            "time>=5s",
            "stream=stdout",
            "stream!=stderr",
        ] {
            assert!(!passes(hidden, text), "{hidden}");
        }
    }

    #[test]
    fn what_is_half_typed_hides_nothing() {
        for half in ["!", " & ", "get & ", "get & !", "! & get"] {
            assert!(passes(half, "get it"), "{half}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert_eq!(
            error("level>=loud"),
            "`level>=loud` says no level: use trace, debug, info, warn, error or fatal, as in level>=warn"
        );
        assert!(error("level~warn").starts_with("`level~warn` says no level"));
        assert!(error("time>=noon").starts_with("`noon` is no time: use 15m"));
        assert!(error("time=09:10").contains("with >= or <="));
        assert!(error("stream=both").starts_with("`stream=both` says no output"));
        assert!(error("stream>stderr").starts_with("`stream>stderr` says no output"));
        for missing in ["", "!", "get & ", "get & ! & api", "&"] {
            assert!(error(missing).starts_with("a condition is missing"), "{missing}");
        }
        assert!(error("path~[a").contains("unclosed"));
    }

    #[test]
    fn a_name_stands_for_what_it_shows_and_may_be_turned_round() {
        let names = [named("quiet", "!noise & !boot"), named("noise", "get & !api")];
        let shows = |text: &str, line_text: &str| {
            let conditions = reader(&names).conditions(text).unwrap();
            Sieve { conditions, context: 0 }.passes(&line(line_text, None))
        };
        for (text, [health, api, boot]) in [
            ("noise", [true, false, false]),
            ("!noise", [false, true, true]),
            ("!noise & api", [false, true, false]),
            ("\"noise\"", [false, false, false]),
            ("quiet", [false, true, false]),
            ("!quiet", [true, false, true]),
        ] {
            let found = ["GET /health", "GET /api", "boot"].map(|it| shows(text, it));
            assert_eq!(found, [health, api, boot], "{text}");
        }
    }

    #[test]
    fn a_name_that_stands_for_itself_is_refused() {
        let names = [named("a", "get & !b"), named("b", "c"), named("c", "api & a"), named("d", "a")];
        for it in &names {
            let error = reader(&names).named(it).unwrap_err().to_string();
            assert!(error.ends_with("stands for itself"), "{error}");
        }
        let twice = [named("get", "\"get\""), named("both", "get & !health & get")];
        assert!(reader(&twice).named(&twice[1]).is_ok());
    }

    #[test]
    fn the_line_is_read_as_it_was_written() {
        let text = "get & !health & status>=500";
        let read = reader(&[]).conditions(text).unwrap();
        assert_eq!(joined(read.iter().map(|it| &*it.name)), text);
    }
}
