//! Which lines of a log screen are shown: conditions, each with a switch.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::core::logs::{
    Condition, ConditionError, Level, Named, Query, Sieve, Test, condition, joined, parts,
};
use crate::core::time::Now;

/// As many lines around one that is shown can be shown with it.
const MOST_CONTEXT: u32 = 100;

/// So many conditions that are switched off are kept.
const MOST_KEPT: usize = 20;

/// The conditions of a screen. Those that are switched off are kept, to be switched on again.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    sieve: Sieve,
    error: Option<ConditionError>,
}

impl Filters {
    /// All lines, until one of those that have a name is switched on. What cannot be read is left out.
    pub fn of(names: &[Named], now: Now, zone: &TimeZone) -> Self {
        let mut filters = Self::default();
        for it in names {
            if let Ok(condition) = it.condition(now, zone) {
                filters.add(Condition { is_on: false, ..condition });
            }
        }
        filters
    }

    /// The line that says the conditions that count.
    pub fn text(&self) -> String {
        joined(self.sieve.conditions.iter().filter(|it| it.is_on).map(|it| &*it.name))
    }

    /// What was wrong with the line that was read last.
    pub const fn error(&self) -> Option<&ConditionError> {
        self.error.as_ref()
    }

    /// All conditions, in the order in which they were set.
    pub fn all(&self) -> &[Condition] {
        &self.sieve.conditions
    }

    /// How many lines around one that passes are shown with it.
    pub const fn context(&self) -> u32 {
        self.sieve.context
    }

    /// The sieve, where it holds anything back.
    pub fn sieve(&self) -> Option<&Sieve> {
        (!self.sieve.is_open()).then_some(&self.sieve)
    }

    /// A pattern that shown lines match.
    pub fn pattern(&self) -> Option<&Query> {
        self.sieve.patterns().next()
    }

    /// Reads a line; what it says counts, what it does not say does not, but for what is switched off already.
    pub(super) fn read(&mut self, text: &str, now: Now, zone: &TimeZone) {
        self.error = None;
        let mut read = Vec::new();
        for part in parts(text) {
            match condition(part, &self.sieve.conditions, now, zone) {
                Ok(condition) => read.push(condition),
                Err(error) => self.error = self.error.take().or(Some(error)),
            }
        }
        self.sieve.conditions.retain(|it| !it.is_on || it.is_named);
        self.switch(&[]);
        for condition in read {
            self.add(condition);
        }
    }

    /// Adds a condition.
    pub(super) fn add(&mut self, condition: Condition) {
        self.sieve.conditions.retain(|it| it.name != condition.name);
        self.sieve.conditions.push(condition);
    }

    /// Shows all lines again. The conditions are kept, to be switched on again.
    pub(super) fn clear(&mut self) {
        self.error = None;
        self.switch(&[]);
        let others = self.sieve.conditions.iter().filter(|it| !it.is_named).count();
        let mut too_many = others.saturating_sub(MOST_KEPT);
        self.sieve.conditions.retain(|it| {
            let goes = too_many > 0 && !it.is_named;
            too_many -= usize::from(goes);
            !goes
        });
    }

    /// Switches on those that are named, and all others off.
    pub(super) fn switch(&mut self, names: &[&str]) {
        for condition in &mut self.sieve.conditions {
            condition.is_on = names.contains(&condition.name.as_str());
        }
    }

    /// Shows only lines that are at least so serious; `None`: all again.
    pub(super) fn set_level(&mut self, least: Option<Level>) {
        self.sieve.conditions.retain(|it| !matches!(it.test, Test::Level(_)));
        self.sieve.conditions.extend(least.map(|least| {
            Condition::new(format!("level>={}", least.word()), Test::Level(least..=Level::Fatal))
        }));
    }

    /// The least level that is shown, where one is set.
    pub fn level(&self) -> Option<Level> {
        self.sieve.conditions.iter().filter(|it| it.is_on).find_map(|it| match &it.test {
            Test::Level(levels) => Some(*levels.start()),
            _ => None,
        })
    }

    /// Shows only lines of this time, the end not included; `None`: of all times.
    pub(super) fn set_range(&mut self, range: Option<&Range<Timestamp>>) {
        self.sieve.conditions.retain(|it| !matches!(it.test, Test::Since(_) | Test::Until(_)));
        let Some(&Range { start, end }) = range else { return };
        let last = end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(end).max(start);
        self.sieve.conditions.extend([
            Condition::new(format!("time>={start}"), Test::Since(start)),
            Condition::new(format!("time<={last}"), Test::Until(last)),
        ]);
    }

    /// The stretch of time that is shown, where both of its ends are set.
    pub fn range(&self) -> Option<Range<Timestamp>> {
        let tests = || self.sieve.conditions.iter().filter(|it| it.is_on).map(|it| &it.test);
        let start = tests().filter_map(|it| if let Test::Since(at) = it { Some(*at) } else { None }).max()?;
        let last = tests().filter_map(|it| if let Test::Until(at) = it { Some(*at) } else { None }).min()?;
        let end = last.checked_add(SignedDuration::from_nanos(1)).unwrap_or(last);
        (start < end).then_some(start..end)
    }

    /// Shows so many lines around each.
    pub(super) fn set_context(&mut self, lines: u32) {
        self.sieve.context = lines.min(MOST_CONTEXT);
    }
}
