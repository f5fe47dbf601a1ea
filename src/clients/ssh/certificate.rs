//! Certificates that a server shows for its key.

use jiff::Timestamp;
use russh::keys::Certificate;
use russh::keys::ssh_key::certificate::CertType;

use super::host_key::HostKey;

/// A certificate for the key of a host. Its signature is right; whether it counts is asked here.
#[derive(Clone, Debug)]
pub struct HostCertificate {
    authority: HostKey,
    is_for_hosts: bool,
    principals: Vec<String>,
    /// Seconds since 1970: from the first on, before the second.
    valid: (u64, u64),
    /// Conditions that are not known here: none are, for hosts.
    has_conditions: bool,
}

impl HostCertificate {
    /// What `certificate` says; nothing where its signature or the key that made it cannot be trusted to be what it says.
    pub(super) fn of(certificate: &Certificate) -> Option<Self> {
        certificate.verify_signature().ok()?;
        let authority = russh::keys::PublicKey::new(certificate.signature_key().clone(), "");
        Some(Self {
            authority: HostKey::of_blob(&authority.to_bytes().ok()?)?,
            is_for_hosts: certificate.cert_type() == CertType::Host,
            principals: certificate.valid_principals().to_vec(),
            valid: (certificate.valid_after(), certificate.valid_before()),
            has_conditions: !certificate.critical_options().is_empty(),
        })
    }

    /// The key that has signed it.
    pub fn authority(&self) -> &HostKey {
        &self.authority
    }

    /// Whether it counts for the host `name` at the moment `now`. One without names counts for all;
    /// patterns in the names mean nothing, as for OpenSSH.
    pub fn counts_for(&self, name: &str, now: Timestamp) -> bool {
        let now = u64::try_from(now.as_second()).unwrap_or(0);
        self.is_for_hosts
            && !self.has_conditions
            && (self.valid.0..self.valid.1).contains(&now)
            && (self.principals.is_empty() || self.principals.iter().any(|it| it == name))
    }
}
