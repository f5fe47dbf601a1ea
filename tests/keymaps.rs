//! The keymaps that come with the program, and what a wrong one is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use quarterdeck::core::command::{Command, Context, Group};
use quarterdeck::core::key::Key;
use quarterdeck::core::keymap::{Keymap, Source, bundled_names, load};

fn folder(name: &str) -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let mut files: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    files.sort();
    files
}

fn bundled() -> impl Iterator<Item = Keymap> {
    bundled_names().into_iter().map(|name| load(name, &[]).unwrap_or_else(|error| panic!("{name}:\n{error}")))
}

#[test]
fn every_keymap_of_the_folder_is_embedded_and_loads() {
    let files: Vec<String> = folder("keymaps").into_iter().map(|(name, _)| name).collect();
    assert_eq!(files, ["default", "emacs", "k9s", "lazydocker", "vim"]);
    assert_eq!(bundled_names(), files);
    assert_eq!(bundled().map(|keymap| keymap.name().to_owned()).collect::<Vec<_>>(), files);
}

#[test]
fn every_way_of_moving_about_has_a_key_in_every_keymap() {
    for keymap in bundled() {
        for command in Command::ALL.iter().filter(|command| command.group() == Group::Navigation) {
            let reachable = Context::ALL.iter().any(|context| keymap.hint(*context, *command).is_some());
            assert!(reachable, "{} in {}", command.name(), keymap.name());
        }
        for command in [Command::Up, Command::Down, Command::PageUp, Command::PageDown, Command::Open] {
            for context in Context::ALL.into_iter().filter(|context| command.applies_in(*context)) {
                assert!(keymap.hint(context, command).is_some(), "{} in {}", command.name(), context.name());
            }
        }
    }
}

#[test]
fn every_view_has_a_key_in_every_keymap() {
    for keymap in bundled() {
        for command in Command::ALL.iter().filter(|command| command.group() == Group::Views) {
            assert!(
                [Context::Table, Context::Tree]
                    .iter()
                    .any(|context| keymap.hint(*context, *command).is_some()),
                "{} in {}",
                command.name(),
                keymap.name()
            );
        }
    }
}

#[test]
fn every_change_stands_in_the_menu_of_changes_in_every_keymap() {
    for keymap in bundled() {
        for command in Command::ALL.iter().filter(|command| command.changes_the_world()) {
            assert!(
                keymap.hint(Context::Actions, *command).is_some(),
                "{} in {}",
                command.name(),
                keymap.name()
            );
        }
        for context in [Context::Table, Context::Tree, Context::Logs] {
            assert!(keymap.hint(context, Command::Actions).is_some(), "{}", keymap.name());
        }
    }
}

/// Bare letters may begin these: each shows a plan that asks, and none ends or removes anything for good.
const LETTERS_MAY_PLAN: [Command; 3] = [Command::Restart, Command::Shell, Command::Attach];

#[test]
fn no_bare_letter_outside_the_menu_of_changes_stops_kills_removes_or_prunes() {
    for keymap in bundled() {
        for context in Context::ALL.into_iter().filter(|context| *context != Context::Actions) {
            for binding in keymap.bindings(context) {
                let command = binding.invocation.command;
                assert!(
                    !command.changes_the_world()
                        || LETTERS_MAY_PLAN.contains(&command)
                        || binding.keys.as_slice().iter().all(|key| key.typed().is_none()),
                    "{} runs {} in [{}] of {}",
                    binding.keys,
                    command.name(),
                    context.name(),
                    keymap.name()
                );
            }
        }
    }
}

#[test]
fn the_keys_of_half_a_page_never_change_the_world() {
    for keymap in bundled() {
        for context in Context::ALL {
            for key in [Key::ctrl('d'), Key::ctrl('u')] {
                for binding in
                    keymap.bindings(context).filter(|binding| binding.keys.as_slice().contains(&key))
                {
                    assert!(!binding.invocation.command.changes_the_world(), "{} in {}", key, keymap.name());
                }
            }
        }
    }
}

#[test]
fn confirming_has_a_key_only_in_dialogs() {
    for keymap in bundled() {
        for context in Context::ALL {
            let bound = keymap.bindings_of(context, Command::Confirm).next().is_some();
            assert_eq!(bound, context == Context::Dialog, "[{}] of {}", context.name(), keymap.name());
        }
    }
}

#[test]
fn ctrl_c_quits_and_escape_goes_back_in_every_keymap_and_context() {
    for keymap in bundled() {
        for context in Context::ALL {
            for (command, keys) in [(Command::Quit, "ctrl-c"), (Command::Back, "esc")] {
                assert!(
                    keymap.bindings_of(context, command).any(|binding| binding.keys.to_string() == keys),
                    "[{}] of {}",
                    context.name(),
                    keymap.name()
                );
            }
        }
    }
}

/// The keys that hints show, per keymap: a change of any of them is a change of what users have in their fingers.
#[test]
fn the_keys_that_are_shown_for_commands_change_only_on_purpose() {
    for keymap in bundled() {
        let mut lines = String::new();
        for context in Context::ALL.into_iter().filter(|context| *context != Context::Global) {
            writeln!(lines, "[{}]", context.name()).unwrap();
            for binding in keymap.bindings(context) {
                writeln!(lines, "{:16} {}", binding.keys, binding.invocation).unwrap();
            }
        }
        insta::assert_snapshot!(format!("keys-of-{}", keymap.name()), lines);
    }
}

#[test]
fn each_wrong_keymap_is_told_what_is_wrong_where_and_what_to_do() {
    let other = Source {
        name: "other",
        path: "other.toml",
        text: "inherits = \"inherits-itself-by-way-of-another\"",
    };
    let mut messages = String::new();
    for (name, path) in folder("tests/keymaps/invalid") {
        let text = fs::read_to_string(path).unwrap();
        let file = format!("{name}.toml");
        let error = load(&name, &[Source { name: &name, path: &file, text: &text }, other]).unwrap_err();
        writeln!(messages, "{error}\n").unwrap();
    }
    insta::assert_snapshot!("what-wrong-keymaps-are-told", messages);
}
