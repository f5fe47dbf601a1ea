//! Certificates that a server shows for its key.

use jiff::Timestamp;

use super::host_key::HostKey;

/// A certificate for the key of a host, whose signature is right; whether it counts is asked here.
#[derive(Clone, Debug)]
pub struct HostCertificate {
    /// The key that has signed it.
    pub authority: HostKey,
    /// Whether it is for a host, and not for a user.
    pub is_for_hosts: bool,
    /// The names that it counts for; one without names counts for all.
    pub principals: Vec<String>,
    /// Seconds since 1970: from the first on, before the second.
    pub valid: (u64, u64),
    /// Whether it makes conditions: none are known for hosts.
    pub has_conditions: bool,
}

impl HostCertificate {
    /// Whether it counts for the host `name` at the moment `now`. Patterns in its names mean nothing, as for OpenSSH.
    pub fn counts_for(&self, name: &str, now: Timestamp) -> bool {
        let now = u64::try_from(now.as_second()).unwrap_or(0);
        self.is_for_hosts
            && !self.has_conditions
            && (self.valid.0..self.valid.1).contains(&now)
            && (self.principals.is_empty() || self.principals.iter().any(|it| it == name))
    }
}
