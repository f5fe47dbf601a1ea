//! Who listens on a local port, as far as the system lets this user see it.

use std::fs;

use crate::core::text::clean;

/// The program and the process that listens on a port: `postgres (1234)`.
pub(super) fn of_port(port: u16) -> Option<String> {
    let socket = format!("socket:[{}]", inode(port)?);
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let mut files = fs::read_dir(process.path().join("fd")).ok()?.flatten();
        files.find(|file| fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == socket.as_str()))?;
        let name = fs::read_to_string(process.path().join("comm")).ok()?;
        Some(format!("{} ({pid})", clean(name.trim())))
    })
}

/// The inode of the socket that listens on a port (`/proc/net/tcp`: the second field is the address, the fourth the
/// state, of which 0A is listening, the tenth the inode).
fn inode(port: u16) -> Option<u64> {
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|table| {
        fs::read_to_string(table).ok()?.lines().skip(1).find_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let at = u16::from_str_radix(fields.get(1)?.rsplit_once(':')?.1, 16).ok()?;
            (at == port && *fields.get(3)? == "0A").then_some(())?;
            fields.get(9)?.parse().ok()
        })
    })
}
