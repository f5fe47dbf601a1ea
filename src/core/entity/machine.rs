//! What a machine says of itself, beside its engine: load, memory, disks, what has failed on it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

/// A disk is too full from this share on.
pub const FULL: f64 = 0.85;

/// A machine at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// The moment.
    pub at: Timestamp,
    /// Programs that wanted a processor, on average over 1, 5 and 15 minutes.
    pub load: [f32; 3],
    /// Memory, in bytes.
    pub memory: u64,
    /// Memory that programs could still have, in bytes.
    pub available: u64,
    /// Its disks, the fullest first.
    pub disks: Vec<Disk>,
    /// Seconds since it was started.
    pub up: u64,
    /// The kernel's version.
    pub kernel: Arc<str>,
    /// Units of systemd that have failed; nothing where there is no systemd.
    pub failed: Option<Vec<Arc<str>>>,
    /// Whether it wants to be started anew, for what was upgraded.
    pub wants_reboot: bool,
}

/// A mounted disk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disk {
    /// Where it is mounted.
    pub mount: Arc<str>,
    /// Its size, in bytes.
    pub size: u64,
    /// What is taken of what can be, from 0 to 1.
    pub taken: f64,
}

impl Machine {
    /// Its fullest disk.
    pub fn fullest(&self) -> Option<&Disk> {
        self.disks.first()
    }

    /// What is wrong with it, in words; the worst first.
    pub fn alarms(&self) -> Vec<String> {
        let full = self.disks.iter().filter(|disk| disk.taken >= FULL);
        let mut alarms: Vec<String> =
            full.map(|disk| format!("disk {} is {:.0}% full", disk.mount, disk.taken * 100.0)).collect();
        if let Some(failed) = self.failed.as_ref().filter(|failed| !failed.is_empty()) {
            alarms.push(format!("failed: {}", failed.join(", ")));
        }
        alarms
    }
}
