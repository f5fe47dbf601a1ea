//! What is asked for: the words of the command line, understood.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::args::Logs;
use crate::cli::error::Failure;
use crate::core::logs::{Condition, Level, Named, Query, QueryError, Reader, Sieve, Test};
use crate::core::subject::WHOLE;
use crate::core::text::clean;
use crate::core::time::{HOW, Now, moment};

/// How many lines of each log are printed where nobody says how many.
const TAIL: u32 = 100;

/// Which rows are asked for.
#[derive(Debug)]
pub(super) struct Ask {
    /// Which lines.
    pub(super) sieve: Sieve,
    /// How many from the end of each log to look at.
    pub(super) tail: u32,
    /// The filter pattern that CloudWatch is asked with.
    pub(super) pattern: Option<Arc<str>>,
    /// No earlier than this.
    pub(super) since: Option<Timestamp>,
    /// No later than this.
    pub(super) until: Option<Timestamp>,
    /// Whether what follows is wanted, too.
    pub(super) follow: bool,
    /// Whether the logs are printed in one order.
    pub(super) merge: bool,
}

impl Ask {
    /// What `logs` asks for; `known` are the conditions that have a name.
    pub(super) fn of(logs: &Logs, known: &[Named], now: Now, zone: &TimeZone) -> Result<Self, Failure> {
        let since = time("--since", logs.since.as_deref(), now, zone)?;
        let until = time("--until", logs.until.as_deref(), now, zone)?;
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            return Err(Failure::usage("--until", "it lies before --since", "exchange the two"));
        }
        let mut conditions = Vec::new();
        for (flag, patterns, test) in [
            ("--grep", &logs.grep, Test::Include as fn(Query) -> Test),
            ("--exclude", &logs.exclude, Test::exclude),
        ] {
            for pattern in patterns {
                let query = Query::regex(pattern).map_err(|error| wrong_pattern(flag, &error))?;
                conditions.push(Condition::new(pattern, test(query)));
            }
        }
        let others =
            [logs.level.map(|least| Test::Level(least..=Level::Fatal)), logs.stream.map(Test::Stream)];
        let fields = logs.field.iter().cloned().map(Test::Field);
        conditions.extend(others.into_iter().flatten().chain(fields).map(|test| Condition::new("", test)));
        let reader = Reader { names: known, now, zone };
        for line in &logs.conditions {
            conditions.extend(reader.conditions(line).map_err(|error| {
                let next = "write conditions as the filter of a log takes them; `qd man` lists them";
                Failure::usage("--where", &error.to_string(), next)
            })?);
        }
        let whole = since.is_some() || logs.picks_lines() && !logs.follow;
        Ok(Self {
            sieve: Sieve { conditions, context: logs.context },
            tail: logs.tail.unwrap_or(if whole { WHOLE } else { TAIL }),
            pattern: logs.pattern.as_deref().map(Arc::from),
            since,
            until,
            follow: logs.follow,
            merge: !logs.no_merge,
        })
    }
}

/// The moment that a flag names.
pub(in crate::cli) fn time(
    flag: &str,
    text: Option<&str>,
    now: Now,
    zone: &TimeZone,
) -> Result<Option<Timestamp>, Failure> {
    let read = |text: &str| {
        moment(text, now, zone)
            .map_err(|_| Failure::usage(flag, &format!("`{}` is no time", clean(text)), HOW))
    };
    text.map(read).transpose()
}

fn wrong_pattern(flag: &str, error: &QueryError) -> Failure {
    Failure::usage(flag, &error.to_string(), "escape what is meant as it is written: `\\[`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::logs::{Batch, RawLine, Row, Store, Stream};

    fn ask(logs: &Logs) -> Result<Ask, String> {
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        Ask::of(logs, &[Named { name: "slow".into(), shows: "took>1s".into() }], now, &TimeZone::UTC)
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_whole_log_is_looked_at_only_where_something_says_which_of_it_is_wanted() {
        let tail = |logs| ask(&logs).unwrap().tail;
        let grep = || vec!["error".to_owned()];
        assert_eq!(tail(Logs::default()), TAIL);
        assert_eq!(tail(Logs { since: Some("10m".to_owned()), ..Logs::default() }), WHOLE);
        assert_eq!(tail(Logs { grep: grep(), ..Logs::default() }), WHOLE);
        assert_eq!(tail(Logs { grep: grep(), follow: true, ..Logs::default() }), TAIL);
        assert_eq!(tail(Logs { grep: grep(), tail: Some(5), ..Logs::default() }), 5);
    }

    #[test]
    fn times_that_are_none_or_the_wrong_way_round_are_refused() {
        let since = |it: &str| ask(&Logs { since: Some(it.to_owned()), ..Logs::default() });
        assert_eq!(since("09:10").unwrap().since, Some("2026-11-21T09:10:00Z".parse().unwrap()));
        assert!(since("soon").unwrap_err().contains("--since"));
        let turned =
            ask(&Logs { since: Some("10m".to_owned()), until: Some("1h".to_owned()), ..Logs::default() });
        assert!(turned.unwrap_err().contains("before --since"));
    }

    #[test]
    fn a_wrong_pattern_is_told_with_its_flag() {
        let wrong = ask(&Logs { exclude: vec!["[".to_owned()], ..Logs::default() }).unwrap_err();
        assert!(wrong.contains("--exclude") && wrong.contains("not a regular expression"), "{wrong}");
        let wrong = ask(&Logs { conditions: vec!["level>=loud".to_owned()], ..Logs::default() }).unwrap_err();
        assert!(wrong.contains("--where") && wrong.contains("`level>=loud` says no level"), "{wrong}");
    }

    #[test]
    fn conditions_are_those_of_the_screen_with_the_names_of_the_configuration() {
        let of = |lines: &[&str]| {
            ask(&Logs { conditions: lines.iter().map(|it| (*it).to_owned()).collect(), ..Logs::default() })
        };
        let slow = of(&["slow", "!health"]).unwrap();
        assert!(of(&["slow & "]).unwrap_err().contains("a condition is missing"));
        assert_eq!(slow.tail, WHOLE);
        let passes = |text: &str| {
            let mut batch = Batch::new();
            let timestamp = Timestamp::UNIX_EPOCH;
            batch.line(&RawLine { timestamp, stream: Stream::Stdout, bytes: text.as_bytes(), beyond: 0 });
            let mut store = Store::default();
            store.append(batch);
            matches!(store.row(0), Some(Row::Line(line)) if slow.sieve.passes(&line))
        };
        assert!(passes("GET /api took=2s"));
        assert!(!passes("GET /api took=20ms") && !passes("GET /health took=2s"));
    }
}
