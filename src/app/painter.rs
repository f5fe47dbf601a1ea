//! The model → the bytes that bring the terminal from the last frame to this one.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::core::model::Model;
use crate::ui::frame;
use crate::ui::theme::{Depth, Glyphs, Theme, Themes};

/// The terminal shows nothing of a frame before all of it is there.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Collects what is written, for the thread that writes to the terminal.
#[derive(Clone, Default)]
struct Sheet(Arc<Mutex<Vec<u8>>>);

impl Sheet {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Draws frames.
pub(super) struct Painter {
    terminal: Terminal<CrosstermBackend<Sheet>>,
    sheet: Sheet,
    themes: Themes,
    theme: Theme,
    depth: Depth,
    glyphs: &'static Glyphs,
    /// What the terminal shows, and where its cursor is; `None` when nobody knows.
    shown: Option<(Buffer, Option<Position>)>,
}

impl Painter {
    /// A painter for a terminal of that size.
    pub(super) fn new(
        themes: Themes,
        depth: Depth,
        glyphs: &'static Glyphs,
        model: &Model,
    ) -> io::Result<Self> {
        let sheet = Sheet::default();
        let area = Rect::new(0, 0, model.size.0, model.size.1);
        let options = TerminalOptions { viewport: Viewport::Fixed(area) };
        let terminal = Terminal::with_options(CrosstermBackend::new(sheet.clone()), options)?;
        let (theme, _) = themes.load(&model.settings.theme, depth, glyphs);
        Ok(Self { terminal, sheet, themes, theme, depth, glyphs, shown: None })
    }

    /// Forgets what the terminal shows: the next frame is drawn whole.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.shown = None;
        self.terminal.clear()
    }

    /// The bytes for the next frame; nothing when the terminal shows it already.
    pub(super) fn frame(&mut self, model: &Model) -> io::Result<Option<Vec<u8>>> {
        if self.theme.name() != model.settings.theme {
            self.theme = self.themes.load(&model.settings.theme, self.depth, self.glyphs).0;
            self.forget()?;
        }
        let area = Rect::new(0, 0, model.size.0, model.size.1);
        if self.terminal.get_frame().area() != area {
            self.shown = None;
            self.terminal.resize(area)?;
        }
        let mut buffer = Buffer::empty(area);
        let cursor = frame::draw(model, &self.theme, &mut buffer, area);
        let frame = (buffer, cursor);
        // Even a frame without a changed cell would cost bytes: the library writes its resets with each.
        if self.shown.as_ref() == Some(&frame) {
            return Ok(None);
        }
        let (buffer, cursor) = &frame;
        self.terminal.draw(|next| {
            next.buffer_mut().clone_from(buffer);
            if let Some(cursor) = cursor {
                next.set_cursor_position(*cursor);
            }
        })?;
        self.shown = Some(frame);
        Ok(Some([BEGIN, &self.sheet.take(), END].concat()))
    }
}
