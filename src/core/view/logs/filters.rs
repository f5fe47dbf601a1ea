//! Which lines of a log screen are shown: conditions, each with a switch.

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::core::logs::{Condition, ConditionError, Level, Named, Query, Reader, Sieve, Test, joined, parts};
use crate::core::time::Now;

/// As many lines around one that is shown can be shown with it.
const MOST_CONTEXT: u32 = 100;

/// So many conditions that are switched off are kept.
const MOST_KEPT: usize = 20;

/// The conditions of a screen. Those that are switched off are kept, to be switched on again.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// The conditions that have a name.
    names: Arc<[Named]>,
    sieve: Sieve,
    error: Option<ConditionError>,
}

impl Filters {
    /// All lines, until one of those that have a name is switched on. What cannot be read is left out.
    pub fn of(names: Arc<[Named]>, now: Now, zone: &TimeZone) -> Self {
        let mut filters = Self { names, ..Self::default() };
        let names = filters.names.clone();
        let reader = Reader { names: &names, now, zone };
        for condition in names.iter().filter_map(|it| reader.named(it).ok()) {
            filters.add(Condition { is_on: false, ..condition });
        }
        filters
    }

    /// Whether the configuration gave a condition its name.
    fn is_configured(&self, condition: &Condition) -> bool {
        condition.is_named && self.names.iter().any(|it| *it.name == *condition.name)
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
        let reader = Reader { names: &self.names, now, zone };
        let mut read = Vec::new();
        for part in parts(text) {
            match self.kind(part).map_or_else(|| reader.condition(part), Ok) {
                Ok(condition) => read.push(condition),
                Err(error) => self.error = self.error.take().or(Some(error)),
            }
        }
        self.sieve.conditions.retain(|it| !it.is_on || it.is_named);
        self.switch(&[], now, zone);
        for condition in read {
            self.add(condition);
        }
    }

    /// What was chosen among the kinds of lines, or its opposite.
    fn kind(&self, text: &str) -> Option<Condition> {
        let known = |name: &str| {
            self.sieve.conditions.iter().find(|it| it.is_named && it.name == name && !self.is_configured(it))
        };
        if let Some(kind) = known(text) {
            return Some(Condition { is_on: true, ..kind.clone() });
        }
        let kind = known(text.strip_prefix('!')?.trim_start())?;
        Some(Condition::new(text, Test::Not(Box::new(kind.test.clone()))))
    }

    /// Adds a condition.
    pub(super) fn add(&mut self, condition: Condition) {
        self.sieve.conditions.retain(|it| it.name != condition.name);
        self.sieve.conditions.push(condition);
    }

    /// Shows all lines again. The conditions are kept, to be switched on again.
    pub(super) fn clear(&mut self) {
        self.error = None;
        let mut conditions = std::mem::take(&mut self.sieve.conditions);
        let others = conditions.iter().filter(|it| !self.is_configured(it)).count();
        let mut too_many = others.saturating_sub(MOST_KEPT);
        conditions.retain_mut(|it| {
            it.is_on = false;
            let goes = too_many > 0 && !self.is_configured(it);
            too_many -= usize::from(goes);
            !goes
        });
        self.sieve.conditions = conditions;
    }

    /// Switches on those that are called so, and all others off. Times that count from now are those of a condition that is
    /// switched on now.
    pub(super) fn switch(&mut self, called: &[&str], now: Now, zone: &TimeZone) {
        let reader = Reader { names: &self.names, now, zone };
        for condition in &mut self.sieve.conditions {
            let is_on = called.contains(&condition.name.as_str());
            let named = self.names.iter().find(|it| condition.is_named && *it.name == *condition.name);
            if is_on
                && !condition.is_on
                && let Some(Ok(read)) = named.map(|it| reader.named(it))
            {
                condition.test = read.test;
            }
            condition.is_on = is_on;
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
