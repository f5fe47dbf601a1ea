//! The whole console from the model: two lines above, the screen in sight, two lines below or some more where a message is
//! long, and what stands over them.
//!
//! ```text
//!  quarterdeck  1 fleet  2 workloads  3 …                       DEMO  READ-ONLY    bar
//!  PRODUCTION shop  workloads › web-1              /web   37 of 120   ● live       crumbs
//!  …                                                                               view
//!  restarted web-1                                                ctrl-g dismiss   message, or a line being typed
//!  enter open  l logs  x actions  …                                                hints
//! ```

mod bar;
mod crumbs;
mod foot;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Position, Rect};

use super::overlay;
use super::theme::Theme;
use super::view;
use super::widget::pen::{clear, columns, cut, put};
use crate::core::meaning::Meaning;
use crate::core::model::{Model, ROWS_ABOVE, SMALLEST};

/// Draws the console; tells where the cursor of the terminal belongs, where a line is being typed.
pub fn draw(model: &Model, theme: &Theme, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let area = area.intersection(buffer.area);
    clear(buffer, area, theme.base());
    let cursor = console(model, theme, buffer, area);
    if theme.glyphs().plain {
        spell_out(buffer, area);
    }
    cursor
}

fn console(model: &Model, theme: &Theme, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(theme, buffer, area);
        return None;
    }
    let [above, body, below] = Layout::vertical([
        Constraint::Length(ROWS_ABOVE),
        Constraint::Fill(1),
        Constraint::Length(model.rows_below()),
    ])
    .areas(area);
    let [bar, crumbs] = Layout::vertical([Constraint::Length(1); 2]).areas(above);
    let [line, hints] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(below);
    bar::draw(model, theme, buffer, bar);
    crumbs::draw(model, theme, buffer, crumbs);
    view::draw(model, theme, buffer, body);
    let typed = foot::line(model, theme, buffer, line);
    foot::hints(model, theme, buffer, hints);
    let over = overlay::draw(model, theme, buffer, area, body);
    over.or(typed)
}

/// Replaces what a terminal without Unicode cannot show, wherever it came from: names and logs hold anything.
fn spell_out(buffer: &mut Buffer, area: Rect) {
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position)
            && !cell.symbol().is_ascii()
        {
            let plain = match cell.symbol() {
                "→" => ">",
                "×" => "x",
                "·" => "-",
                "…" => "~",
                "•" => "*",
                "“" | "”" => "\"",
                "’" => "'",
                _ => "?",
            };
            cell.set_symbol(plain);
        }
    }
}

/// Says what size is needed, in as much room as there is.
fn too_small(theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = [
        (Meaning::Strong, format!("This terminal is {}×{}.", area.width, area.height)),
        (Meaning::Text, format!("quarterdeck needs {}×{}.", SMALLEST.0, SMALLEST.1)),
        (Meaning::Muted, "Make it larger, or q to quit.".to_owned()),
    ];
    let top = area.y + area.height.saturating_sub(3) / 2;
    for (y, (meaning, text)) in (top..area.bottom()).zip(&lines) {
        let text = cut(text, area.width, theme.glyphs());
        let x = area.x + (area.width - columns(&text)) / 2;
        put(buffer, x, y, area.width, &text, theme.style(*meaning));
    }
}

#[cfg(test)]
mod tests;
