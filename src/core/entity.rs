//! What a target reports: the entities, as plain data whose text is already sanitized.

pub mod definition;
pub mod deployed;
pub mod host;
pub mod image;
pub mod log_group;
pub mod machine;
pub mod managed;
pub mod network;
pub mod opening;
pub mod revision;
pub mod rollout;
pub mod service;
pub mod task;
pub mod volume;
pub mod workload;

use super::id::{EntityId, Kind};

pub use host::Host;
pub use image::Image;
pub use log_group::LogGroup;
pub use managed::Managed;
pub use network::Network;
pub use service::Service;
pub use volume::Volume;
pub use workload::Workload;

/// One entity of any kind, as it travels in an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Entity {
    /// A container.
    Workload(Box<Workload>),
    /// What workloads belong to.
    Service(Box<Service>),
    /// A machine.
    Host(Box<Host>),
    /// An image.
    Image(Box<Image>),
    /// A volume.
    Volume(Box<Volume>),
    /// A network.
    Network(Box<Network>),
    /// A database that AWS runs.
    Managed(Box<Managed>),
}

impl Entity {
    /// The id of the entity.
    pub fn id(&self) -> &EntityId {
        match self {
            Self::Workload(it) => &it.id,
            Self::Service(it) => &it.id,
            Self::Host(it) => &it.id,
            Self::Image(it) => &it.id,
            Self::Volume(it) => &it.id,
            Self::Network(it) => &it.id,
            Self::Managed(it) => &it.id,
        }
    }

    /// The kind of the entity.
    pub fn kind(&self) -> Kind {
        self.id().kind
    }
}

/// What a store needs to know of the things it holds.
pub trait Identified {
    /// The id of the entity.
    fn id(&self) -> &EntityId;
}

macro_rules! identified {
    ($($name:ident),*) => {
        $(impl Identified for $name {
            fn id(&self) -> &EntityId {
                &self.id
            }
        })*
    };
}
identified!(Workload, Service, Host, Image, Volume, Network, Managed, LogGroup);
