//! The thread that reads the terminal: keys for the console, or raw bytes for a session.
//!
//! It waits for the terminal and for a wake-up at once, so that it never holds a read that would swallow the first key
//! meant for somebody else, costs nothing while nothing is typed, and notices when the terminal goes away.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use crossterm::event::{self, Event, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use tokio::sync::mpsc::{Sender, channel};

use crate::core::key::{Key, KeyCode, Modifiers};
use crate::core::msg::{Mouse, MouseAction, Msg};

/// Keys that may wait: more than anybody types ahead, less than a paste of a book.
const WAITING: usize = 256;

const KEYS: u8 = 0;
const BYTES: u8 = 1;
const NOBODY: u8 = 2;
const END: u8 = 3;

/// What comes from the terminal.
#[derive(Debug)]
pub(super) enum Input {
    /// For the console.
    Msg(Msg),
    /// For the program that has the terminal.
    Bytes(Vec<u8>),
    /// The terminal is gone.
    Gone,
}

/// Who gets what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// The console.
    Console,
    /// The program that has the terminal.
    Session,
    /// Nobody: the console is suspended.
    Nobody,
}

/// The handle of the thread.
pub(super) struct Reader {
    mode: Arc<AtomicU8>,
    wake: Arc<OwnedFd>,
}

impl Reader {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<(Self, tokio::sync::mpsc::Receiver<Input>)> {
        let (out, inputs) = channel(WAITING);
        let mode = Arc::new(AtomicU8::new(KEYS));
        let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        let reader = Self { mode: mode.clone(), wake: wake.clone() };
        std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
            // Whatever ended it, the loop must know that nothing more comes.
            let _ = read(&out, &mode, &wake);
            let _ = out.blocking_send(Input::Gone);
        })?;
        Ok((reader, inputs))
    }

    /// From now on what is typed is for somebody else.
    pub(super) fn give(&self, to: For) {
        let mode = match to {
            For::Console => KEYS,
            For::Session => BYTES,
            For::Nobody => NOBODY,
        };
        self.mode.store(mode, Ordering::SeqCst);
        let _ = rustix::io::write(&*self.wake, &1u64.to_ne_bytes());
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.mode.store(END, Ordering::SeqCst);
        let _ = rustix::io::write(&*self.wake, &1u64.to_ne_bytes());
    }
}

fn read(out: &Sender<Input>, mode: &AtomicU8, wake: &OwnedFd) -> io::Result<()> {
    let stdin = rustix::stdio::stdin();
    loop {
        let now = mode.load(Ordering::SeqCst);
        if now == END {
            return Ok(());
        }
        // What the library has read and not yet told does not make the terminal readable again.
        if now == KEYS && event::poll(Duration::ZERO)? {
            if let Some(msg) = translate(event::read()?)
                && out.blocking_send(Input::Msg(msg)).is_err()
            {
                return Ok(());
            }
            continue;
        }
        let mut fds = [PollFd::new(wake, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
        let watched = if now == NOBODY { &mut fds[..1] } else { &mut fds[..] };
        match poll(watched, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        if fds[0].revents().contains(PollFlags::IN) {
            let _ = rustix::io::read(wake, &mut [0u8; 8]);
            continue;
        }
        let ready = fds[1].revents();
        if ready.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Ok(());
        }
        if now == BYTES && ready.contains(PollFlags::IN) {
            let mut bytes = [0u8; 4096];
            let count = rustix::io::read(stdin, &mut bytes)?;
            let Some(read) = bytes.get(..count).filter(|read| !read.is_empty()) else { return Ok(()) };
            if out.blocking_send(Input::Bytes(read.to_vec())).is_err() {
                return Ok(());
            }
        }
    }
}

/// An event of the terminal as the model knows it; `None` for what means nothing here.
fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let code = code(key.code)?;
            Some(Msg::Key(Key::new(code, modifiers(key.modifiers, key.code))))
        }
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Mouse(mouse) => {
            let action = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => MouseAction::Click,
                MouseEventKind::Drag(MouseButton::Left) => MouseAction::Drag,
                MouseEventKind::Up(MouseButton::Left) => MouseAction::Release,
                MouseEventKind::ScrollUp => MouseAction::WheelUp,
                MouseEventKind::ScrollDown => MouseAction::WheelDown,
                _ => return None,
            };
            Some(Msg::Mouse(Mouse { action, column: mouse.column, row: mouse.row }))
        }
        Event::Resize(columns, rows) => Some(Msg::Resize(columns, rows)),
        Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn modifiers(modifiers: KeyModifiers, code: event::KeyCode) -> Modifiers {
    Modifiers {
        ctrl: modifiers.contains(KeyModifiers::CONTROL),
        alt: modifiers.contains(KeyModifiers::ALT),
        shift: modifiers.contains(KeyModifiers::SHIFT) || code == event::KeyCode::BackTab,
    }
}

fn code(code: event::KeyCode) -> Option<KeyCode> {
    use event::KeyCode as Theirs;
    Some(match code {
        Theirs::Char(letter) => KeyCode::Char(letter),
        Theirs::Enter => KeyCode::Enter,
        Theirs::Esc => KeyCode::Escape,
        Theirs::Tab | Theirs::BackTab => KeyCode::Tab,
        Theirs::Backspace => KeyCode::Backspace,
        Theirs::Delete => KeyCode::Delete,
        Theirs::Insert => KeyCode::Insert,
        Theirs::Home => KeyCode::Home,
        Theirs::End => KeyCode::End,
        Theirs::PageUp => KeyCode::PageUp,
        Theirs::PageDown => KeyCode::PageDown,
        Theirs::Up => KeyCode::Up,
        Theirs::Down => KeyCode::Down,
        Theirs::Left => KeyCode::Left,
        Theirs::Right => KeyCode::Right,
        Theirs::F(number) => KeyCode::Function(number),
        _ => return None,
    })
}
