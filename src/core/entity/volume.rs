//! A named volume.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::core::id::EntityId;

/// A volume of a Docker engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Volume {
    /// Its id; the name in it is the volume's name.
    pub id: EntityId,
    /// The driver: mostly `local`.
    pub driver: Arc<str>,
    /// Where it lies on the host.
    pub mountpoint: Arc<str>,
    /// The Compose project that made it.
    pub project: Option<Arc<str>>,
    /// When it was made, where the engine knows.
    pub created: Option<Timestamp>,
    /// Bytes; `None` until the disk use was measured.
    pub size: Option<u64>,
    /// The names of the containers that mount it.
    pub users: Vec<Arc<str>>,
}

impl Volume {
    /// Whether no container uses it.
    pub fn is_dangling(&self) -> bool {
        self.users.is_empty()
    }
}
