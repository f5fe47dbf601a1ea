//! Screens that are a page of text: a run, what differs between revisions, the messages.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget as _;

use crate::core::meaning::Meaning;
use crate::core::model::Model;
use crate::core::page::Line;
use crate::core::screen::Screen;
use crate::ui::theme::Theme;
use crate::ui::widget::paragraph::Paragraph;

/// Draws a page from its line `first` on.
pub(super) fn draw(
    model: &Model,
    screen: &Screen,
    first: usize,
    theme: &Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let gone = || vec![Line::new(Meaning::Muted, "This run is not known any more.")];
    let lines = model.page_of(screen).unwrap_or_else(gone);
    let place = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    Paragraph { theme, lines: &lines, first }.render(place, buffer);
}
