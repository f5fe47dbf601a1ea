//! The keys of hosts that are known, in OpenSSH's files, and what they say of a key that a server shows.
//!
//! The verdicts are OpenSSH's (`hostfile.c`, `sshconnect.c`), proved against it by `tests/ssh_client/known_hosts.rs`. It is
//! stricter in two cases, in which OpenSSH takes no notice of a line: a file that is there and cannot be read says nothing
//! about anybody, so nobody is trusted; and a `@revoked` line for the host that cannot be read revokes whatever is shown.

mod append;
mod line;
pub(super) mod pattern;

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

pub use self::append::append;
use self::line::{Line, Mark};
use super::certificate::HostCertificate;
use super::host_key::HostKey;

/// Where SSH listens when nothing is said.
const PORT: u16 = 22;

/// The names by which a host is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    name: String,
    without_port: Option<String>,
    principal: String,
}

/// What a server shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its key.
    pub key: HostKey,
    /// The certificate for that key, where it shows one.
    pub certificate: Option<HostCertificate>,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// The line, counted from 1 with comments and empty ones.
    pub line: usize,
}

/// A key that a line has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The key.
    pub key: HostKey,
    /// The line.
    pub place: Place,
}

/// What the files say of a key that a host shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the host's key, or a certificate that counts for the host: by that line.
    Known(Place),
    /// Nothing is known of the host.
    New {
        /// Lines that may speak of the host and cannot be read.
        unreadable: Vec<Place>,
        /// Other names that have the very same key.
        elsewhere: Vec<Place>,
    },
    /// Other keys are the host's.
    Changed(Vec<Recorded>),
    /// The key is revoked, or the authority that has signed its certificate: by that line.
    Revoked(Place),
}

/// A file of known hosts that is there and cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableFile {
    /// The file.
    pub file: PathBuf,
    /// Why, in the system's words.
    pub why: String,
}

impl HostName {
    /// The host at `address` and `port`; or the one that the configuration calls by an `alias` (`HostKeyAlias`).
    pub fn new(address: &str, port: u16, alias: Option<&str>) -> Self {
        if let Some(alias) = alias {
            return Self { name: alias.to_owned(), without_port: None, principal: alias.to_owned() };
        }
        let host = address.to_ascii_lowercase();
        if port == PORT {
            return Self { name: host.clone(), without_port: None, principal: host };
        }
        Self { name: format!("[{host}]:{port}"), without_port: Some(host.clone()), principal: host }
    }

    /// As a line of a file names it.
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

/// What `files` say of what a server shows that should be `host`, at the moment `now`.
pub fn verdict(
    files: &[PathBuf],
    host: &HostName,
    shown: &Shown,
    now: Timestamp,
) -> Result<Verdict, UnreadableFile> {
    let known = Known::of(files, &host.name)?;
    let by_name = known.judge(shown, &host.principal, now);
    if !matches!(by_name, Verdict::New { .. }) {
        return Ok(by_name);
    }
    // What is known of a host counts for its other ports as well, in its favour and when it is revoked.
    if let Some(bare) = &host.without_port {
        let by_host = Known::of(files, bare)?.judge(shown, &host.principal, now);
        if matches!(by_host, Verdict::Known(_) | Verdict::Revoked(_)) {
            return Ok(by_host);
        }
    }
    Ok(Verdict::New { unreadable: known.unreadable, elsewhere: elsewhere(files, &shown.key)? })
}

/// The keys that `files` have for `host`, and whether they say anything of certificates, for or against one: what is asked
/// for first depends on it.
pub fn recorded(files: &[PathBuf], host: &HostName) -> Result<(Vec<HostKey>, bool), UnreadableFile> {
    let mut keys = Vec::new();
    let mut certificates = false;
    for name in [Some(&host.name), host.without_port.as_ref()].into_iter().flatten() {
        let known = Known::of(files, name)?;
        certificates |= known.keys.iter().any(|(mark, _)| *mark != Mark::Plain);
        if keys.is_empty() {
            keys = known.of_kind(Mark::Plain).map(|recorded| recorded.key.clone()).collect();
        }
    }
    Ok((keys, certificates))
}

/// What all files say of one name.
struct Known {
    keys: Vec<(Mark, Recorded)>,
    unreadable: Vec<Place>,
    /// A line that revokes something that cannot be read.
    revokes_all: Option<Place>,
}

impl Known {
    fn of(files: &[PathBuf], name: &str) -> Result<Self, UnreadableFile> {
        let mut known = Self { keys: Vec::new(), unreadable: Vec::new(), revokes_all: None };
        each_line(files, |text, place| match line::read(text, name) {
            Line::Other => {}
            Line::Key(mark, key) => known.keys.push((mark, Recorded { key, place: place() })),
            Line::Unreadable(Some(Mark::Revoked)) => {
                known.revokes_all.get_or_insert_with(&place);
            }
            Line::Unreadable(_) => known.unreadable.push(place()),
        })?;
        Ok(known)
    }

