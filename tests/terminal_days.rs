//! The terminal's bad days: signals, closed and stalled windows, wild sizes, hostile text; on the simulated fleet.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::output::{colours, foreign};
use support::process::Process;
use support::screen::Screen;
use support::terminal::{Launch, Terminal, key, qd};
use support::until;

/// An idle console that is told to end is gone within a second; the rest is for the machine, which may be busy.
const GONE: Duration = Duration::from_secs(3);

/// Shown as soon as the simulated fleet is there.
const FLEET: &str = "numbers-prod";
/// In the bottom row of every list.
const HINTS: &str = "/ filter";

fn demo() -> Launch {
    Launch::qd(["demo"])
}

/// Opens the list of the fleet, whatever the first screen is.
fn at_the_fleet(terminal: &Terminal) -> Screen {
    terminal.wait_for("the first screen", |screen| screen.row(0).contains("DEMO"));
    terminal.send("1");
    let is_read = |row: String| !row.contains("empty") && !row.contains("connecting");
    terminal.wait_for("the whole fleet", |screen| {
        [FLEET, "local", "smallsite", "talelio"].iter().all(|name| screen.row_with(name).is_some_and(is_read))
    })
}

/// Filters the workloads down to `name` and asks for a restart of it.
fn ask_for_restart(terminal: &Terminal, name: &str) {
    terminal.send("2");
    terminal.wait_for_text("NAME▲");
    terminal.send(&format!("{}/{name}\r", key::BACKSPACE));
    terminal.wait_for("one row", |screen| screen.row(1).contains("1 of "));
    terminal.send("r");
}

/// A console below a shell: what it leaves behind can be seen after its end.
struct UnderShell {
    terminal: Terminal,
    settings: String,
}

impl UnderShell {
    fn start() -> Self {
        let script = "read -r _; \"$@\"; printf 'ended with %s.' $?; read -r _";
        let terminal = Launch::new("sh").args(["-c", script, "sh"]).args([qd(), "demo".into()]).start();
        let settings = terminal.settings();
        terminal.send("\r");
        at_the_fleet(&terminal);
        Self { terminal, settings }
    }

    fn console(&self) -> u32 {
        *Process::tree(self.terminal.pid()).get(1).expect("the shell has started the console")
    }

