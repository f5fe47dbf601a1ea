//! What commands do to a log.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{LogState, Times, Window};
use crate::core::command::{Command, Invocation};
use crate::core::logs::Row;
use crate::core::text::{clean, width};
use crate::core::time::Now;

/// How far the text scrolls sideways at once, in columns.
const STEP: u16 = 8;

/// So many fields have columns of their own at most.
const MOST_FIELDS: usize = 8;

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It is none for a log.
    No,
    /// It was done.
    Yes,
    /// This is to be copied.
    Copy(String),
    /// This is to be written.
    Export {
        /// The beginning of the file's name.
        name: String,
        /// Its ending.
        ending: &'static str,
        /// The text.
        text: String,
    },
    /// This is to be shown in the operator's pager.
    Page(String),
    /// It was done, and this is to be said about it.
    Done(&'static str),
    /// It could not be done.
    Fault(String),
}

impl LogState {
    /// Does what a command says, if it is one for a log.
    pub fn run(&mut self, invocation: &Invocation, now: Now, zone: &TimeZone, window: Window) -> Handled {
        self.pressed = None;
        self.anchor = None;
        if moves(invocation.command) {
            self.stay();
        }
        if leaves(invocation.command) {
            self.since = None;
        }
        let page = isize::from(i16::try_from(window.rows.max(2) - 1).unwrap_or(1));
        match invocation.command {
            Command::Follow if self.follow => self.stop_following(window),
            Command::Up => self.move_by(-1, window),
            Command::Down => self.move_by(1, window),
            Command::PageUp => self.move_by(-page, window),
            Command::PageDown => self.move_by(page, window),
            Command::HalfPageUp => self.move_by(-(page / 2).max(1), window),
            Command::HalfPageDown => self.move_by((page / 2).max(1), window),
            Command::Top if self.is_selecting() => self.step_to_end(false, window),
            Command::Bottom if self.is_selecting() => self.step_to_end(true, window),
            Command::Top => self.go_to_top(),
            Command::Bottom | Command::Follow => self.go_to_end(),
            Command::Left => self.shift = self.shift.saturating_sub(STEP),
            Command::Right => self.shift_right(window),
            Command::Wrap => self.lay_out(window, |log| log.wrap = !log.wrap),
            Command::Reveal => self.veil.toggle(),
            Command::Timestamps => self.set_times(invocation.argument.as_deref()),
            Command::Pretty => self.lay_out(window, |log| log.is_pretty = !log.is_pretty),
            Command::Fields => self.set_fields(invocation.argument.as_deref().unwrap_or_default()),
            Command::Condense => self.lay_out(window, Self::toggle_condensed),
            Command::Level => self.set_level(invocation.argument.as_deref(), window),
            Command::Context => return self.set_context(invocation.argument.as_deref(), window),
            Command::Rate => self.toggle_rate(),
            Command::ZoomIn => return self.zoom_in(window),
            Command::ZoomOut => return self.zoom_out(window),
            Command::NextError => return self.next_error(true, window),
            Command::PreviousError => return self.next_error(false, window),
            Command::SearchNext => return self.next_match(true, window),
            Command::SearchPrevious => return self.next_match(false, window),
            Command::ClearFilter => self.clear_filters(window),
            Command::Select => return self.toggle_selecting(window),
            Command::Open => return self.toggle_fold(window),
            Command::MarkLine => return self.mark(now, window),
            Command::NextMark => return self.next_mark(true, window),
            Command::PreviousMark => return self.next_mark(false, window),
            Command::Clear => self.clear(),
            Command::Since => return self.since(invocation.argument.as_deref(), now, zone, window),
            Command::Copy => return self.copy(window),
            Command::Export => return self.export(invocation.argument.as_deref().unwrap_or_default()),
            Command::Pager => return Handled::Page(self.text(false, false)),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Whoever goes somewhere, or stands on a line, does not wait for what is looked for.
    pub(super) fn stay(&mut self) {
        self.sought = None;
        self.hunting = None;
        self.holds = false;
    }

    /// The wheel scrolls the window by so many rows.
    pub fn wheel(&mut self, by: isize, window: Window) {
        self.stay();
        // Whoever scrolls meanwhile stays there when the button is let go.
        if let Some(press) = &mut self.pressed {
            press.followed = false;
        }
        self.scroll(by, window);
    }

    /// Scrolls to the right, as far as there is text.
    fn shift_right(&mut self, window: Window) {
        let lines = self.window(window).into_iter().filter_map(|it| match self.row(it.spot)? {
            Row::Line(line) => Some(width(&self.veil.over(line.text))),
            _ => None,
        });
        let room = usize::from(self.text_columns(window));
        let most = lines.max().unwrap_or(0).saturating_sub(room).div_ceil(STEP.into()) * usize::from(STEP);
        self.shift =
            self.shift.saturating_add(STEP).min(u16::try_from(most).unwrap_or(u16::MAX)).max(self.shift);
    }

    /// Moves the line that the reader stands on while lines are selected, else the window.
    fn move_by(&mut self, by: isize, window: Window) {
        if self.is_selecting() { self.step(by, window) } else { self.scroll(by, window) }
    }

    /// Folds all that can be, or shows every line.
    fn toggle_condensed(&mut self) {
        self.is_condensed = !self.is_condensed;
        for lane in &mut self.lanes {
            lane.fold_all();
        }
    }

    /// Hides what there is; asking for a time shows it again.
    fn clear(&mut self) {
        for lane in &mut self.lanes {
            lane.floor = lane.store.range().end;
        }
        self.go_to_end();
    }

    /// Tells times in the form that is named, or in the next one.
    fn set_times(&mut self, argument: Option<&str>) {
        self.times = argument.and_then(Times::from_word).unwrap_or_else(|| self.times.next());
    }

    /// Shows these fields in columns of their own.
    fn set_fields(&mut self, names: &str) {
        let names = names.split([',', ' ']).filter(|it| !it.is_empty());
        self.fields = names.take(MOST_FIELDS).map(|it| Arc::from(clean(it))).collect();
    }
}

/// Whether a command goes to another place of the log.
const fn moves(command: Command) -> bool {
    matches!(
        command,
        Command::Follow
            | Command::Up
            | Command::Down
            | Command::PageUp
            | Command::PageDown
            | Command::HalfPageUp
            | Command::HalfPageDown
            | Command::Top
            | Command::Bottom
            | Command::SearchNext
            | Command::SearchPrevious
            | Command::Since
            | Command::NextError
            | Command::PreviousError
            | Command::NextMark
            | Command::PreviousMark
            | Command::MarkLine
            | Command::Select
            | Command::Open
            | Command::Clear
    )
}

/// Whether a command goes to another part of the log, and not a few lines on.
const fn leaves(command: Command) -> bool {
    matches!(
        command,
        Command::Follow
            | Command::Top
            | Command::Bottom
            | Command::SearchNext
            | Command::SearchPrevious
            | Command::NextError
            | Command::PreviousError
            | Command::NextMark
            | Command::PreviousMark
            | Command::Clear
    )
}
