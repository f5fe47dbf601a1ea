//! A program in a terminal of its own: typed at, read, resized, signalled, hung up.
//!
//! The program gets a clean environment and a home of its own, so nothing of the machine's user reaches it. Waiting is
//! always for something on the screen; the deadline only bounds failure.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use filedescriptor::{FileDescriptor, POLLIN, pollfd};
use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::DEADLINE;
use super::emulator::Emulator;
use super::process::Process;
use super::screen::Screen;

/// The program under test.
pub(crate) fn qd() -> OsString {
    std::env::var_os("QD_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_qd").into())
}

/// Keys that are more than a character.
pub(crate) mod key {
    pub(crate) const ENTER: &str = "\r";
    pub(crate) const ESC: &str = "\x1b";
    pub(crate) const TAB: &str = "\t";
    pub(crate) const BACK_TAB: &str = "\x1b[Z";
    pub(crate) const BACKSPACE: &str = "\x7f";
    pub(crate) const UP: &str = "\x1b[A";
    pub(crate) const DOWN: &str = "\x1b[B";
    pub(crate) const RIGHT: &str = "\x1b[C";
    pub(crate) const LEFT: &str = "\x1b[D";
    pub(crate) const HOME: &str = "\x1b[H";
    pub(crate) const END: &str = "\x1b[F";
    pub(crate) const PAGE_UP: &str = "\x1b[5~";
    pub(crate) const PAGE_DOWN: &str = "\x1b[6~";
    pub(crate) const CTRL_C: &str = "\x03";
    pub(crate) const CTRL_Z: &str = "\x1a";
}

/// How to start a program.
pub(crate) struct Launch {
    program: OsString,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    size: (u16, u16),
    home: Option<PathBuf>,
    files: Vec<(PathBuf, String)>,
    silent: bool,
}

impl Launch {
    /// `program` without arguments, in 80 columns and 24 rows.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let launch = Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            size: (80, 24),
            home: None,
            files: Vec::new(),
            silent: false,
        };
        launch
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TERM", "xterm-256color")
            .env("COLORTERM", "truecolor")
            .env("LANG", "C.UTF-8")
    }

    /// The console or one of its commands. `QD_PROGRAM` names another build of it than the one that was made for the
    /// tests.
    pub(crate) fn qd<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        Self::new(qd()).args(arguments)
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    pub(crate) fn without_env(mut self, name: impl AsRef<OsStr>) -> Self {
        self.environment.remove(name.as_ref());
        self
    }

    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// A home that the test made, to be found again by a second start. Otherwise the program gets an empty one.
    pub(crate) fn home(mut self, home: impl AsRef<Path>) -> Self {
        self.home = Some(home.as_ref().to_owned());
        self
    }

    /// A file that the program finds in its home.
    pub(crate) fn file(mut self, path: impl AsRef<Path>, text: impl Into<String>) -> Self {
        self.files.push((path.as_ref().to_owned(), text.into()));
        self
    }

    /// Makes the terminal one that answers none of the program's questions.
    pub(crate) fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Starts the program.
    pub(crate) fn start(self) -> Terminal {
        let own_home = self.home.is_none().then(|| TempDir::with_prefix("qd-home-").unwrap());
        let home = self.home.unwrap_or_else(|| own_home.as_ref().unwrap().path().to_owned());
        for (path, text) in &self.files {
            let path = home.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.arguments);
        command.env_clear();
        command.env("HOME", &home);
        command.cwd(&home);
        for (name, value) in &self.environment {
            command.env(name, value);
        }

        let (columns, rows) = self.size;
        let pair = native_pty_system().openpty(pty_size(columns, rows)).unwrap();
        // portable-pty's own writer types a newline and an end-of-file when it is dropped; this one does not.
        let master = FileDescriptor::dup(&pair.master.as_raw_fd().unwrap()).unwrap();
        let writer = master.as_file().unwrap();
        let mut child = pair
            .slave
            .spawn_command(command)
            .unwrap_or_else(|error| panic!("{} did not start: {error}", self.program.display()));
        drop(pair.slave);

        let state = State {
            emulator: Emulator::new(columns, rows),
            answers: (!self.silent).then(Vec::new),
            paused: false,
            drained: false,
            exit: None,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let pid = child.process_id().unwrap();
        let (woken, wake) = std::io::pipe().unwrap();
        let reader = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || read_all(master, &woken, &shared)
        });
        std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                let status = child.wait().unwrap();
                shared.change(|state| state.exit = Some(status));
            }
        });
        let pty = Pty { master: pair.master, writer, wake, reader };
        Terminal { shared, pid, pty: Some(pty), home, _own_home: own_home }
    }
}

