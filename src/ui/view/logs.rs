//! A log: the line that says what is shown, and the rows in sight. Never more than those rows is looked at.

mod line;
mod rate;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use super::inspect::fault_lines;
use crate::core::logs::{Arrival, Gap, Gone, Row};
use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::size::{grouped, many};
use crate::core::time::{Now, age, when};
use crate::core::view::logs::{LogState, MOST_LANES, Placed, Since, Use, Window};
use crate::ui::theme::Theme;
use crate::ui::widget::paragraph::Paragraph;
use crate::ui::widget::pen::{columns, cut, put, top_line};
use line::{Around, Lines};

/// From so many seconds on it is no longer usual how long lines are on their way to CloudWatch: 5 to 20 are
/// (research/aws-peers.md §4.1).
const LONG_LAG: u64 = 30;

/// Draws the screen.
pub(super) fn draw(model: &Model, state: &LogState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let (line, body) = top_line(area);
    let zone = &model.settings.zone;
    let panel = Rect { height: state.panel_rows(body.height), ..body };
    let body = Rect { y: body.y + panel.height, height: body.height - panel.height, ..body };
    if panel.height > 0 {
        rate::draw(state, zone, theme, buffer, panel);
    }
    let window = Window { rows: body.height, columns: body.width };
    let placed = state.window(window);
    head(model, state, &placed, theme, buffer, line);
    if placed.is_empty() {
        return nothing(state, theme, buffer, body);
    }
    let lines = Lines::new(state, theme, model, window);
    let selection = state.selection();
    let mut before = placed.first().and_then(|first| state.time_before(first.spot));
    let mut y = body.y;
    for place in placed {
        let height = place.height.min(body.bottom().saturating_sub(y));
        let room = Rect { y, height, ..body };
        match state.row(place.spot) {
            Some(Row::Line(it)) => {
                let around = Around {
                    before: before.replace(it.timestamp),
                    is_beside: state.is_beside(place.spot),
                    is_late: state.is_late(place.spot),
                    folded: state.folded_into(place.spot),
                };
                lines.draw(&it, place, around, buffer, room);
            }
            Some(row) => {
                rule(&row, lines.name_of(place), |at| when(at, model.now, zone), theme, buffer, room);
                lines.point_at(place, room.x, buffer, room.y);
            }
            None => {}
        }
        if selection.is_some_and(|(from, to)| (from..=to).contains(&place.spot)) {
            buffer.set_style(room, theme.style(Meaning::Selection));
        }
        y = y.saturating_add(place.height);
    }
}

/// The line that says what is shown.
fn head(model: &Model, state: &LogState, placed: &[Placed], theme: &Theme, buffer: &mut Buffer, line: Rect) {
    let right = patterns(model, state, line.width, theme);
    let wanted: u16 = right.iter().map(|(_, text)| columns(text) + 2).fold(0, u16::saturating_add);
    let start = line.right().saturating_sub(wanted.min(line.width)).max(line.x);
    let mut x = line.x + 1;
    let mut write = |meaning, text: &str| {
        let room = start.saturating_sub(x);
        x += put(buffer, x, line.y, room, &cut(text, room, theme.glyphs()), theme.style(meaning));
        start.saturating_sub(x)
    };
    let (meaning, text) = standing(state, placed, model.now);
    // Whether the log goes on is said in any case; of the rest, what has no room is left out.
    let mut room = write(meaning, &text);
    let zone = &model.settings.zone;
    let notes = arrival(state)
        .into_iter()
        .chain(silence(state, model.now))
        .chain(lag(state))
        .chain(since(state, model.now, zone))
        .chain(clocks(model, state))
        .chain(scope(state, model.now, zone));
    for (meaning, texts) in notes {
        if let Some(text) = texts.iter().find(|text| columns(text) + 3 <= room) {
            write(Meaning::Muted, " · ");
            room = write(meaning, text);
        }
    }
    let mut x = start + 1;
    for (meaning, text) in &right {
        x += put(buffer, x, line.y, line.right().saturating_sub(x), text, theme.style(*meaning)) + 2;
    }
}

/// A note of the line above a log: what it means, and its text first in full, then shorter.
type Note = (Meaning, Vec<String>);

/// How new lines come.
fn arrival(state: &LogState) -> Option<Note> {
    Some(match state.arrival()? {
        Arrival::Live => (Meaning::Good, vec!["Live Tail".to_owned()]),
        Arrival::Sampled => (
            Meaning::Warn,
            vec!["Live Tail, sampled: the rest follows by polls".to_owned(), "sampled".to_owned()],
        ),
        Arrival::Polled { every, why } => {
            let short = format!("polling every {}", age(every.as_secs()));
            let long = why.as_ref().map(|why| format!("{short}: {why}"));
            (Meaning::Muted, long.into_iter().chain([short]).collect())
        }
    })
}

/// That no answer comes about what is asked for.
fn silence(state: &LogState, now: Now) -> Option<Note> {
    let seconds = age(state.silence(now)?);
    Some((
        Meaning::Warn,
        vec![format!("no answer from CloudWatch for {seconds}"), format!("no answer for {seconds}")],
    ))
}

