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
