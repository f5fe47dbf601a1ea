//! The files that an `Include` names.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::clients::ssh::known_hosts::pattern;

/// The files that `path` names, in the order of their names: each part of it may be a pattern with `*` and `?`.
pub(super) fn files(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in path.components() {
        let name = part.as_os_str().as_encoded_bytes();
        if !matches!(part, Component::Normal(_)) || !name.iter().any(|byte| matches!(byte, b'*' | b'?')) {
            for path in &mut found {
                path.push(part);
            }
            continue;
        }
        found = found.iter().flat_map(|folder| inside(folder, name)).collect();
    }
    found.retain(|path| path.exists());
    found
}

/// What lies in `folder` and matches `wanted`. What is hidden wants to be named.
fn inside(folder: &Path, wanted: &[u8]) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.as_encoded_bytes();
            (name.first() != Some(&b'.') || wanted.first() == Some(&b'.')) && pattern::matches(wanted, name)
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}
