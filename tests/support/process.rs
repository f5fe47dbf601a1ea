//! What the kernel says about a process: is it there, stopped, busy; how much memory, how many handles.

use std::fs;
use std::time::Duration;

/// The kernel counts a process's time in hundredths of a second (`USER_HZ`, the same on every architecture).
const TICK: Duration = Duration::from_millis(10);

/// A process at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    /// `R` running, `S` sleeping, `T` stopped, `Z` ended but not waited for.
    pub(crate) state: char,
    /// CPU time since its start, of all its threads.
    pub(crate) cpu: Duration,
    /// CPU time of its children that have ended.
    pub(crate) cpu_of_ended: Duration,
    /// Resident memory in bytes.
    pub(crate) memory: u64,
    /// Its parent.
    pub(crate) parent: u32,
}

impl Process {
    /// The process with this id, if there is one.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in brackets may hold anything; the rest follows the last bracket.
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        let time = |at: usize| Some(TICK * u32::try_from(number(at)? + number(at + 1)?).ok()?);
        Some(Self {
            state: fields.first()?.chars().next()?,
            cpu: time(11)?,
            cpu_of_ended: time(13)?,
            memory: resident(pid)?,
            parent: u32::try_from(number(1)?).ok()?,
        })
    }

    /// The ids of `pid` and of everything that it started and that still runs.
    pub(crate) fn tree(pid: u32) -> Vec<u32> {
        let everything: Vec<(u32, u32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Some((pid, Self::of(pid)?.parent)))
            .collect();
        let mut tree = vec![pid];
        let mut at = 0;
        while let Some(parent) = tree.get(at).copied() {
            tree.extend(everything.iter().filter(|(_, of)| *of == parent).map(|(child, _)| child));
            at += 1;
        }
        tree
    }

    /// How many file handles the process holds.
    pub(crate) fn handles(pid: u32) -> usize {
        fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
    }
}

fn resident(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    // A process that has ended has no memory.
    Some(
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) * 1024,
    )
}
