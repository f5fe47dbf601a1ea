//! A file that gets its name when it is whole. Until then it has another one, and when it is dropped it goes.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The ending of the name that a file has until it is whole.
pub(super) const ENDING: &str = "part";

/// Makes a folder that only its owner may enter, with the folders above it.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A file that is being written, readable by its owner alone.
#[derive(Debug)]
pub(super) struct Draft {
    file: File,
    path: PathBuf,
    is_named: bool,
}

impl Draft {
    /// A draft of the file at `path`, beside it.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
        name.push(format!(".{}.{ENDING}", std::process::id()));
        let path = path.with_file_name(name);
        // One that is there was left by a process of the same number, which has ended.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { file, path, is_named: false })
    }

    /// The file.
    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Gives it its name, in the place of what has that name; then it is on the disk.
    pub(super) fn finish(mut self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, path)?;
        self.is_named = true;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_named {
            // Half a file is of no use to anybody; that it could not be written was told.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, names) =
            (folder.path().join("a/b"), || fs::read_dir(folder.path().join("a/b")).unwrap().count());
        make_folder(&inner).unwrap();
        let path = inner.join("x");
        let draft = Draft::of(&path).unwrap();
        draft.file().write_all(b"one").unwrap();
        assert!(!path.exists() && names() == 1);
        drop(draft);
        assert_eq!(names(), 0);
        let draft = Draft::of(&path).unwrap();
        draft.file().write_all(b"two").unwrap();
        draft.finish(&path).unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"two".to_vec(), 1));
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&path), mode(&inner)), (0o600, 0o700));
    }
}
