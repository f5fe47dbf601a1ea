//! The recent past of a number: a graph with a scale, or one line of bars in a cell.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::pen::{columns, cut, put, top_line};
use crate::core::meaning::Meaning;
use crate::core::table::{bytes, rate};
use crate::ui::theme::{Glyphs, Theme};

/// What the samples count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Percent of one processor, or of a limit.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
}

impl Unit {
    /// A value of it, as short as it can be said.
    pub fn say(self, value: f64) -> String {
        match self {
            Self::Percent if value < 9.95 => format!("{value:.1}%"),
            Self::Percent => format!("{value:.0}%"),
            Self::Bytes => bytes(value.max(0.0) as u64),
            Self::BytesPerSecond => format!("{}/s", rate(value)),
        }
    }

    /// The first round number that is not below `value`: what a scale ends at.
    pub fn ceiling(self, value: f64) -> f64 {
        const STEPS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1024.0];
        let base: f64 = if self == Self::Percent { 10.0 } else { 1024.0 };
        let least = if self == Self::Percent { 10.0 } else { 1024.0 };
        let value = if value.is_finite() { value.max(least) } else { least };
        let unit = base.powi((libm::log(value) / libm::log(base)).floor() as i32);
        STEPS.iter().map(|step| step * unit).find(|round| *round >= value).unwrap_or(value)
    }
}

/// A graph of the last samples: a title with the newest value, and the end of the scale.
#[derive(Clone, Copy, Debug)]
pub struct Graph<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// What it shows.
    pub title: &'a str,
    /// The samples at equal distances, oldest first; `None` where one is missing.
    pub samples: &'a [Option<f64>],
    /// How many samples the whole width stands for; where there are fewer, the left stays empty.
    pub span: usize,
    /// What the samples count.
    pub unit: Unit,
    /// Where the scale ends; `None` for the first round number above all samples.
    pub most: Option<f64>,
    /// What is shown.
    pub meaning: Meaning,
}

impl Widget for &Graph<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let [style, muted, axis] =
            [self.meaning, Meaning::Muted, Meaning::GraphAxis].map(|it| self.theme.style(it));
        let glyphs = self.theme.glyphs();
        let highest = self.samples.iter().flatten().copied().fold(0.0, f64::max);
        let most = self.most.unwrap_or_else(|| self.unit.ceiling(highest));

        let (head, body) = top_line(area);
        let newest = self.samples.last().copied().flatten();
        let now = newest.map_or_else(|| "no data".to_owned(), |value| self.unit.say(value));
        let scale = format!("{} {}", glyphs.ascending, self.unit.say(most));
        let title = cut(self.title, head.width, glyphs);
        let used = put(buffer, head.x, head.y, head.width, &title, self.theme.style(Meaning::Label));
        let room = head.width - used;
        if columns(&now) < room {
            put(buffer, head.x + used + 1, head.y, room, &now, if newest.is_some() { style } else { muted });
            let wide = columns(&now) + columns(&scale) + 3;
            if wide <= room && body.height > 0 {
                put(buffer, head.right() - columns(&scale), head.y, room, &scale, axis);
            }
        }
        let plot = Plot { samples: self.samples, span: self.span, most, braille: glyphs.braille };
        plot.draw(body, buffer, style, glyphs);
    }
}

struct Plot<'a> {
    samples: &'a [Option<f64>],
    span: usize,
    most: f64,
    /// Two samples to a column and four steps to a row, in dots; otherwise one sample and the steps of `heights`.
    braille: bool,
}

impl Plot<'_> {
    fn draw(&self, area: Rect, buffer: &mut Buffer, style: ratatui::style::Style, glyphs: &Glyphs) {
        let (each, steps) = if self.braille { (2, 4) } else { (1, glyphs.heights.len() - 1) };
        let points = usize::from(area.width) * each;
        let levels = usize::from(area.height) * steps;
        let heights: Vec<Option<usize>> =
            (0..points).map(|point| self.height(point, points, levels)).collect();
        for (row, y) in (area.top()..area.bottom()).rev().enumerate() {
            for (x, pair) in (area.left()..area.right()).zip(heights.chunks(each)) {
                let filled = |height: &Option<usize>| {
                    height.map(|height| height.saturating_sub(row * steps).min(steps))
                };
                if self.braille {
                    let [left, right] =
                        [pair.first(), pair.get(1)].map(|it| it.and_then(filled).unwrap_or(0));
                    if left + right > 0 {
                        put(buffer, x, y, 1, dots(left, right).encode_utf8(&mut [0; 4]), style);
                    }
                } else if let Some(height) = pair.first().and_then(filled).filter(|height| *height > 0) {
                    put(buffer, x, y, 1, glyphs.heights[height], style);
                }
            }
        }
    }

    /// How high the point stands, at least 1 where there is a sample: the highest of those that it stands for, so that
    /// no peak is lost.
    fn height(&self, point: usize, points: usize, levels: usize) -> Option<usize> {
        let span = self.span.max(1);
        let missing = span.saturating_sub(self.samples.len());
        let skipped = self.samples.len().saturating_sub(span);
        let start = point * span / points;
        let end = ((point + 1) * span / points).max(start + 1);
        let known =
            (start.max(missing)..end.max(missing)).filter_map(|it| self.samples.get(it - missing + skipped));
        let highest = known.flatten().copied().filter(|value| value.is_finite()).reduce(f64::max)?;
        let share = if self.most > 0.0 { (highest / self.most).clamp(0.0, 1.0) } else { 0.0 };
        Some(((share * levels as f64).round() as usize).max(1))
    }
}

