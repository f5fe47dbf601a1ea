//! Files of keys to log in with: OpenSSH's own format, PEM, PKCS #8, encrypted or not, and the certificates for them.

mod pem;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use russh::keys::ssh_key::private::KeypairData;
use russh::keys::{Certificate, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use super::ask::{Ask, Question, Secret};
use crate::core::text::clean;

/// Bytes of the largest file of a key that is read.
const LARGEST: u64 = 64 * 1024;
/// How often a passphrase is asked for (`NumberOfPasswordPrompts`).
const ATTEMPTS: usize = 3;

/// A file with a key that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct KeyFault {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub fault: Unusable,
}

/// What is wrong with the file of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read; the system's words.
    #[error("it cannot be read ({0})")]
    Unreadable(String),
    /// Others than its owner may read it.
    #[error("others may read it (mode {0:04o}); chmod 600 it")]
    TooOpen(u32),
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It begins like a key, and does not end like one.
    #[error("it is cut off or damaged")]
    Damaged,
    /// What stands in it is no key.
    #[error("there is no private key in it")]
    NoKey,
    /// It is encrypted, and nobody has said the passphrase.
    #[error("it is encrypted; load it into the agent: ssh-add {0}")]
    Encrypted(String),
    /// Nobody has said the right passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// No server should take such keys any more.
    #[error("it is a DSA key, which is not safe any more")]
    Dsa,
    /// It is in the format of `PuTTY`.
    #[error("it is a key of PuTTY; convert it: puttygen {0} -O private-openssh")]
    Putty(String),
}

/// Keys that were read, kept so that a passphrase is asked for only once. What is dropped is overwritten.
#[derive(Default)]
pub struct Keyring(Mutex<HashMap<PathBuf, Arc<PrivateKey>>>);

impl Keyring {
    /// The key in `file`; whoever can be asked is asked for the passphrase.
    pub(super) async fn load(&self, file: &Path, ask: &dyn Ask) -> Result<Arc<PrivateKey>, KeyFault> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned();
        if let Some(key) = kept {
            return Ok(key);
        }
        let text = read(file)?;
        let key = match decode(file, Zeroizing::clone(&text), None).await {
            Err(KeyFault { fault: Unusable::Encrypted(_), .. }) => decrypt(file, &text, ask).await?,
            other => other?,
        };
        let key = Arc::new(key);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file.to_owned(), Arc::clone(&key));
        Ok(key)
    }
}

async fn decrypt(file: &Path, text: &Zeroizing<String>, ask: &dyn Ask) -> Result<PrivateKey, KeyFault> {
    for attempt in 0..ATTEMPTS {
        let question = Question::Passphrase { file: name(file), again: attempt > 0 };
        let Some(passphrase) = ask.ask(question).await else {
            return Err(fault(file, Unusable::Encrypted(name(file))));
        };
        match decode(file, Zeroizing::clone(text), Some(passphrase)).await {
            Err(KeyFault { fault: Unusable::WrongPassphrase, .. }) => {}
            other => return other,
        }
    }
    Err(fault(file, Unusable::WrongPassphrase))
}

/// Decodes the text of a key; not where other things wait, for a passphrase is slow on purpose.
async fn decode(
    file: &Path,
    text: Zeroizing<String>,
    passphrase: Option<Secret>,
) -> Result<PrivateKey, KeyFault> {
    let path = file.to_owned();
    let decoded = tokio::task::spawn_blocking(move || decode_now(&path, &text, passphrase.as_ref())).await;
    decoded.unwrap_or_else(|_| Err(fault(file, Unusable::Damaged)))
}

