//! The kinds of lines of a log screen: what its lines have in common, how many there are of each, and what became of them
//! at some moment.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{LogState, Window};
use crate::core::logs::{Change, Comparison, Condition, Level, Pattern, Shapes, Snapshot, Test};
use crate::core::redact::Veil;
use crate::core::text::{slice_columns, width};
use crate::core::time::Now;

/// How often they are counted anew at most, in milliseconds.
const PACE: u64 = 2_000;

/// How far what lines have in common scrolls sideways at once, in columns.
const STEP: u16 = 16;

/// The columns of a kind in the name of a condition.
const NAME_COLUMNS: usize = 48;

/// The screen of kinds, over the log that they are of.
#[derive(Debug)]
pub struct KindsState {
    /// The log, by the number of its screen.
    pub log: u64,
    /// What the lines are called together.
    pub name: Arc<str>,
    /// The moment before and after which they are compared; `None` where they are only counted.
    pub around: Option<Timestamp>,
    /// What hides secrets in what lines have in common.
    pub veil: Veil,
    /// The first row in sight.
    pub offset: usize,
    /// Columns of what lines have in common that are scrolled away on the left.
    pub shift: u16,
    cursor: usize,
    kinds: Option<Kinds>,
    /// How many lines were known when they were counted last.
    counted: Option<u64>,
    counted_at: Option<Now>,
    busy: bool,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// One for each kind, in the order in which an operator wants to see them.
    pub rows: Vec<Kind>,
    /// How many lines they are.
    pub lines: u64,
    /// Lines that are of none of them, because there are too many kinds.
    pub other: u64,
    /// From when to when the lines are.
    pub range: Option<Range<Timestamp>>,
}

/// One kind of lines.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What they have in common.
    pub pattern: Pattern,
    /// How many.
    pub lines: u64,
    /// When the first of them was written, and the last.
    pub range: Option<Range<Timestamp>>,
    /// The worst level that one of them has.
    pub level: Option<Level>,
    /// What became of them, where that was asked for.
    pub change: Option<Changed>,
}

/// What became of a kind of lines.
#[derive(Clone, Copy, Debug)]
pub struct Changed {
    /// What.
    pub change: Change,
    /// How many came per minute before.
    pub before: f64,
    /// How many come per minute after.
    pub after: f64,
    /// Whether there are enough lines to say so.
    pub is_certain: bool,
}

/// Counting to be done off the loop.
#[derive(Clone, Debug)]
pub struct Counting {
    /// The log, by the number of its screen.
    pub log: u64,
    snapshots: Vec<Snapshot>,
    around: Option<Timestamp>,
    known: u64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The log, by the number of its screen.
    pub log: u64,
    around: Option<Timestamp>,
    kinds: Kinds,
    known: u64,
}

impl Counting {
    /// Counts.
    pub(super) fn done(self, stop: &AtomicBool) -> Counted {
        let Self { log, snapshots, around, known } = self;
        let ends = |last: bool| {
            let of = |it: &Snapshot| {
                let range = it.range();
                it.row(if last { range.end - 1 } else { range.start })?.timestamp()
            };
            let ends = snapshots.iter().filter_map(of);
            if last { ends.max() } else { ends.min() }
        };
        let Some(range) = ends(false).zip(ends(true)).map(|(first, last)| first..last) else {
            return Counted { log, around, kinds: Kinds::default(), known };
        };
        let collect = |within: Range<Timestamp>| {
            let mut shapes = Shapes::new();
            for (source, snapshot) in snapshots.iter().enumerate() {
                shapes.add_snapshot(snapshot, source as u32, &within, stop);
            }
            shapes
        };
        let kinds = match around {
            None => Kinds::all(&collect(Timestamp::MIN..Timestamp::MAX)),
            Some(at) => {
                let spans = [at.duration_since(range.start), range.end.duration_since(at)];
                let [before, after] = spans.map(|it| Duration::try_from(it).unwrap_or_default());
                let (earlier, later) = (collect(Timestamp::MIN..at), collect(at..Timestamp::MAX));
                Kinds::compared(&Comparison::new(&earlier, before, &later, after))
            }
        };
        Counted { log, around, kinds: Kinds { range: Some(range), ..kinds }, known }
    }
}

impl Kinds {
    fn all(shapes: &Shapes) -> Self {
        let listing = shapes.list();
        let rows: Vec<Kind> = listing
            .shapes
            .into_iter()
            .map(|it| Kind {
                pattern: it.pattern,
                lines: it.tally.lines(),
                range: it.tally.first().zip(it.tally.last()).map(|(first, last)| first..last),
                level: it.tally.worst(),
                change: None,
            })
            .collect();
        let lines = rows.iter().map(|it| it.lines).sum();
        Self { rows, lines, other: listing.other.lines(), range: None }
    }