    /// The console ended with this code and left the terminal as it found it.
    fn has_left_everything_as_it_was(&self, code: u8) {
        let text = format!("ended with {code}.");
        let found = self.terminal.wait_within(GONE, |screen| screen.has(&text));
        let (screen, _) = found.unwrap_or_else(|(why, screen)| panic!("{why} without “{text}”:\n{screen}"));
        assert_eq!(self.terminal.settings(), self.settings);
        let left = screen.terminal();
        assert!(!left.alternate_screen() && !left.hide_cursor() && !left.bracketed_paste(), "{screen}");
        assert_eq!(left.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let raw = String::from_utf8(self.terminal.raw()).unwrap();
        let (_, after) = raw.rsplit_once("\x1b[?1049l").expect("the alternate screen was left");
        assert_eq!(after, text, "nothing is drawn after the end");
    }
}

fn signal(pid: u32, signal: Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

#[test]
fn quitting_leaves_the_terminal_as_it_was() {
    let shell = UnderShell::start();
    shell.terminal.send("q");
    shell.has_left_everything_as_it_was(0);
}

#[test]
fn a_signal_that_ends_the_console_leaves_the_terminal_as_it_was() {
    for (number, sent) in [(1, Signal::HUP), (2, Signal::INT), (3, Signal::QUIT), (15, Signal::TERM)] {
        let shell = UnderShell::start();
        signal(shell.console(), sent);
        shell.has_left_everything_as_it_was(128 + number);
    }
}

#[test]
fn a_closed_window_ends_the_console_and_leaves_nothing_running() {
    let mut terminal = demo().start();
    at_the_fleet(&terminal);
    let processes = Process::tree(terminal.pid());
    let closed = Instant::now();
    terminal.hang_up();
    assert_eq!(terminal.wait_exit().exit_code(), 128 + 1);
    assert!(closed.elapsed() < GONE, "it took {:?}", closed.elapsed());
    assert!(processes.into_iter().all(|pid| Process::of(pid).is_none()));
}

#[test]
fn a_console_that_is_told_to_end_ends_although_the_terminal_takes_nothing() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    terminal.stall();
    fill_the_link(&terminal);
    let told = Instant::now();
    terminal.signal(Signal::TERM);
    until("the end of the console", || terminal.process().is_none_or(|process| process.state == 'Z'));
    assert!(told.elapsed() < GONE, "it took {:?}", told.elapsed());
    terminal.flow();
    assert_eq!(terminal.wait_exit().exit_code(), 128 + 15);
}

/// Makes the console write more than a terminal holds that takes nothing, and waits until all keys have done their work.
fn fill_the_link(terminal: &Terminal) {
    terminal.send(&"21".repeat(100));
    terminal.send("2\x13\r");
    until("an exported file", || {
        let mut files = std::fs::read_dir(terminal.home()).unwrap().flatten();
        files.any(|file| file.file_name().to_string_lossy().contains("workloads"))
    });
}

#[test]
fn a_stalled_terminal_stops_nothing_else_and_then_gets_the_newest_frame_only() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    let (frames, memory) = (terminal.frames(), terminal.process().unwrap().memory);
    terminal.stall();
    // The file that it waits for was written while the terminal took nothing.
    fill_the_link(&terminal);
    // The stall itself; nothing is waited for.
    std::thread::sleep(Duration::from_secs(5));
    terminal.send("4");
    terminal.flow();
    terminal.wait_for("the last screen that was asked for", |screen| screen.row(0).contains("4 hosts"));
    let drawn = terminal.frames() - frames;
    assert!(drawn < 100, "{drawn} frames were drawn for a terminal that took none");
    let grown = terminal.process().unwrap().memory.saturating_sub(memory);
    assert!(grown < 16 << 20, "memory grew by {grown} bytes");
}

/// A shell with job control, with the console in its foreground.
fn job() -> Terminal {
    let terminal = Launch::new("bash").args(["--norc", "-i"]).env("PS1", "prompt> ").start();
    terminal.wait_for_text("prompt>");
    let program = qd();
    terminal.send(&format!("'{}' demo\r", program.to_str().unwrap()));
    at_the_fleet(&terminal);
    terminal
}

fn is_whole(screen: &Screen) -> bool {
    let rows = screen.size().1;
    screen.row(0).contains("DEMO") && screen.has(FLEET) && screen.row(rows - 1).contains(HINTS)
}

