//! What the console writes to its terminal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::corpus::{CORPUS, TEXTS};
use crate::engine::{ALL_ABOUT, Engine, FRAMED, TERMINAL};
use crate::is_harmless;
use crate::support::output::{Piece, foreign, pieces};
use crate::support::terminal::{Launch, Terminal, key};
use crate::support::until;

/// Wide enough for all columns.
const SIZE: (u16, u16) = (600, 120);

fn console(engine: &Engine) -> Terminal {
    let terminal = Launch::qd([""; 0]).env("DOCKER_HOST", engine.address()).size(SIZE.0, SIZE.1).start();
    terminal.wait_for_console();
    terminal.send("2");
    let all = format!(" {} ", CORPUS.len());
    terminal.wait_for("all workloads", |screen| screen.row(1).contains(&all));
    terminal
}

/// Presses keys and waits for the frame that answers them.
fn press(terminal: &Terminal, keys: &str) {
    let frames = terminal.frames();
    terminal.send(keys);
    until("another frame", || terminal.frames() > frames);
}

/// Nothing in the output so far is anybody's but the program's.
fn is_clean(terminal: &Terminal) {
    let raw = terminal.raw();
    assert_eq!(foreign(&raw), []);
    let hidden = |piece: &Piece<'_>| matches!(piece, Piece::Char(c) if !is_harmless(*c));
    let found: Vec<_> = pieces(&raw).into_iter().filter(hidden).collect();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(terminal.title(), "");
    assert!(terminal.answered().is_empty(), "{:?}", terminal.answered());
    for copied in terminal.copied() {
        let text = String::from_utf8(STANDARD.decode(copied).unwrap()).unwrap();
        let foreign: Vec<char> =
            text.chars().filter(|c| !matches!(c, '\n' | '\t') && !is_harmless(*c)).collect();
        assert!(foreign.is_empty(), "{foreign:?}");
    }
}

/// Shows only the container with that number.
fn only(terminal: &Terminal, container: usize) {
    terminal.send("2");
    terminal.wait_for_text("NAME▲");
    terminal.send(&format!("{}/c{container:03}\r", key::BACKSPACE));
    terminal.wait_for("one row", |screen| screen.row(1).contains("1 of "));
}

#[test]
fn lists_say_nothing_but_text_to_the_terminal() {
    let engine = Engine::with(1);
    let terminal = console(&engine);
    for hundred in 0..CORPUS.len() / 100 {
        terminal.send(&format!("{}/c{hundred}\r", key::BACKSPACE));
        terminal.wait_for("a hundred rows", |screen| screen.row(1).contains("100 of "));
        terminal.wait_for_text(&format!("c{hundred}50"));
    }
    terminal.send("3");
    terminal.wait_for("services", |screen| screen.row(1).contains("services"));
    for (list, name) in
        [("5", "images"), ("6", "volumes"), ("7", "networks"), ("8", "timeline"), ("4", "hosts")]
    {
        terminal.send(list);
        terminal.wait_for(name, |screen| screen.row(1).contains(name));
        if list != "4" {
            for _ in 0..4 {
                press(&terminal, key::PAGE_DOWN);
            }
            press(&terminal, "c");
        }
    }
    assert!(terminal.copied().len() >= 4);
    is_clean(&terminal);
}

#[test]
fn logs_say_nothing_but_text_to_the_terminal() {
    let engine = Engine::with(1);
    let terminal = console(&engine);
    for container in [FRAMED, TERMINAL] {
        only(&terminal, container);
        terminal.send("l");
        terminal.wait_for("the end of the log", |screen| screen.has("following") && screen.has("line 700:"));
        for keys in
            [&[key::RIGHT, key::LEFT][..], &[key::PAGE_UP; 5], &["w", key::PAGE_UP, "c", "w", "v", "g"]]
                .concat()
        {
            press(&terminal, keys);
        }
        terminal.wait_for_text("line 0:");
        terminal.send(key::ESC);
        terminal.wait_for_text("NAME▲");
    }
    assert_eq!(terminal.copied().len(), 2);
    is_clean(&terminal);
}

#[test]
fn details_processes_and_plans_say_nothing_but_text_to_the_terminal() {
    let engine = Engine::with(1);
    let terminal = console(&engine);
    only(&terminal, ALL_ABOUT);
    terminal.send("i");
    terminal.wait_for("the details", |screen| screen.has("[details]") && screen.has("summary"));
    press(&terminal, "+");
    for keys in [key::PAGE_DOWN; 12].into_iter().chain(["c", "v", "G", "g"]) {
        press(&terminal, keys);
    }
    terminal.send(key::TAB);
    terminal.wait_for("the processes", |screen| screen.has("[processes]") && screen.has("cmd "));
    for _ in 0..4 {
        press(&terminal, key::PAGE_DOWN);
    }
    terminal.send(key::TAB);
    terminal.wait_for_text("[stats]");
    terminal.send(key::ESC);
    terminal.wait_for_text("NAME▲");
    terminal.send("r");
    terminal.wait_for("the plan", |screen| screen.has("restart c001"));
    terminal.send(key::ESC);
    terminal.wait_for("the list", |screen| !screen.has("restart c001"));
    terminal.send("5");
    terminal.wait_for("the images", |screen| screen.row(1).contains("images"));
    terminal.send("i");
    terminal.wait_for("the refusal", |screen| screen.has("refused"));
    is_clean(&terminal);
}

#[test]
fn what_is_pasted_into_a_line_is_shown_as_text() {
    let engine = Engine::with(1);
    let terminal = console(&engine);
    // What ends a paste would be keys, and keys do what they say.
    let typed: Vec<&str> = TEXTS.iter().map(String::as_str).filter(|text| !text.contains('\x1b')).collect();
    let pasted = typed.join(" ");
    for line in ["/", ":"] {
        press(&terminal, line);
        let frames = terminal.frames();
        terminal.paste(&pasted);
        until("the pasted text", || terminal.frames() > frames);
        press(&terminal, key::ESC);
    }
    is_clean(&terminal);
}
