//! A file of keys that no host may show (`RevokedHostKeys`): one key in each line. Whoever cannot be read is no excuse:
//! then nobody is trusted.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::error::{Cause, words};
use super::host_key::HostKey;
use super::known_hosts::{Place, Shown};

/// How a list in OpenSSH's binary format begins.
const BINARY: &[u8] = b"SSHKRL\n\0";

/// Refuses a key that the file has, and a certificate that such a key has signed.
pub(super) fn check(file: &Path, shown: &Shown) -> Result<(), Cause> {
    let unreadable =
        |why: &str| Cause::TrustUnreadable { file: words(&file.to_string_lossy()), why: words(why) };
    let text = fs::read(file).map_err(|error| unreadable(&error.to_string()))?;
    if text.starts_with(BINARY) {
        return Err(unreadable("it is a binary list (KRL); name a file with one key in each line"));
    }
    let authority = shown.certificate.as_ref().map(|it| &it.authority);
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line[0] == b'#' {
            continue;
        }
        let key = HostKey::of_line(line)
            .ok_or_else(|| unreadable(&format!("there is no key in line {}", number + 1)))?;
        if key == shown.key || Some(&key) == authority {
            let place = Place { file: Arc::from(file), line: number + 1 };
            return Err(Cause::Revoked { shown: shown.key.clone(), place });
        }
    }
    Ok(())
}