fn comes_back_whole(terminal: &Terminal) {
    let screen = terminal.wait_for_text("Stopped");
    assert!(!screen.terminal().alternate_screen() && !screen.terminal().hide_cursor(), "{screen}");
    assert!(!screen.terminal().bracketed_paste() || screen.has("prompt>"));
    terminal.send("fg\r");
    let screen = terminal.wait_for("the whole screen", is_whole);
    assert!(screen.terminal().alternate_screen() && screen.terminal().hide_cursor());
    // Its keys are read again, one by one.
    terminal.send("4");
    terminal.wait_for("the hosts", |screen| screen.row(0).contains("4 hosts"));
    terminal.send("q");
    terminal.send("q");
    terminal.wait_for("the shell", |screen| !screen.terminal().alternate_screen());
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_screen_back_whole() {
    let terminal = job();
    terminal.send(key::CTRL_Z);
    comes_back_whole(&terminal);
}

#[test]
fn a_console_stopped_by_a_signal_gives_the_terminal_back_first() {
    let terminal = job();
    signal(*Process::tree(terminal.pid()).get(1).unwrap(), Signal::TSTP);
    comes_back_whole(&terminal);
}

#[test]
fn a_console_stopped_without_warning_brings_line_and_screen_back_when_it_goes_on() {
    let terminal = job();
    let console = *Process::tree(terminal.pid()).get(1).unwrap();
    signal(console, Signal::STOP);
    until("the stop", || Process::of(console).is_some_and(|process| process.state == 'T'));
    // It leaves its screen, as after any program that was stopped: the shell's word stands somewhere on it.
    terminal.wait_for_text("Stopped");
    terminal.send("printf '\\033[?1049l\\033[2J'; fg\r");
    terminal.wait_for("the whole screen", |screen| is_whole(screen) && screen.terminal().alternate_screen());
    terminal.send("4");
    terminal.wait_for("the hosts", |screen| screen.row(0).contains("4 hosts"));
}

#[test]
fn a_thousand_sizes_in_a_row_leave_a_screen_that_is_right() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    for step in 0..1000u16 {
        let (columns, rows) = if step % 10 == 0 { (1, 1) } else { (1 + step * 7 % 200, 1 + step * 3 % 60) };
        terminal.resize(columns, rows);
    }
    terminal.resize(1, 1);
    terminal.resize(59, 14);
    terminal.wait_for_text("needs 60×15");
    for (columns, rows) in [(300, 100), (60, 15), (80, 24)] {
        terminal.resize(columns, rows);
        let screen = terminal
            .wait_for("the whole screen", |screen| screen.size() == (columns, rows) && is_whole(screen));
        assert!(!screen.has("needs 60×15"), "{screen}");
    }
    assert!(foreign(&terminal.raw()).is_empty());
}

#[test]
fn eighty_columns_and_twenty_four_rows_are_enough_for_every_list() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    for (key, title) in
        ["fleet", "workloads", "services", "hosts", "images", "volumes", "networks", "timeline", "runs"]
            .into_iter()
            .enumerate()
    {
        terminal.send(&(key + 1).to_string());
        let current = format!("{} {title}", key + 1);
        terminal.wait_for(title, |screen| {
            let rows = screen.size().1;
            screen.row(0).contains(&current)
                && screen.row(1).contains(title)
                && screen.row(rows - 1).contains(HINTS)
        });
    }
}

#[test]
fn a_terminal_that_cannot_place_text_is_refused_with_what_to_do_instead() {
    let terminal = demo().env("TERM", "dumb").size(200, 24).start();
    assert_eq!(terminal.wait_exit().exit_code(), 1);
    let said = terminal.screen().text();
    assert!(
        said.contains("TERM=dumb") && said.contains("cannot place text") && said.contains("qd ls"),
        "{said}"
    );
    assert!(!terminal.raw().contains(&0x1b), "nothing was tried on it");
}

#[test]
fn no_terminal_at_all_is_refused_with_what_to_do_instead() {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(qd());
    command.arg("demo").env_clear().env("HOME", home.path()).env("TERM", "xterm").stdin(Stdio::null());
    let ended = command.output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        said.contains("the terminal") && said.contains("no terminal") && said.contains("qd ls"),
        "{said}"
    );
    assert!(ended.stdout.is_empty());
}

#[test]
fn a_wrong_command_line_ends_with_code_2_and_a_suggestion() {
    for (arguments, said) in
        [(["ls", "workload"], "workloads"), (["--theme", "drak"], "dark"), (["--keymap", "vin"], "vim")]
    {
        let terminal = Launch::qd(arguments).size(200, 24).start();
        assert_eq!(terminal.wait_exit().exit_code(), 2, "{arguments:?}");
        let screen = terminal.screen();
        assert!(screen.has(arguments[1]) && screen.has(said), "{screen}");
    }
}

#[test]
fn no_color_is_obeyed_in_every_byte() {
    let terminal = demo().env("NO_COLOR", "1").start();
    at_the_fleet(&terminal);
    ask_for_restart(&terminal, "brave_curie");
    terminal.wait_for_text("y confirm");
    assert_eq!(colours(&terminal.raw()), [""; 0]);

    let coloured = demo().start();
    at_the_fleet(&coloured);
    assert!(!colours(&coloured.raw()).is_empty());
}