/// How long lines are on their way to CloudWatch.
fn lag(state: &LogState) -> Option<Note> {
    let seconds = state.ingestion_lag()?.as_secs();
    let meaning = if seconds >= LONG_LAG { Meaning::Warn } else { Meaning::Muted };
    (seconds > 0)
        .then(|| (meaning, vec![format!("ingestion lag {}", age(seconds)), format!("lag {}", age(seconds))]))
}

/// The time that was gone to.
fn since(state: &LogState, now: Now, zone: &TimeZone) -> Option<Note> {
    let at = |since: Timestamp| when(since, now, zone);
    let ago = |since: Timestamp| format!("{} ago", age(now.seconds_since(since)));
    Some(match state.standing_since()? {
        Since::Seeking(since) if since == Timestamp::MIN => {
            (Meaning::Busy, vec!["reading back to the beginning".to_owned()])
        }
        Since::Seeking(since) => (Meaning::Busy, vec![format!("reading back to {}", at(since))]),
        Since::From(since) if since == Timestamp::MIN => {
            (Meaning::Input, vec!["from the oldest line".to_owned()])
        }
        Since::From(since) => {
            let short = format!("from {}", at(since));
            (Meaning::Input, vec![format!("{short}, {}", ago(since)), short])
        }
        Since::Nothing(since) => {
            let short = format!("nothing since {}", at(since));
            (Meaning::Warn, vec![format!("{short}, {}", ago(since)), short])
        }
    })
}

/// Whose clock goes wrong: the times of its lines are not those of others.
fn clocks(model: &Model, state: &LogState) -> Option<Note> {
    let wrong: BTreeMap<&str, f64> = state
        .lanes()
        .iter()
        .filter_map(|lane| {
            let host = model.fleet.host_of(model.fleet.workloads.get(&lane.id)?)?;
            Some((&*host.name, host.clock_ahead?.as_secs_f64()))
        })
        .collect();
    let (name, ahead) = wrong.first_key_value()?;
    let others =
        if wrong.len() > 1 { format!(", {} more clocks wrong", wrong.len() - 1) } else { String::new() };
    Some((
        Meaning::Warn,
        vec![format!("clock of {name} {ahead:+.1}s{others}"), format!("clock {ahead:+.1}s")],
    ))
}

/// How much of the log is shown.
fn scope(state: &LogState, now: Now, zone: &TimeZone) -> Vec<Note> {
    let totals = state.totals();
    let lines = many(totals.held, "line");
    let since = state.oldest().map_or_else(String::new, |at| format!(" since {}", when(at, now, zone)));
    let mut notes = Vec::new();
    if state.left_out() > 0 {
        let text = format!("{} logs left out: more than {MOST_LANES}", state.left_out());
        notes.push((Meaning::Warn, vec![text]));
    }
    notes.push(match state.count(Use::Filter) {
        Some((count, busy)) => {
            let so_far = if busy { ", searching" } else { "" };
            let count = grouped(count as u64);
            let long = format!("{count} of {lines}{since} match{so_far}");
            (Meaning::Strong, vec![long, format!("{count} of {}{so_far}", grouped(totals.held))])
        }
        None => (Meaning::Text, vec![format!("{lines}{since}"), lines]),
    });
    if totals.gone > 0 {
        notes.push((Meaning::Gap, vec![format!("{} no longer held", grouped(totals.gone))]));
    } else if !state.reached_start() && totals.held > 0 {
        notes.push((Meaning::Muted, vec!["older ones above".to_owned()]));
    }
    notes
}

/// What is searched for and filtered by, and how lines are shown.
fn patterns(model: &Model, state: &LogState, width: u16, theme: &Theme) -> Vec<(Meaning, String)> {
    let short = |text: &str, part: u16| cut(text, width / part, theme.glyphs()).into_owned();
    let mut notes: Vec<(Meaning, String)> = Vec::new();
    if let Some((count, busy)) = state.count(Use::Search) {
        let place = state.place().map_or_else(String::new, |place| format!("{} of ", grouped(place as u64)));
        let back = state.oldest().filter(|_| state.is_hunting());
        let busy = match back {
            Some(back) => format!(", searched back to {}", when(back, model.now, &model.settings.zone)),
            None if busy => ", searching".to_owned(),
            None => String::new(),
        };
        notes.push((Meaning::Input, format!("/{}", short(state.search_text(), 8))));
        notes.push((Meaning::Strong, format!("{place}{}{busy}", grouped(count as u64))));
    }
    if !state.filter_pattern().is_empty() {
        notes.push((Meaning::Input, format!("CloudWatch {}", short(state.filter_pattern(), 3))));
    }
    if state.count(Use::Filter).is_some() {
        let around = match state.filters.context() {
            0 => String::new(),
            lines => format!(" ±{lines}"),
        };
        notes.push((Meaning::Input, format!("only {}{around}", short(&state.filters.text(), 3))));
    }
    if let Some(rows) = state.selected_rows() {
        notes.push((Meaning::Mark, format!("{} selected", grouped(rows as u64))));
    }
    if state.is_condensed {
        notes.push((Meaning::Muted, "condensed".to_owned()));
    }
    if state.is_pretty {
        notes.push((Meaning::Muted, "pretty".to_owned()));
    }
    if !state.fields.is_empty() {
        notes.push((Meaning::Muted, short(&state.fields.join(" "), 8)));
    }
    if state.veil.is_lifted() {
        notes.push((Meaning::Warn, "secrets are shown".to_owned()));
    }
    if state.wrap {
        notes.push((Meaning::Muted, "wrap".to_owned()));
    } else if state.shift > 0 {
        notes.push((Meaning::Muted, format!("{} columns right", state.shift)));
    }
    notes
}

