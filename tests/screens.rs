//! The pictures of `screenshots/`, drawn from the simulated fleet: they are what the README shows, and a screen that
//! changed without its picture fails here.
//!
//! `QD_WRITE_SCREENSHOTS=1 cargo test --test screens` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of the picture, its size, its theme, and what `qd screen` is told.
const PICTURES: &[(&str, &str, &str, &[&str])] = &[
    ("fleet", "120x30", "dark", &["fleet"]),
    ("workloads", "150x36", "dark", &["workloads"]),
    ("workloads-80x24", "80x24", "light", &["workloads"]),
    ("services", "120x30", "catppuccin-mocha", &["services"]),
    ("revisions", "120x24", "dark", &["services", "--keys", "/ n u m b e r s - p r o d - a p i enter V"]),
    ("diff", "80x24", "dark", &["services", "--keys", "/ n u m b e r s - p r o d - a p i enter V j D"]),
    ("deployments", "120x24", "dark", &["services", "--keys", "/ n u m b e r s - p r o d - a p i enter H"]),
    ("hosts", "140x24", "nord", &["hosts"]),
    ("images", "120x30", "gruvbox-dark", &["images"]),
    ("volumes", "120x24", "dark", &["volumes"]),
    ("networks", "120x24", "dark", &["networks"]),
    ("databases", "140x24", "dark", &["databases", "--keys", "t down t down down down t"]),
    ("advice", "140x30", "dark", &["advice"]),
    ("exposure", "140x30", "dark", &["exposure"]),
    ("log-groups", "120x20", "dark", &["log-groups"]),
    ("calls", "120x20", "light", &["calls"]),
    ("timeline", "130x36", "dark", &["timeline"]),
    ("blackbox", "130x30", "dark", &["timeline", "--keys", "/ k e p t enter enter"]),
    ("inspect", "120x36", "dark", &["inspect", "api-5593aa"]),
    ("stats", "140x36", "dark", &["stats", "api-5593aa"]),
    ("processes", "120x24", "dark", &["processes", "api-5593aa"]),
    ("logs", "140x36", "dark", &["logs", "api-5593aa"]),
    ("logs-together", "140x36", "dark", &["fleet", "--keys", "/ n u m b e r s - p enter l"]),
    ("logs-rate", "140x36", "dark", &["fleet", "--keys", "/ n u m b e r s - p enter l H L"]),
    ("logs-kinds", "140x30", "nord", &["fleet", "--keys", "/ n u m b e r s - p enter l P"]),
    (
        "logs-compared",
        "140x30",
        "dark",
        &["fleet", "--keys", "/ n u m b e r s - p enter l : c o m p a r e space 1 8 : 3 9 : 1 4 enter"],
    ),
    ("help", "120x40", "light", &["help"]),
    ("palette", "120x30", "dracula", &["workloads", "--keys", ": r e s"]),
    ("filter", "120x30", "dark", &["workloads", "--keys", "/ s t a t e ~ e x i t"]),
    ("actions", "120x30", "dark", &["workloads", "api-5593aa", "--keys", "x"]),
    ("confirm", "120x30", "dark", &["workloads", "api-5593aa", "--keys", "r"]),
    ("columns", "120x30", "high-contrast", &["workloads", "--keys", "C"]),
    ("welcome", "100x30", "dark", &["welcome"]),
    ("monochrome", "100x28", "monochrome", &["workloads"]),
    ("colour-blind-safe", "120x28", "colour-blind-safe", &["fleet"]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots")
}

fn draw(size: &str, theme: &str, words: &[&str], format: &str) -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_qd"))
        .env_clear()
        .env("HOME", home.path())
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .args(["screen", "--demo", "--size", size, "--theme", theme, "--format", format])
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn every_screen_is_as_its_picture_shows_it() {
    let write = std::env::var_os("QD_WRITE_SCREENSHOTS").is_some();
    // Each picture is a run of the program; both processors may draw.
    let different = std::sync::Mutex::new(Vec::new());
    let found = &different;
    std::thread::scope(|scope| {
        for share in PICTURES.chunks(PICTURES.len().div_ceil(4)) {
            scope.spawn(move || {
                for (name, size, theme, words) in share {
                    for format in ["svg", "png"] {
                        let path = folder().join(format!("{name}.{format}"));
                        let picture = draw(size, theme, words, format);
                        if write {
                            std::fs::write(&path, &picture).unwrap();
                        } else if std::fs::read(&path).ok().as_deref() != Some(&picture) {
                            found.lock().unwrap().push(format!("{name}.{format}"));
                        }
                    }
                }
            });
        }
    });
    let different = different.into_inner().unwrap();
    assert!(
        different.is_empty(),
        "these screens changed and their pictures did not: {different:?}; look at them, then \
         QD_WRITE_SCREENSHOTS=1 cargo test --test screens"
    );
}

#[test]
fn no_picture_is_left_of_a_screen_that_is_gone() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.trim_end_matches(".svg").trim_end_matches(".png");
        assert!(PICTURES.iter().any(|(picture, ..)| *picture == stem), "{name} is nobody's picture");
    }
}
