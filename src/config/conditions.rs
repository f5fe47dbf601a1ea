//! `conditions` of `[logs]`: conditions on lines that have a name.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::DeValue;

use super::document::Reading;
use super::problem::quoted;
use super::value::{Value, in_quotes, mismatch};
use crate::core::logs::{Named, Reader};
use crate::core::text::clean;
use crate::core::time::Now;

/// The longest name in characters: it stands in the line above a log.
const LONGEST_NAME: usize = 32;

impl Value for Vec<Named> {
    fn kind() -> String {
        "a table of conditions: { slow = \"took>1s & !health\" }".to_owned()
    }

    fn read(value: &Spanned<DeValue<'_>>, reading: &mut Reading) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            mismatch::<Self>(value, reading);
            return None;
        };
        let mut read = Self::new();
        let mut places = Vec::new();
        for (name, shows) in table {
            let name_text: &str = name.get_ref();
            let Some(text) = shows.get_ref().as_str() else {
                reading.mismatch_of(
                    &clean(name_text),
                    shows,
                    "write its conditions in quotes: \"took>1s & !health\"",
                );
                continue;
            };
            let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
            if name_text.is_empty() || name_text.len() > LONGEST_NAME || !name_text.chars().all(fits) {
                let cause = format!("{} is no name for a condition", quoted(name_text));
                let next = format!("use letters, digits, `.` `_` `-`, at most {LONGEST_NAME}");
                reading.problem(&name.span(), cause, next);
                continue;
            }
            read.push(Named { name: Arc::from(name_text), shows: Arc::from(text.trim()) });
            places.push(shows.span());
        }
        // What a time is counted from does not matter to whether it can be read.
        let reader = Reader { names: &read, now: Now(Timestamp::UNIX_EPOCH), zone: &TimeZone::UTC };
        for (named, place) in read.iter().zip(&places) {
            if let Err(error) = reader.named(named) {
                let next = "`qd man` tells what a condition may be, under FILTERS";
                reading.problem(place, format!("{}: {error}", named.name), next);
            }
        }
        Some(read)
    }

    fn print(&self) -> Option<String> {
        let pairs: Vec<String> =
            self.iter().map(|it| format!("{} = {}", in_quotes(&it.name), in_quotes(&it.shows))).collect();
        Some(if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) })
    }
}