/// Whether the log goes on by itself.
fn standing(state: &LogState, placed: &[Placed], now: Now) -> (Meaning, String) {
    if !state.follow {
        let new = match state.unseen(placed) {
            0 => String::new(),
            unseen => format!(", {} new below", grouped(unseen)),
        };
        return (Meaning::Warn, format!("paused{new}"));
    }
    let mut faults = state.faults();
    match (faults.next(), faults.count(), state.lanes().len()) {
        (Some(fault), _, 1) => (Meaning::Bad, format!("{}: {}", fault.object, fault.cause)),
        (Some(fault), others, all) => {
            let text = format!("{} of {all} cannot be read: {}: {}", others + 1, fault.object, fault.cause);
            (Meaning::Bad, text)
        }
        (None, _, 0) => (Meaning::Busy, "waiting for a workload".to_owned()),
        (None, _, all) if state.is_ready() => {
            let following = if all == 1 { "following".to_owned() } else { format!("following {all} logs") };
            match state.seconds_behind(now) {
                Some(seconds) => (Meaning::Warn, format!("{following}, {} behind", age(seconds))),
                None => (Meaning::Good, following),
            }
        }
        (None, ..) => (Meaning::Busy, "reading".to_owned()),
    }
}

/// Says why no row is in sight.
fn nothing(state: &LogState, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    use crate::core::page::Line;
    let say = |text: &str| vec![Line::new(Meaning::Muted, text)];
    let lines = match (state.faults().next(), state.count(Use::Filter)) {
        (_, Some((_, true))) => say("Searching."),
        (_, Some((_, false))) => vec![
            Line::new(Meaning::Strong, format!("No line matches {}", state.filters.text())),
            Line::new(
                Meaning::Muted,
                format!("{} lines are hidden by the filter.", grouped(state.totals().held)),
            ),
        ],
        (Some(fault), None) => fault_lines(fault),
        (None, None) if state.lanes().is_empty() => {
            say("No workload is selected now. The logs of those that come stand here.")
        }
        (None, None) if !state.is_ready() => say("Reading the log."),
        (None, None) if state.totals().held > 0 => say("The lines so far are hidden; what follows is shown."),
        (None, None) if !state.filter_pattern().is_empty() => {
            say("CloudWatch knows no line that matches. Those that come stand here.")
        }
        (None, None) => say("Nothing was written yet. What is written from now on stands here."),
    };
    let place =
        Rect { x: area.x + 2, y: area.y + 1.min(area.height), width: area.width.saturating_sub(4), ..area };
    Paragraph { theme, lines: &lines, first: 0 }.render(place.intersection(area), buffer);
}

/// A row that is no line: a rule across the whole width, with words.
fn rule(
    row: &Row<'_>,
    name: &str,
    at: impl Fn(Timestamp) -> String,
    theme: &Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let glyphs = theme.glyphs();
    let (meaning, text) = match row {
        Row::Gap(Gap { timestamp, seconds, lines, why }) => {
            let how_many = lines.map_or_else(
                || format!("{} of lines", age(*seconds)),
                |lines| format!("{}, {}", many(lines, "line"), age(*seconds)),
            );
            (Meaning::Gap, format!("{} missing before {}: {why}", how_many, at(*timestamp)))
        }
        Row::Divider(divider) if divider.is_mark => {
            (Meaning::Mark, format!("{} {}", divider.text, at(divider.timestamp)))
        }
        Row::Divider(divider) => (Meaning::Divider, format!("{} {}", at(divider.timestamp), divider.text)),
        Row::Gone(Gone { lines, .. }) => {
            (Meaning::Gap, format!("{}: room was made for others", many(*lines, "line")))
        }
        Row::Line(_) => return,
    };
    let is_mark = matches!(row, Row::Divider(divider) if divider.is_mark);
    let text = if name.is_empty() || is_mark { text } else { format!("{name}: {text}") };
    let style = theme.style(meaning);
    put(buffer, area.x, area.y, area.width, &glyphs.line.repeat(usize::from(area.width)), style);
    let text = format!(" {} ", cut(&text, area.width.saturating_sub(6), glyphs));
    put(buffer, area.x + 2, area.y, area.width.saturating_sub(2), &text, style);
}