struct State {
    emulator: Emulator,
    /// What the terminal answered so far, if it answers at all.
    answers: Option<Vec<u8>>,
    /// The terminal takes nothing, as one behind a dead link does.
    paused: bool,
    /// The program's side is closed and everything was read.
    drained: bool,
    exit: Option<ExitStatus>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until `ready`, or until the bound has passed; the state then.
    fn wait(&self, bound: Duration, mut ready: impl FnMut(&State) -> bool) -> MutexGuard<'_, State> {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), bound, |state| !ready(state))
            .unwrap_or_else(PoisonError::into_inner);
        state
    }
}

/// Feeds the emulator until the program's side closes or the window does (the other end of `woken` closes).
fn read_all(mut master: FileDescriptor, woken: &impl AsRawFd, shared: &Shared) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        drop(shared.changed.wait_while(shared.lock(), |state| state.paused));
        let mut ready =
            [master.as_raw_fd(), woken.as_raw_fd()].map(|fd| pollfd { fd, events: POLLIN, revents: 0 });
        if filedescriptor::poll(&mut ready, None).is_err() || ready[1].revents != 0 {
            return;
        }
        // The kernel reports the closed other side of a PTY as an error.
        let read = master.read(&mut buffer).unwrap_or(0);
        let now = Instant::now();
        if read == 0 {
            return shared.change(|state| state.drained = true);
        }
        let mut answers = Vec::new();
        shared.change(|state| {
            state.emulator.feed(&buffer[..read], now);
            if let Some(answered) = &mut state.answers {
                answers = state.emulator.take_answers();
                answered.extend(&answers);
            }
        });
        // A program that has just ended takes none.
        let _ = master.write_all(&answers);
    }
}

/// A terminal with a program in it. Dropping it kills the program.
pub(crate) struct Terminal {
    shared: Arc<Shared>,
    pid: u32,
    /// None once the window is closed.
    pty: Option<Pty>,
    home: PathBuf,
    _own_home: Option<TempDir>,
}

struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: File,
    wake: PipeWriter,
    reader: JoinHandle<()>,
}

impl Terminal {
    /// Types `keys`: characters, and the sequences of [`key`].
    pub(crate) fn send(&self, keys: &str) {
        self.send_bytes(keys.as_bytes());
    }

    /// Types bytes that are no text.
    pub(crate) fn send_bytes(&self, bytes: &[u8]) {
        (&self.pty().writer).write_all(bytes).unwrap();
    }

    /// Pastes `text` as a terminal with bracketed paste does.
    pub(crate) fn paste(&self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// The last complete frame.
    pub(crate) fn screen(&self) -> Screen {
        self.shared.lock().emulator.shown.clone()
    }

    /// Waits until the console has drawn itself, whichever its first screen is.
    pub(crate) fn wait_for_console(&self) -> Screen {
        self.wait_for("the console", |screen| screen.row(0).contains("quarterdeck"))
    }

    /// Waits until `text` is on the screen.
    pub(crate) fn wait_for_text(&self, text: &str) -> Screen {
        self.wait_for(&format!("“{text}”"), |screen| screen.has(text))
    }

    /// Waits until the screen shows `what`, as `seen` judges; fails with the screen when it does not come.
    pub(crate) fn wait_for(&self, what: &str, seen: impl FnMut(&Screen) -> bool) -> Screen {
        match self.wait_within(DEADLINE, seen) {
            Ok((screen, _)) => screen,
            Err((reason, screen)) => panic!("{reason} without {what} on the screen:\n{screen}"),
        }
    }

    /// The same with a bound of its own: the screen and the moment at which it was read, or why it did not come.
    pub(crate) fn wait_within(
        &self,
        bound: Duration,
        mut seen: impl FnMut(&Screen) -> bool,
    ) -> Result<(Screen, Instant), (&'static str, Box<Screen>)> {
        let mut looked_at = None;
        let mut found = false;
        let state = self.shared.wait(bound, |state| {
            // One look per frame: a program that floods the terminal must not make the test slower than itself.
            if looked_at != Some(state.emulator.frames) {
                looked_at = Some(state.emulator.frames);
                found = seen(&state.emulator.shown);
            }
            found || state.drained
        });
        let screen = state.emulator.shown.clone();
        match (found, state.drained) {
            (true, _) => Ok((screen, state.emulator.shown_at)),
            (false, true) => Err(("the program ended", Box::new(screen))),
            (false, false) => Err(("the deadline passed", Box::new(screen))),
        }
    }

    /// All output so far, byte for byte (the newest 64 MB).
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shared.lock().emulator.raw.clone()
    }

