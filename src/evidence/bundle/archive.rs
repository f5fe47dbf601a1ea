//! Files → an archive, with their checksums. It has its name when it is whole.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::Receiver;

use crate::core::bundle::{Ask, Bundle, Lack, Part, VERSION};
use crate::core::text::hex;
use crate::evidence::draft::Draft;

/// How hard zstd tries: what it gains beyond this costs more time than a night of an incident has.
const LEVEL: i32 = 3;

/// What comes to the archive.
#[derive(Debug)]
pub(super) enum Piece {
    /// A whole file.
    File(String, Vec<u8>),
    /// The next bytes of the file that is being written.
    Bytes(Vec<u8>),
    /// That file is whole: this is its name.
    End(String),
    /// Something could not be had.
    Lack(Lack),
    /// All is told. Without it, it was stopped.
    Done,
}

/// What the manifest says.
#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    qd: &'a str,
    at: Timestamp,
    since: Option<Timestamp>,
    until: Timestamp,
    workloads: &'a [Named],
    files: &'a [Part],
    missing: &'a [Lack],
}

/// A workload in the manifest.
#[derive(Debug, Serialize)]
struct Named {
    workload: String,
    target: String,
    container: String,
}

/// The archive.
pub(super) struct Archive {
    path: PathBuf,
    draft: Draft,
    tar: tar::Builder<zstd::Encoder<'static, BufWriter<File>>>,
    folder: String,
    at: Timestamp,
    since: Option<Timestamp>,
    until: Timestamp,
    workloads: Vec<Named>,
    files: Vec<Part>,
    missing: Vec<Lack>,
    spool: Option<Spool>,
}

/// A file without a name that takes what comes, until its length is known.
struct Spool {
    file: BufWriter<File>,
    bytes: u64,
    hash: Sha256,
}

impl Archive {
    /// An archive at `path`, where no file may be.
    pub(super) fn begin(path: &Path, ask: &Ask) -> io::Result<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "there is such a file already"));
        }
        let draft = Draft::of(path)?;
        let file = BufWriter::new(draft.file().try_clone()?);
        let mut encoder = zstd::Encoder::new(file, LEVEL)?;
        encoder.include_checksum(true)?;
        let named = |it: &crate::core::bundle::Subject| Named {
            workload: it.name.to_string(),
            target: it.id.target.to_string(),
            container: it.id.name.to_string(),
        };
        Ok(Self {
            path: path.to_owned(),
            draft,
            tar: tar::Builder::new(encoder),
            folder: ask.stem(),
            at: ask.at,
            since: ask.since,
            until: ask.until.unwrap_or(ask.at),
            workloads: ask.workloads.iter().map(named).collect(),
            files: Vec::new(),
            missing: Vec::new(),
            spool: None,
        })
    }

    /// Writes what comes until all is told.
    pub(super) fn write(mut self, mut pieces: Receiver<Piece>) -> io::Result<Bundle> {
        loop {
            match pieces.blocking_recv() {
                Some(Piece::File(name, bytes)) => {
                    let hash = Sha256::digest(&bytes);
                    self.add(name, bytes.len() as u64, &hash, &*bytes)?;
                }
                Some(Piece::Bytes(bytes)) => self.take(&bytes)?,
                Some(Piece::End(name)) => self.end(name)?,
                Some(Piece::Lack(lack)) => self.missing.push(lack),
                Some(Piece::Done) => return self.finish(),
                None => return Err(io::Error::new(ErrorKind::Interrupted, "it was stopped")),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let spool = match &mut self.spool {
            Some(spool) => spool,
            None => self.spool.insert(Spool::beside(&self.path)?),
        };
        spool.file.write_all(bytes)?;
        spool.hash.update(bytes);
        spool.bytes += bytes.len() as u64;
        Ok(())
    }

    fn end(&mut self, name: String) -> io::Result<()> {
        let Some(Spool { file, bytes, hash }) = self.spool.take() else {
            return self.add(name, 0, &Sha256::digest([]), io::empty());
        };
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.add(name, bytes, &hash.finalize(), file)
    }

    fn add(&mut self, name: String, bytes: u64, hash: &[u8], content: impl Read) -> io::Result<()> {
        self.append(&name, bytes, content)?;
        let sha256 = hex(hash);
        self.files.push(Part { name, bytes, sha256 });
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: u64, content: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.at.as_second().unsigned_abs());
        self.tar.append_data(&mut header, format!("{}/{name}", self.folder), content)
    }

    fn finish(mut self) -> io::Result<Bundle> {
        let manifest = Manifest {
            version: VERSION,
            qd: env!("CARGO_PKG_VERSION"),
            at: self.at,
            since: self.since,
            until: self.until,
            workloads: &self.workloads,
            files: &self.files,
            missing: &self.missing,
        };
        let manifest = serde_json::to_vec_pretty(&manifest)?;
        self.append("manifest.json", manifest.len() as u64, &*manifest)?;
        let Self { path, draft, tar, files, missing, .. } = self;
        tar.into_inner()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        let bytes = draft.file().metadata()?.size();
        draft.finish(&path)?;
        Ok(Bundle { path, bytes, files, missing })
    }
}

impl Spool {
    /// Where there is room for the archive there is room for this, and where others cannot look.
    fn beside(path: &Path) -> io::Result<Self> {
        let mut name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
        name.push(format!(".{}.log", std::process::id()));
        let path = path.with_file_name(name);
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        // Without a name it is gone with the process, whatever ends that.
        std::fs::remove_file(&path)?;
        Ok(Self { file: BufWriter::new(file), bytes: 0, hash: Sha256::new() })
    }
}
