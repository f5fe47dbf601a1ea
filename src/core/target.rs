//! Targets: where environments run, and how the link to each of them is doing.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::calls::Calls;
use super::entity::host::DiskReport;
use super::entity::machine::Machine;
use super::entity::opening::Guards;
use super::event::Link;
use super::fault::Fault;
use super::id::{Kind, TargetId};
use super::time::Now;

/// The technology of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Technology {
    /// A Docker engine (or what speaks its API).
    Docker,
    /// An ECS cluster.
    Ecs,
    /// An Elastic Beanstalk environment.
    Beanstalk,
}

impl Technology {
    /// After this many milliseconds without a word from a target its data is dimmed as stale. Engines tell by themselves
    /// and answer every three seconds; AWS is asked, and the larger a cluster is the less often.
    pub const fn stale_after_ms(self) -> u64 {
        match self {
            Self::Docker => 8_000,
            Self::Ecs | Self::Beanstalk => 75_000,
        }
    }

    /// Whether such a target may have something of that kind.
    pub const fn has(self, kind: Kind) -> bool {
        match kind {
            Kind::Workload | Kind::Service | Kind::Host => true,
            Kind::Image => matches!(self, Self::Docker | Self::Ecs),
            Kind::Volume | Kind::Network => matches!(self, Self::Docker),
            Kind::Database | Kind::LogGroup => matches!(self, Self::Ecs | Self::Beanstalk),
        }
    }

    /// The word on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Ecs => "ecs",
            Self::Beanstalk => "beanstalk",
        }
    }
}

/// One target and what is known of the link to it.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its id.
    pub id: TargetId,
    /// Its technology.
    pub technology: Technology,
    /// How it is reached: `unix:///var/run/docker.sock`.
    pub address: Arc<str>,
    /// The link.
    pub link: Link,
    /// When it was last heard from.
    pub heard: Option<Timestamp>,
    /// When the link became live last.
    pub live_since: Option<Timestamp>,
    /// What of it cannot be read.
    pub lacks: Arc<[Fault]>,
    /// What of that which stands around it cannot be read.
    pub lacks_around: Arc<[Fault]>,
    /// The calls that were made to AWS for it, and for what is in the same account and region.
    pub calls: Arc<[Calls]>,
    /// The security groups around it.
    pub guards: Arc<Guards>,
    /// Why the log groups around it cannot be listed.
    pub lacks_log_groups: Option<Fault>,
    /// Its disk use, once it was measured.
    pub disk: Option<Arc<DiskReport>>,
    /// How its machine is, once that was asked.
    pub machine: Option<Arc<Machine>>,
}

impl Target {
    /// A target that nothing is known of yet.
    pub fn new(id: TargetId, technology: Technology, address: impl AsRef<str>) -> Self {
        let address = Arc::from(address.as_ref());
        Self {
            id,
            technology,
            address,
            link: Link::Connecting,
            heard: None,
            live_since: None,
            lacks: Arc::default(),
            lacks_around: Arc::default(),
            calls: Arc::default(),
            guards: Arc::default(),
            lacks_log_groups: None,
            disk: None,
            machine: None,
        }
    }

    /// Whether its machine can be asked how it is: over the SSH connection that leads to the engine.
    pub fn has_machine(&self) -> bool {
        self.address.starts_with("ssh://")
    }

    /// Whether what is shown of it may no longer be true.
    pub fn is_stale(&self, now: Now) -> bool {
        self.link != Link::Live
            || self.heard.is_none_or(|heard| now.millis_since(heard) > self.technology.stale_after_ms())
    }
}