    /// How many bytes the program has written.
    pub(crate) fn received(&self) -> u64 {
        self.shared.lock().emulator.received
    }

    /// How many complete frames the program has drawn.
    pub(crate) fn frames(&self) -> u64 {
        self.shared.lock().emulator.frames
    }

    /// What the program put on the clipboard with OSC 52, oldest first, still in base64.
    pub(crate) fn copied(&self) -> Vec<String> {
        self.shared.lock().emulator.copied().to_vec()
    }

    /// What the terminal answered to questions (of its kind, of the cursor) that it found in the output. Where the
    /// program asks nothing, whatever stands here was smuggled through it.
    pub(crate) fn answered(&self) -> Vec<u8> {
        self.shared.lock().answers.clone().unwrap_or_default()
    }

    /// The window's title.
    pub(crate) fn title(&self) -> String {
        self.shared.lock().emulator.title().to_owned()
    }

    /// Gives the window another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.shared.change(|state| state.emulator.resize(columns, rows));
        self.pty().master.resize(pty_size(columns, rows)).unwrap();
    }

    /// Stops taking output, as a terminal behind a stalled link does.
    pub(crate) fn stall(&self) {
        self.shared.change(|state| state.paused = true);
    }

    /// Takes output again.
    pub(crate) fn flow(&self) {
        self.shared.change(|state| state.paused = false);
    }

    /// The settings of the terminal line (what `stty` shows), to compare before and after.
    pub(crate) fn settings(&self) -> String {
        let line = rustix::termios::tcgetattr(&self.pty().writer).unwrap();
        format!(
            "{:?} {:?} {:?} {:?} {:?}",
            line.input_modes, line.output_modes, line.control_modes, line.local_modes, line.special_codes
        )
    }

    /// The program's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// What the kernel says about the program; `None` once it has ended.
    pub(crate) fn process(&self) -> Option<Process> {
        Process::of(self.pid)
    }

    /// The folder that the program takes for its user's home.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Sends a signal to the program, if it still runs.
    pub(crate) fn signal(&self, signal: Signal) {
        let state = self.shared.lock();
        if state.exit.is_none() {
            let sent = kill_process(Pid::from_raw(i32::try_from(self.pid).unwrap()).unwrap(), signal);
            // It may have ended a moment ago.
            assert!(matches!(sent, Ok(()) | Err(Errno::SRCH)), "{sent:?}");
        }
    }

    /// Waits until the program has ended and all its output was read.
    pub(crate) fn wait_exit(&self) -> ExitStatus {
        let state = self.shared.wait(DEADLINE, |state| state.exit.is_some() && state.drained);
        let (exit, screen) = (state.exit.clone(), state.emulator.shown.clone());
        drop(state);
        exit.unwrap_or_else(|| panic!("the program still runs; its screen:\n{screen}"))
    }

    /// Closes the window: the program gets SIGHUP and a dead terminal. Its end can still be waited for.
    pub(crate) fn hang_up(&mut self) {
        let Pty { master, writer, wake, reader } = self.pty.take().expect("the window is open");
        drop(wake);
        self.flow();
        reader.join().unwrap();
        drop((master, writer));
        self.shared.change(|state| state.drained = true);
    }

    fn pty(&self) -> &Pty {
        self.pty.as_ref().expect("the window is open")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        drop(self.shared.wait(DEADLINE, |state| state.exit.is_some()));
    }
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}