#[test]
fn themes_look_different_and_say_the_same() {
    let screens = ["dark", "light"].map(|theme| {
        let terminal = demo().args(["--theme", theme]).start();
        at_the_fleet(&terminal)
    });
    let [dark, light] = &screens;
    assert_eq!(dark.row(0), light.row(0));
    let look = |screen: &Screen| {
        let cell = screen.cell_of(FLEET).unwrap();
        (cell.fgcolor(), cell.bgcolor())
    };
    assert_ne!(look(dark), look(light));
}

#[test]
fn a_paste_never_confirms_a_plan() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    ask_for_restart(&terminal, "brave_curie");
    terminal.wait_for_text("y confirm");
    for pasted in ["y", "y\r", "\r", "yes\ry\r\n"] {
        terminal.paste(pasted);
        terminal.wait_for_text("not by pasting");
    }
    terminal.send(key::ESC);
    terminal.wait_for_text(HINTS);

    ask_for_restart(&terminal, "api-5593aa");
    terminal.wait_for("the question for the name", |screen| screen.has("Type numbers-prod to confirm"));
    terminal.paste("numbers-prod\r");
    terminal.wait_for_text("not by pasting");
    terminal.send("\r");
    terminal.send(key::ESC);
    terminal.wait_for_text(HINTS);

    terminal.send("9");
    terminal.wait_for_text("No runs");
}

#[test]
fn a_production_plan_is_confirmed_by_its_environments_name_and_run() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    ask_for_restart(&terminal, "api-5593aa");
    terminal.wait_for("the question for the name", |screen| screen.has("Type numbers-prod to confirm"));
    terminal.send("numbers-pro\r");
    terminal.wait_for("the dialog, still", |screen| screen.has("numbers-pro"));
    terminal.send("d");
    // The dialog takes no key in its first moment: a key that was meant for what was there before must not confirm.
    terminal.wait_for("the run", |screen| {
        terminal.send("\r");
        screen.has("succeeded")
    });
}

#[test]
fn what_is_pasted_reaches_the_terminal_without_its_control_sequences() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    terminal.send("/");
    terminal.paste("mark\x1b]0;owned\x07\x1b[2J\x1b]52;c;b3duZWQ=\x07\u{202e}evil\u{9b}31m\0end");
    let screen = terminal.wait_for_text("mark");
    assert!(screen.row(0).contains("DEMO"));
    terminal.send("\r");
    terminal.wait_for_text(HINTS);
    assert_eq!(foreign(&terminal.raw()), []);
    assert!(terminal.copied().is_empty() && terminal.title().is_empty() && terminal.answered().is_empty());
}

#[test]
fn nothing_but_its_own_sequences_is_in_a_walk_through_all_screens() {
    let terminal = demo().start();
    at_the_fleet(&terminal);
    let hints = terminal.screen().row(23);
    for (keys, seen) in [("2", "NAME▲"), ("i", "workloads › "), ("l", "› log of "), ("f", "› log of ")]
    {
        terminal.send(keys);
        terminal.wait_for_text(seen);
    }
    // What follows an Esc too closely would be taken for a key with Alt.
    terminal.send(key::ESC);
    terminal.wait_for("no log", |screen| !screen.has("› log of "));
    terminal.send("1");
    terminal.wait_for("the fleet", |screen| screen.row(23) == hints);
    for keys in ["?", "M", ":", "T"] {
        terminal.send(keys);
        terminal.wait_for("what it opens", |screen| screen.row(23) != hints);
        terminal.send(key::ESC);
        terminal.wait_for("the fleet again", |screen| screen.row(23) == hints);
    }
    terminal.send("c");
    until("a copy", || !terminal.copied().is_empty());
    assert_eq!(foreign(&terminal.raw()), []);
    assert!(terminal.answered().is_empty(), "the console asked the terminal nothing");
}
