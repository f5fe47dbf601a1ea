//! Conditions as they are typed, with ` & ` between them. A line of the log is shown if it fits all of them.
//!
//! | condition | lines |
//! |---|---|
//! | `GET /api` | that match these words or this regular expression; without capitals the case is ignored |
//! | `"a=b"` | that have this text, even where it looks like a condition of another kind |
//! | `!health` | that the condition behind `!` would not show |
//! | `status>=500`, `path~^/api` | with a field that compares so, as in [`FieldTest`] |
//! | `level>=warn`, `level=error` | that say they are so serious |
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
    /// There is no such level.
    #[error("`{0}` is no level: use trace, debug, info, warn, error or fatal, as in level>=warn")]
    Level(String),
    /// That is no time.
    #[error(transparent)]
    Time(#[from] NoTime),
    /// Times are compared in another way.
    #[error("a time is compared with >= or <=, as in time>=09:10, and not with {0}")]
    TimeOperator(String),
    /// There is no such output.
    #[error("`{0}` is no output: use stream=stdout or stream=stderr")]
    Stream(String),
}

/// Conditions that have a name, as the configuration gives it to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: Arc<str>,
    /// The conditions, with ` & ` between them.
    pub shows: Arc<str>,
}

impl Named {
    /// The condition itself. Times that count from now are read now.
    pub fn condition(&self, now: Now, zone: &TimeZone) -> Result<Condition, ConditionError> {
        let tests = parts(&self.shows).map(|it| Ok(condition(it, &[], now, zone)?.test));
        Ok(Condition::named(&*self.name, Test::All(tests.collect::<Result<_, ConditionError>>()?)))
    }
}

/// The conditions that a line says, each by itself. What is only half typed is none.
pub fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(AND).map(str::trim).filter(|it| !it.is_empty() && *it != "!" && *it != "&")
}

/// Reads one condition, which may be the name of one of those that are `known`.
pub fn condition(
    text: &str,
    known: &[Condition],
    now: Now,
    zone: &TimeZone,
) -> Result<Condition, ConditionError> {
    let named = |name: &str| known.iter().find(|it| it.is_named && it.name == name);
    if let Some(named) = named(text) {
        return Ok(Condition { is_on: true, ..named.clone() });
    }
    let asked = match text.strip_prefix('!').map(str::trim_start) {
        None => test(text, now, zone)?,
        Some(turned) => Test::Not(Box::new(match named(turned) {
            Some(named) => named.test.clone(),
            None => test(turned, now, zone)?,
        })),
    };
    Ok(Condition::new(text, asked))
}

/// The line that says these conditions.
pub fn joined<'a>(conditions: impl Iterator<Item = &'a str>) -> String {
    conditions.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(AND)
}

fn test(text: &str, now: Now, zone: &TimeZone) -> Result<Test, ConditionError> {
    let Some((name, operator, value)) = comparison(text) else { return Ok(Test::Match(pattern(text)?)) };
    Ok(match name {
        "level" => {
            let wrong = || ConditionError::Level(clean(value).into_owned());
            let level = Level::from_word(value).ok_or_else(wrong)?;
            match operator {
                ">=" => Test::Level(level..=Level::Fatal),
                "<=" => Test::Level(Level::Trace..=level),
                "=" => Test::Level(level..=level),
                _ => return Err(wrong()),
            }
        }
        "time" => {
            let at = moment(value, now, zone)?;
            match operator {
                ">=" | ">" => Test::Since(at),
                "<=" | "<" => Test::Until(at),
                _ => return Err(ConditionError::TimeOperator(operator.to_owned())),
            }
        }
        "stream" => match (operator, value) {
            ("=", "stdout") => Test::Stream(Stream::Stdout),
            ("=", "stderr") => Test::Stream(Stream::Stderr),
            _ => return Err(ConditionError::Stream(clean(value).into_owned())),
        },
        _ => Test::Field(FieldTest::parse(text)?),
    })
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

    const NOW: Now = Now(Timestamp::constant(1_000_000, 0));

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
        let conditions =
            parts(line_text).map(|it| condition(it, &[], NOW, &TimeZone::UTC).unwrap()).collect();
        Sieve { conditions, context: 0 }.passes(&line(text, Some(Level::Warn)))
    }

    fn error(text: &str) -> String {
        condition(text, &[], NOW, &TimeZone::UTC).unwrap_err().to_string()
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
            "time>=1m & time<=5s",
            "stream=stderr",
            "\"status=500\"",
            "/api/",
        ] {
            assert!(passes(shown, text), "{shown}");
        }
        for hidden in
            ["post", "get & post", "!get", "status>500", "level>=error", "time>=5s", "stream=stdout"]
        {
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
            "`loud` is no level: use trace, debug, info, warn, error or fatal, as in level>=warn"
        );
        assert!(error("time>=noon").starts_with("`noon` is no time: use 15m"));
        assert!(error("time=09:10").contains("with >= or <="));
        assert!(error("stream=both").starts_with("`both` is no output"));
        assert!(error("path~[a").contains("unclosed"));
    }

    #[test]
    fn a_name_stands_for_what_it_shows_and_may_be_turned_round() {
        let noise = Named { name: "noise".into(), shows: "get & !api".into() };
        let known = [noise.condition(NOW, &TimeZone::UTC).unwrap()];
        let shows = |text: &str, line_text: &str| {
            let conditions =
                parts(text).map(|it| condition(it, &known, NOW, &TimeZone::UTC).unwrap()).collect();
            Sieve { conditions, context: 0 }.passes(&line(line_text, None))
        };
        for (text, [health, api, boot]) in [
            ("noise", [true, false, false]),
            ("!noise", [false, true, true]),
            ("!noise & api", [false, true, false]),
            ("\"noise\"", [false, false, false]),
        ] {
            let found = ["GET /health", "GET /api", "boot"].map(|it| shows(text, it));
            assert_eq!(found, [health, api, boot], "{text}");
        }
    }

    #[test]
    fn the_line_is_read_as_it_was_written() {
        let text = "get & !health & status>=500";
        let read: Vec<Condition> =
            parts(text).map(|it| condition(it, &[], NOW, &TimeZone::UTC).unwrap()).collect();
        assert_eq!(joined(read.iter().map(|it| &*it.name)), text);
    }
}
