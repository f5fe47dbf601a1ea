//! Volumes.

use std::sync::Arc;

use super::{PROJECT, label, moment, text};
use crate::clients::docker::api;
use crate::core::entity::Volume;
use crate::core::id::{EntityId, Kind, TargetId};

/// The volume of a line of the list, mounted by the containers with these names.
pub fn volume(target: &TargetId, it: &api::volume::Volume, users: Vec<Arc<str>>) -> Volume {
    Volume {
        id: EntityId::new(Kind::Volume, target, text(&it.name)),
        driver: text(&it.driver),
        mountpoint: text(&it.mountpoint),
        project: label(&it.labels, PROJECT),
        created: moment(&it.created),
        size: it.usage.as_ref().and_then(|usage| u64::try_from(usage.size).ok()),
        users,
    }
}
