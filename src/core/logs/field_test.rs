//! Filters by field: `status>=500`, `path~^/api`, `duration>200ms`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::parse::{Value, visit};
use super::quantity;
use super::query::{Query, QueryError};
use crate::core::text::clean;

/// A comparison of one field of a line with a value.
///
/// A line that lacks the field never matches, also not with `!=` and `!~`: it says nothing about it. Of several fields
/// of the same name, the first one counts. Numbers compare as numbers where both sides are some, also in quotes; a test
/// with a unit of time compares with fields that have one in their value (`12ms`) or in their name (`took_ms`); a test
/// with a unit of size, with bytes; everything else compares as text. Patterns of `~` ignore the case unless they have
/// capitals, as in a search.
#[derive(Clone, Debug)]
pub struct FieldTest {
    name: String,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Compare(Operator, Wanted),
    Pattern { query: Query, inverse: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// What is compared with.
#[derive(Clone, Debug)]
struct Wanted {
    text: String,
    number: Option<f64>,
    seconds: Option<f64>,
    bytes: Option<f64>,
}

/// The text is no test of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldTestError {
    /// There is no operator in it.
    #[error(
        "`{0}` compares nothing: write a field, then one of = != > >= < <= ~ !~, then a value, as in `status>=500`"
    )]
    NoOperator(String),
    /// What stands before the operator is not the name of a field.
    #[error(
        "`{name}` in `{text}` is not the name of a field: write letters, digits and . _ - @ before the operator"
    )]
    Name {
        /// What was written as the name.
        name: String,
        /// The whole test.
        text: String,
    },
    /// Nothing stands after the operator.
    #[error("`{0}` has no value to compare with: write one after the operator, \"\" for an empty one")]
    NoValue(String),
    /// The pattern cannot be read.
    #[error("the pattern of the field `{name}`: {cause}; put \\ before a sign that stands for itself")]
    Pattern {
        /// The field.
        name: String,
        /// What is wrong.
        cause: QueryError,
    },
}

impl FieldTest {
    /// Reads `name`, one of `=`, `!=`, `>`, `>=`, `<`, `<=`, `~`, `!~`, and a value, in quotes if wished.
    pub fn parse(text: &str) -> Result<Self, FieldTestError> {
        let text = text.trim();
        let shown = || clean(text).into_owned();
        let at = text.find(['=', '!', '<', '>', '~']).ok_or_else(|| FieldTestError::NoOperator(shown()))?;
        let (name, rest) = (text[..at].trim_end(), &text[at..]);
        let is_name = |it: char| it.is_alphanumeric() || "._-@/$".contains(it);
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(FieldTestError::Name { name: clean(name).into_owned(), text: shown() });
        }
        let operators = ["!=", "!~", ">=", "<=", "=", ">", "<", "~"];
        let Some(operator) = operators.into_iter().find(|it| rest.starts_with(it)) else {
            return Err(FieldTestError::NoOperator(shown()));
        };
        let value = rest[operator.len()..].trim_start();
        if value.is_empty() {
            return Err(FieldTestError::NoValue(shown()));
        }
        let value = value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(value);
        let compare = |operator| Ok(Test::Compare(operator, Wanted::new(value)));
        let pattern = |inverse| Query::regex(value).map(|query| Test::Pattern { query, inverse });
        let compared = match operator {
            "!=" => compare(Operator::Unequal),
            ">=" => compare(Operator::AtLeast),
            "<=" => compare(Operator::AtMost),
            ">" => compare(Operator::More),
            "<" => compare(Operator::Less),
            "=" => compare(Operator::Equal),
            _ => pattern(operator == "!~"),
        };
        let compared = compared.map_err(|cause| FieldTestError::Pattern { name: name.to_owned(), cause })?;
        Ok(Self { name: name.to_owned(), test: compared })
    }

    /// The name of the field.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a cleaned line has the field and it compares as wanted.
    pub fn matches(&self, text: &str) -> bool {
        let mut matches = false;
        visit(text, &mut |name: Cow<'_, str>, value: Value<'_>| {
            if name != self.name.as_str() {
                return ControlFlow::Continue(());
            }
            matches = self.is_met(&value);
            ControlFlow::Break(())
        });
        matches
    }

    /// Whether the value of the field compares as wanted.
    pub fn is_met(&self, value: &Value<'_>) -> bool {
        match &self.test {
            Test::Pattern { query, inverse } => query.is_match(&value.text) != *inverse,
            Test::Compare(operator, wanted) => match wanted.measured(&self.name, value) {
                Some(order) => operator.allows(order),
                // A word is neither more nor less than a number.
                None if wanted.is_quantity() && !operator.is_of_equality() => false,
                None => operator.allows((*value.text).cmp(&wanted.text)),
            },
        }
    }
}

