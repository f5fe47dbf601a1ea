//! Files that are written for the operator: never over another one, readable by nobody else.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::core::fault::Fault;
use crate::core::time::Now;

/// Writes `text` into a new file in `folder` and tells its path.
pub(super) fn write(folder: &Path, name: &str, ending: &str, text: &str, now: Now) -> Result<PathBuf, Fault> {
    let safe: String = name
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.') { it } else { '-' })
        .take(80)
        .collect();
    let stem = format!("qd-{}-{}", safe.trim_matches('.'), now.0.strftime("%Y%m%dT%H%M%SZ"));
    for attempt in 0..100 {
        let suffix = if attempt == 0 { String::new() } else { format!("-{attempt}") };
        let path = folder.join(format!("{stem}{suffix}.{ending}"));
        match create(&path).and_then(|file| fill(file, text, ending.rsplit('.').next() == Some("gz"))) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                let next = "start qd in a folder that you may write to, or free some space";
                return Err(Fault::new(path.display().to_string(), error.to_string(), next));
            }
        }
    }
    Err(Fault::new(stem, "a hundred files of this second are there already", "wait a second"))
}

fn fill(mut file: std::fs::File, text: &str, is_compressed: bool) -> io::Result<()> {
    if !is_compressed {
        return file.write_all(text.as_bytes());
    }
    let mut packed = GzEncoder::new(file, Compression::default());
    packed.write_all(text.as_bytes())?;
    packed.finish()?.flush()
}

fn create(path: &Path) -> io::Result<std::fs::File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_written_over_and_its_name_stays_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        let first = write(folder.path(), "../../etc/web", "txt", "one", now).unwrap();
        let second = write(folder.path(), "../../etc/web", "txt", "two", now).unwrap();
        assert_eq!(first.parent(), Some(folder.path()));
        assert_eq!(second.parent(), Some(folder.path()));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
        assert_eq!(std::fs::read_to_string(second).unwrap(), "two");
    }

    #[test]
    fn a_compressed_file_holds_the_same_text() {
        let folder = tempfile::tempdir().unwrap();
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        let text = "one line\n".repeat(1000);
        let path = write(folder.path(), "web", "log.gz", &text, now).unwrap();
        let packed = std::fs::read(path).unwrap();
        let mut unpacked = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*packed), &mut unpacked).unwrap();
        assert!(packed.len() < text.len() / 10);
        assert_eq!(unpacked, text);
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named() {
        let now = Now("2026-11-21T10:00:00Z".parse().unwrap());
        let fault = write(Path::new("/nowhere/at/all"), "x", "txt", "", now).unwrap_err();
        assert!(fault.object.starts_with("/nowhere/at/all/qd-x-"), "{fault}");
    }
}
