//! The keymaps that come with the program: the folder `keymaps/`, embedded whole.

use include_dir::{Dir, include_dir};

use super::source::Source;

static KEYMAPS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/keymaps");

/// All bundled keymaps, by name.
pub(super) fn sources() -> impl Iterator<Item = Source<'static>> {
    KEYMAPS.files().filter_map(|file| {
        let path = file.path();
        let name = path.file_name()?.to_str()?;
        (path.extension()? == "toml").then_some(Source {
            name: path.file_stem()?.to_str()?,
            path: name,
            text: file.contents_utf8()?,
        })
    })
}

/// The names of the keymaps that come with the program, in alphabetical order.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = sources().map(|source| source.name).collect();
    names.sort_unstable();
    names
}
