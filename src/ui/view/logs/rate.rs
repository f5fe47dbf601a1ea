//! The panel above the lines: how many there were over time, with errors and warnings in their colours.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::logs::{Bucket, Histogram};
use crate::core::meaning::Meaning;
use crate::core::size::grouped;
use crate::core::time::clock;
use crate::core::view::logs::LogState;
use crate::ui::theme::Theme;
use crate::ui::widget::pen::{columns, put};

/// Draws the panel.
pub(super) fn draw(state: &LogState, zone: &TimeZone, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let axis = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let plot = Rect { height: area.height.saturating_sub(1), ..area };
    let Some(histogram) = state.histogram() else {
        put(buffer, axis.x + 1, axis.y, axis.width, "counting the lines", theme.style(Meaning::Busy));
        return;
    };
    let heights = theme.glyphs().heights;
    let steps = heights.len() - 1;
    let levels = usize::from(plot.height) * steps;
    let highest = histogram.highest().max(1);
    for (place, bucket) in histogram.buckets().iter().enumerate() {
        let bar = LogState::bar(histogram, place, plot.width);
        // A bar of its own for each kind of line, one upon the other: errors first, so that none hides below the rest.
        let errors = height(bucket.errors, highest, levels);
        let warnings = height(bucket.errors + bucket.warnings, highest, levels);
        let all = height(bucket.lines, highest, levels);
        for (row, y) in (plot.top()..plot.bottom()).rev().enumerate() {
            let filled = all.saturating_sub(row * steps).min(steps);
            if filled == 0 {
                break;
            }
            let meaning = if row * steps < errors {
                Meaning::Error
            } else if row * steps < warnings {
                Meaning::Warning
            } else {
                Meaning::GraphNetwork
            };
            for column in bar.clone() {
                put(buffer, plot.x + column, y, 1, heights[filled], theme.style(meaning));
            }
        }
    }
    let range = histogram.range();
    let style = theme.style(Meaning::Muted);
    let end = clock(range.end, zone);
    put(buffer, axis.x + 1, axis.y, axis.width, &clock(range.start, zone), style);
    put(buffer, axis.right().saturating_sub(columns(&end) + 1), axis.y, columns(&end), &end, style);
    let Bucket { errors, .. } = sum(histogram);
    let each = format!("{} a bar, up to {} lines", width(histogram), grouped(highest));
    let text = if errors > 0 { format!("{each}, {} errors", grouped(errors)) } else { each };
    let x = axis.x + axis.width.saturating_sub(columns(&text)) / 2;
    if columns(&text) + 22 <= axis.width {
        put(buffer, x, axis.y, columns(&text), &text, style);
    }
}

/// How high a count stands: at least one step where there is any, so that no error is lost among many lines.
fn height(count: u64, highest: u64, levels: usize) -> usize {
    let share = count as f64 / highest as f64;
    if count == 0 { 0 } else { ((share * levels as f64).round() as usize).max(1) }
}

fn sum(histogram: &Histogram) -> Bucket {
    histogram.buckets().iter().fold(Bucket::default(), |sum, it| Bucket {
        lines: sum.lines + it.lines,
        warnings: sum.warnings + it.warnings,
        errors: sum.errors + it.errors,
    })
}

/// How long a bar is, in words.
fn width(histogram: &Histogram) -> String {
    let millis = histogram.width().as_millis();
    match millis {
        ..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{} s", millis / 1_000),
        60_000..3_600_000 => format!("{} min", millis / 60_000),
        3_600_000..86_400_000 => format!("{} h", millis / 3_600_000),
        _ => format!("{} d", millis / 86_400_000),
    }
}