    fn of_kind(&self, wanted: Mark) -> impl Iterator<Item = &Recorded> {
        self.keys.iter().filter(move |(mark, _)| *mark == wanted).map(|(_, recorded)| recorded)
    }

    fn judge(&self, shown: &Shown, principal: &str, now: Timestamp) -> Verdict {
        if let Some(place) = &self.revokes_all {
            return Verdict::Revoked(place.clone());
        }
        let authority = shown.certificate.as_ref().map(|it| &it.authority);
        let is_shown = |recorded: &&Recorded| recorded.key == shown.key || Some(&recorded.key) == authority;
        if let Some(revoked) = self.of_kind(Mark::Revoked).find(is_shown) {
            return Verdict::Revoked(revoked.place.clone());
        }
        if let Some(certificate) = &shown.certificate
            && let Some(by) =
                self.of_kind(Mark::Authority).find(|recorded| recorded.key == certificate.authority)
            && certificate.counts_for(principal, now)
        {
            return Verdict::Known(by.place.clone());
        }
        // A certificate that does not count is as if there were none: its key may be known by itself.
        let plain: Vec<&Recorded> = self.of_kind(Mark::Plain).collect();
        if let Some(same) = plain.iter().find(|recorded| recorded.key == shown.key) {
            return Verdict::Known(same.place.clone());
        }
        if plain.is_empty() {
            return Verdict::New { unreadable: Vec::new(), elsewhere: Vec::new() };
        }
        Verdict::Changed(plain.into_iter().cloned().collect())
    }
}

/// The lines that have `key`, whatever names they speak of.
fn elsewhere(files: &[PathBuf], key: &HostKey) -> Result<Vec<Place>, UnreadableFile> {
    let wanted = key.to_string();
    let mut places = Vec::new();
    each_line(files, |text, place| {
        let plain = !matches!(text.first(), Some(b'@' | b'#'));
        if plain && memchr::memmem::find(text, wanted.as_bytes()).is_some() {
            places.push(place());
        }
    })?;
    Ok(places)
}

/// Calls `each` with every line of the files, without its end, and with what gives its place. A file that does not exist
/// has none.
fn each_line(
    files: &[PathBuf],
    mut each: impl FnMut(&[u8], &dyn Fn() -> Place),
) -> Result<(), UnreadableFile> {
    for path in files {
        let unreadable = |error: io::Error| UnreadableFile { file: path.clone(), why: error.to_string() };
        let Some(file) = open(path).map_err(unreadable)? else { continue };
        let (mut reader, mut text, mut line) = (BufReader::new(file), Vec::new(), 0);
        let name: Arc<Path> = Arc::from(path.as_path());
        while reader.read_until(b'\n', &mut text).map_err(unreadable)? > 0 {
            line += 1;
            let end = if text.ends_with(b"\n") { text.len() - 1 } else { text.len() };
            // C ends a text at its first zero.
            let end = memchr::memchr(0, &text[..end]).unwrap_or(end);
            each(&text[..end], &|| Place { file: Arc::clone(&name), line });
            text.clear();
        }
    }
    Ok(())
}

/// Opens a file that should be read to its end: nothing where there is none. A pipe or a device would have no end;
/// `/dev/null`, which many write here to have no file at all, is one that is empty.
fn open(path: &Path) -> io::Result<Option<File>> {
    if path == Path::new("/dev/null") {
        return Ok(None);
    }
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(it) if it.is_file() => File::open(path).map(Some),
        Ok(_) => Err(io::Error::other("it is no file")),
    }
}
