//! One line of a log: its time, the mark of its stream, its text in the styles that it asked for, and what was found in it.

use std::fmt::Write as _;
use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::core::logs::parse::Fields;
use crate::core::logs::{Level, Line, Query, Spot, Stream};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::size::many;
use crate::core::text::{Run, TAB_STOP, broken_at, cells, slice_columns};
use crate::core::time::Now;
use crate::core::view::logs::{FIELD_COLUMNS, LogState, MARK_COLUMNS, Placed, Times, Window};
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{columns, cut, cut_middle, put};

/// No visible character is longer than this in practice; a match beyond what is in sight only stays unmarked.
const BYTES_OF_A_COLUMN: usize = 16;

/// Draws lines of one log.
pub(super) struct Lines<'a> {
    theme: &'a Theme,
    clock: (Now, &'a TimeZone),
    times: Times,
    /// Where the text begins, from the left edge.
    left: u16,
    /// The columns of the text.
    width: u16,
    /// What is searched for, or else filtered by.
    query: Option<&'a Query>,
    state: &'a LogState,
    current: Option<Spot>,
    /// The names of the workloads, where there are several, and the columns that they take.
    names: Vec<&'a str>,
    name_columns: u16,
    wrap: bool,
    shift: u16,
}

impl<'a> Lines<'a> {
    /// For the lines of that log.
    pub(super) fn new(state: &'a LogState, theme: &'a Theme, model: &'a Model, window: Window) -> Self {
        let times = state.times;
        Self {
            theme,
            clock: (model.now, &model.settings.zone),
            times,
            left: state.columns_before_text(),
            width: state.text_columns(window),
            query: state.search_query().or_else(|| state.filters.pattern()),
            state,
            current: state.current(),
            names: if state.name_columns() > 0 {
                state.lanes().iter().map(|lane| &*lane.name).collect()
            } else {
                Vec::new()
            },
            name_columns: state.name_columns(),
            wrap: state.wrap,
            shift: if state.wrap { 0 } else { state.shift },
        }
    }

    /// The name of a row's workload; none where there is only one.
    pub(super) fn name_of(&self, place: Placed) -> &'a str {
        self.names.get(place.spot.lane).copied().unwrap_or_default()
    }

    /// Draws the rows of a line that are in sight.
    pub(super) fn draw(
        &self,
        line: &Line<'_>,
        place: Placed,
        around: Around,
        buffer: &mut Buffer,
        area: Rect,
    ) {
        let (theme, glyphs) = (self.theme, self.theme.glyphs());
        let veiled = self.state.veil.over_line(line.text, line.runs);
        let (shown, runs) = veiled.as_ref().map_or((line.text, line.runs), |(text, runs)| (text, runs));
        if place.skipped == 0 {
            let (now, zone) = self.clock;
            let time = self.times.text(line.timestamp, around.before, now, zone);
            let meaning = if around.is_late { Meaning::Late } else { Meaning::Time };
            put(buffer, area.x, area.y, self.times.columns(), &time, theme.style(meaning));
            let room = self.name_columns.saturating_sub(1);
            let name = cut_middle(self.name_of(place), room, glyphs);
            put(
                buffer,
                area.x + self.times.columns(),
                area.y,
                room,
                &name,
                theme.style(Meaning::source(place.spot.lane)),
            );
        }
        let mark = area.x + self.left - MARK_COLUMNS;
        if place.skipped == 0 {
            self.write_fields(shown, buffer, area.x + self.times.columns() + self.name_columns, area.y);
        }
        let is_current = self.current == Some(place.spot);
        if self.point_at(place, mark, buffer, area.y) {
            // That the reader stands here, or has marked it, says more than where it was written.
        } else if line.stream == Stream::Stderr {
            for y in area.top()..area.bottom() {
                put(buffer, mark, y, 1, glyphs.stderr, theme.style(Meaning::Warning));
            }
        } else if self.shift > 0 {
            put(buffer, mark, area.y, 1, glyphs.more_left, theme.style(Meaning::Muted));
        }
        let found_style = if is_current { Meaning::MatchCurrent } else { Meaning::Match };
        let text = Rect { x: area.x + self.left, width: self.width, ..area };
        let (mut skipped, mut y) = (place.skipped, text.y);
        let parts = self.state.parts(shown);
        // What is laid out anew does not look as the line asked for.
        let runs = if parts.len() == 1 { runs } else { &[] };
        for part in &parts {
            let ink = Ink {
                theme,
                base: theme.style(if around.is_beside { Meaning::Muted } else { level(line.level) }),
                runs,
                found: self.found(part, place.skipped.saturating_add(area.height)),
                found_style: theme.style(found_style),
            };
            let rows: Box<dyn Iterator<Item = Range<usize>>> = if self.wrap {
                Box::new(broken_at(part, usize::from(self.width)))
            } else {
                Box::new(std::iter::once(0..part.len()))
            };
            for range in rows {
                if skipped > 0 {
                    skipped -= 1;
                    continue;
                }
                if y >= text.bottom() {
                    break;
                }
                let row = Rect { y, height: 1, ..text };
                if self.wrap {
                    ink.write(part, range, 0, buffer, row);
                } else {
                    self.write_slice(&ink, part, buffer, row);
                }
                y += 1;
            }
        }
        let mut notes = String::new();
        if line.hidden > 0 {
            let _ = write!(notes, " +{} ", many(line.hidden, "byte"));
        }
        if around.folded > 0 {
            let _ = write!(notes, " +{} ", many(around.folded, "line"));
        }
        if !notes.is_empty() && area.height > 0 {
            let note = notes;
            let x = text.right().saturating_sub(columns(&note)).max(text.x);
            put(buffer, x, area.bottom() - 1, text.width, &note, theme.style(Meaning::Gap));
        }
    }

    /// Shows in that column that the reader stands on a row, or has marked it; `false` where neither is so.
    pub(super) fn point_at(&self, place: Placed, column: u16, buffer: &mut Buffer, y: u16) -> bool {
        let (is_current, is_marked) = (self.current == Some(place.spot), self.state.is_marked(place.spot));
        let glyphs = self.theme.glyphs();
        let (glyph, meaning) = match (is_current, is_marked) {
            _ if place.skipped > 0 => return false,
            (true, true) => (glyphs.pointer, Meaning::Mark),
            (true, false) => (glyphs.pointer, Meaning::Input),
            (false, true) => (glyphs.on, Meaning::Mark),
            (false, false) => return false,
        };
        put(buffer, column, y, 1, glyph, self.theme.style(meaning));
        true
    }

    /// Writes what of a text is in sight where it is not wrapped.
    fn write_slice(&self, ink: &Ink<'_>, text: &str, buffer: &mut Buffer, row: Rect) {
        let slice = slice_columns(text, usize::from(self.shift), usize::from(self.width));
        let range = slice.offset..slice.offset + slice.text.len();
        let blank = u16::try_from(slice.blank).unwrap_or(0).min(row.width);
        let room = Rect { x: row.x + blank, width: row.width - blank, ..row };
        let column = usize::from(self.shift) + slice.blank;
        let end = range.end;
        ink.write(text, range, column, buffer, room);
        if end < text.len() && row.width > 0 {
            let glyphs = self.theme.glyphs();
            put(buffer, row.right() - 1, row.y, 1, glyphs.more_right, self.theme.style(Meaning::Muted));
        }
    }

    /// Writes the fields that have columns of their own.
    fn write_fields(&self, text: &str, buffer: &mut Buffer, x: u16, y: u16) {
        if self.state.fields.is_empty() {
            return;
        }
        let fields = Fields::of(text);
        for (name, x) in self.state.fields.iter().zip((x..).step_by(FIELD_COLUMNS.into())) {
            let value = fields.get(name).map_or("", |it| &*it.text);
            let text = cut(value, FIELD_COLUMNS - 1, self.theme.glyphs());
            put(buffer, x, y, FIELD_COLUMNS - 1, &text, self.theme.style(Meaning::ValueText));
        }
    }

    /// What was found, as far as it can be in sight.
    fn found(&self, text: &str, rows: u16) -> Vec<Range<usize>> {
        let Some(query) = self.query else { return Vec::new() };
        let columns = usize::from(self.shift) + usize::from(self.width) * usize::from(rows.max(1));
        let far = columns.saturating_mul(BYTES_OF_A_COLUMN);
        query.matches(text).take_while(|range| range.start < far).collect()
    }
}

