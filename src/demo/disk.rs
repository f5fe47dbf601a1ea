//! What takes the disk of a simulated target.

use std::sync::Arc;

use super::part::MIB;
use super::scene::Scene;
use crate::core::entity::Entity;
use crate::core::entity::host::{DiskReport, DiskUse};
use crate::core::entity::machine::{Disk, Machine};
use crate::core::id::Kind;

/// Bytes that a container writes outside its volumes.
fn layer(seed_bits: u64) -> u64 {
    seed_bits % (24 * MIB) + 4_096
}

/// How the machine is now.
pub(super) fn machine(scene: &Scene) -> Machine {
    let now = scene.now();
    let memory = scene.plan().hosts.first().map_or(0, |host| host.memory);
    let age = now.since(scene.start());
    let wave = (age / 47.0).sin() as f32 * 0.2;
    let used = report(scene).usage.total() as f64;
    let size = 40 * 1024 * MIB;
    Machine {
        at: now.stamp(),
        load: [0.6 + wave, 0.55, 0.5],
        memory,
        available: (memory as f64 * (0.46 - 0.1 * f64::from(wave))) as u64,
        disks: vec![Disk { mount: Arc::from("/"), size, taken: (used / size as f64 + 0.31).min(0.84) }],
        up: 41 * 86_400 + age.max(0.0) as u64,
        kernel: Arc::from("6.1.0-18-cloud-amd64"),
        failed: Some(Vec::new()),
        wants_reboot: true,
    }
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
