//! What takes the disk of a simulated target.

use std::sync::Arc;

use super::part::MIB;
use super::scene::Scene;
use crate::core::entity::Entity;
use crate::core::entity::host::{DiskReport, DiskUse};
use crate::core::id::Kind;

/// Bytes that a container writes outside its volumes.
fn layer(seed_bits: u64) -> u64 {
    seed_bits % (24 * MIB) + 4_096
}

/// What takes the disk now.
pub(super) fn report(scene: &Scene) -> DiskReport {
    let plan = scene.plan();
    let mut usage = DiskUse { build_cache: scene.build_cache(), ..DiskUse::default() };
    usage.build_cache_reclaimable = scene.reclaimable_cache();
    for entity in scene.list(Kind::Image) {
        if let Entity::Image(image) = entity {
            usage.images += image.size;
            usage.images_reclaimable += if image.users == 0 { image.size } else { 0 };
        }
    }
    for (_, unit) in scene.units() {
        let bytes = layer(unit.seed.bits());
        usage.containers += bytes;
        usage.containers_reclaimable += if unit.runs() { 0 } else { bytes };
    }
    let mut volumes = Vec::new();
    for entity in scene.list(Kind::Volume) {
        let Entity::Volume(volume) = entity else { continue };
        let size = plan.volumes.iter().find(|it| it.name == volume.id.name).map_or(0, |it| it.size);
        usage.volumes += size;
        usage.volumes_reclaimable += if volume.users.is_empty() { size } else { 0 };
        volumes.push((Arc::clone(&volume.id.name), Some(size), volume.users.len() as u32));
    }
    DiskReport { at: scene.now().stamp(), usage, volumes }
}
