//! How the program is linked.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Packed, the list of what the loader has to adjust takes 5 KB of memory instead of 430 KB.
    if loader_reads_packed_relocations() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// glibc reads them from 2.36 on: <https://sourceware.org/git/?p=glibc.git;a=blob;f=NEWS;hb=glibc-2.36>. A program that is
/// built on an older system runs on an older system.
fn loader_reads_packed_relocations() -> bool {
    let for_this_system = env::var("HOST") == env::var("TARGET");
    let version = || {
        let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
        let (major, minor) =
            std::str::from_utf8(&output.stdout).ok()?.trim().strip_prefix("glibc ")?.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    };
    for_this_system && version().is_some_and(|version| version >= (2, 36))
}
