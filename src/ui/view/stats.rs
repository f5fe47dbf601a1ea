//! The last minutes of a workload's resource use, as graphs.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::widgets::Widget as _;

use crate::core::meaning::Meaning;
use crate::core::stats::{HISTORY, History, Rate, Sample};
use crate::core::table::bytes;
use crate::core::time::Now;
use crate::ui::theme::Theme;
use crate::ui::widget::graph::{Graph, Unit};

/// From this width on graphs stand side by side, and below it where there are not rows enough for all of them.
const TWO: u16 = 70;
/// From this width on three of them do.
const THREE: u16 = 150;
/// The rows of a graph: its title, and what shows more than that something is there.
const FEW: u16 = 3;
/// A reading that is older than this many milliseconds says nothing about a second: it is a hole in the graph.
const HOLE_MS: i64 = 2_500;

/// One graph: its title, its samples, and how they are to be read.
struct Series {
    title: String,
    samples: Vec<Option<f64>>,
    unit: Unit,
    meaning: Meaning,
}

/// Draws the graphs.
pub(super) fn draw(history: &History, now: Now, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let all = series(history, now);
    let count = u16::try_from(all.len()).unwrap_or(u16::MAX);
    let across = match area.width {
        ..TWO if area.height >= FEW * count => 1,
        ..THREE => 2,
        _ => 3,
    };
    let rows = Layout::vertical(vec![Constraint::Fill(1); all.len().div_ceil(across)]).split(area);
    for (series, row) in all.chunks(across).zip(rows.iter()) {
        let columns = Layout::horizontal(vec![Constraint::Fill(1); across]).split(*row);
        for (series, place) in series.iter().zip(columns.iter()) {
            let graph = Graph {
                theme,
                title: &series.title,
                samples: &series.samples,
                span: HISTORY,
                unit: series.unit,
                most: None,
                meaning: series.meaning,
            };
            // A blank around each: a graph beside another must not look like one.
            let place = Rect {
                x: place.x + 1,
                width: place.width.saturating_sub(2),
                height: place.height.saturating_sub(u16::from(place.height > FEW)),
                ..*place
            };
            graph.render(place, buffer);
        }
    }
}

fn series(history: &History, now: Now) -> Vec<Series> {
    let of = |title: &str, unit, meaning, samples| Series { title: title.to_owned(), samples, unit, meaning };
    let value = |read: fn(&Sample) -> f64| even(history.iter().map(|sample| (sample.at, read(sample))), now);
    let rate = |count: fn(&Sample) -> (u64, u64), read: fn(&Rate) -> f64| {
        let rates = history.rates(count).map(|it| read(&it));
        even(history.iter().skip(1).map(|sample| sample.at).zip(rates), now)
    };
    let limit = history.last().map_or(0, |sample| sample.memory_limit);
    let memory = match history.last() {
        Some(sample) if limit > 0 => format!("memory, {:.0}% of {}", sample.memory_percent(), bytes(limit)),
        _ => "memory".to_owned(),
    };
    let per_second = Unit::BytesPerSecond;
    vec![
        of("cpu, % of one processor", Unit::Percent, Meaning::GraphCpu, value(|it| f64::from(it.cpu))),
        of(&memory, Unit::Bytes, Meaning::GraphMemory, value(|it| it.memory as f64)),
        of("network in", per_second, Meaning::GraphNetwork, rate(|it| it.network, |it| it.inward)),
        of("network out", per_second, Meaning::GraphNetwork, rate(|it| it.network, |it| it.outward)),
        of("block read", per_second, Meaning::GraphBlock, rate(|it| it.block, |it| it.inward)),
        of("block written", per_second, Meaning::GraphBlock, rate(|it| it.block, |it| it.outward)),
    ]
}

/// One value for each of the last seconds, oldest first: the last that was read by then.
fn even(readings: impl Iterator<Item = (Timestamp, f64)>, now: Now) -> Vec<Option<f64>> {
    let readings: Vec<(i64, f64)> = readings.map(|(at, value)| (at.as_millisecond(), value)).collect();
    let seconds = i64::try_from(HISTORY).unwrap_or(0);
    // Readings are as old as the way here is long: the newest second is the one before the newest reading's next.
    let last = readings.last().map_or(0, |(at, _)| *at);
    let end = if now.0.as_millisecond() - last < HOLE_MS { last } else { now.0.as_millisecond() };
    (0..seconds)
        .rev()
        .map(|ago| end - ago * 1_000)
        .map(|second| {
            let place = readings.partition_point(|(at, _)| *at <= second);
            let (at, value) = readings.get(place.checked_sub(1)?)?;
            (second - at < HOLE_MS).then_some(*value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture::{at, sample};

    #[test]
    fn a_pause_in_the_readings_is_a_hole_and_not_a_line() {
        let mut history = History::default();
        for second in [-20, -19, -10, -9, -8, 0] {
            history.push(sample(second, 100.0 + second as f32, 1));
        }
        let values = even(history.iter().map(|it| (it.at, f64::from(it.cpu))), Now(at(1)));
        let last: Vec<Option<f64>> = values[HISTORY - 13..].to_vec();
        let none = None;
        assert_eq!(
            last,
            [
                none,
                none,
                Some(90.0),
                Some(91.0),
                Some(92.0),
                Some(92.0),
                Some(92.0),
                none,
                none,
                none,
                none,
                none,
                Some(100.0)
            ]
        );
        assert_eq!(values.len(), HISTORY);
    }

    #[test]
    fn long_after_the_last_reading_nothing_is_known() {
        let mut history = History::default();
        history.push(sample(0, 5.0, 1));
        assert_eq!(
            even(history.iter().map(|it| (it.at, f64::from(it.cpu))), Now(at(30))).last(),
            Some(&None)
        );
    }
}
