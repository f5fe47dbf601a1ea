//! What `qd blackbox` and `qd bundle` take.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Everything about some workloads in one file.
#[derive(Clone, Debug, ClapArgs)]
pub(in crate::cli) struct Bundle {
    /// Which: as `qd logs` takes them.
    #[arg(required = true, value_name = "SELECTOR")]
    pub(in crate::cli) selectors: Vec<String>,
    /// From then on: `10m` ago, `09:10` by this machine's clock, a timestamp, `all`; the last hour where nothing is said.
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) since: Option<String>,
    /// Up to then.
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) until: Option<String>,
    /// Where to; a new file in this folder where nothing is said. No file is written over.
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}

/// Black boxes.
#[derive(Clone, Debug, ClapArgs)]
pub(in crate::cli) struct Blackbox {
    /// Which: its id, the beginning of it, or a workload's name for the newest one of it; a list where none is named.
    pub(in crate::cli) id: Option<String>,
}