/// The braille pattern with so many dots from below in its left and right column.
fn dots(left: usize, right: usize) -> char {
    const LEFT: [u32; 5] = [0, 0x40, 0x44, 0x46, 0x47];
    const RIGHT: [u32; 5] = [0, 0x80, 0xa0, 0xb0, 0xb8];
    char::from_u32(0x2800 + LEFT[left.min(4)] + RIGHT[right.min(4)]).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::{golden, golden_with};

    /// A wave that fills from the right, with a hole and a peak of one sample.
    fn wave() -> Vec<Option<f64>> {
        (0..120)
            .map(|second| match second {
                40..60 => None,
                90 => Some(88.0),
                _ => Some(55.0 - f64::from(second % 56 - 28).powi(2) / 16.0),
            })
            .collect()
    }

    fn graph(buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let samples = wave();
        let graph = Graph {
            theme,
            title: "CPU",
            samples: &samples,
            span: 180,
            unit: Unit::Percent,
            most: None,
            meaning: Meaning::GraphCpu,
        };
        graph.render(area, buffer);
    }

    #[test]
    fn three_minutes_fill_any_width_with_holes_left_empty_and_peaks_kept() {
        insta::assert_snapshot!(golden(60, 5, graph), @r"
        │CPU 27%                                               ▲ 100%│
         aaa.bbb...............................................cccccc
        │                                                  ⡄         │
         ..................................................b
        │                           ⢀⣀⣀⣀⡀              ⢀⣀⣀⣀⡇         │
         ...........................bbbbb..............bbbbb
        │                      ⢀⣠⣴⣾⣿⣿⣿⣿⣿⣿⣿⡇       ⢀⣤⣶⣾⣿⣿⣿⣿⣿⣿⣿⣶⣦⣄     │
         ......................bbbbbbbbbbbb.......bbbbbbbbbbbbbb
        │                    ⣠⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇      ⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣶⣤⣴⣿│
         ....................bbbbbbbbbbbbbb......bbbbbbbbbbbbbbbbbbbb
        a label
        b graph.cpu
        c graph.axis
        ");
        insta::assert_snapshot!(golden(18, 3, graph), @r"
        │CPU 27%     ▲ 100%│
         aaa.bbb.....cccccc
        │               ⡆  │
         ...............b
        │      ⣴⣾⣿⣿  ⣴⣿⣿⣿⣦⣠│
         ......bbbb..bbbbbb
        a label
        b graph.cpu
        c graph.axis
        ");
        insta::assert_snapshot!(golden_with(&Glyphs::ASCII, 40, 4, graph), @r"
        │CPU 27%                           ^ 100%│
         aaa.bbb...........................cccccc
        │                                 -      │
         .................................b
        │               _.-----.     _.---#..    │
         ...............bbbbbbbb.....bbbbbbbb
        │             .=########   -##########=.=│
         .............bbbbbbbbbb...bbbbbbbbbbbbbb
        a label
        b graph.cpu
        c graph.axis
        ");
    }

    #[test]
    fn without_room_the_title_gives_way_and_nothing_breaks() {
        insta::assert_snapshot!(golden(7, 1, graph), @r"
        │CPU 27%│
         aaa.bbb
        a label
        b graph.cpu
        ");
        insta::assert_snapshot!(golden(2, 2, graph), @r"
        │C…│
         aa
        │⢠⣼│
         bb
        a label
        b graph.cpu
        ");
        golden(0, 0, graph);
    }

    #[test]
    fn without_samples_the_graph_says_so() {
        let text = golden(30, 2, |buffer, area, theme| {
            let graph = Graph {
                theme,
                title: "memory",
                samples: &[],
                span: 180,
                unit: Unit::Bytes,
                most: Some(f64::from(1 << 30)),
                meaning: Meaning::GraphMemory,
            };
            graph.render(area, buffer);
        });
        insta::assert_snapshot!(text, @r"
        │memory no data          ▲ 1.0G│
         aaaaaa.bbbbbbb..........cccccc
        │                              │
        a label
        b text.muted
        c graph.axis
        ");
    }

    #[test]
    fn a_scale_ends_at_a_round_number() {
        let percent = [0.0, 9.0, 11.0, 34.0, 88.0, 100.0, 101.0, 799.0, f64::INFINITY];
        let ends = percent.map(|value| Unit::Percent.ceiling(value) as u32);
        assert_eq!(ends, [10, 10, 20, 50, 100, 100, 200, 1000, 10]);
        let said = [0.0, 3000.0, 700_000.0, 3e9].map(|value| Unit::Bytes.say(Unit::Bytes.ceiling(value)));
        assert_eq!(said, ["1.0K", "5.0K", "1.0M", "5.0G"]);
        assert_eq!(Unit::BytesPerSecond.say(2048.0), "2.0K/s");
    }
}
