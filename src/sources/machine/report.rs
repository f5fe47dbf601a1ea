//! One question to a machine's shell, and its answer.

use std::sync::Arc;

use jiff::Timestamp;

use crate::core::entity::machine::{Disk, Machine};
use crate::core::text::clean;

/// What is run there: nothing but the shell of POSIX and what Linux shows of itself. Each part is headed by its name.
pub(super) const QUESTION: &str = "\
    export LC_ALL=C; \
    echo '@load'; cat /proc/loadavg; \
    echo '@memory'; cat /proc/meminfo; \
    echo '@up'; cat /proc/uptime; \
    echo '@kernel'; uname -r; \
    echo '@disks'; df -P -k 2>/dev/null; \
    if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then \
      echo '@failed'; systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null; fi; \
    if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then echo '@reboot'; fi; \
    echo '@end'";

/// File systems that are no disks.
const NO_DISKS: [&str; 9] =
    ["tmpfs", "devtmpfs", "udev", "overlay", "shm", "none", "efivarfs", "squashfs", "/dev/loop"];
/// Disks and failed units that are kept, at most.
const MOST: usize = 32;

/// What an answer says; nothing where it is none.
pub(super) fn read(answer: &str, at: Timestamp) -> Option<Machine> {
    let part = |name: &str| {
        let mut lines = answer.lines().skip_while(move |line| line.strip_prefix('@') != Some(name));
        lines.next().map(|_| lines.take_while(|line| !line.starts_with('@')).collect::<Vec<_>>())
    };
    let load: Vec<f32> =
        part("load")?.first()?.split_whitespace().take(3).filter_map(|word| word.parse().ok()).collect();
    let memory = part("memory")?;
    let kib = |name: &str| -> Option<u64> {
        let line = memory.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
    };
    // Before Linux 3.14 nothing says what could be had; what is free is the least of it.
    let available = kib("MemAvailable").or_else(|| kib("MemFree"))?;
    let up: f64 = part("up")?.first()?.split_whitespace().next()?.parse().ok()?;
    let words = |text: &str| -> Arc<str> { Arc::from(clean(text.trim())) };
    let mut disks: Vec<Disk> =
        part("disks")?.iter().skip(1).filter_map(|line| disk(line)).take(MOST).collect();
    disks.sort_by(|one, other| other.taken.total_cmp(&one.taken));
    let failed = part("failed").map(|lines| {
        let unit = |line: &&str| line.split_whitespace().find(|word| word.contains('.')).map(words);
        lines.iter().filter_map(unit).take(MOST).collect()
    });
    Some(Machine {
        at,
        load: load.try_into().ok()?,
        memory: kib("MemTotal")?,
        available,
        disks,
        up: up as u64,
        kernel: words(part("kernel")?.first()?),
        failed,
        wants_reboot: part("reboot").is_some(),
    })
}

/// A line of `df -P -k`: what is mounted, its blocks, what is used, what is left, a share, and where, which may have
/// blanks in it.
fn disk(line: &str) -> Option<Disk> {
    let mut words = line.split_whitespace();
    let device = words.next()?;
    if NO_DISKS.iter().any(|kind| device.starts_with(kind)) {
        return None;
    }
    let mut kib = || words.next()?.parse::<u64>().ok();
    let (size, used, left) = (kib()?, kib()?, kib()?);
    words.next()?;
    let mount = words.collect::<Vec<_>>().join(" ");
    // What is kept for root is no room for others: as `df` counts it.
    let usable = used.checked_add(left)?;
    (usable > 0 && !mount.is_empty()).then(|| Disk {
        mount: Arc::from(clean(&*mount)),
        size: size.saturating_mul(1024),
        taken: used as f64 / usable as f64,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    const ANSWER: &str = "\
@load
0.52 0.61 0.70 2/345 6789
@memory
MemTotal:         996724 kB
MemFree:           71234 kB
MemAvailable:     300000 kB
@up
864000.55 1000.00
@kernel
6.1.0-18-amd64
@disks
Filesystem     1024-blocks    Used Available Capacity Mounted on
udev                484020       0    484020       0% /dev
/dev/xvda1        8123456 7000000    700000      91% /
/dev/xvdf        20000000 1000000  18000000       6% /srv/my data
tmpfs               99672       8     99664       1% /run/user/1000
overlay           8123456 7000000    700000      91% /var/lib/docker/overlay2/x/merged
@failed
certbot.service loaded failed failed Certbot
@reboot
@end
";

    #[test]
    fn an_answer_is_read_part_by_part() {
        let machine = read(ANSWER, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(
            (machine.load, machine.up, &*machine.kernel),
            ([0.52, 0.61, 0.7], 864_000, "6.1.0-18-amd64")
        );
        assert_eq!((machine.memory, machine.available), (996_724 << 10, 300_000 << 10));
        let disks: Vec<_> =
            machine.disks.iter().map(|it| (&*it.mount, (it.taken * 100.0).round() as u32)).collect();
        assert_eq!(disks, [("/", 91), ("/srv/my data", 5)]);
        assert!(machine.wants_reboot);
        assert_eq!(machine.alarms(), ["disk / is 91% full", "failed: certbot.service"]);
    }

    #[test]
    fn what_is_missing_is_told_from_what_is_well() {
        let without = ANSWER.replace("@failed\ncertbot.service loaded failed failed Certbot\n@reboot\n", "");
        let machine = read(&without, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((machine.failed, machine.wants_reboot), (None, false));
        for cut in ["", "@load\n", "@load\nx y z\n@memory\n", &ANSWER[..40]] {
            assert_eq!(read(cut, Timestamp::UNIX_EPOCH), None, "{cut}");
        }
    }
}