impl Wanted {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            number: quantity::number(text),
            seconds: quantity::seconds(text),
            bytes: quantity::bytes(text),
        }
    }

    fn is_quantity(&self) -> bool {
        self.number.or(self.seconds).or(self.bytes).is_some()
    }

    /// How the value of a field compares as a quantity; `None` if not both are quantities of the same kind.
    fn measured(&self, name: &str, value: &Value<'_>) -> Option<Ordering> {
        let number = value.number();
        let with_unit = || Some(number? * quantity::unit_of_name(name)?);
        let seconds = || quantity::seconds(&value.text).or_else(with_unit).zip(self.seconds);
        // `m` is minutes and megabytes: a number without a unit is no duration.
        let bytes = || quantity::bytes(&value.text).or(number).zip(self.bytes);
        let (value, wanted) = number.zip(self.number).or_else(seconds).or_else(bytes)?;
        // 350 ms are 0.35 s, though not to the last bit.
        let is_same = (value - wanted).abs() <= 1e-9 * wanted.abs();
        if is_same { Some(Ordering::Equal) } else { value.partial_cmp(&wanted) }
    }
}

impl Operator {
    const fn is_of_equality(self) -> bool {
        matches!(self, Self::Equal | Self::Unequal)
    }

    const fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

    use proptest::prelude::*;

    use super::*;

    const LOGFMT: &str =
        r#"level=info status=502 took=350ms took_ms=350 size=12KB name="a b" user=alice id=007"#;

    fn matches(test: &str, line: &str) -> bool {
        FieldTest::parse(test).unwrap_or_else(|error| panic!("{error}")).matches(line)
    }

    #[test]
    fn numbers_compare_as_numbers_and_words_as_words() {
        for test in [
            "status>=500",
            "status=502",
            "status = 502.0",
            "status!=500",
            "status<503",
            "status<=502",
            "status>99",
            "user=alice",
            "user!=bob",
            "user!~bob",
            "user~^al",
            "name=\"a b\"",
            "user>alex",
            "id=7",
        ] {
            assert_eq!(matches(test, LOGFMT), test != "{test}");
        }
        for test in [
            "status>502",
            "status=5",
            "user>500",
            "user<500",
            "user=Alice",
            "user~^b",
            "user!~ali",
            "user~^AL",
        ] {
            assert!(!matches(test, LOGFMT), "{test}");
        }
    }

    #[test]
    fn units_are_understood() {
        for test in [
            "took>200ms",
            "took<1s",
            "took=0.35s",
            "took_ms>=350ms",
            "took_ms<0.4s",
            "size>10KB",
            "size<=1MB",
        ] {
            assert!(matches(test, LOGFMT), "{test}");
        }
        // A number without a unit is no duration.
        assert!(!matches("status>1ms", LOGFMT));
        let access =
            r#"10.0.0.1 - - [25/Nov/2026:10:11:12 +0000] "GET /api/x HTTP/1.1" 200 20480 "-" "curl" 0.350"#;
        for test in
            ["duration>200ms", "path~^/api", "bytes>10KB", "method=GET", "remote=10.0.0.1", "agent~curl"]
        {
            assert!(matches(test, access), "{test}");
        }
    }

    #[test]
    fn a_missing_field_never_matches() {
        for test in ["missing=1", "missing!=1", "missing~.", "missing!~x", "missing>0"] {
            assert!(!matches(test, LOGFMT), "{test}");
        }
    }

    #[test]
    fn nested_fields_are_named_with_dots() {
        let line = r#"{"req":{"method":"GET"},"res":{"statusCode":500},"level":30}"#;
        assert!(matches("res.statusCode>=500", line) && matches("req.method=GET", line));
        assert!(!matches("statusCode>=500", line));
    }

    #[test]
    fn what_is_no_test_is_explained() {
        let error = |text: &str| FieldTest::parse(text).unwrap_err().to_string();
        assert_eq!(
            error("status"),
            "`status` compares nothing: write a field, then one of = != > >= < <= ~ !~, then a value, as in `status>=500`"
        );
        assert!(error("a!b").starts_with("`a!b` compares nothing"));
        assert_eq!(
            error("a b=1"),
            "`a b` in `a b=1` is not the name of a field: write letters, digits and . _ - @ before the operator"
        );
        assert!(error(">=5").starts_with("`` in `>=5` is not the name"));
        assert_eq!(
            error("status>="),
            "`status>=` has no value to compare with: write one after the operator, \"\" for an empty one"
        );
        assert_eq!(
            error("path~[a"),
            "the pattern of the field `path`: `[a` is not a regular expression: unclosed character class; put \\ before a sign that stands for itself"
        );
    }

    proptest! {
        #[test]
        fn no_test_and_no_line_does_harm(test in "[a-c.]{0,3}(=|!=|>|~|!~|<=)?\\PC{0,6}", line in "\\PC{0,40}") {
            if let Ok(test) = FieldTest::parse(&test) {
                test.matches(&line);
                test.matches(&format!("a=1 {{\"b\":{line}}}"));
            }
        }
    }
}
