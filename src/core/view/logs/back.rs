//! What the way back ends, one thing at a time, before it leaves a log.

use super::{LogState, Window};

/// Something that the reader began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Older pages are being searched.
    Hunt,
    /// Lines are being selected.
    Selection,
    /// Something is searched for.
    Search,
    /// Lines are hidden.
    Filter,
    /// CloudWatch is asked for some lines only.
    Pattern,
    /// The reader stands on a line in sight.
    Line,
}

impl Begun {
    /// What ending it is called, in a word or two.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Hunt => "stop searching",
            Self::Selection => "end selection",
            Self::Search => "end search",
            Self::Filter => "show all",
            Self::Pattern => "read all",
            Self::Line => "leave line",
        }
    }
}

impl LogState {
    /// What the next step back ends; `None` where it leaves the log.
    pub fn begun(&self, window: Window) -> Option<Begun> {
        if self.is_hunting() {
            Some(Begun::Hunt)
        } else if self.is_selecting() {
            Some(Begun::Selection)
        } else if self.search_query().is_some() {
            Some(Begun::Search)
        } else if self.filters.sieve().is_some() {
            Some(Begun::Filter)
        } else if self.filter_pattern.is_some() {
            Some(Begun::Pattern)
        } else if self.cursor(window).is_some() {
            Some(Begun::Line)
        } else {
            None
        }
    }

    /// Ends it. `number`: as for [`LogState::ask_for`].
    pub fn end(&mut self, begun: Begun, window: Window, number: u64) {
        match begun {
            Begun::Hunt => self.give_up(),
            Begun::Selection => self.end_selecting(),
            Begun::Search => {
                self.set_pattern("");
                self.current = None;
            }
            Begun::Filter => self.clear_filters(window),
            Begun::Pattern => self.ask_for("", number),
            Begun::Line => self.current = None,
        }
    }
}
