//! The files that a Docker client needs to speak TLS to an engine, in a folder: `ca.pem`, the authority that has signed the
//! engine's certificate; `cert.pem` and `key.pem`, the client's own certificate and its key.
//!
//! All that is wrong with them is found when they are read, and named: an engine would only say that it refuses them.

pub mod fault;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use self::fault::{Shown, TlsFault};
use super::file;
use crate::core::text::clean;

/// A folder of certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    folder: PathBuf,
}

/// What a folder holds, ready for use.
pub(super) struct Loaded {
    pub(super) config: ClientConfig,
    /// When the authority ends …
    pub(super) authority: Timestamp,
    /// … and our own certificate.
    pub(super) client: Timestamp,
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
    pub(super) fn load(&self, now: Timestamp) -> Result<Loaded, TlsFault> {
        let (roots, authority) = self.authorities(now)?;
        let chain = self.certificates("cert.pem")?;
        if let Some(ours) = chain.first() {
            self.check("cert.pem", Shown::Client, ours, now)?;
        }
        let client = chain.first().and_then(|ours| Validity::of(ours).ok()).map_or(now, |ours| ours.to);
        let key = self.key()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsFault::Engine(error.to_string()))?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    TlsFault::Mismatch { certificate: self.name("cert.pem"), key: self.name("key.pem") }
                }
                _ => self.unusable("key.pem", "its key is of a kind that is not known"),
            })?;
        Ok(Loaded { config, authority, client })
    }

    /// The authorities that hold now, and when the last of them ends; where none does, what is wrong with the first one.
    fn authorities(&self, now: Timestamp) -> Result<(RootCertStore, Timestamp), TlsFault> {
        let (mut roots, mut fault, mut end) = (RootCertStore::empty(), None, now);
        for authority in self.certificates("ca.pem")? {
            match self.check("ca.pem", Shown::Authority, &authority, now) {
                Ok(()) => {
                    end = end.max(Validity::of(&authority).map_or(now, |it| it.to));
                    roots
                        .add(authority)
                        .map_err(|_| self.unusable("ca.pem", "it holds no certificate of an authority"))?;
                }
                Err(it @ TlsFault::Validity { .. }) => fault = fault.or(Some(it)),
                Err(other) => return Err(other),
            }
        }
        fault.filter(|_| roots.is_empty()).map_or(Ok((roots, end)), Err)
    }

    /// Whether a certificate of ours holds now.
    fn check(
        &self,
        file: &str,
        whose: Shown,
        certificate: &CertificateDer<'_>,
        now: Timestamp,
    ) -> Result<(), TlsFault> {
        let validity = Validity::of(certificate).map_err(|why| self.unusable(file, &why))?;
        if (validity.from..=validity.to).contains(&now) {
            return Ok(());
        }
        Err(TlsFault::Validity { whose, file: Some(self.name(file)), validity, now })
    }

    /// The certificates in a file, one at least.
    fn certificates(&self, file: &str) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.read(file)?).collect();
        match all {
            Ok(all) if all.is_empty() => Err(self.unusable(file, "it holds no certificate")),
            Ok(all) => Ok(all),
            Err(_) => Err(self.unusable(file, "it is cut off, or no PEM file")),
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
        file::read(&self.folder.join(file)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.unusable(file, "there is no such file"),
            _ => self.unusable(file, &error.to_string()),
        })
    }

    fn unusable(&self, file: &str, why: &str) -> TlsFault {
        TlsFault::File { file: self.name(file), why: clean(why).into_owned() }
    }

    fn name(&self, file: &str) -> String {
        file::name(&self.folder.join(file))
    }
}
