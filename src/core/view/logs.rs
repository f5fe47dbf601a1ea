//! The logs of workloads on screen, read as one: what part of them is in sight, what is searched and hidden.
//!
//! Searching runs over snapshots on other threads ([`Work`] goes out, [`Done`] comes back); what arrives later is
//! matched line by line as it comes.

mod back;
mod command;
mod cursor;
mod filter_pattern;
mod filtering;
mod filters;
mod fold;
mod heard;
mod hits;
mod kinds;
mod kinds_table;
mod lag;
mod lane;
mod late;
mod marks;
mod matching;
mod opening;
mod rate;
mod read;
mod selecting;
mod shown;
mod take;
mod times;
mod unfolded;
mod window;
mod work;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::core::event::{Link, LogEvent};
use crate::core::fault::Fault;
use crate::core::id::{EntityId, TargetId};
use crate::core::logs::{Arrival, Batch, REORDER, Row, Spot, Totals};
use crate::core::redact::Veil;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::time::Now;
pub use back::Begun;
pub use command::Handled;
pub use filters::Filters;
pub use hits::Use;
pub use kinds::{Changed, Kind, Kinds, KindsState};
pub use lane::{Lane, Opening};
use matching::Pattern;
pub use opening::{MOST_LANES, Whose};
use rate::Rate;
use selecting::Press;
pub use times::Times;
pub use window::{FIELD_COLUMNS, MARK_COLUMNS, Placed, Window};
pub use work::{Done, Work};

/// Where the reader was when a line began to be typed.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    follow: bool,
    top: Spot,
    current: Option<Spot>,
    /// The row that a search begins at.
    here: Spot,
}

/// The log screen.
#[derive(Debug)]
pub struct LogState {
    /// Whose logs.
    pub whose: Whose,
    /// What they are called together.
    pub name: Arc<str>,
    /// Whether the end is followed.
    pub follow: bool,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// How the time of a line is told before it.
    pub times: Times,
    /// Whether repeated lines, and those that go on with a record, are folded into the first of them.
    pub is_condensed: bool,
    /// Whether JSON is shown over several lines.
    pub is_pretty: bool,
    /// The fields that have columns of their own.
    pub fields: Vec<Arc<str>>,
    /// Columns that are scrolled away on the left, where lines are not wrapped.
    pub shift: u16,
    /// What hides secrets where lines are drawn, copied and exported. Searching goes through the lines as they are held.
    pub veil: Veil,
    /// Which lines are shown.
    pub filters: Filters,
    lanes: Vec<Lane>,
    opening: Opening,
    /// Workloads whose logs are left out, because there are too many.
    left_out: BTreeSet<EntityId>,
    top: Spot,
    search: Pattern,
    /// What CloudWatch is asked with.
    filter_pattern: Option<Arc<str>>,
    /// What it says is wrong with that.
    refusal: Option<Arc<str>>,
    /// The line that the reader stands on.
    current: Option<Spot>,
    /// Where the lines that are selected begin; they end with that one.
    selected_from: Option<Spot>,
    pressed: Option<Press>,
    /// The line that the reader stands on shall be in sight once it is known what passes.
    holds: bool,
    /// The first match that is found shall be gone to.
    expecting: bool,
    /// Older pages are read until one has a match; whether the end was followed when that began.
    hunting: Option<bool>,
    anchor: Option<Anchor>,
    /// The line that shall be at the top once enough older ones are here.
    sought: Option<jiff::Timestamp>,
    /// The time that was gone to, until the reader goes elsewhere.
    since: Option<jiff::Timestamp>,
    rate: Option<Rate>,
    /// The stretches of time that were shown before the one that is shown now.
    zooms: Vec<Option<Range<jiff::Timestamp>>>,
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
    /// A screen without any log: [`LogState::open`] opens them.
    pub fn new(whose: Whose, name: Arc<str>, opening: Opening) -> Self {
        Self {
            whose,
            name,
            follow: true,
            wrap: false,
            times: Times::default(),
            is_condensed: false,
            is_pretty: false,
            fields: Vec::new(),
            shift: 0,
            veil: Veil::default(),
            lanes: Vec::new(),
            opening,
            left_out: BTreeSet::new(),
            top: Spot::FIRST,
            search: Pattern::default(),
            filter_pattern: None,
            refusal: None,
            filters: Filters::default(),
            current: None,
            selected_from: None,
            pressed: None,
            holds: false,
            expecting: false,
            hunting: None,
            anchor: None,
            sought: None,
            since: None,
            rate: None,
            zooms: Vec::new(),
        }
    }

