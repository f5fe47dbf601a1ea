//! An image on a host.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::core::id::EntityId;

/// A container image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Image {
    /// Its id; the name in it is the image id `sha256:…`.
    pub id: EntityId,
    /// Repository and tag of every name it has; empty when it dangles.
    pub tags: Vec<Arc<str>>,
    /// Registry digests: `nginx@sha256:…`.
    pub digests: Vec<Arc<str>>,
    /// Bytes, shared layers included.
    pub size: u64,
    /// When it was built.
    pub created: Timestamp,
    /// Containers made from it, running or not.
    pub users: u32,
    /// Whether it is an index: it stands for one image for each platform, and these are what runs.
    pub is_index: bool,
}

impl Image {
    /// Whether nothing names it any more.
    pub fn is_dangling(&self) -> bool {
        self.tags.is_empty()
    }

    /// The first twelve characters of the image id.
    pub fn short_id(&self) -> &str {
        let hex = self.id.name.strip_prefix("sha256:").unwrap_or(&self.id.name);
        hex.get(..12).unwrap_or(hex)
    }
}
