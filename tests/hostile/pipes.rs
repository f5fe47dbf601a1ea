//! What the commands print, for people and for programs.

use std::process::{Command, Output};

use tempfile::TempDir;

use crate::engine::{Engine, FRAMED, TERMINAL, id};
use crate::is_harmless;
use crate::support::terminal::qd;

/// Few things with many texts each: what is printed is as wide as it has to be, and each look at a thing takes time.
const EACH: usize = 32;

fn run(engine: &Engine, arguments: &[&str]) -> Output {
    let home = TempDir::with_prefix("qd-home-").unwrap();
    let mut command = Command::new(qd());
    command.args(arguments).env_clear().env("HOME", home.path()).current_dir(home.path());
    command.env("LANG", "C.UTF-8").env("DOCKER_HOST", engine.address());
    command.output().unwrap()
}

/// Both outputs are text without anything that acts on a terminal; what was printed, and what was said beside it.
fn harmless(arguments: &[&str], output: Output) -> [String; 2] {
    let texts = [output.stdout, output.stderr].map(|bytes| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => panic!("{arguments:?} is no UTF-8: {error}"),
    });
    for text in &texts {
        for line in text.lines() {
            let foreign: Vec<char> = line.chars().filter(|c| *c != '\t' && !is_harmless(*c)).collect();
            assert!(foreign.is_empty(), "{arguments:?}: {foreign:?} in {line:?}");
        }
        // The lines of a table for other programs end as RFC 4180 wants it.
        assert!(!text.replace("\r\n", "\n").contains('\r'), "{arguments:?}");
    }
    texts
}

/// The same for what must print something.
fn printed(arguments: &[&str], output: Output) -> String {
    let [printed, said] = harmless(arguments, output);
    assert!(!printed.is_empty(), "{arguments:?}: {said}");
    printed
}

#[test]
fn lists_in_every_format_are_harmless() {
    let engine = Engine::with(EACH);
    for kind in ["fleet", "workloads", "services", "hosts", "images", "volumes", "networks", "events"] {
        for format in [&[][..], &["--format", "csv"], &["--format", "text"], &["--json"]] {
            let arguments = [&["ls", kind, "--columns", "all"], format].concat();
            printed(&arguments, run(&engine, &arguments));
        }
    }
}

#[test]
fn logs_are_harmless_unless_their_bytes_are_asked_for() {
    let engine = Engine::with(EACH);
    for container in [FRAMED, TERMINAL, 5] {
        let id = id(container);
        let id = &id[..];
        for more in [&[][..], &["--timestamps"], &["--json"], &["--reveal"]] {
            let arguments = [&["logs", id, "--tail", "all"], more].concat();
            let printed = printed(&arguments, run(&engine, &arguments));
            assert!(printed.contains("line 0"), "{arguments:?}: {printed}");
        }
        let raw = run(&engine, &["logs", id, "--tail", "all", "--raw"]).stdout;
        assert!(container == 5 || raw.contains(&0x1b));
    }
}

#[test]
fn everything_about_a_thing_is_harmless() {
    let engine = Engine::with(EACH);
    for arguments in [
        &["inspect", &id(FRAMED)][..],
        &["inspect", &id(FRAMED), "--reveal"],
        &["inspect", &id(FRAMED), "--json"],
        &["inspect", &id(FRAMED), "--json", "--reveal"],
        &["doctor"],
    ] {
        printed(arguments, run(&engine, arguments));
    }
}

#[test]
fn what_an_engine_says_of_its_errors_is_harmless() {
    let engine = Engine::with(EACH);
    let first = id(3);
    for arguments in [
        &["inspect", "image/image"][..],
        &["inspect", "no such \u{1b}[2J thing"],
        &["logs", "\u{1b}]0;owned\u{7}"],
        &["plan", "restart", &first],
        &["plan", "restart", &first, "--json"],
        &["run", "restart", &first, "--yes"],
        &["run", "restart", &first, "--yes", "--json"],
        &["exec", &first, "--yes", "sh", "\u{1b}[2J"],
        &["runs"],
        &["audit"],
    ] {
        harmless(arguments, run(&engine, arguments));
    }
}

#[test]
fn pictures_of_screens_are_harmless() {
    let engine = Engine::with(EACH);
    let framed = id(FRAMED);
    for view in [&["workloads"][..], &["timeline"], &["logs", &framed], &["inspect", &framed]] {
        for (format, size) in [("txt", "400x120"), ("svg", "160x50")] {
            let arguments = [&["screen"], view, &["--size", size, "--format", format]].concat();
            printed(&arguments, run(&engine, &arguments));
        }
    }
}
