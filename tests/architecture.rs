//! The layers of the crate hold: who may import whom, what the pure part may not name, and no circles.
//!
//! The table stands in `architecture/rules.rs`; how paths are read from the source, in `architecture/crate_map.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "architecture/crate_map.rs"]
mod crate_map;
#[path = "architecture/rules.rs"]
mod rules;

use std::path::Path;

use crate_map::CrateMap;

/// The faults of a crate that consists of `files`.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    rules::faults(&CrateMap::of(files.iter().copied()).unwrap().mentions())
}

fn read(folder: &Path, below: &str, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            files.push((name, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

#[test]
fn every_import_of_the_crate_goes_down_and_none_in_a_circle() {
    let mut files = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files);
    assert!(files.iter().any(|(name, _)| name == "core.rs"), "the source was found");
    let faults: Vec<String> =
        faults(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn an_import_that_goes_up_is_named_with_its_place() {
    let files =
        [("core/id.rs", "//! Ids.\nuse crate::ui::theme::Theme;"), ("ui/theme.rs", "pub struct Theme;")];
    assert_eq!(faults(&files), ["src/core/id.rs:2: core must not import ui::theme::Theme"]);
}

#[test]
fn an_import_is_found_however_it_is_written() {
    let ways = [
        "use crate::{core::id, app::run};",
        "fn f() { crate::app::run() }",
        "fn f() { super::app::run() }",
        "use super::app; fn f() { app::run() }",
        "fn f() -> impl crate::app::run {}",
        "fn f() { println!(\"{}\", crate::app::run()) }",
        "mod inner { mod deeper { use super::super::super::app::run; } }",
        "#[cfg(test)] mod tests { use crate::app::run; }",
        "fn f() { let _ = <u8 as crate::app::run>::MAX; }",
        "use crate as root; fn f() { root::app::run() }",
    ];
    for way in ways {
        let files =
            [("ui.rs", way), ("app.rs", "pub fn run() {}"), ("core.rs", "pub mod id;"), ("core/id.rs", "")];
        let found = faults(&files);
        assert!(
            found.iter().any(|fault| fault.starts_with("src/ui.rs:1: ui must not import app")),
            "{way}: {found:?}"
        );
    }
}

#[test]
fn what_only_looks_like_an_import_is_none() {
    let files = [
        (
            "core.rs",
            "//! See crate::app::run.\n/* crate::app */ const A: &str = \"crate::app::run\"; // crate::app",
        ),
        ("app.rs", ""),
    ];
    assert_eq!(faults(&files), [""; 0]);
}

#[test]
fn the_table_allows_what_the_design_allows() {
    let files = [
        ("core.rs", "pub mod id; use std::fmt; use std::time::Duration; use jiff::Timestamp;"),
        ("core/id.rs", "use super::Fleet; fn at(t: jiff::Timestamp) { jiff::Timestamp::from_second(1); }"),
        ("ui.rs", "use crate::core::id; use ratatui::Frame; use std::time::Instant;"),
        ("ui/theme.rs", ""),
        ("clients.rs", "use crate::core::id; pub struct ClientSettings; use std::net::IpAddr;"),
        ("sources.rs", "use crate::clients; pub mod settings; pub trait Source {}"),
        ("sources/settings.rs", "pub struct Docker;"),
        (
            "config.rs",
            "use crate::ui::theme::Theme; use crate::clients::ClientSettings; use crate::sources::settings;",
        ),
        ("app.rs", "use crate::{config, demo};"),
        ("cli.rs", "use crate::app;"),
        ("demo.rs", "use crate::core::id; use crate::sources::Source; use crate::actions::Executor;"),
        ("actions.rs", "pub trait Executor {}"),
        ("main.rs", "fn main() { quarterdeck::cli::main() }"),
    ];
    assert_eq!(faults(&files), [""; 0]);
}

#[test]
fn only_app_and_cli_import_the_configuration() {
    for importer in ["core", "ui", "clients", "sources", "actions", "demo"] {
        let file = format!("{importer}.rs");
        let files = [(file.as_str(), "use crate::config::Config;"), ("config.rs", "pub struct Config;")];
        assert_eq!(faults(&files), [format!("src/{file}:1: {importer} must not import config::Config")]);
    }
}

#[test]
fn the_configuration_sees_no_more_than_settings_and_the_theme() {
    let text = "use crate::ui::view::Logs;\nuse crate::clients::docker::Engine;\nuse crate::app::App;";
    let files = [("config.rs", text), ("ui/view.rs", ""), ("clients/docker.rs", ""), ("app.rs", "")];
    let expected = [
        "src/config.rs:1: config must not import ui::view::Logs",
        "src/config.rs:2: config must not import clients::docker::Engine",
        "src/config.rs:3: config must not import app::App",
    ];
    assert_eq!(faults(&files), expected);
}

#[test]
fn the_demo_sees_the_traits_of_the_world_and_not_the_world() {
    let files =
        [("demo.rs", "use crate::sources::docker::Events;"), ("sources.rs", ""), ("sources/docker.rs", "")];
    assert_eq!(faults(&files), ["src/demo.rs:1: demo must not import sources::docker::Events"]);
}

#[test]
fn a_module_that_stands_in_no_layer_is_a_fault() {
    let files = [("util.rs", "use crate::core::id;"), ("core.rs", "")];
    assert_eq!(faults(&files), ["src/util.rs:1: the module util stands in no layer"]);
}

#[test]
fn the_pure_part_names_no_clock_no_file_no_terminal_and_no_engine() {
    let ways = [
        ("use std::fs;", "std::fs"),
        ("use std::{fmt, net::IpAddr};", "std::net::IpAddr"),
        ("fn f() { std::process::exit(1) }", "std::process::exit"),
        ("use std::time::Instant;", "std::time::Instant"),
        ("use std::time::{Duration, SystemTime as Clock};", "std::time::SystemTime"),
        ("fn f() { jiff::Timestamp::now(); }", "jiff::Timestamp::now"),
        ("use jiff::Timestamp as T; fn f() { T::now(); }", "jiff::Timestamp::now"),
        ("fn f() { tokio::spawn(async {}); }", "tokio::spawn"),
        ("use crossterm::event::KeyEvent;", "crossterm::event::KeyEvent"),
        ("use ratatui::style::Color;", "ratatui::style::Color"),
        ("use bollard::Docker;", "bollard::Docker"),
        ("use aws_sdk_ecs::Client;", "aws_sdk_ecs::Client"),
        ("use russh::client;", "russh::client"),
        ("use std::fs as disk; fn f() { disk::read(\"x\"); }", "std::fs"),
        ("#[cfg(test)] mod tests { fn f() { std::fs::read(\"x\"); } }", "std::fs::read"),
    ];
    for (way, name) in ways {
        let found = faults(&[("core.rs", way)]);
        assert!(found.contains(&format!("src/core.rs:1: core must not name {name}")), "{way}: {found:?}");
    }
}

#[test]
fn files_of_one_folder_that_import_each_other_are_a_circle() {
    let files = [
        ("core.rs", "pub mod a; pub mod b; pub mod c;"),
        ("core/a.rs", "use super::b::B;"),
        ("core/b.rs", "\nuse crate::core::c;"),
        ("core/c.rs", "fn f() { crate::core::a::A::new(); }"),
    ];
    let circle = "a circle in src/core/: a → b (src/core/a.rs:1) → c (src/core/b.rs:2) → a (src/core/c.rs:1)";
    assert_eq!(faults(&files), [circle]);
}

#[test]
fn a_circle_through_a_subfolder_or_a_re_export_is_found() {
    let deep = [
        ("core.rs", "pub mod a; pub mod b;"),
        ("core/a/inner.rs", "use crate::core::b::B;"),
        ("core/b.rs", "use super::a::inner::A;"),
    ];
    let exported = [
        ("core.rs", "pub mod a; pub mod b; pub use b::Bee;"),
        ("core/a.rs", "use super::Bee;"),
        ("core/b.rs", "pub struct Bee(super::a::A);"),
    ];
    let globbed = [
        ("core.rs", "pub mod a; pub mod b; pub use b::*;"),
        ("core/a.rs", "use crate::core::Bee;"),
        ("core/b.rs", "pub struct Bee(super::a::A);"),
    ];
    for files in [deep, exported, globbed] {
        let found = faults(&files);
        assert!(found.len() == 1 && found[0].starts_with("a circle in src/core/: a → b"), "{found:?}");
    }
}

#[test]
fn a_parent_and_its_children_are_no_circle_and_neither_are_tests() {
    let files = [
        ("core.rs", "pub mod a; pub mod b; use a::A; pub struct Whole(A);"),
        ("core/a.rs", "use super::Whole; #[cfg(test)] pub(crate) mod tests { use super::super::b::B; }"),
        ("core/b.rs", "use super::a::A;"),
    ];
    assert_eq!(faults(&files), [""; 0]);
}

#[test]
fn a_file_that_does_not_parse_is_named() {
    let error = CrateMap::of([("core/broken.rs", "fn f( {")]).err().unwrap();
    assert!(error.starts_with("src/core/broken.rs: "), "{error}");
}
