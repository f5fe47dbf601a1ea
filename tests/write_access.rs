//! The right to change anything is granted in two places only: `app` and `cli`.
//!
//! Everything else can only hand it on, because `WriteAccess` has no other constructor.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The layers that may grant it.
const MAY_GRANT: [&str; 2] = ["app", "cli"];

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

/// Whether the code in `tokens` names `grant` behind a path, tests left out.
fn grants(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut in_test = false;
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Group(group) => {
            let inner = group.stream();
            match group.delimiter() {
                Delimiter::Bracket if inner.to_string().replace(' ', "") == "cfg(test)" => {
                    in_test = true;
                    false
                }
                Delimiter::Brace => !std::mem::take(&mut in_test) && grants(inner),
                _ => grants(inner),
            }
        }
        TokenTree::Ident(ident) if ident == "grant" => {
            let before = index.checked_sub(1).and_then(|it| tokens.get(it));
            matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
        }
        _ => false,
    })
}

/// The files that grant the right without being allowed to.
fn offenders<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<&'a str> {
    files
        .into_iter()
        .filter(|(file, _)| {
            let layer = file.split(['/', '.']).next().unwrap();
            // Files of tests stand in folders of that name, or are called so.
            let is_test = file.ends_with("tests.rs") || file.contains("/tests/");
            !is_test && !MAY_GRANT.contains(&layer)
        })
        .filter(|(_, text)| grants(text.parse().unwrap()))
        .map(|(file, _)| file)
        .collect()
}

#[test]
fn only_app_and_cli_grant_the_right_to_change_anything() {
    let mut files = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files);
    let access = files.iter().find(|(name, _)| name == "actions/access.rs").unwrap();
    assert!(access.1.contains("pub fn grant("), "the constructor was found");
    let found = offenders(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    assert!(found.is_empty(), "these files grant write access: {found:?}");
}

#[test]
fn a_grant_is_found_however_it_is_written_and_not_where_there_is_none() {
    let bad = "fn f() { let _ = crate::actions::access::WriteAccess::grant(false, &[]); }";
    let bare = "use crate::actions::access::WriteAccess as W; fn f() { vec![0].map(|_| W :: grant(x)); }";
    let passed_on = "fn f() { g(WriteAccess::grant) }";
    let test = "#[cfg(test)] mod tests { fn f() { WriteAccess::grant(false, &[]); } }";
    let words = "//! WriteAccess::grant\nfn grant() { let grant = \"WriteAccess::grant\"; }";
    let files = [
        ("demo/a.rs", bad),
        ("ui.rs", bare),
        ("sources/b.rs", passed_on),
        ("demo/c.rs", test),
        ("demo/tests.rs", bad),
        ("actions/executor/tests/d.rs", bad),
        ("core/e.rs", words),
        ("app/f.rs", bad),
        ("cli.rs", bad),
    ];
    assert_eq!(offenders(files), ["demo/a.rs", "ui.rs", "sources/b.rs"]);
}
