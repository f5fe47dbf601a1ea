//! The log of one workload on screen: what part of it is in sight, what is searched and hidden.
//!
//! Searching runs over snapshots on other threads ([`Matching`] goes out, [`Matches`] comes back); what arrives later is
//! matched line by line as it comes.

mod matching;
mod read;
mod window;

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::core::command::{Command, Invocation};
use crate::core::event::{Link, LogEvent};
use crate::core::fault::Fault;
use crate::core::id::EntityId;
use crate::core::logs::{Batch, Divider, Row, Store, Totals};
use crate::core::redact::Veil;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::text::width;
use crate::core::time::{Now, clock};
use matching::Pattern;

pub use matching::{Matches, Matching, Use};
pub use window::{MARK_COLUMNS, Placed, TIME_COLUMNS, Window};

/// How far the text scrolls sideways at once, in columns.
const STEP: u16 = 8;
/// How many lines an older page has at least.
const PAGE: u64 = 2_000;

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
    /// It could not be done.
    Fault(String),
}

/// Where the reader was when a line began to be typed.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    follow: bool,
    top: i64,
    current: Option<i64>,
    /// The row that a search begins at.
    here: i64,
}

/// The log screen.
#[derive(Debug)]
pub struct LogState {
    /// Whose log.
    pub id: EntityId,
    /// Its name when the screen was opened.
    pub name: Arc<str>,
    /// Whether the end is followed.
    pub follow: bool,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Whether each line begins with its time.
    pub timestamps: bool,
    /// Columns that are scrolled away on the left, where lines are not wrapped.
    pub shift: u16,
    /// Lines that came since the end was left.
    pub unseen: u64,
    /// What hides secrets where lines are drawn, copied and exported. Searching goes through the lines as they are held.
    pub veil: Veil,
    /// Why the log cannot be read, or read no further.
    pub fault: Option<Fault>,
    /// Whether the tail that was asked for is complete.
    pub ready: bool,
    /// Whether the oldest line there is is held.
    pub reached_start: bool,
    store: Store,
    tail: u32,
    /// The page that is asked for, and the number of the row that it goes before.
    older: Option<(Subject, i64)>,
    /// How many lines had to make room when the matches were looked at last.
    gone: u64,
    top: i64,
    /// Nothing before this row is shown.
    floor: i64,
    search: Pattern,
    filter: Pattern,
    current: Option<i64>,
    /// The first match that is found shall be gone to.
    expecting: bool,
    /// Older pages are read until one has a match; whether the end was followed when that began.
    hunting: Option<bool>,
    anchor: Option<Anchor>,
    /// The line that shall be at the top once enough older ones are here.
    sought: Option<jiff::Timestamp>,
    /// The time that was gone to, until the reader goes elsewhere.
    since: Option<jiff::Timestamp>,
}

/// Where the log stands when a time was gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Older lines are being read until that time is reached.
    Seeking(jiff::Timestamp),
    /// Its first line from that time on was put at the top.
    From(jiff::Timestamp),
    /// Nothing was written from that time on.
    Nothing(jiff::Timestamp),
}

impl LogState {
    /// The log of a workload, opened at its last `tail` lines, in at most `budget` bytes.
    pub fn new(id: EntityId, name: Arc<str>, tail: u32, budget: usize) -> Self {
        Self {
            id,
            name,
            follow: true,
            wrap: false,
            timestamps: true,
            shift: 0,
            unseen: 0,
            veil: Veil::default(),
            fault: None,
            ready: false,
            reached_start: false,
            store: Store::new(budget),
            tail,
            older: None,
            gone: 0,
            top: 0,
            floor: i64::MIN,
            search: Pattern::default(),
            filter: Pattern::default(),
            current: None,
            expecting: false,
            hunting: None,
            anchor: None,
            sought: None,
            since: None,
        }
    }

    /// What must be read.
    pub fn wanted(&self) -> Vec<Subject> {
        let log = Subject::Log { id: self.id.clone(), tail: self.tail, since: None };
        std::iter::once(log).chain(self.older.as_ref().map(|(page, _)| page.clone())).collect()
    }

