//! The logs of workloads on screen, read as one: what part of them is in sight, what is searched and hidden.
//!
//! Searching runs over snapshots on other threads ([`Matching`] goes out, [`Matches`] comes back); what arrives later is
//! matched line by line as it comes.

mod hits;
mod lane;
mod matching;
mod read;
mod window;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::core::command::{Command, Invocation};
use crate::core::entity::Workload;
use crate::core::event::{Link, LogEvent};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, TargetId};
use crate::core::logs::{Batch, Divider, Row, Spot, Totals};
use crate::core::redact::Veil;
use crate::core::selector::Selector;
use crate::core::source::SourceId;
use crate::core::subject::Subject;
use crate::core::text::width;
use crate::core::time::{Now, clock};
use crate::core::view::table::belongs_to;
pub use hits::Use;
pub use lane::Lane;
use matching::Pattern;
pub use matching::{Matches, Matching};
pub use window::{MARK_COLUMNS, Placed, TIME_COLUMNS, Window};

/// How far the text scrolls sideways at once, in columns.
const STEP: u16 = 8;
/// How many logs are read as one at most: each costs its engine a stream.
pub const MOST_LANES: usize = 64;

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
    top: Spot,
    current: Option<Spot>,
    /// The row that a search begins at.
    here: Spot,
}

/// Whose logs are read.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    /// Those of these workloads.
    These(Vec<EntityId>),
    /// Those of the workloads of a service, also of those that come later.
    Service(EntityId),
    /// Those of all workloads that are selected, also of those that come later.
    Selected(Selector),
}

/// How logs are opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The number of the screen: no other has it.
    pub number: u64,
    /// How many lines of each to begin with.
    pub tail: u32,
    /// How many bytes each may take.
    pub budget: usize,
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
    /// Whether each line begins with its time.
    pub timestamps: bool,
    /// Columns that are scrolled away on the left, where lines are not wrapped.
    pub shift: u16,
    /// Lines that came since the end was left.
    pub unseen: u64,
    /// What hides secrets where lines are drawn, copied and exported. Searching goes through the lines as they are held.
    pub veil: Veil,
    lanes: Vec<Lane>,
    opening: Opening,
    /// Workloads whose logs are left out, because there are too many.
    left_out: BTreeSet<EntityId>,
    top: Spot,
    search: Pattern,
    filter: Pattern,
    current: Option<Spot>,
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
    /// A screen without any log: [`LogState::open`] opens them.
    pub fn new(whose: Whose, name: Arc<str>, opening: Opening) -> Self {
        Self {
            whose,
            name,
            follow: true,
            wrap: false,
            timestamps: true,
            shift: 0,
            unseen: 0,
            veil: Veil::default(),
            lanes: Vec::new(),
            opening,
            left_out: BTreeSet::new(),
            top: Spot::FIRST,
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

    /// Opens the logs of all workloads that are meant.
    pub fn open(&mut self, fleet: &Fleet) {
        match &self.whose {
            Whose::These(ids) => {
                for id in ids.clone() {
                    let name = fleet.name_of(&id);
                    self.open_lane(id, name);
                }
            }
            Whose::Service(_) | Whose::Selected(_) => self.follow_fleet(fleet),
        }
    }

    /// Opens the logs of the workloads that are meant and have come since.
    pub fn follow_fleet(&mut self, fleet: &Fleet) {
        for workload in fleet.workloads.iter() {
            self.join(workload, fleet);
        }
    }

    /// Opens the log of a workload, where it is meant and not open yet.
    pub fn join(&mut self, workload: &Workload, fleet: &Fleet) {
        let is_meant = match &self.whose {
            Whose::These(_) => false,
            Whose::Service(service) => belongs_to(workload, service),
            Whose::Selected(selector) => selector.matches(workload, fleet),
        };
        if is_meant {
            self.open_lane(workload.id.clone(), workload.name.clone());
        }
    }

    fn open_lane(&mut self, id: EntityId, name: Arc<str>) {
        if self.lanes.iter().any(|lane| lane.id == id) || self.left_out.contains(&id) {
            return;
        }
        if self.lanes.len() == MOST_LANES {
            self.left_out.insert(id);
            return;
        }
        let Opening { number, tail, budget } = self.opening;
        let mut lane = Lane::new(number, id, name, tail, budget);
        for purpose in [Use::Search, Use::Filter] {
            lane.hits_mut(purpose).begin(self.pattern(purpose).query.is_some());
        }
        self.lanes.push(lane);
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

    /// Workloads whose logs are left out, because there are more than [`MOST_LANES`].
    pub fn left_out(&self) -> usize {
        self.left_out.len()
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
        let unread = self.lanes.iter().filter(|lane| !lane.reached_start).filter_map(Lane::oldest).max();
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

    /// The row there.
    pub fn row(&self, spot: Spot) -> Option<Row<'_>> {
        self.lanes.get(spot.lane)?.store.row(spot.number)
    }

    /// Takes in what a source tells.
    pub fn take(&mut self, subject: &Subject, event: LogEvent) {
        let Some(number) = self.lanes.iter().position(|lane| lane.asks(subject)) else { return };
        match event {
            LogEvent::Newer(batch) => {
                let (search, filter) = (self.search.query.as_ref(), self.filter.query.as_ref());
                let came = self.lanes[number].newer(batch, search, filter);
                self.unseen += if self.follow { 0 } else { came };
            }
            LogEvent::Older { page, reached_start } => self.older(number, page, reached_start),
            LogEvent::Following => self.lanes[number].ready = true,
        }
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
        let lane = &mut self.lanes[number];
        lane.search.due |= self.search.query.is_some();
        lane.filter.due |= self.filter.query.is_some();
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
        let lines = self.window(window).into_iter().filter_map(|it| match self.row(it.spot)? {
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
        if let Some(lane) = self.lanes.first_mut() {
            lane.store.append(batch);
        }
    }

    /// Hides what there is; asking for a time shows it again.
    fn clear(&mut self) {
        for lane in &mut self.lanes {
            lane.floor = lane.store.range().end;
        }
        self.go_to_end();
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
