//! The files that a Docker client needs to speak TLS to an engine, in a folder: `ca.pem`, the authority that has signed the
//! engine's certificate; `cert.pem` and `key.pem`, the client's own certificate and its key.
//!
//! All that is wrong with them is found when they are read, and named: an engine would only say that it refuses them.

pub mod fault;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use self::fault::{Shown, TlsFault};
use crate::core::text::clean;

/// Bytes of the largest file that is read.
const LARGEST_FILE: u64 = 1024 * 1024;

/// A folder of certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    folder: PathBuf,
}

/// When a certificate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// From.
    pub from: Timestamp,
    /// To, that moment included.
    pub to: Timestamp,
}

impl Validity {
    /// That of a certificate; why it is none otherwise.
    pub(super) fn of(certificate: &[u8]) -> Result<Self, String> {
        let (_, read) =
            X509Certificate::from_der(certificate).map_err(|_| "it is no certificate".to_owned())?;
        let moment = |seconds: i64| Timestamp::from_second(seconds).map_err(|error| error.to_string());
        let validity = read.validity();
        Ok(Self {
            from: moment(validity.not_before.timestamp())?,
            to: moment(validity.not_after.timestamp())?,
        })
    }
}

impl Certificates {
    /// Those in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads them, and refuses what no engine would accept at the moment `now`.
    pub(super) fn load(&self, now: Timestamp) -> Result<ClientConfig, TlsFault> {
        let mut roots = RootCertStore::empty();
        for authority in self.certificates("ca.pem", Shown::Authority, now)? {
            roots
                .add(authority)
                .map_err(|_| self.unusable("ca.pem", "it holds no certificate of an authority"))?;
        }
        let chain = self.certificates("cert.pem", Shown::Client, now)?;
        let key = self.key()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsFault::Engine(error.to_string()))?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    TlsFault::Mismatch { certificate: self.name("cert.pem"), key: self.name("key.pem") }
                }
                _ => self.unusable("key.pem", "its key is of a kind that is not known"),
            })
    }

    /// The certificates in a file: of an authority, those that hold now; else all, of which the first holds now.
    fn certificates(
        &self,
        file: &str,
        whose: Shown,
        now: Timestamp,
    ) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.read(file)?).collect();
        let mut all = read.map_err(|_| self.unusable(file, "it is cut off, or no PEM file"))?;
        let mut fault = None;
        let mut check = |certificate: &CertificateDer<'_>| {
            let validity = Validity::of(certificate).map_err(|why| self.unusable(file, &why))?;
            let is_valid = (validity.from..=validity.to).contains(&now);
            if !is_valid {
                let file = Some(self.name(file));
                fault.get_or_insert(TlsFault::Validity { whose, file, validity, now });
            }
            Ok(is_valid)
        };
        if whose == Shown::Authority {
            let mut valid = Vec::new();
            for certificate in all {
                if check(&certificate)? {
                    valid.push(certificate);
                }
            }
            all = valid;
        } else if let Some(first) = all.first()
            && !check(first)?
        {
            all.clear();
        }
        match fault {
            _ if !all.is_empty() => Ok(all),
            Some(fault) => Err(fault),
            None => Err(self.unusable(file, "it holds no certificate")),
        }
    }

    fn key(&self) -> Result<PrivateKeyDer<'static>, TlsFault> {
        let text = self.read("key.pem")?;
        let has = |words: &[u8]| text.windows(words.len()).any(|it| it == words);
        if has(b"BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED") {
            return Err(TlsFault::Encrypted { key: self.name("key.pem") });
        }
        PrivateKeyDer::from_pem_slice(&text)
            .map_err(|_| self.unusable("key.pem", "it is cut off, or holds no private key"))
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, TlsFault> {
        let mut text = Vec::new();
        let read =
            File::open(self.folder.join(file)).and_then(|it| it.take(LARGEST_FILE).read_to_end(&mut text));
        match read {
            Ok(_) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(self.unusable(file, "there is no such file"))
            }
            Err(error) => Err(self.unusable(file, &error.to_string())),
        }
    }

    fn unusable(&self, file: &str, why: &str) -> TlsFault {
        TlsFault::File { file: self.name(file), why: clean(why).into_owned() }
    }

    fn name(&self, file: &str) -> String {
        clean(&*self.folder.join(file).to_string_lossy()).into_owned()
    }
}
