//! Files of Docker's own programs: small, and named in messages.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::core::text::clean;

/// Bytes of the largest file that is read.
const LARGEST: u64 = 1024 * 1024;

/// What stands in a file, up to [`LARGEST`].
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut content)?;
    Ok(content)
}

/// A path as messages name it.
pub(super) fn name(path: &Path) -> String {
    clean(&*path.to_string_lossy()).into_owned()
}
