//! One line of a log: its time, the mark of its stream, its text in the styles that it asked for, and what was found in it.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::core::logs::{Level, Line, Query, Spot, Stream};
use crate::core::meaning::Meaning;
use crate::core::redact::Veil;
use crate::core::text::{Run, TAB_STOP, broken_at, cells, slice_columns};
use crate::core::view::logs::{LogState, MARK_COLUMNS, Placed, TIME_COLUMNS, Window};
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{columns, cut_middle, put};

/// No visible character is longer than this in practice; a match beyond what is in sight only stays unmarked.
const BYTES_OF_A_COLUMN: usize = 16;

/// Draws lines of one log.
pub(super) struct Lines<'a> {
    theme: &'a Theme,
    zone: &'a TimeZone,
    /// The columns of the time.
    time: u16,
    /// Where the text begins, from the left edge.
    left: u16,
    /// The columns of the text.
    width: u16,
    /// What is searched for, or else filtered by.
    query: Option<&'a Query>,
    veil: &'a Veil,
    current: Option<Spot>,
    /// The names of the workloads, where there are several, and the columns that they take.
    names: Vec<&'a str>,
    name_columns: u16,
    wrap: bool,
    shift: u16,
}

impl<'a> Lines<'a> {
    /// For the lines of that log.
    pub(super) fn new(state: &'a LogState, theme: &'a Theme, zone: &'a TimeZone, window: Window) -> Self {
        let time = if state.timestamps { TIME_COLUMNS } else { 0 };
        Self {
            theme,
            zone,
            time,
            left: time + state.name_columns() + MARK_COLUMNS,
            width: state.text_columns(window),
            query: state.search_query().or_else(|| state.filter_query()),
            veil: &state.veil,
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
    pub(super) fn draw(&self, line: &Line<'_>, place: Placed, buffer: &mut Buffer, area: Rect) {
        let (theme, glyphs) = (self.theme, self.theme.glyphs());
        let veiled = self.veil.over_line(line.text, line.runs);
        let (shown, runs) = veiled.as_ref().map_or((line.text, line.runs), |(text, runs)| (text, runs));
        if place.skipped == 0 {
            if self.time > 0 {
                let time = time_of(line.timestamp, self.zone);
                put(buffer, area.x, area.y, TIME_COLUMNS, &time, theme.style(Meaning::Time));
            }
            let room = self.name_columns.saturating_sub(1);
            let name = cut_middle(self.name_of(place), room, glyphs);
            put(
                buffer,
                area.x + self.time,
                area.y,
                room,
                &name,
                theme.style(Meaning::source(place.spot.lane)),
            );
        }
        let mark = area.x + self.left - MARK_COLUMNS;
        if line.stream == Stream::Stderr {
            for y in area.top()..area.bottom() {
                put(buffer, mark, y, 1, glyphs.mark, theme.style(Meaning::Warning));
            }
        } else if self.shift > 0 {
            put(buffer, mark, area.y, 1, glyphs.more_left, theme.style(Meaning::Muted));
        }
        let found_style =
            if self.current == Some(place.spot) { Meaning::MatchCurrent } else { Meaning::Match };
        let ink = Ink {
            theme,
            base: theme.style(level(line.level)),
            runs,
            found: self.found(shown, place.skipped.saturating_add(area.height)),
            found_style: theme.style(found_style),
        };
        let text = Rect { x: area.x + self.left, width: self.width, ..area };
        if self.wrap {
            let rows = broken_at(shown, usize::from(self.width));
            for (range, y) in rows.skip(place.skipped.into()).zip(text.top()..text.bottom()) {
                ink.write(shown, range, 0, buffer, Rect { y, height: 1, ..text });
            }
        } else {
            let slice = slice_columns(shown, usize::from(self.shift), usize::from(self.width));
            let range = slice.offset..slice.offset + slice.text.len();
            let blank = u16::try_from(slice.blank).unwrap_or(0).min(text.width);
            let room =
                Rect { x: text.x + blank, width: text.width - blank, height: 1.min(text.height), ..text };
            let column = usize::from(self.shift) + slice.blank;
            let end = range.end;
            ink.write(shown, range, column, buffer, room);
            if end < shown.len() && text.width > 0 {
                put(buffer, text.right() - 1, text.y, 1, glyphs.more_right, theme.style(Meaning::Muted));
            }
        }
        if line.hidden > 0 && area.height > 0 {
            let note = format!(" +{} bytes ", line.hidden);
            let x = text.right().saturating_sub(columns(&note)).max(text.x);
            put(buffer, x, area.bottom() - 1, text.width, &note, theme.style(Meaning::Gap));
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

/// The time of day to the millisecond, with the blank after it.
fn time_of(at: Timestamp, zone: &TimeZone) -> String {
    let time = zone.to_datetime(at).time();
    format!("{:02}:{:02}:{:02}.{:03} ", time.hour(), time.minute(), time.second(), time.millisecond())
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
