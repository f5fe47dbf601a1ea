//! A container network.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::core::id::EntityId;

/// A network of a Docker engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Network {
    /// Its id; the name in it is the network's id.
    pub id: EntityId,
    /// Its name.
    pub name: Arc<str>,
    /// `bridge`, `host`, `overlay`, …
    pub driver: Arc<str>,
    /// `local`, `swarm`, `global`.
    pub scope: Arc<str>,
    /// Address ranges.
    pub subnets: Vec<Arc<str>>,
    /// Whether it is cut off from the outside.
    pub internal: bool,
    /// The Compose project that made it.
    pub project: Option<Arc<str>>,
    /// When it was made, where the engine knows.
    pub created: Option<Timestamp>,
    /// The names of the containers attached to it.
    pub users: Vec<Arc<str>>,
}

impl Network {
    /// Whether the engine made it for itself and does not give it away.
    pub fn is_engines_own(&self) -> bool {
        matches!(&*self.name, "bridge" | "host" | "none" | "podman")
    }
}
