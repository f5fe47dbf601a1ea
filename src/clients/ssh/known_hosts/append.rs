//! Writing the key of a host that the operator has accepted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use ring::rand::{SecureRandom as _, SystemRandom};
use rustix::fs::FlockOperation;

use super::{HostName, pattern};
use crate::clients::ssh::host_key::HostKey;

/// Adds a line for `host` to `file`, its name under a hash if `hash` says so. The line is whole or is not there: it is
/// written at once, at the end, under a lock that every Quarterdeck takes. A file that is there keeps its owner and
/// its mode; a new one is the user's alone.
pub fn append(file: &Path, host: &HostName, key: &HostKey, hash: bool) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.exists()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut to = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(file)?;
    rustix::fs::flock(&to, FlockOperation::LockExclusive)?;
    let name = if hash { pattern::hashed(&salt()?, host.as_str()) } else { host.as_str().to_owned() };
    let before = if ends_a_line(&mut to)? { "" } else { "\n" };
    to.write_all(format!("{before}{name} {key}\n").as_bytes())?;
    to.sync_data()
}

fn salt() -> io::Result<[u8; 20]> {
    let mut salt = [0; 20];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| io::Error::other("the system gives no random numbers"))?;
    Ok(salt)
}

/// Whether what is written next begins a line.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID+bDAib39vCN/8ooLpQNjB7ecvMXQ7+cxOqaMKmd2Wk";

    #[test]
    fn many_who_write_at_once_lose_and_tear_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ssh/known_hosts");
        let key = HostKey::of_line(KEY.as_bytes()).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let (file, key) = (&file, &key);
                scope.spawn(move || {
                    for number in 0..50 {
                        let host = HostName::new(&format!("h{writer}-{number}"), 22, None);
                        append(file, &host, key, false).unwrap();
                    }
                });
            }
        });
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().count(), 400);
        assert!(text.lines().all(|line| line.starts_with('h') && line.ends_with(KEY)));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn a_file_that_ends_within_a_line_gets_its_end_and_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("known_hosts");
        fs::write(&file, "# no end").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let key = HostKey::of_line(KEY.as_bytes()).unwrap();
        append(&file, &HostName::new("box", 2222, None), &key, true).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# no end\n|1|") && text.ends_with(&format!(" {KEY}\n")), "{text}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
    }
}
