//! Files that must hold what was written to them when the machine stops the next moment, and that are nobody else's
//! to read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// How long to wait for another console that holds a file only while it writes a line.
const LOCK_WITHIN: Duration = Duration::from_secs(5);
/// How often to look whether it is done.
const LOCK_POLL: Duration = Duration::from_millis(5);

/// Makes a folder that only its owner may enter, with the folders above it.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Opens a file to append to it; makes it, readable by its owner alone, if `create`. One that others may read or
/// write is refused.
pub(super) fn open(path: &Path, create: bool) -> io::Result<File> {
    let file = OpenOptions::new().read(true).append(true).create(create).mode(0o600).open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is not a regular file"));
    }
    if about.mode() & 0o077 != 0 {
        let cause = format!("others may read or write it (mode {:o}); `chmod 600` it", about.mode() & 0o777);
        return Err(io::Error::new(ErrorKind::PermissionDenied, cause));
    }
    Ok(file)
}

/// Makes a new file to append to; one that exists already is refused.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(path)
}

/// Holds a file for this process alone until it is closed.
pub(super) fn lock(file: &File) -> io::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) if waited < LOCK_WITHIN => {
                std::thread::sleep(LOCK_POLL);
                waited += LOCK_POLL;
            }
            Err(Errno::WOULDBLOCK) => {
                return Err(io::Error::new(
                    ErrorKind::TimedOut,
                    "another console holds it and does not let go",
                ));
            }
            other => return Ok(other?),
        }
    }
}

/// Appends a line, all of it or nothing, and returns when it is on the disk.
pub(super) fn append(file: &File, line: &[u8]) -> io::Result<()> {
    let before = file.metadata()?;
    if before.nlink() == 0 {
        return Err(io::Error::new(ErrorKind::NotFound, "somebody has removed the file"));
    }
    let mut writer = file;
    let written = writer.write_all(line).and_then(|()| file.sync_data());
    if written.is_err() {
        // Half a line would be taken for damage later on; if even this fails, that is what it is.
        let _ = file.set_len(before.len());
    }
    written
}

/// Replaces a file whole: whoever reads it finds the old or the new content.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    sync_folder_of(path)
}

/// Moves a file; after this it is at its new place even if the machine stops.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(from)?;
    sync_folder_of(to)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_an_error_and_leaves_no_half_line() {
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        assert_eq!(append(&full, b"line\n").unwrap_err().kind(), ErrorKind::StorageFull);
    }

    #[test]
    fn a_file_that_was_removed_takes_no_more_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let file = create(&path).unwrap();
        append(&file, b"one\n").unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(append(&file, b"two\n").unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn only_the_owner_can_read_what_is_made_here() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        make_folder(&inner).unwrap();
        assert_eq!(fs::metadata(&inner).unwrap().mode() & 0o777, 0o700);
        let path = inner.join("x");
        drop(open(&path, true).unwrap());
        replace(&inner.join("y"), b"z").unwrap();
        for name in ["x", "y"] {
            assert_eq!(fs::metadata(inner.join(name)).unwrap().mode() & 0o777, 0o600);
        }
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o622)).unwrap();
        assert!(open(&path, true).unwrap_err().to_string().contains("mode 622"));
    }

    #[test]
    fn a_new_file_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        create(&path).unwrap();
        assert_eq!(create(&path).unwrap_err().kind(), ErrorKind::AlreadyExists);
    }
}