fn decode_now(file: &Path, text: &str, passphrase: Option<&Secret>) -> Result<PrivateKey, KeyFault> {
    if text.trim().is_empty() {
        return Err(fault(file, Unusable::Empty));
    }
    if text.starts_with("PuTTY-User-Key-File-") {
        return Err(fault(file, Unusable::Putty(name(file))));
    }
    if text.contains("BEGIN DSA PRIVATE KEY") {
        return Err(fault(file, Unusable::Dsa));
    }
    let Some(begins) = text.find("-----BEGIN ") else { return Err(fault(file, Unusable::NoKey)) };
    if !text[begins..].lines().next().is_some_and(|line| line.contains("PRIVATE KEY-----")) {
        return Err(fault(file, Unusable::NoKey));
    }
    if !text.contains("-----END ") {
        return Err(fault(file, Unusable::Damaged));
    }
    let encrypted = text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
    if encrypted && passphrase.is_none() {
        return Err(fault(file, Unusable::Encrypted(name(file))));
    }
    // Lines that end in the way of Windows are lines all the same.
    let text = Zeroizing::new(text.replace('\r', ""));
    let key = match passphrase {
        Some(passphrase) if text.contains("Proc-Type: 4,ENCRYPTED") => pem::decrypted(&text, passphrase)
            .ok_or(russh::keys::Error::KeyIsCorrupt)
            .and_then(|text| russh::keys::decode_secret_key(&text, None)),
        passphrase => russh::keys::decode_secret_key(&text, passphrase.map(|it| it.as_str())),
    };
    match (key, passphrase) {
        (Ok(key), _) if matches!(key.key_data(), KeypairData::Dsa(_)) => Err(fault(file, Unusable::Dsa)),
        (Ok(key), None) if key.is_encrypted() => Err(fault(file, Unusable::Encrypted(name(file)))),
        (Ok(key), _) => Ok(key),
        (Err(russh::keys::Error::KeyIsEncrypted), None) => Err(fault(file, Unusable::Encrypted(name(file)))),
        (Err(_), Some(_)) => Err(fault(file, Unusable::WrongPassphrase)),
        (Err(_), None) => Err(fault(file, Unusable::Damaged)),
    }
}

/// What stands in the file of a key; whoever else may read it could have copied it.
fn read(file: &Path) -> Result<Zeroizing<String>, KeyFault> {
    let unreadable = |error: io::Error| fault(file, Unusable::Unreadable(error.to_string()));
    let metadata = fs::metadata(file).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(unreadable(io::Error::other("it is no file")));
    }
    let mode = metadata.mode() & 0o777;
    if metadata.uid() == rustix::process::getuid().as_raw() && mode & 0o077 != 0 {
        return Err(fault(file, Unusable::TooOpen(mode)));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(file).map_err(unreadable)?.take(LARGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| fault(file, Unusable::NoKey))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// The public key that belongs to `file`: from the file beside it, or from what of it anybody may read.
pub(super) fn public_key(file: &Path) -> Option<PublicKey> {
    let read = |path: &Path| fs::read_to_string(path).ok();
    if let Some(key) = read(&with_suffix(file, ".pub")).and_then(|text| PublicKey::from_openssh(&text).ok()) {
        return Some(key);
    }
    let text = Zeroizing::new(read(file)?);
    if let Ok(key) = PublicKey::from_openssh(&text) {
        return Some(key);
    }
    // OpenSSH's own format shows the public key, encrypted or not.
    if let Ok(key) = PrivateKey::from_openssh(text.as_bytes()) {
        return Some(key.public_key().clone());
    }
    russh::keys::decode_secret_key(&text, None).ok().map(|key| key.public_key().clone())
}

/// The certificate that lies beside `file`.
pub(super) fn certificate(file: &Path) -> Option<Certificate> {
    read_certificate(&with_suffix(file, "-cert.pub"))
}

/// The certificate in `file`.
pub(super) fn read_certificate(file: &Path) -> Option<Certificate> {
    Certificate::from_openssh(&fs::read_to_string(file).ok()?).ok()
}

/// Why the key in `file` cannot be used as it lies there; nothing where it can, or where there is none.
pub(super) fn inspect(file: &Path) -> Option<KeyFault> {
    if !file.exists() {
        return None;
    }
    match read(file).and_then(|text| decode_now(file, &text, None)) {
        Ok(_) | Err(KeyFault { fault: Unusable::Encrypted(_), .. }) => None,
        Err(fault) => Some(fault),
    }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn name(file: &Path) -> String {
    clean(&*file.to_string_lossy()).into_owned()
}

fn fault(file: &Path, fault: Unusable) -> KeyFault {
    KeyFault { file: name(file), fault }
}