    /// Whether a source's answers are for this screen.
    pub fn asks(&self, source: &SourceId) -> bool {
        match &source.subject {
            Subject::Log { id, .. } => *id == self.id,
            page => self.older.as_ref().is_some_and(|(older, _)| older == page),
        }
    }

    /// Bytes that its lines take.
    pub fn heap_bytes(&self) -> usize {
        self.store.heap_bytes()
    }

    /// Gives up the lines farthest from the reader until it takes no more than `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        self.store.shrink_to(bytes);
        self.forget_gone();
    }

    /// How many lines are held, and how many had to make room.
    pub fn totals(&self) -> Totals {
        self.store.totals()
    }

    /// The time of the oldest line that is held.
    pub fn oldest(&self) -> Option<jiff::Timestamp> {
        self.store.rows(i64::MIN..i64::MAX).find_map(|(_, row)| row.timestamp())
    }

    /// The time that was gone to, and what is there; `None` where none was, or the reader has gone elsewhere.
    pub fn standing_since(&self) -> Option<Since> {
        let since = self.since?;
        if self.sought.is_some() {
            return Some(Since::Seeking(since));
        }
        let newest = self.store.rows(i64::MIN..i64::MAX).rev().find_map(|(_, row)| row.timestamp());
        match self.follow {
            true if newest.is_none_or(|newest| newest < since) => Some(Since::Nothing(since)),
            true => None,
            false => Some(Since::From(since)),
        }
    }

    /// The row with that number.
    pub fn row(&self, number: i64) -> Option<Row<'_>> {
        self.store.row(number)
    }

    /// Takes in lines.
    pub fn take(&mut self, event: LogEvent) {
        match event {
            LogEvent::Newer(batch) => self.newer(batch),
            LogEvent::Older { page, reached_start } => self.older(page, reached_start),
            LogEvent::Following => self.ready = true,
        }
    }

    /// The link behind the log, or behind an older page of it, changed. What is wrong with a page is handed back: the log
    /// itself goes on.
    pub fn set_link(&mut self, subject: &Subject, link: Link) -> Option<Fault> {
        let is_page = matches!(subject, Subject::OlderLog { .. });
        match link {
            Link::Lost { fault, .. } | Link::Ended(fault) => {
                self.older = None;
                self.sought = None;
                self.end_hunt();
                if is_page {
                    return Some(fault);
                }
                self.fault = Some(fault);
                self.ready = true;
            }
            Link::Live if !is_page => self.fault = None,
            Link::Live | Link::Connecting => {}
        }
        None
    }

    fn newer(&mut self, batch: Batch) {
        let first = self.store.range().end;
        self.store.append(batch);
        let filtered = self.filter.query.is_some();
        if !self.follow || filtered || self.search.query.is_some() {
            let (store, search, filter) = (&self.store, &mut self.search, &mut self.filter);
            let mut came = 0;
            for (number, row) in store.rows(first..i64::MAX) {
                if let Row::Line(line) = row {
                    search.meet(number, line.text);
                    came += u64::from(filter.meet(number, line.text) || !filtered);
                }
            }
            self.unseen += if self.follow { 0 } else { came };
        }
        self.forget_gone();
    }

    fn older(&mut self, page: Batch, reached_start: bool) {
        let Some((_, before)) = self.older.take() else { return };
        // Where what it goes before had to make room meanwhile, something is missing between the page and what is held now.
        if self.store.first_held() == before {
            if !self.follow && self.top < before {
                // In sight was the place where the page goes; what stood below it stays where it is.
                self.top = before;
            }
            if self.hunting.is_some() {
                // What makes room for the page must not be the page.
                self.store.read_at(Some(before));
            }
            let placed = self.store.insert_before(before, page);
            // Where nothing could be had from before what is held, asking again would go on for ever.
            self.reached_start |= reached_start || placed == 0;
            if placed > 0 && self.store.first_held() >= before {
                // The page had to make room itself: there is no memory for what is older.
                self.sought = None;
                self.end_hunt();
            }
        }
        self.search.due |= self.search.query.is_some();
        self.filter.due |= self.filter.query.is_some();
        self.forget_gone();
        if let Some(sought) = self.sought {
            self.seek(sought);
        }
    }

    /// Does what a command says, if it is one for a log.
    pub fn run(&mut self, invocation: &Invocation, now: Now, zone: &TimeZone, window: Window) -> Handled {
        if moves(invocation.command) {
            // Whoever goes somewhere else does not wait for what is looked for.
            self.sought = None;
            self.hunting = None;
        }
        if leaves(invocation.command) {
            self.since = None;
        }
        let page = isize::from(i16::try_from(window.rows.max(2) - 1).unwrap_or(1));
        match invocation.command {
            Command::Follow if self.follow => self.stop_following(window),
            Command::Up => self.scroll(-1, window),
            Command::Down => self.scroll(1, window),
            Command::PageUp => self.scroll(-page, window),
            Command::PageDown => self.scroll(page, window),
            Command::HalfPageUp => self.scroll(-(page / 2).max(1), window),
            Command::HalfPageDown => self.scroll((page / 2).max(1), window),
            Command::Top => self.go_to_top(),
            Command::Bottom | Command::Follow => self.go_to_end(),
            Command::Left => self.shift = self.shift.saturating_sub(STEP),
            Command::Right => self.shift_right(window),
            Command::Wrap => self.wrap = !self.wrap,
            Command::Reveal => self.veil.toggle(),
            Command::Timestamps => self.timestamps = !self.timestamps,
            Command::SearchNext => return self.next_match(true, window),
            Command::SearchPrevious => return self.next_match(false, window),
            Command::ClearFilter => self.set_filter(""),
            Command::MarkLine => self.mark(now, zone),
            Command::Clear => self.clear(),
            Command::Since => return self.since(invocation.argument.as_deref(), now, zone, window),
            Command::Copy => return Handled::Copy(self.text_of(&self.window(window), false)),
            Command::Export => return self.export(invocation.argument.as_deref()),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Scrolls to the right, as far as there is text.
    fn shift_right(&mut self, window: Window) {
        let lines = self.window(window).into_iter().filter_map(|it| match self.row(it.number)? {
            Row::Line(line) => Some(width(&self.veil.over(line.text))),
            _ => None,
        });
        let room = usize::from(self.text_columns(window));
        let most = lines.max().unwrap_or(0).saturating_sub(room).div_ceil(STEP.into()) * usize::from(STEP);
        self.shift =
            self.shift.saturating_add(STEP).min(u16::try_from(most).unwrap_or(u16::MAX)).max(self.shift);
    }

    fn mark(&mut self, now: Now, zone: &TimeZone) {
        let mut batch = Batch::new();
        batch.divider(Divider::new(now.0, &format!("mark {}", clock(now.0, zone))));
        self.store.append(batch);
    }

    /// Hides what there is; asking for a time shows it again.
    fn clear(&mut self) {
        self.floor = self.store.range().end;
        self.go_to_end();
    }

    /// Asks for the page before the oldest row that is held, unless nothing of it would be shown.
    fn ask_older(&mut self) {
        if self.reached_start || self.older.is_some() || !self.ready || self.floor > i64::MIN {
            return;
        }
        let Some(before) = self.oldest() else { return };
        let lines = self.store.rows(i64::MIN..i64::MAX).filter_map(|(_, row)| match row {
            Row::Line(line) => Some(line.timestamp),
            _ => None,
        });
        let same = lines.take_while(|at| *at == before).count();
        let totals = self.store.totals();
        let held = totals.held + totals.gone;
        let page = Subject::OlderLog {
            id: self.id.clone(),
            // Doubling what is held keeps the cost of reading a whole log page by page at twice its length.
            tail: held + held.max(PAGE),
            before,
            same: u32::try_from(same).unwrap_or(u32::MAX),
        };
        self.older = Some((page, self.store.first_held()));
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
            | Command::Clear
    )
}
