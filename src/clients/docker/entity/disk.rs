//! Disk use, summed as `docker system df` sums it.

use std::sync::Arc;

use jiff::Timestamp;

use super::{count, text};
use crate::clients::docker::api;
use crate::core::entity::host::{DiskReport, DiskUse};
use crate::core::entity::workload::State;

/// What the engine counted, as of `at`.
pub fn report(at: Timestamp, it: &api::system::DiskUse) -> DiskReport {
    // Layers that several images share are counted once in all, and belong to no single image.
    let in_use: u64 = it
        .images
        .iter()
        .filter(|image| image.containers > 0 && image.size >= 0 && image.shared >= 0)
        .map(|image| count(image.size - image.shared))
        .sum();
    let is_up =
        |state: &str| matches!(State::from_word(state), State::Running | State::Paused | State::Restarting);
    let containers = |up_too: bool| {
        it.containers.iter().filter(|it| up_too || !is_up(&it.state)).map(|it| count(it.size)).sum::<u64>()
    };
    let usage = |volume: &api::volume::Volume| volume.usage.clone().unwrap_or_default();
    let volumes = |used_too: bool| {
        it.volumes
            .iter()
            .map(usage)
            .filter(|it| used_too || it.users == 0)
            .map(|it| count(it.size))
            .sum::<u64>()
    };
    let build_cache: u64 = it.build_cache.iter().map(|it| count(it.size)).sum();
    let busy: u64 = it.build_cache.iter().filter(|it| it.in_use && !it.shared).map(|it| count(it.size)).sum();
    DiskReport {
        at,
        usage: DiskUse {
            images: count(it.layers),
            images_reclaimable: count(it.layers).saturating_sub(in_use),
            containers: containers(true),
            containers_reclaimable: containers(false),
            volumes: volumes(true),
            volumes_reclaimable: volumes(false),
            build_cache,
            build_cache_reclaimable: build_cache.saturating_sub(busy),
        },
        volumes: it.volumes.iter().map(|volume| sizes(volume, &usage(volume))).collect(),
    }
}

fn sizes(volume: &api::volume::Volume, usage: &api::volume::Usage) -> (Arc<str>, Option<u64>, u32) {
    let size = volume.usage.as_ref().and_then(|usage| u64::try_from(usage.size).ok());
    (text(&volume.name), size, u32::try_from(usage.users).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_docker_system_df() {
        let it: api::system::DiskUse = serde_json::from_value(serde_json::json!({
            "LayersSize": 1000,
            "Images": [
                { "Size": 600, "SharedSize": 100, "Containers": 1 },
                { "Size": 500, "SharedSize": 100, "Containers": 0 },
                { "Size": 500, "SharedSize": -1, "Containers": 2 }
            ],
            "Containers": [{ "State": "running", "SizeRw": 7 }, { "State": "exited", "SizeRw": 5 }, { "State": "created" }],
            "Volumes": [
                { "Name": "a", "UsageData": { "Size": 40, "RefCount": 1 } },
                { "Name": "b", "UsageData": { "Size": 2, "RefCount": 0 } },
                { "Name": "c", "UsageData": { "Size": -1, "RefCount": -1 } },
                { "Name": "d" }
            ],
            "BuildCache": [{ "Size": 30, "InUse": true }, { "Size": 3, "InUse": true, "Shared": true }, { "Size": 10 }],
        }))
        .unwrap();
        let report = report(Timestamp::UNIX_EPOCH, &it);
        let expected = DiskUse {
            images: 1000,
            images_reclaimable: 500,
            containers: 12,
            containers_reclaimable: 5,
            volumes: 42,
            volumes_reclaimable: 2,
            build_cache: 43,
            build_cache_reclaimable: 13,
        };
        assert_eq!(report.usage, expected);
        let sizes: Vec<_> = report.volumes.iter().map(|(_, size, users)| (*size, *users)).collect();
        assert_eq!(sizes, [(Some(40), 1), (Some(2), 0), (None, 0), (None, 0)]);
    }
}
