//! The model → the bytes that bring the terminal from the last frame to this one.

use std::io;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::encoder::{self, Shown};
use crate::core::model::Model;
use crate::ui::frame;
use crate::ui::theme::{Depth, Glyphs, Theme, Themes};

/// The terminal shows nothing of a frame before all of it is there.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Draws frames.
pub(super) struct Painter {
    themes: Themes,
    theme: Theme,
    depth: Depth,
    glyphs: &'static Glyphs,
    /// What the terminal shows, and where its cursor is; `None` when nobody knows.
    shown: Option<(Shown, Option<Position>)>,
    /// Where frames are drawn.
    canvas: Buffer,
}

impl Painter {
    /// A painter for the terminal of `model`.
    pub(super) fn new(themes: Themes, depth: Depth, glyphs: &'static Glyphs, model: &Model) -> Self {
        let (theme, _) = themes.load(&model.settings.theme, depth, glyphs);
        Self { themes, theme, depth, glyphs, shown: None, canvas: Buffer::default() }
    }

    /// Forgets what the terminal shows: the next frame is drawn whole.
    pub(super) fn forget(&mut self) {
        self.shown = None;
    }

    /// The bytes for the next frame; nothing when the terminal shows it already.
    pub(super) fn frame(&mut self, model: &Model) -> io::Result<Option<Vec<u8>>> {
        if self.theme.name() != model.settings.theme {
            self.theme = self.themes.load(&model.settings.theme, self.depth, self.glyphs).0;
            self.forget();
        }
        let area = Rect::new(0, 0, model.size.0, model.size.1);
        self.canvas.resize(area);
        self.canvas.reset();
        let cursor = frame::draw(model, &self.theme, &mut self.canvas, area);
        let now = (Shown::of(&self.canvas), cursor);
        let before = self.shown.take().filter(|(shown, _)| shown.area == area);
        let bytes = if before.as_ref() == Some(&now) { None } else { Some(bytes(before, &now)?) };
        self.shown = Some(now);
        Ok(bytes)
    }
}

/// What brings the terminal from one frame to the next.
fn bytes(
    before: Option<(Shown, Option<Position>)>,
    (now, cursor): &(Shown, Option<Position>),
) -> io::Result<Vec<u8>> {
    let mut bytes = BEGIN.to_vec();
    if before.as_ref().is_none_or(|(_, cursor)| cursor.is_some()) {
        queue!(bytes, Hide)?;
    }
    let old = if let Some((shown, _)) = before {
        shown
    } else {
        queue!(bytes, Clear(ClearType::All))?;
        Shown::blank(now.area)
    };
    encoder::draw(&mut bytes, &old, now);
    if let Some(cursor) = cursor {
        queue!(bytes, MoveTo(cursor.x, cursor.y), Show)?;
    }
    bytes.extend_from_slice(END);
    Ok(bytes)
}
