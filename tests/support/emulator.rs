//! The terminal's side of the bytes: parses what a program writes and keeps the last complete frame.

use std::num::NonZeroU16;
use std::time::Instant;

use super::screen::Screen;

/// How many bytes of output are kept as they came; beyond it the older half goes.
const RAW_LIMIT: usize = 64 << 20;

/// A terminal without a window.
pub(crate) struct Emulator {
    parser: vt100::Parser<Observer>,
    /// The last frame that was complete: a synchronized update counts when it ends.
    pub(crate) shown: Screen,
    /// When the bytes that completed it were read.
    pub(crate) shown_at: Instant,
    /// How many complete frames there were.
    pub(crate) frames: u64,
    /// The bytes as they came.
    pub(crate) raw: Vec<u8>,
    /// How many bytes came in all.
    pub(crate) received: u64,
}

#[derive(Default)]
struct Observer {
    updating: bool,
    completed: Option<Screen>,
    copied: Vec<String>,
    title: String,
    answers: Vec<u8>,
}

impl vt100::Callbacks for Observer {
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _kind: &[u8], data: &[u8]) {
        self.copied.push(String::from_utf8_lossy(data).into_owned());
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.title = String::from_utf8_lossy(title).into_owned();
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        second: Option<u8>,
        parameters: &[&[u16]],
        verb: char,
    ) {
        let asked = parameters.first().and_then(|parameter| parameter.first()).copied().unwrap_or(0);
        match (first, second, verb, asked) {
            // What are you? A VT220 with colours.
            (None, None, 'c', 0) => self.answers.extend(b"\x1b[?62;22c"),
            // Are you well? Where is the cursor?
            (None, None, 'n', 5) => self.answers.extend(b"\x1b[0n"),
            (None, None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                self.answers.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            // Do you know synchronized updates? Yes, and none is going on.
            (Some(b'?'), Some(b'$'), 'p', 2026) => self.answers.extend(b"\x1b[?2026;2$y"),
            _ => {}
        }
        if first == Some(b'?') && parameters.contains(&[2026].as_slice()) {
            self.updating = verb == 'h';
            if verb == 'l' {
                self.completed = Some(Screen::of(screen));
            }
        }
    }
}

impl Emulator {
    pub(crate) fn new(columns: u16, rows: u16) -> Self {
        let (rows, columns) = sides(columns, rows);
        let parser = vt100::Parser::new_with_callbacks(rows, columns, 0, Observer::default());
        let shown = Screen::of(parser.screen());
        Self { parser, shown, shown_at: Instant::now(), frames: 0, raw: Vec::new(), received: 0 }
    }

    /// Takes bytes that were read at `now`.
    pub(crate) fn feed(&mut self, bytes: &[u8], now: Instant) {
        self.received += bytes.len() as u64;
        self.raw.extend_from_slice(bytes);
        if self.raw.len() > RAW_LIMIT {
            self.raw.drain(..RAW_LIMIT / 2);
        }
        self.parser.process(bytes);
        let completed = self.parser.callbacks_mut().completed.take();
        let completed =
            if self.parser.callbacks().updating { completed } else { Some(Screen::of(self.parser.screen())) };
        if let Some(screen) = completed {
            self.shown = screen;
            self.shown_at = now;
            self.frames += 1;
        }
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let (rows, columns) = sides(columns, rows);
        self.parser.set_size(rows, columns);
        self.shown = Screen::of(self.parser.screen());
    }

    /// What the terminal has to say to the program's questions since the last call.
    pub(crate) fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.parser.callbacks_mut().answers)
    }

    /// What the program put on the clipboard (OSC 52), still in base64.
    pub(crate) fn copied(&self) -> &[String] {
        &self.parser.callbacks().copied
    }

    /// The window's title.
    pub(crate) fn title(&self) -> &str {
        &self.parser.callbacks().title
    }
}

fn sides(columns: u16, rows: u16) -> (NonZeroU16, NonZeroU16) {
    (
        NonZeroU16::new(rows).expect("a screen has rows"),
        NonZeroU16::new(columns).expect("a screen has columns"),
    )
}
