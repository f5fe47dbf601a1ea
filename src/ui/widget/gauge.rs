//! A share of a whole, in one line: a bar and what it says.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::pen::{columns, cut, put};
use crate::core::meaning::Meaning;
use crate::ui::theme::{Glyphs, Theme};

/// A bar with a label at its right; where there is no room for both, only the label.
#[derive(Clone, Copy, Debug)]
pub struct Gauge<'a> {
    /// How it looks.
    pub theme: &'a Theme,
    /// The share, 0 to 1; more is drawn as full. `None` where it is not known.
    pub share: Option<f64>,
    /// What it says: `54%`, `1.2G of 4.0G`.
    pub label: &'a str,
    /// What the filled part means.
    pub meaning: Meaning,
}

/// The least columns in which a bar says anything.
const LEAST: u16 = 4;

impl Widget for &Gauge<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let glyphs = self.theme.glyphs();
        let label = cut(self.label, area.width, glyphs);
        let taken = columns(&label);
        put(buffer, area.right() - taken, area.y, taken, &label, self.theme.style(Meaning::Text));
        let length = area.width.saturating_sub(if taken == 0 { 0 } else { taken + 1 });
        if length < LEAST {
            return;
        }
        let axis = self.theme.style(Meaning::GraphAxis);
        // In colour the rest is a surface, so that a part of a cell has the same behind it as what follows.
        let (behind, rest_style, empty) = match axis.fg {
            Some(color) => (Style::new().bg(color), Style::new().bg(color), " "),
            None => (Style::new(), axis, glyphs.gauge_rest),
        };
        let (filled, rest) = bar(self.share.unwrap_or(0.0), length, glyphs);
        let end = put(buffer, area.x, area.y, length, &filled, behind.patch(self.theme.style(self.meaning)));
        put(buffer, area.x + end, area.y, length - end, &empty.repeat(rest), rest_style);
    }
}

/// The filled part of a bar, and how many columns of it are empty.
fn bar(share: f64, length: u16, glyphs: &Glyphs) -> (String, usize) {
    let steps = glyphs.lengths.len() - 1;
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let mut filled = (share * f64::from(length) * steps as f64).round() as usize;
    if share > 0.0 {
        // Something is never drawn as nothing.
        filled = filled.max(1);
    }
    let (whole, part) = (filled / steps, filled % steps);
    let text = format!("{}{}", glyphs.lengths[steps].repeat(whole), glyphs.lengths[part]);
    let rest = usize::from(length) - whole - usize::from(part > 0);
    (text, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::golden::{golden, golden_with};

    fn draw(buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let shares = [Some(0.0), Some(0.001), Some(0.54), Some(1.0), Some(7.0), Some(f64::NAN), None];
        for (y, share) in shares.into_iter().enumerate() {
            let label = share.map_or("?".to_owned(), |share| format!("{:.0}%", share * 100.0));
            let gauge = Gauge { theme, share, label: &label, meaning: Meaning::GraphCpu };
            gauge.render(Rect { y: y as u16, height: 1, ..area }, buffer);
        }
    }

    #[test]
    fn a_share_is_drawn_in_eighths_of_a_column() {
        insta::assert_snapshot!(golden(14, 7, draw), @r"
        │            0%│
         aaaaaaaaaaa
        │▏           0%│
         baaaaaaaaaa
        │█████▍     54%│
         bbbbbbaaaa
        │█████████ 100%│
         bbbbbbbbb
        │█████████ 700%│
         bbbbbbbbb
        │          NaN%│
         aaaaaaaaa
        │             ?│
         aaaaaaaaaaaa
        a text on graph.axis
        b graph.cpu on graph.axis
        ");
    }

    #[test]
    fn with_ascii_whole_columns_must_do() {
        insta::assert_snapshot!(golden_with(&Glyphs::ASCII, 14, 7, draw), @r"
        │            0%│
         aaaaaaaaaaa
        │#           0%│
         baaaaaaaaaa
        │#####      54%│
         bbbbbaaaaa
        │######### 100%│
         bbbbbbbbb
        │######### 700%│
         bbbbbbbbb
        │          NaN%│
         aaaaaaaaa
        │             ?│
         aaaaaaaaaaaa
        a text on graph.axis
        b graph.cpu on graph.axis
        ");
    }

    #[test]
    fn in_a_narrow_cell_the_label_stands_alone() {
        insta::assert_snapshot!(golden(6, 3, draw), @r"
        │    0%│
        │    0%│
        │   54%│
        ");
    }
}
