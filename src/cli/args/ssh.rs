//! Hosts that are reached over SSH.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Trust the key of a host, and of those that are gone through on the way to it.
///
/// Shows the fingerprint of each that is not known yet, and asks; what is accepted is written to the first file of
/// `UserKnownHostsFile`, as ssh would write it. A key that has changed is never accepted here.
#[derive(Clone, Debug, ClapArgs)]
pub(in crate::cli) struct Trust {
    /// The host: ssh://user@host:port.
    pub(in crate::cli) host: String,
    /// Accept a key with this fingerprint without asking, and no other; once for each host.
    #[arg(long, value_name = "SHA256:…")]
    pub(in crate::cli) fingerprint: Vec<String>,
}

/// Open a tunnel to a port behind another host, and keep it open.
///
/// The local port stays the same however often the SSH connection is made anew. Ends with Ctrl-C, or when trying again
/// cannot help: the login is refused, or the host shows another key.
#[derive(Clone, Debug, ClapArgs)]
pub(in crate::cli) struct Tunnel {
    /// Where it leads to: a database of the configuration by its name, or HOST:PORT as the host that is gone through sees it.
    #[arg(value_name = "DATABASE|HOST:PORT")]
    pub(in crate::cli) to: String,
    /// The host that is gone through: <ssh://user@host:port>. A database of the configuration brings its own.
    #[arg(long, value_name = "HOST")]
    pub(in crate::cli) via: Option<String>,
    /// The local port; that of the configuration, or any that is free, if nothing is said.
    #[arg(long, value_name = "PORT")]
    pub(in crate::cli) local: Option<u16>,
    /// A Unix socket that leads there as well; only you may open it.
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) socket: Option<PathBuf>,
    /// Close it after so many minutes without a connection; 0 for never.
    #[arg(long, value_name = "MINUTES")]
    pub(in crate::cli) idle: Option<u32>,
}