    /// The logs, in the order in which they were opened.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The workload, where it is the log of only one.
    pub fn entity(&self) -> Option<&EntityId> {
        match &*self.lanes {
            [only] => Some(&only.id),
            _ => None,
        }
    }

    /// The workload that is meant: the only one, or the one whose line the reader stands on.
    pub fn subject(&self, window: Window) -> Option<&EntityId> {
        self.entity().or_else(|| self.lanes.get(self.cursor(window)?.lane).map(|lane| &lane.id))
    }

    /// The name before the lines of a workload; none where there is only one.
    fn name_before(&self, spot: Spot) -> &str {
        if self.lanes.len() > 1 { &self.lanes[spot.lane].name } else { "" }
    }

    /// What must be read.
    pub fn wanted(&self) -> impl Iterator<Item = (&TargetId, Subject)> {
        self.lanes.iter().flat_map(|lane| lane.wanted().map(|subject| (&lane.id.target, subject)))
    }

    /// Whether a source's answers are for this screen.
    pub fn asks(&self, source: &SourceId) -> bool {
        self.lanes.iter().any(|lane| lane.id.target == source.target && lane.asks(&source.subject))
    }

    /// Bytes that the lines of each log take.
    pub fn heap_bytes(&self) -> impl Iterator<Item = usize> {
        self.lanes.iter().map(Lane::heap_bytes)
    }

