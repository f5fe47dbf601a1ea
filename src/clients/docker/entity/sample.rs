//! Readings of resource use, computed as `docker stats` computes them.

use super::moment;
use crate::clients::docker::api::stats::{Cpu, Memory, Reading};
use crate::core::stats::Sample;

/// The sample of a reading; `None` where there is nothing to tell: the container does not run, or the reading is the
/// first and has none before it to compare with.
pub fn sample(it: &Reading) -> Option<Sample> {
    let at = moment(&it.read)?;
    let cpu = cpu_percent(&it.cpu_before, &it.cpu)?;
    Some(Sample {
        at,
        cpu,
        memory: memory_without_cache(&it.memory),
        memory_limit: it.memory.limit,
        network: sum(it.networks.values().map(|it| (it.received, it.sent))),
        block: sum(it.block.bytes.iter().map(|it| match it.operation.as_bytes().first() {
            Some(b'r' | b'R') => (it.value, 0),
            Some(b'w' | b'W') => (0, it.value),
            _ => (0, 0),
        })),
        pids: u32::try_from(it.pids.current).unwrap_or(u32::MAX),
    })
}

/// Whether a reading says that its container does not run.
pub fn is_idle(it: &Reading) -> bool {
    moment(&it.read).is_none()
}

/// The container's share of the host's processor time since the reading before, in percent of one processor.
fn cpu_percent(before: &Cpu, now: &Cpu) -> Option<f32> {
    if before.system == 0 {
        return None;
    }
    let used = now.usage.total.saturating_sub(before.usage.total) as f64;
    let passed = now.system.saturating_sub(before.system) as f64;
    let online = if now.online > 0 { f64::from(now.online) } else { now.usage.by_processor.len() as f64 };
    Some(if passed > 0.0 { (used / passed * online * 100.0) as f32 } else { 0.0 })
}

/// Memory in use without the page cache that the kernel would give back: named differently in cgroup v1 and v2.
fn memory_without_cache(memory: &Memory) -> u64 {
    let cache = ["total_inactive_file", "inactive_file"]
        .iter()
        .find_map(|name| memory.details.get(*name).copied().filter(|cache| *cache < memory.usage));
    memory.usage - cache.unwrap_or(0)
}

fn sum(pairs: impl Iterator<Item = (u64, u64)>) -> (u64, u64) {
    pairs.fold((0, 0), |(a, b), (c, d)| (a.saturating_add(c), b.saturating_add(d)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "the numbers are exact")]
    use super::*;

    fn reading() -> Reading {
        serde_json::from_value(serde_json::json!({
            "read": "2026-11-21T05:00:01Z",
            "cpu_stats": { "cpu_usage": { "total_usage": 3_000_000_000_u64 }, "system_cpu_usage": 14_000_000_000_u64,
                           "online_cpus": 4 },
            "precpu_stats": { "cpu_usage": { "total_usage": 1_000_000_000_u64 }, "system_cpu_usage": 10_000_000_000_u64 },
            "memory_stats": { "usage": 500, "limit": 1000, "stats": { "total_inactive_file": 100, "inactive_file": 50 } },
            "networks": { "eth0": { "rx_bytes": 1, "tx_bytes": 2 }, "eth1": { "rx_bytes": 10, "tx_bytes": 20 } },
            "blkio_stats": { "io_service_bytes_recursive": [
                { "op": "Read", "value": 5 }, { "op": "write", "value": 7 }, { "op": "Total", "value": 12 }] },
            "pids_stats": { "current": 9 },
        }))
        .unwrap()
    }

    #[test]
    fn a_reading_becomes_what_docker_stats_would_print() {
        let sample = sample(&reading()).unwrap();
        assert_eq!(sample.cpu, 200.0);
        assert_eq!((sample.memory, sample.memory_limit), (400, 1000));
        assert_eq!((sample.network, sample.block, sample.pids), ((11, 22), (5, 7), 9));
    }

    #[test]
    fn cgroup_v2_and_old_engines_are_understood() {
        let mut it = reading();
        it.memory.details.remove("total_inactive_file");
        it.cpu.online = 0;
        it.cpu.usage.by_processor = vec![0, 0];
        let sample = sample(&it).unwrap();
        assert_eq!((sample.memory, sample.cpu), (450, 100.0));
    }

    #[test]
    fn a_first_reading_and_one_of_a_stopped_container_tell_nothing() {
        let first = Reading { cpu_before: Cpu::default(), ..reading() };
        assert_eq!(sample(&first), None);
        assert!(!is_idle(&first));
        let stopped = Reading { read: "0001-01-01T00:00:00Z".to_owned(), ..Reading::default() };
        assert_eq!(sample(&stopped), None);
        assert!(is_idle(&stopped));
    }

    #[test]
    fn counters_that_went_back_read_as_idle() {
        let mut it = reading();
        it.cpu.usage.total = 5;
        assert_eq!(sample(&it).unwrap().cpu, 0.0);
        it.cpu.system = 1;
        assert_eq!(sample(&it).unwrap().cpu, 0.0);
    }
}
