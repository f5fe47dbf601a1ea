//! Showing other lines of a log: all changes of its filter come through here.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Filters, Handled, LogState, Use, Window};
use crate::core::logs::Level;
use crate::core::text::clean;
use crate::core::time::Now;

impl LogState {
    /// Shows only the lines that fit these conditions, as they are typed.
    pub fn set_filter(&mut self, text: &str, now: Now, zone: &TimeZone, window: Window) {
        self.filter_anew(window, |filters| filters.read(text, now, zone));
    }

    /// Switches on the conditions that are named, and all others off.
    pub fn show_only(&mut self, names: &[&str], now: Now, zone: &TimeZone, window: Window) {
        self.filter_anew(window, |filters| filters.switch(names, now, zone));
    }

    /// Shows all lines again.
    pub(super) fn clear_filters(&mut self, window: Window) {
        self.filter_anew(window, Filters::clear);
    }

    /// Shows only lines of this time, the end not included; `None`: of all times.
    pub(super) fn set_range(&mut self, range: Option<&Range<Timestamp>>, window: Window) {
        self.filter_anew(window, |filters| filters.set_range(range));
    }

    /// Shows only lines that are so serious: as named (`all` names none), or one step more than now.
    pub(super) fn set_level(&mut self, argument: Option<&str>, window: Window) {
        let level = match argument {
            Some(name) => Level::from_word(name),
            None => match self.filters.level() {
                None => Some(Level::Warn),
                Some(level) if level < Level::Error => Some(Level::Error),
                Some(_) => None,
            },
        };
        self.filter_anew(window, |filters| filters.set_level(level));
    }

    /// Shows so many lines around those that pass, or more or fewer.
    pub(super) fn set_context(&mut self, argument: Option<&str>, window: Window) -> Handled {
        let now = self.filters.context();
        let lines = match argument {
            Some("more") | None => now + 1,
            Some("less") => now.saturating_sub(1),
            Some(count) => match count.parse() {
                Ok(count) => count,
                Err(_) => {
                    let text = format!("`{}` is no number of lines: use 3, more or less", clean(count));
                    return Handled::Fault(text);
                }
            },
        };
        self.lay_out(window, |log| log.filters.set_context(lines));
        if self.filters.sieve().is_none() {
            let lines = self.filters.context();
            return Handled::Fault(format!("{lines} lines will stand around those that match a filter"));
        }
        Handled::Yes
    }

    /// Other lines pass from now on. The line that the reader stands on in sight stays there, once they are found.
    fn filter_anew(&mut self, window: Window, change: impl FnOnce(&mut Filters)) {
        self.holds |= self.cursor(window).is_some();
        change(&mut self.filters);
        self.begin(Use::Filter);
        self.count_anew();
        self.filtered_anew(window);
    }

    /// What passes may be known by now.
    pub(super) fn filtered_anew(&mut self, window: Window) {
        if self.is_filtering() {
            return;
        }
        self.stand_on_heads();
        if std::mem::take(&mut self.holds) && !self.follow {
            self.keep_in_sight(window);
        }
    }

    /// Whether what passes is still being looked for in what is held.
    pub(super) fn is_filtering(&self) -> bool {
        self.lanes.iter().map(|lane| lane.hits(Use::Filter)).any(|it| it.busy || it.due)
    }
}
