//! What the library that speaks SSH asks and tells while a connection lasts.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use russh::client::{DisconnectReason, Handler, Session};
use russh::keys::ssh_key::certificate::CertType;
use russh::keys::{Certificate, PublicKey, PublicKeyOrCertificate};
use russh::{ChannelId, ChannelOpenFailure, Names, cipher};
use tokio::sync::{Notify, watch};

use super::certificate::HostCertificate;
use super::channel::Channels;
use super::error::{Cause, Stranger, words};
use super::host_key::HostKey;
use super::known_hosts::{self, HostName, Shown, Verdict};
use super::options::{FirstUse, Options};
use super::revoked;

/// Refusals whose words are kept until who was refused has fetched them.
const REFUSALS: usize = 64;

/// Our side of a connection.
pub(super) struct Client {
    pub(super) trust: Trust,
    pub(super) shared: Arc<Shared>,
    /// Why the connection has ended: nobody knows yet.
    pub(super) ended: watch::Sender<Option<Cause>>,
}

/// What decides whether a host is the one that it should be.
pub(super) struct Trust {
    pub(super) name: HostName,
    pub(super) files: Vec<PathBuf>,
    pub(super) revoked: Option<PathBuf>,
    pub(super) first_use: FirstUse,
    /// Where a host is written down that is trusted from now on, and whether under a hash.
    pub(super) write_to: Option<(PathBuf, bool)>,
}

/// What the connection and those who use it share.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) channels: Arc<Channels>,
    refusals: Mutex<VecDeque<(ChannelOpenFailure, String)>>,
    /// There is one more of them.
    refused: Notify,
}

/// Why a connection came to nothing.
#[derive(Debug)]
pub(super) enum Broken {
    /// For a reason of ours.
    Cause(Cause),
    /// For one of the library.
    Library(russh::Error),
}

impl From<russh::Error> for Broken {
    fn from(error: russh::Error) -> Self {
        Self::Library(error)
    }
}

impl Trust {
    pub(super) fn of(options: &Options) -> Self {
        let alias = options.host_key_alias.as_deref();
        Self {
            name: HostName::new(&options.address, options.port, alias),
            files: options.user_known_hosts.iter().chain(&options.global_known_hosts).cloned().collect(),
            revoked: options.revoked_host_keys.clone(),
            first_use: options.first_use,
            write_to: options.user_known_hosts.first().map(|file| (file.clone(), options.hash_known_hosts)),
        }
    }

    /// Whether a host that shows `shown` may be talked to.
    fn judge(&self, shown: Shown) -> Result<(), Cause> {
        if let Some(file) = &self.revoked {
            revoked::check(file, &shown)?;
        }
        let unreadable = |fault: known_hosts::UnreadableFile| Cause::TrustUnreadable {
            file: words(&fault.file.to_string_lossy()),
            why: words(&fault.why),
        };
        let verdict = known_hosts::verdict(&self.files, &self.name, &shown, Timestamp::now());
        match verdict.map_err(unreadable)? {
            Verdict::Known(_) => Ok(()),
            Verdict::Revoked(place) => Err(Cause::Revoked { shown: shown.key, place }),
            Verdict::Changed(recorded) => {
                Err(Cause::Changed { shown: shown.key, recorded, name: self.name.as_str().to_owned() })
            }
            Verdict::New { unreadable, elsewhere } => Err(Cause::Unknown(Box::new(Stranger {
                key: shown.key,
                name: self.name.clone(),
                file: self.write_to.clone(),
                unreadable,
                elsewhere,
                must_be_known: self.first_use == FirstUse::Refuse,
            }))),
        }
    }
}

impl Shared {
    /// The server's words for a refusal of this kind, once they are there: the library tells of the refusal itself first.
    pub(super) async fn refusal(&self, reason: &ChannelOpenFailure) -> String {
        loop {
            let refused = self.refused.notified();
            if let Some(words) = self.take_refusal(reason) {
                return words;
            }
            refused.await;
        }
    }

    fn take_refusal(&self, reason: &ChannelOpenFailure) -> Option<String> {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let at = refusals.iter().position(|(kept, _)| kept == reason)?;
        refusals.remove(at).map(|(_, words)| words)
    }
}

/// What a certificate says; nothing where its signature, or the key that made it, cannot be trusted to be what it says.
fn certificate(shown: &Certificate) -> Option<HostCertificate> {
    shown.verify_signature().ok()?;
    let authority = PublicKey::new(shown.signature_key().clone(), "");
    Some(HostCertificate {
        authority: HostKey::of_blob(&authority.to_bytes().ok()?)?,
        is_for_hosts: shown.cert_type() == CertType::Host,
        principals: shown.valid_principals().to_vec(),
        valid: (shown.valid_after(), shown.valid_before()),
        has_conditions: !shown.critical_options().is_empty(),
    })
}