    /// Without the kinds that are as before.
    fn compared(comparison: &Comparison) -> Self {
        let lines = comparison.entries.iter().map(|it| it.before.lines() + it.after.lines()).sum();
        let rows = comparison
            .entries
            .iter()
            .filter(|it| it.change != Change::Same)
            .map(|it| {
                let first = it.before.first().or(it.after.first());
                let last = it.after.last().or(it.before.last());
                Kind {
                    pattern: it.pattern.clone(),
                    lines: it.before.lines() + it.after.lines(),
                    range: first.zip(last).map(|(first, last)| first..last),
                    level: it.before.worst().max(it.after.worst()),
                    change: Some(Changed {
                        change: it.change,
                        before: it.rate_before,
                        after: it.rate_after,
                        is_certain: it.is_certain,
                    }),
                }
            })
            .collect();
        let other = comparison.other_before + comparison.other_after;
        Self { rows, lines, other, range: None }
    }
}

impl KindsState {
    /// The kinds of lines of a log; with a moment, what became of them then.
    pub fn new(log: &LogState, around: Option<Timestamp>) -> Self {
        Self {
            log: log.opening.number,
            name: log.name.clone(),
            around,
            veil: log.veil.clone(),
            offset: 0,
            shift: 0,
            cursor: 0,
            kinds: None,
            counted: None,
            counted_at: None,
            busy: false,
        }
    }

    /// What was found, once it is.
    pub const fn kinds(&self) -> Option<&Kinds> {
        self.kinds.as_ref()
    }

    /// The place of the selected row.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The selected kind.
    pub fn selected(&self) -> Option<&Kind> {
        self.kinds.as_ref()?.rows.get(self.cursor)
    }

    /// Selects a row, which comes into sight on a page of so many; of them the heads of the columns take one.
    pub fn select(&mut self, place: usize, page: usize) {
        let rows = self.kinds.as_ref().map_or(0, |it| it.rows.len());
        self.cursor = place.min(rows.saturating_sub(1));
        let page = page.saturating_sub(1).max(1);
        self.offset = self.offset.clamp((self.cursor + 1).saturating_sub(page), self.cursor);
        self.offset = self.offset.min(rows.saturating_sub(page));
    }

    /// Scrolls what lines have in common, to the right at most until the longest is seen to its end.
    pub fn scroll(&mut self, right: bool) {
        let widest =
            self.kinds.iter().flat_map(|it| &it.rows).map(|it| width(it.pattern.text())).max().unwrap_or(0);
        let most = u16::try_from(widest).unwrap_or(u16::MAX).saturating_sub(STEP);
        self.shift = if right { (self.shift + STEP).min(most) } else { self.shift.saturating_sub(STEP) };
    }

    /// Selects the row `by` places on.
    pub fn step(&mut self, by: isize, page: usize) {
        self.select(self.cursor.saturating_add_signed(by), page);
    }

    /// Counting that has to be done over the log that they are of.
    pub fn due(&mut self, log: &LogState, now: Now) -> Option<Counting> {
        let totals = log.totals();
        let known = totals.held + totals.gone;
        let is_early = self.counted_at.is_some_and(|at| now.millis_since(at.0) < PACE);
        if self.log != log.opening.number || self.busy || is_early || self.counted == Some(known) {
            return None;
        }
        self.busy = true;
        self.counted_at = Some(now);
        let snapshots = log.lanes.iter().map(|lane| lane.store.snapshot()).collect();
        Some(Counting { log: self.log, snapshots, around: self.around, known })
    }

    /// Takes in what was counted. The selected kind stays selected.
    pub fn done(&mut self, counted: Counted, page: usize) {
        if self.log != counted.log || self.around != counted.around {
            return;
        }
        self.busy = false;
        self.counted = Some(counted.known);
        let selected = self.selected().map(|it| it.pattern.clone());
        let place = |pattern: &Pattern| counted.kinds.rows.iter().position(|it| it.pattern == *pattern);
        // At the top one stays at the top, whatever is there.
        let cursor = selected.filter(|_| self.cursor > 0).as_ref().and_then(place).unwrap_or(self.cursor);
        self.kinds = Some(counted.kinds);
        self.select(cursor, page);
    }
}

impl LogState {
    /// Shows only the lines of a kind.
    pub fn show_kind(&mut self, pattern: &Pattern, window: Window) {
        self.stop_following(window);
        let text = slice_columns(&self.veil.over(pattern.text()), 0, NAME_COLUMNS).text.replace('&', "+");
        self.filters.add(Condition::named(format!("kind: {text}"), Test::Kind(pattern.clone())));
        self.begin(super::Use::Filter);
    }

    /// The moment of the line that the reader stands on, or of the first one in sight; none at the end that is followed.
    pub fn moment_in_sight(&self, window: Window) -> Option<Timestamp> {
        let first = || self.window(window).first().map(|it| it.spot).filter(|_| !self.follow);
        self.row(self.cursor(window).or_else(first)?)?.timestamp()
    }

    /// Reads back far enough that a moment can be compared with what was before it.
    pub fn read_back_before(&mut self, moment: Timestamp, window: Window) {
        let from = moment.checked_sub(SignedDuration::from_mins(15)).unwrap_or(moment);
        self.go_to_time(from, window);
    }
}