    /// Gives up the lines farthest from the reader until no log takes more than `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.heap_bytes() > bytes) {
            lane.shrink_to(bytes);
        }
        self.settle();
    }

    /// How many lines are held, and how many had to make room.
    pub fn totals(&self) -> Totals {
        self.lanes
            .iter()
            .map(Lane::totals)
            .fold(Totals::default(), |sum, it| Totals { held: sum.held + it.held, gone: sum.gone + it.gone })
    }

    /// From when on all lines are there: the time of the oldest one of the log that is held the least far back.
    pub fn oldest(&self) -> Option<jiff::Timestamp> {
        let unread = self.lanes.iter().filter(|lane| lane.misses_older()).filter_map(Lane::oldest).max();
        unread.or_else(|| self.lanes.iter().filter_map(Lane::oldest).min())
    }

    /// Whether the oldest line there is of each log is held.
    pub fn reached_start(&self) -> bool {
        self.lanes.iter().all(|lane| lane.reached_start)
    }

    /// Whether the tails that were asked for are complete.
    pub fn is_ready(&self) -> bool {
        self.lanes.iter().all(|lane| lane.ready)
    }

    /// Why logs cannot be read, or read no further.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.lanes.iter().filter_map(|lane| lane.fault.as_ref())
    }

    /// How many seconds the lines that come now are old at most, where that is more than the way from the engine takes: it
    /// reads a log more slowly than it is written.
    pub fn seconds_behind(&self, now: Now) -> Option<u64> {
        self.lanes.iter().filter_map(|lane| lane.seconds_behind(now)).max()
    }

    /// How new lines come that are not read with Docker; of several logs, those that come most slowly.
    pub fn arrival(&self) -> Option<&Arrival> {
        self.lanes.iter().filter_map(|lane| lane.arrival.as_ref()).max()
    }

    /// How long the newest lines were on their way to where they are asked for; of several logs, the longest.
    pub fn ingestion_lag(&self) -> Option<Duration> {
        self.lanes.iter().filter_map(|lane| lane.heard.lag()).max()
    }

    /// How many seconds no answer has come about a log that is asked for, where that is more than is usual.
    pub fn silence(&self, now: Now) -> Option<u64> {
        self.lanes.iter().filter(|lane| lane.fault.is_none()).filter_map(|lane| lane.heard.silence(now)).max()
    }

    /// Whether older lines are asked for.
    fn is_asking(&self) -> bool {
        self.lanes.iter().any(Lane::is_asking)
    }

    /// The time that was gone to, and what is there; `None` where none was, or the reader has gone elsewhere.
    pub fn standing_since(&self) -> Option<Since> {
        let since = self.since?;
        if self.sought.is_some() {
            return Some(Since::Seeking(since));
        }
        let newest = self.lanes.iter().filter_map(Lane::newest).max();
        match self.follow {
            true if newest.is_none_or(|newest| newest < since) => Some(Since::Nothing(since)),
            true => None,
            false => Some(Since::From(since)),
        }
    }

    /// Work that has to be done, off the loop.
    pub fn due(&mut self, now: Now, window: Window) -> Option<Work> {
        self.due_matching().map(Work::Match).or_else(|| self.due_rate(now, window.columns).map(Work::Rate))
    }

    /// Whether the result of work is for this screen.
    pub fn awaits(&self, done: &Done) -> bool {
        let log = match done {
            Done::Match(it) => it.log,
            Done::Rate(it) => it.log,
            Done::Kinds(_) => return false,
        };
        log == self.opening.number
    }

    /// Takes in the result of work; what is to be said about it.
    pub fn done(&mut self, done: Done, window: Window) -> Option<&'static str> {
        match done {
            Done::Match(matches) => return self.matched(matches, window),
            Done::Rate(rated) => self.rated(rated),
            // Those are for the screen above.
            Done::Kinds(_) => {}
        }
        None
    }

    /// The row there.
    pub fn row(&self, spot: Spot) -> Option<Row<'_>> {
        self.lanes.get(spot.lane)?.store.row(spot.number)
    }

    /// Takes in what a source tells.
    pub fn take(&mut self, subject: &Subject, event: LogEvent, now: Now) {
        let Some(number) = self.lanes.iter().position(|lane| lane.asks(subject)) else { return };
        match event {
            LogEvent::Newer(batch) => {
                let seen = self.seen_by_now(number);
                let (search, filter) = (self.search.query.as_ref(), self.filters.sieve());
                self.lanes[number].newer(batch, search, filter, seen);
                self.lanes[number].note_lag(now);
            }
            LogEvent::Older { page, reached_start } => self.older(number, page, reached_start),
            LogEvent::Following => self.lanes[number].caught_up(),
            LogEvent::Arrival(arrival) => self.lanes[number].arrival = Some(arrival),
            LogEvent::Refused(why) => self.refusal = Some(why),
            LogEvent::Heard { lag } => self.lanes[number].heard.note(now, lag),
        }
        self.settle();
    }

    /// What others than that log have told from before this may have been read.
    fn seen_by_now(&self, lane: usize) -> Option<i64> {
        let others = self.lanes.iter().enumerate().filter(|(number, it)| *number != lane && it.has_followed);
        let newest =
            others.filter_map(|(_, it)| Some(it.newest_key()?.saturating_sub(it.clock_ahead))).max()?;
        let own = newest.saturating_add(self.lanes[lane].clock_ahead);
        Some(own.saturating_sub(REORDER.as_nanos() as i64))
    }

    /// The link behind a log, or behind an older page of it, changed. What is wrong with a page is handed back: the log
    /// itself goes on.
    pub fn set_link(&mut self, subject: &Subject, link: Link) -> Option<Fault> {
        let number = self.lanes.iter().position(|lane| lane.asks(subject))?;
        let is_broken = matches!(link, Link::Lost { .. } | Link::Ended(_));
        let fault = self.lanes[number].set_link(subject, link);
        if is_broken && !self.is_asking() {
            self.sought = None;
            self.end_hunt();
        }
        fault
    }

    fn older(&mut self, number: usize, page: Batch, reached_start: bool) {
        let edge = self.shown_from(Spot::FIRST).next();
        let came = self.lanes[number].older(page, reached_start, self.hunting.is_some());
        if let Some(before) = came.before
            && !self.follow
        {
            // In sight may have been the place where the page goes; what stood below it stays where it is.
            self.top = self.top.max(edge.unwrap_or(Spot::FIRST));
            if self.top.lane == number && self.top.number < before {
                self.top = self.lanes[number].spot(number, before).unwrap_or(self.top);
            }
        }
        if came.is_full {
            self.sought = None;
            self.end_hunt();
        }
        self.stand_on_heads();
        let lane = &mut self.lanes[number];
        lane.search.due |= self.search.query.is_some();
        lane.filter.due |= self.filters.sieve().is_some();
        if let Some(sought) = self.sought {
            self.seek(sought);
        }
    }

    /// Asks for the pages before the rows that are held. Where some logs are held less far back than others, theirs go first:
    /// nothing older is shown before.
    fn ask_older(&mut self) {
        let least = self.lanes.iter().filter_map(Lane::known_from).max();
        for lane in &mut self.lanes {
            if lane.known_from() == least || self.hunting.is_some() {
                lane.ask_older();
            }
        }
    }
}
