//! What `qd ls` takes.

use clap::{Args as ClapArgs, ValueEnum};

use crate::core::table::Format;

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ListKind {
    /// Environments.
    Fleet,
    /// What should be mended before it breaks.
    Advice,
    /// Containers.
    Workloads,
    /// What they belong to.
    Services,
    /// Revisions of the task definition of a service: `--service`.
    Revisions,
    /// What was deployed to a service: `--service`.
    Deployments,
    /// Machines.
    Hosts,
    /// Images.
    Images,
    /// Volumes.
    Volumes,
    /// Networks.
    Networks,
    /// Log groups of CloudWatch.
    LogGroups,
    /// Who can reach which port of what.
    Exposure,
    /// The calls that were made to AWS.
    Calls,
    /// What changed since this command began, and shortly before.
    Events,
    /// Databases.
    Databases,
    /// Earlier runs.
    Runs,
}

/// List things.
#[derive(Clone, Debug, ClapArgs)]
pub(in crate::cli) struct Ls {
    /// What.
    pub(in crate::cli) kind: ListKind,
    /// Only rows that match: `web`, `!web`, `/regex/`, `state=exited`, `cpu>50`.
    #[arg(value_name = "FILTER")]
    pub(in crate::cli) filter: Vec<String>,
    /// Sort by this column; `-COLUMN` the other way round.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(in crate::cli) sort: Option<String>,
    /// Show these columns, with commas between; `all` for all of them.
    #[arg(long, value_name = "COLUMNS")]
    pub(in crate::cli) columns: Option<String>,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT")]
    pub(in crate::cli) format: Option<Format>,
    /// Revisions and deployments: of this service, or of the service of this workload.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) service: Option<String>,
    /// Workloads: measure CPU, memory, network and block I/O (takes two seconds).
    #[arg(long)]
    pub(in crate::cli) stats: bool,
}
