//! A host: the machine that an engine runs on.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::core::id::EntityId;
use crate::core::time::Now;

/// A Docker host, an ECS container instance or an EC2 instance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Host {
    /// Its id; the name in it is the engine's own id.
    pub id: EntityId,
    /// The host's name.
    pub name: Arc<str>,
    /// How it is reached: `unix:///var/run/docker.sock`.
    pub address: Arc<str>,
    /// The engine and its version: `Docker 28.2.2`, `Podman 4.3.1`.
    pub engine: Arc<str>,
    /// The version of the API that is spoken with it.
    pub api: Arc<str>,
    /// The operating system.
    pub os: Arc<str>,
    /// The kernel's version.
    pub kernel: Arc<str>,
    /// The processor's architecture.
    pub architecture: Arc<str>,
    /// Processors.
    pub cpus: u32,
    /// Memory in bytes.
    pub memory: u64,
    /// Containers by state: running, paused, stopped.
    pub containers: (u32, u32, u32),
    /// Images on it.
    pub images: u32,
    /// The storage driver.
    pub storage: Arc<str>,
    /// The engine's own warnings about itself.
    pub warnings: Vec<Arc<str>>,
    /// By how much its clock is ahead of ours, or behind where negative; only where that is certainly more than
    /// [`SKEWED`].
    pub clock_ahead: Option<SignedDuration>,
    /// When the certificates end with which it is reached over TLS.
    pub certificates: Option<CertificateEnds>,
    /// What is left of it for more tasks, where a cluster counts that.
    pub room: Option<Room>,
}

/// ECS's units of one processor.
pub const UNITS: u32 = 1024;

/// What an ECS cluster has not yet given away of a container instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Processor in ECS's units: [`UNITS`] are one processor.
    pub cpu: u32,
    /// Memory in bytes.
    pub memory: u64,
}

/// When the certificates of a connection over TLS end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateEnds {
    /// Of the authority that has signed the others.
    pub authority: Timestamp,
    /// Of ours.
    pub client: Timestamp,
    /// Of the engine.
    pub engine: Timestamp,
}

/// So many days before its end, a certificate is spoken of.
pub const ENDS_SOON: i64 = 30;

impl CertificateEnds {
    /// The one that ends first: whose it is, and when.
    pub fn first(&self) -> (&'static str, Timestamp) {
        let all = [("engine", self.engine), ("client", self.client), ("authority", self.authority)];
        all.into_iter().min_by_key(|(_, end)| *end).unwrap_or(all[0])
    }

    /// Whole days until the first of them ends; negative when it has.
    pub fn days(&self, now: Now) -> i64 {
        self.first().1.duration_since(now.0).as_hours().div_euclid(24)
    }

    /// What is to be said of it, where it ends soon.
    pub fn alarm(&self, now: Now) -> Option<String> {
        let days = self.days(now);
        let whose = match self.first().0 {
            "authority" => "the certificate of its authority (ca.pem)",
            "client" => "our certificate for it (cert.pem)",
            _ => "the certificate of its engine",
        };
        match days {
            i64::MIN..0 => Some(format!("{whose} has ended")),
            0..=ENDS_SOON => Some(format!("{whose} ends in {days}d")),
            _ => None,
        }
    }
}

/// Clocks that differ by no more than this are as good as the same.
pub const SKEWED: SignedDuration = SignedDuration::from_secs(1);

impl Host {
    /// What is so wrong with it that its environment is not well. What an engine says of itself is only worth knowing.
    pub fn alarms(&self) -> &[Arc<str>] {
        if self.room.is_some() { &self.warnings } else { &[] }
    }

    /// How wrong its clock is, in words.
    pub fn skew(&self) -> Option<String> {
        let ahead = self.clock_ahead?;
        let way = if ahead.is_negative() { "behind" } else { "ahead of" };
        Some(format!("its clock is {:.1}s {way} this machine's", ahead.as_secs_f64().abs()))
    }
}

/// By how much a clock is ahead of ours that showed `shown` at some moment between `from` and `to`; only where that is
/// certainly more than [`SKEWED`].
pub fn clock_ahead(shown: Timestamp, from: Timestamp, to: Timestamp) -> Option<SignedDuration> {
    let (least, most) = (shown.duration_since(to), shown.duration_since(from));
    let is_certain = least > SKEWED || most < -SKEWED;
    is_certain.then(|| least + (most - least) / 2)
}

/// What takes the disk of a target, as the engine counts it; bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiskUse {
    /// All image layers.
    pub images: u64,
    /// Layers of images that no container uses.
    pub images_reclaimable: u64,
    /// Writable layers of the containers.
    pub containers: u64,
    /// Writable layers of the containers that do not run.
    pub containers_reclaimable: u64,
    /// Local volumes.
    pub volumes: u64,
    /// Volumes that no container uses.
    pub volumes_reclaimable: u64,
    /// Build cache.
    pub build_cache: u64,
    /// Build cache that is not in use.
    pub build_cache_reclaimable: u64,
}

impl DiskUse {
    /// All of it, in bytes.
    pub const fn total(&self) -> u64 {
        self.images + self.containers + self.volumes + self.build_cache
    }

    /// What a prune could give back, in bytes.
    pub const fn reclaimable(&self) -> u64 {
        self.images_reclaimable
            + self.containers_reclaimable
            + self.volumes_reclaimable
            + self.build_cache_reclaimable
    }
}

/// A [`DiskUse`] with the moment it was measured and the sizes of single volumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskReport {
    /// When the engine answered.
    pub at: Timestamp,
    /// The sums.
    pub usage: DiskUse,
    /// Volume name → (bytes, containers that use it); bytes are `None` where the engine could not tell.
    pub volumes: Vec<(Arc<str>, Option<u64>, u32)>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn a_clock_is_called_wrong_only_where_a_slow_answer_cannot_be_the_reason() {
        let at = |millis| Timestamp::from_millisecond(millis).unwrap();
        let ahead = |shown, from, to| clock_ahead(at(shown), at(from), at(to)).map(|it| it.as_millis());
        assert_eq!(ahead(5000, 4900, 5100), None);
        assert_eq!(ahead(9100, 5000, 5200), Some(4000));
        assert_eq!(ahead(1100, 5000, 5200), Some(-4000));
        assert_eq!(ahead(9000, 5000, 9000), None, "the answer took four seconds");
    }
}
