//! The test machinery itself: the terminal that drives programs shows what a person would see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use rustix::process::Signal;
use support::terminal::{Launch, Terminal, key};

fn shell(script: &str) -> Terminal {
    Launch::new("sh").args(["-c", script]).size(40, 10).start()
}

#[test]
fn text_and_colours_of_the_screen_are_seen_where_they_stand() {
    let terminal = shell(r"printf '\033[2;3H\033[31;1mred\033[0m \347\225\214|'; read -r _");
    let screen = terminal.wait_for_text("界|");
    assert_eq!(screen.find("red"), Some((1, 2..5)));
    assert_eq!(screen.find("|"), Some((1, 8..9)), "the wide character takes two columns");
    let cell = screen.cell_of("red").unwrap();
    assert_eq!((cell.fgcolor(), cell.bold()), (vt100::Color::Idx(1), true));
    assert_eq!(screen.row(1), "  red 界|");
    assert!(terminal.raw().windows(4).any(|bytes| bytes == b"\x1b[31"));
}

#[test]
fn keys_reach_the_program_and_its_exit_code_comes_back() {
    let terminal = shell("read -r word; echo got $word; exit 7");
    terminal.send("hello\r");
    terminal.wait_for_text("got hello");
    assert_eq!(terminal.wait_exit().exit_code(), 7);
}

#[test]
#[should_panic(expected = "the program ended without “never” on the screen")]
fn waiting_for_what_cannot_come_fails_at_once() {
    shell("echo done").wait_for_text("never");
}

#[test]
fn a_synchronized_update_is_seen_whole_or_not_at_all() {
    let terminal = shell(r"printf '\033[?2026hhalf'; read -r _; printf 'whole\033[?2026l'; read -r _");
    terminal.send("\r");
    let screen = terminal.wait_for("the update", |screen| {
        assert!(screen.has("half") == screen.has("whole"), "half an update was shown");
        screen.has("half")
    });
    assert!(screen.has("whole"));
}

#[test]
fn a_resized_window_tells_the_program() {
    let terminal = shell("trap 'stty size; exit' WINCH; echo ready; while :; do read -r _; done");
    terminal.wait_for_text("ready");
    terminal.resize(100, 30);
    let screen = terminal.wait_for_text("30 100");
    assert_eq!(screen.size(), (100, 30));
}

#[test]
fn a_window_of_one_cell_takes_any_text() {
    let terminal = Launch::new("printf").args(["wide: 界 \\033[5;5Hx\\033[2Jy"]).size(1, 1).start();
    assert!(terminal.wait_exit().success());
    terminal.resize(20, 2);
}

#[test]
fn the_settings_of_the_line_show_what_a_program_left_behind() {
    let terminal =
        shell("read -r _; stty raw -echo; echo changed; read -r _; stty sane; echo back; read -r _");
    let before = terminal.settings();
    terminal.send("\r");
    terminal.wait_for_text("changed");
    assert_ne!(terminal.settings(), before);
}

#[test]
fn a_signal_ends_the_program_and_says_so() {
    let terminal = shell("echo ready; read -r _");
    terminal.wait_for_text("ready");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait_exit().signal(), Some("Terminated"));
    assert!(terminal.process().is_none());
}

#[test]
fn a_closed_window_hangs_the_program_up() {
    let home = tempfile::tempdir().unwrap();
    let script = "trap 'echo gone > hup; exit 3' HUP; echo ready; while :; do read -r _ || exit 4; done";
    let mut terminal = Launch::new("bash").args(["-c", script]).home(home.path()).start();
    terminal.wait_for_text("ready");
    terminal.hang_up();
    terminal.wait_exit();
    assert_eq!(std::fs::read_to_string(home.path().join("hup")).unwrap(), "gone\n");
}

#[test]
fn a_stalled_window_stops_the_program_at_its_next_write_and_lets_it_go_on() {
    let terminal = shell("read -r _; seq 100000; echo end; read -r _");
    terminal.stall();
    terminal.send("\r");
    assert!(terminal.received() < 100_000);
    terminal.flow();
    terminal.wait_for_text("end");
    assert!(terminal.received() > 588_000);
}

#[test]
fn a_program_starts_with_a_home_and_an_environment_of_its_own() {
    let launch = Launch::new("sh").args(["-c", "env; cat folder/file"]).file("folder/file", "a file");
    let terminal = launch.env("MARK", "here").without_env("LANG").size(200, 30).start();
    terminal.wait_exit();
    let screen = terminal.screen();
    assert!(screen.has("a file"), "{screen}");
    assert!(
        screen.has("MARK=here") && screen.has(&format!("HOME={}", terminal.home().display())),
        "{screen}"
    );
    assert!(!screen.has("LANG=") && !screen.has("CARGO"), "{screen}");
}

#[test]
fn what_a_program_copies_is_seen() {
    let terminal = shell(r"printf '\033]52;c;aGVsbG8=\007\033]2;the title\007'; echo ok; read -r _");
    terminal.wait_for_text("ok");
    assert_eq!(terminal.copied(), ["aGVsbG8="]);
    assert_eq!(terminal.title(), "the title");
}

#[test]
fn a_job_of_a_shell_can_be_suspended() {
    let terminal = Launch::new("bash").args(["--norc", "-i"]).env("PS1", "ready> ").size(80, 10).start();
    terminal.wait_for_text("ready>");
    // One process: a shell that waits for a child to start cannot be stopped in that moment.
    terminal.send("sh -c 'printf start; printf ed; exec cat'\r");
    terminal.wait_for_text("started");
    terminal.send(key::CTRL_Z);
    terminal.wait_for_text("Stopped");
}

#[test]
fn questions_to_the_terminal_are_answered_and_counted() {
    let ask = r"stty raw -echo; printf '\033[2;5H\033[6n'; dd bs=1 count=6 2>/dev/null | od -An -c; printf end; read -r _";
    let terminal = shell(ask);
    assert!(terminal.wait_for_text("end").text().replace(' ', "").contains("033[2;5R"));
    assert_eq!(terminal.answered(), b"\x1b[2;5R");

    let silent = Launch::new("printf").args([r"\033[c\033[6n\033[5ndone"]).silent().start();
    silent.wait_exit();
    assert!(silent.screen().has("done") && silent.answered().is_empty());
}