impl Handler for Client {
    type Error = Broken;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Broken> {
        let blob = shown.public_key().to_bytes().unwrap_or_default();
        let Some(key) = HostKey::of_blob(&blob) else {
            return Err(Broken::Cause(Cause::NotSsh("its key is of a kind that is not known".to_owned())));
        };
        let certificate = shown.certificate().and_then(certificate);
        self.trust.judge(Shown { key, certificate }).map(|()| true).map_err(Broken::Cause)
    }

    async fn kex_done(&mut self, _: Option<&[u8]>, names: &Names, _: &mut Session) -> Result<(), Broken> {
        // CVE-2023-48795: without the strict exchange, whoever is in between can take messages away from this cipher.
        if !names.strict_kex() && names.cipher == cipher::CHACHA20_POLY1305 {
            return Err(Broken::Cause(Cause::Algorithms {
                of: "cipher",
                theirs: "chacha20-poly1305 without the strict key exchange".to_owned(),
            }));
        }
        Ok(())
    }

    async fn channel_open_failure(
        &mut self,
        _: ChannelId,
        reason: ChannelOpenFailure,
        description: &str,
        _: &str,
        _: &mut Session,
    ) -> Result<(), Broken> {
        let mut refusals = self.shared.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() == REFUSALS {
            refusals.pop_front();
        }
        refusals.push_back((reason, words(description)));
        drop(refusals);
        self.shared.refused.notify_waiters();
        Ok(())
    }

    async fn channel_open_confirmation(
        &mut self,
        id: ChannelId,
        _: u32,
        _: u32,
        _: &mut Session,
    ) -> Result<(), Broken> {
        self.shared.channels.opened(id);
        Ok(())
    }

    async fn data(&mut self, id: ChannelId, data: &[u8], _: &mut Session) -> Result<(), Broken> {
        self.shared.channels.data(id, data).await;
        Ok(())
    }

    async fn extended_data(
        &mut self,
        id: ChannelId,
        kind: u32,
        data: &[u8],
        _: &mut Session,
    ) -> Result<(), Broken> {
        self.shared.channels.complaint(id, kind, data);
        Ok(())
    }

    async fn channel_eof(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.shared.channels.eof(id);
        Ok(())
    }

    async fn channel_close(&mut self, id: ChannelId, _: &mut Session) -> Result<(), Broken> {
        self.shared.channels.closed(id);
        Ok(())
    }

    async fn exit_status(&mut self, id: ChannelId, status: u32, _: &mut Session) -> Result<(), Broken> {
        self.shared.channels.exited(id, status);
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Broken>) -> Result<(), Broken> {
        let cause = match reason {
            DisconnectReason::ReceivedDisconnect(info) => Cause::Lost(words(&info.message)),
            DisconnectReason::Error(Broken::Cause(cause)) => cause,
            DisconnectReason::Error(Broken::Library(error)) => of_library(&error),
        };
        self.ended.send_replace(Some(cause));
        Ok(())
    }
}

impl Drop for Client {
    /// However the connection has ended: nobody waits any more for what it would have carried.
    fn drop(&mut self) {
        self.ended.send_if_modified(|ended| {
            let unknown = ended.is_none();
            if unknown {
                *ended = Some(Cause::Lost("it was closed".to_owned()));
            }
            unknown
        });
        self.shared.channels.lost();
    }
}

/// What an error of the library means.
pub(super) fn of_library(error: &russh::Error) -> Cause {
    use russh::Error;
    match error {
        Error::NoCommonAlgo { kind, theirs, .. } => Cause::Algorithms {
            of: match kind {
                russh::AlgorithmKind::Kex => "key exchange",
                russh::AlgorithmKind::Key => "host key",
                russh::AlgorithmKind::Cipher => "cipher",
                russh::AlgorithmKind::Compression => "compression",
                russh::AlgorithmKind::Mac => "MAC",
            },
            theirs: words(&theirs.join(", ")),
        },
        Error::KeepaliveTimeout | Error::InactivityTimeout | Error::ConnectionTimeout => Cause::Silent,
        Error::IO(error) if error.kind() == std::io::ErrorKind::TimedOut => Cause::Silent,
        Error::IO(error) => Cause::Lost(words(&error.to_string())),
        Error::HUP | Error::Disconnect => Cause::Lost("the other side has closed it".to_owned()),
        Error::Version => Cause::NotSsh("its first line is none of SSH 2".to_owned()),
        other => Cause::Lost(words(&other.to_string())),
    }
}
