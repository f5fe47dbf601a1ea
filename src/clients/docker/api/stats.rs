//! Readings of a container's resource use.

use std::collections::BTreeMap;

use super::answer;

answer! {
    /// One reading, with the one before it.
    Reading {
        /// When, in RFC 3339; the year 1 where the container does not run.
        read: String = "read",
        /// Processors.
        cpu: Cpu = "cpu_stats",
        /// Processors at the reading before.
        cpu_before: Cpu = "precpu_stats",
        /// Memory.
        memory: Memory = "memory_stats",
        /// Networks, by the name of the interface.
        networks: BTreeMap<String, Network> = "networks",
        /// Block devices.
        block: Block = "blkio_stats",
        /// Processes and threads.
        pids: Pids = "pids_stats",
    }
}

answer! {
    /// Processor time.
    Cpu {
        /// Of the container.
        usage: CpuUsage = "cpu_usage",
        /// Of the whole host, in nanoseconds.
        system: u64 = "system_cpu_usage",
        /// Processors that the container may run on; 0 in engines that do not say.
        online: u32 = "online_cpus",
    }
}

answer! {
    /// Processor time of a container.
    CpuUsage {
        /// In all, in nanoseconds.
        total: u64 = "total_usage",
        /// By processor; only with cgroup v1.
        by_processor: Vec<u64> = "percpu_usage",
    }
}

answer! {
    /// Memory.
    Memory {
        /// Bytes in use, page cache included.
        usage: u64 = "usage",
        /// The limit in bytes.
        limit: u64 = "limit",
        /// The kernel's details: `inactive_file`, `total_inactive_file`, `cache`, …
        details: BTreeMap<String, u64> = "stats",
    }
}

answer! {
    /// A network interface, since the container's start.
    Network {
        /// Bytes received.
        received: u64 = "rx_bytes",
        /// Bytes sent.
        sent: u64 = "tx_bytes",
    }
}

answer! {
    /// Block devices, since the container's start.
    Block {
        /// Bytes by device and direction.
        bytes: Vec<BlockBytes> = "io_service_bytes_recursive",
    }
}

answer! {
    /// Bytes of one device in one direction.
    BlockBytes {
        /// `Read`, `write`, `Total`, … in either case.
        operation: String = "op",
        /// Bytes.
        value: u64 = "value",
    }
}

answer! {
    /// Processes and threads.
    Pids {
        /// How many there are.
        current: u64 = "current",
    }
}