/// What stands around a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Around {
    /// The time of the line above it.
    pub(super) before: Option<Timestamp>,
    /// It is shown only because it stands beside one that passes.
    pub(super) is_beside: bool,
    /// It came when the reader could have been past its place, or its time is before that of a line above it.
    pub(super) is_late: bool,
    /// How many rows behind it are folded into it.
    pub(super) folded: u64,
}

/// How the pieces of one line look.
struct Ink<'a> {
    theme: &'a Theme,
    base: Style,
    runs: &'a [Run],
    found: Vec<Range<usize>>,
    found_style: Style,
}

impl Ink<'_> {
    /// Writes the bytes `range` of `text`, which begin at that column of the line, into one row.
    fn write(&self, text: &str, range: Range<usize>, column: usize, buffer: &mut Buffer, row: Rect) {
        let mut runs = self
            .runs
            .iter()
            .skip(self.runs.partition_point(|run| run.end as usize <= range.start))
            .peekable();
        let mut found =
            self.found.iter().skip(self.found.partition_point(|it| it.end <= range.start)).peekable();
        let (mut x, mut column) = (row.x, column);
        let mut inked = (None, self.base);
        for cell in cells(&text[range.clone()]) {
            let offset = range.start + cell.offset;
            while runs.next_if(|run| run.end as usize <= offset).is_some() {}
            while found.next_if(|it| it.end <= offset).is_some() {}
            let run = runs.peek().filter(|run| run.start as usize <= offset);
            // What a run looks like takes some reckoning: once a run, not once a letter.
            if inked.0 != run.map(|run| run.start) {
                let style = run.map_or(self.base, |run| self.theme.ink(run.style, self.base));
                inked = (run.map(|run| run.start), style);
            }
            let mut style = inked.1;
            if found.peek().is_some_and(|it| it.start <= offset) {
                style = style.patch(self.found_style);
            }
            let room = row.right().saturating_sub(x);
            if cell.text == "\t" {
                let width = TAB_STOP - column % TAB_STOP;
                let blank = Rect { x, width: u16::try_from(width).unwrap_or(room).min(room), ..row };
                buffer.set_style(blank, style);
                x += blank.width;
                column += width;
            } else {
                x += put(buffer, x, row.y, room, cell.text, style);
                column += cell.width;
            }
        }
    }
}

/// The colour of a level.
const fn level(level: Option<Level>) -> Meaning {
    match level {
        Some(Level::Fatal | Level::Error) => Meaning::Error,
        Some(Level::Warn) => Meaning::Warning,
        Some(Level::Info) => Meaning::Info,
        Some(Level::Debug | Level::Trace) => Meaning::Debug,
        None => Meaning::Text,
    }
}
