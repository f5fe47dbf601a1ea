//! Taking the terminal and giving it back, whatever happens.
//!
//! Giving back happens once, whoever asks first: the end of the program, a panic in any thread, or a signal. It writes
//! straight to the terminal, so it works while everything else is broken.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::core::fault::Fault;

/// Whether the terminal is ours right now.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// How long a terminal that takes nothing may keep the process from ending.
const PATIENCE: Duration = Duration::from_millis(500);
/// Held while something is written to the console's screen.
static WRITING: Mutex<()> = Mutex::new(());
/// Held while the terminal is taken or given back.
static CHANGING: Mutex<()> = Mutex::new(());

/// The other screen, no line wrap surprises, pasted text in brackets, cursor off.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[2J\x1b[H";
/// Mouse off in every mode, pasted text plain, colours off, cursor on, the screen that was there before.
const GIVE_BACK: &str = "\x1b[?2026l\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";
/// Clicks, the wheel and moving with a button held, with coordinates beyond 223.
pub(super) const MOUSE_ON: &str = "\x1b[?1002h\x1b[?1006h";
/// Leaves the mouse to the terminal.
pub(super) const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l";

/// Whether there is a terminal that a console can run on.
pub(super) fn check(term: Option<&str>) -> Result<(), Fault> {
    let next = "use the commands without a screen: `qd ls workloads`, `qd logs NAME`, `qd help`";
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Fault::new("the terminal", "standard input or output is no terminal", next));
    }
    match term {
        Some("dumb") => Err(Fault::new("TERM=dumb", "this terminal cannot place text on its screen", next)),
        _ => Ok(()),
    }
}

/// Takes the terminal.
pub(super) fn take(mouse: bool) -> io::Result<()> {
    let _guard = lock();
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout().lock();
    out.write_all(TAKE.as_bytes())?;
    if mouse {
        out.write_all(MOUSE_ON.as_bytes())?;
    }
    out.flush()
}

/// Sets the line up again, which a shell may have reset while the process was stopped.
pub(super) fn retake_line() -> io::Result<()> {
    let _guard = lock();
    if TAKEN.load(Ordering::SeqCst) {
        // Not by way of the library: it believes that the line is raw, and would do nothing.
        let terminal = rustix::stdio::stdin();
        let mut line = rustix::termios::tcgetattr(terminal)?;
        line.make_raw();
        rustix::termios::tcsetattr(terminal, rustix::termios::OptionalActions::Now, &line)?;
    }
    Ok(())
}

/// Gives it back; does nothing where it is not ours.
pub(super) fn give_back() {
    let _guard = lock();
    if TAKEN.swap(false, Ordering::SeqCst) {
        write_patiently(GIVE_BACK);
        // The terminal may be gone; there is nobody left to tell.
        let _ = disable_raw_mode();
    }
}

/// Writes to the console's screen; what would land on somebody else's is dropped.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let _guard = WRITING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !TAKEN.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes after the frame that is on its way. A thread of its own waits for it, for the terminal may take neither.
fn write_patiently(text: &'static str) {
    let (done, wait) = sync_channel(1);
    let write = move || {
        let _guard = WRITING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match rustix::io::write(rustix::stdio::stdout(), rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => break,
            }
        }
        let _ = done.send(());
    };
    if std::thread::Builder::new().name("farewell".to_owned()).spawn(write).is_ok() {
        let _ = wait.recv_timeout(PATIENCE);
    }
}

fn lock() -> std::sync::MutexGuard<'static, ()> {
    CHANGING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// From now on a panic in any thread gives the terminal back before it is reported.
pub(super) fn install_panic_hook(panicked: impl Fn() + Send + Sync + 'static) {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        give_back();
        report(info);
        panicked();
    }));
}
