//! What `qd logs` takes.

use clap::Args as ClapArgs;

use crate::core::logs::{FieldTest, Level, Stream};
use crate::core::nearest::{did_you_mean, nearest};
use crate::core::subject::WHOLE;

/// Print logs.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(in crate::cli) struct Logs {
    /// Which: a name, `web-*`, `/regex/`, or one of workload:, service:, project:, env:, host:, state:NAME and
    /// label:KEY=VALUE.
    #[arg(required = true, value_name = "SELECTOR")]
    pub(in crate::cli) selectors: Vec<String>,
    /// Go on printing what follows, of new workloads, too.
    #[arg(short, long)]
    pub(in crate::cli) follow: bool,
    /// How many lines from the end of each log, or `all`; 100, but all of them where --since, or without -f --grep,
    /// --where, --level or --field says which.
    #[arg(short = 'n', long, value_name = "LINES", value_parser = tail)]
    pub(in crate::cli) tail: Option<u32>,
    /// Only lines from then on: `10m` ago, `09:10` by this machine's clock, a timestamp.
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) since: Option<String>,
    /// Only lines up to then.
    #[arg(long, value_name = "TIME", conflicts_with = "follow")]
    pub(in crate::cli) until: Option<String>,
    /// Only lines that match this regular expression, or another one given so; capitals in it are minded.
    #[arg(long, value_name = "PATTERN")]
    pub(in crate::cli) grep: Vec<String>,
    /// No lines that match this regular expression.
    #[arg(long, value_name = "PATTERN")]
    pub(in crate::cli) exclude: Vec<String>,
    /// Only lines that fit these conditions, as the filter of a log takes them: `level>=warn & !health`; names that the
    /// configuration gives to conditions, too. Given more than once, all of them count.
    #[arg(long = "where", value_name = "CONDITIONS")]
    pub(in crate::cli) conditions: Vec<String>,
    /// Of logs in CloudWatch, only lines that match this filter pattern of its own: `ERROR -health`, `{ $.status = 500 }`. It
    /// looks for them itself, so that no others are read; logs that Docker has are left out.
    #[arg(long, value_name = "PATTERN")]
    pub(in crate::cli) pattern: Option<String>,
    /// Lines before and after each of those.
    #[arg(short = 'C', long, value_name = "LINES", default_value_t = 0)]
    pub(in crate::cli) context: u32,
    /// Only lines that are at least so serious: trace, debug, info, warn, error, fatal.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub(in crate::cli) level: Option<Level>,
    /// Only lines with this field: `status>=500`, `path~^/api`, `took>200ms`.
    #[arg(long, value_name = "TEST", value_parser = FieldTest::parse)]
    pub(in crate::cli) field: Vec<FieldTest>,
    /// Only lines of this output: stdout, stderr.
    #[arg(long, value_name = "OUTPUT", value_parser = stream)]
    pub(in crate::cli) stream: Option<Stream>,
    /// Begin each line with its time, in UTC.
    #[arg(short, long)]
    pub(in crate::cli) timestamps: bool,
    /// Do not say in front of each line whose it is.
    #[arg(long)]
    pub(in crate::cli) no_prefix: bool,
    /// Print each log as it comes, instead of all lines in the order of their times.
    #[arg(long)]
    pub(in crate::cli) no_merge: bool,
    /// Show secrets instead of hiding them.
    #[arg(long)]
    pub(in crate::cli) reveal: bool,
    /// Print the bytes as the workload wrote them, secrets and all: they may do anything to a terminal.
    #[arg(long)]
    pub(in crate::cli) raw: bool,
}

impl Logs {
    /// Whether lines are looked for: then it is a failure that there is none.
    pub(in crate::cli) const fn picks_lines(&self) -> bool {
        !self.grep.is_empty() || !self.conditions.is_empty() || !self.field.is_empty() || self.level.is_some()
    }
}

fn tail(text: &str) -> Result<u32, String> {
    match text {
        "all" => Ok(WHOLE),
        lines => lines.parse().map_err(|_| "neither a number of lines nor `all`".to_owned()),
    }
}

fn level(text: &str) -> Result<Level, String> {
    Level::ALL.into_iter().find(|level| level.word().eq_ignore_ascii_case(text)).ok_or_else(|| {
        let meant = did_you_mean(nearest(text, Level::ALL.map(Level::word)));
        format!("none of trace, debug, info, warn, error, fatal{meant}")
    })
}

fn stream(text: &str) -> Result<Stream, String> {
    let outputs = [Stream::Stdout, Stream::Stderr];
    outputs
        .into_iter()
        .find(|stream| stream.word() == text)
        .ok_or_else(|| "neither stdout nor stderr".to_owned())
}
