//! The names of things: what an event, an answer or a plan is about.
//!
//! Ids are cheap to clone and compare; the text in them is sanitized before it gets here.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// An id with this text.
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Arc::from(text.as_ref()))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

text_id! {
    /// The name of a configured (or discovered) environment: `numbers-prod`.
    EnvironmentId
}
text_id! {
    /// Where an environment runs: one Docker engine, one ECS cluster. `local`, `tcp://10.0.0.5:2376`.
    TargetId
}
text_id! {
    /// One run of a plan; sorts by the time of its start.
    RunId
}
text_id! {
    /// One black box; sorts by the time of the death that it tells of.
    BoxId
}

/// One entity of one kind in one target.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityId {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub target: TargetId,
    /// What the target calls it: a container's full id, a volume's name, an image's digest.
    pub name: Arc<str>,
}

impl EntityId {
    /// The id of the `kind` called `name` in `target`.
    pub fn new(kind: Kind, target: &TargetId, name: impl AsRef<str>) -> Self {
        Self { kind, target: target.clone(), name: Arc::from(name.as_ref()) }
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.target, self.kind.name(), self.name)
    }
}

/// The kinds of entities that a target reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A container, running or not.
    Workload,
    /// What workloads belong to: a Compose service, an ECS service.
    Service,
    /// A machine.
    Host,
    /// A container image.
    Image,
    /// A named volume.
    Volume,
    /// A container network.
    Network,
    /// A database that AWS runs.
    Database,
    /// A log group of CloudWatch.
    LogGroup,
}

impl Kind {
    /// Those of the standing picture, in the order of the screens; the others are told of while a screen shows them.
    pub const ALL: [Self; 7] =
        [Self::Workload, Self::Service, Self::Host, Self::Image, Self::Volume, Self::Network, Self::Database];

    /// The singular word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Service => "service",
            Self::Host => "host",
            Self::Image => "image",
            Self::Volume => "volume",
            Self::Network => "network",
            Self::Database => "database",
            Self::LogGroup => "log group",
        }
    }

    /// One of it: the word with its article.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Workload => "a workload",
            Self::Service => "a service",
            Self::Host => "a host",
            Self::Image => "an image",
            Self::Volume => "a volume",
            Self::Network => "a network",
            Self::Database => "a database",
            Self::LogGroup => "a log group",
        }
    }
}
