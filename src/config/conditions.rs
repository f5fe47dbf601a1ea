//! `conditions` of `[logs]`: conditions on lines that have a name.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::DeValue;

use super::document::Reading;
use super::problem::quoted;
use super::value::{Value, in_quotes, mismatch};
use crate::core::logs::Named;
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
        for (name, shows) in table {
            let Some(text) = shows.get_ref().as_str() else {
                mismatch::<Self>(shows, reading);
                continue;
            };
            let name_text: &str = name.get_ref();
            let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
            if name_text.is_empty() || name_text.len() > LONGEST_NAME || !name_text.chars().all(fits) {
                let cause = format!("{} is no name for a condition", quoted(name_text));
                reading.problem(
                    &name.span(),
                    cause,
                    format!("use letters, digits, `.` `_` `-`, at most {LONGEST_NAME}"),
                );
                continue;
            }
            let named = Named { name: Arc::from(name_text), shows: Arc::from(text.trim()) };
            // What a time is counted from does not matter to whether it can be read.
            match named.condition(Now(Timestamp::UNIX_EPOCH), &TimeZone::UTC) {
                Ok(_) if named.shows.is_empty() => {
                    reading.problem(&shows.span(), "this shows every line", "write which lines it shows");
                }
                Ok(_) => read.push(named),
                Err(error) => reading.problem(
                    &shows.span(),
                    error.to_string(),
                    "`qd man` tells what a condition may be, under FILTERS",
                ),
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
