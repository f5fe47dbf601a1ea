//! What can be typed.

mod evidence;
mod logs;
mod ls;
mod ssh;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::config::flags::Flags;

pub(super) use evidence::{Blackbox, Bundle};
pub(super) use logs::Logs;
pub(super) use ls::{ListKind, Ls};
pub(super) use ssh::{Trust, Tunnel};

/// An operations console for Docker hosts, in a terminal.
///
/// Without a command it opens the console.
#[derive(Debug, Parser)]
#[command(name = "qd", version, max_term_width = 100)]
pub(super) struct Args {
    /// Flags that every command takes.
    #[command(flatten)]
    pub(super) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct Global {
    /// Read this configuration file, and no other.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Only this environment.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) env: Option<String>,
    /// Refuse every change.
    #[arg(long, global = true)]
    pub(super) read_only: bool,
    /// Do not ask before a plan runs, unless it destroys something or the environment is production.
    #[arg(long, global = true)]
    pub(super) yes: bool,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Use this theme.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) theme: Option<String>,
    /// Use this keymap.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) keymap: Option<String>,
    /// Look at the simulated fleet instead of real targets.
    #[arg(long, global = true)]
    pub(super) demo: bool,
    /// The seed of the simulated fleet: the same seed, the same fleet.
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 1, hide = true)]
    pub(super) seed: u64,
    /// The size of the simulated fleet: hosts beside the five systems.
    #[arg(skip)]
    pub(super) hosts: Option<u32>,
    /// The size of the simulated fleet: containers a host.
    #[arg(skip)]
    pub(super) containers: Option<u32>,
}

impl Global {
    /// The same flags, for a simulated fleet.
    pub(super) fn with_demo(self, demo: Demo) -> Self {
        Self { demo: true, seed: demo.seed, hosts: demo.hosts, containers: demo.containers, ..self }
    }

    /// Those that go over the configuration.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            environment: self.env.clone().filter(|_| !self.demo),
            read_only: self.read_only,
            yes: self.yes,
            theme: self.theme.clone(),
            keymap: self.keymap.clone(),
            ..Flags::default()
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open the console.
    Console,
    /// Open the console on a simulated fleet.
    Demo(Demo),
    /// List workloads, services, revisions, hosts, images, volumes, networks, log groups, events, runs or the fleet.
    Ls(Ls),
    /// Show everything that is known about one thing.
    Inspect(Inspect),
    /// Show what differs between two revisions of task definitions.
    Diff(Diff),
    /// Print the logs of workloads, in one order.
    Logs(Logs),
    /// Run a program in a workload.
    Exec(Exec),
    /// Show what a change would do, exactly.
    Plan(Change),
    /// Make a change: a runbook with what it is done to, or a saved plan.
    Run(Run),
    /// List earlier runs, show one, finish or undo an interrupted one.
    Runs(Runs),
    /// Write everything about some workloads into one file: logs, inspects, changes, versions, black boxes.
    Bundle(Bundle),
    /// List the black boxes of workloads that died, or show one.
    Blackbox(Blackbox),
    /// Show the audit log, or verify that nobody has altered it.
    Audit(Audit),
    /// Open a tunnel to a port behind another host, and keep it open.
    Tunnel(Tunnel),
    /// Trust the key of a host that is reached over SSH for the first time.
    Trust(Trust),
    /// Sign on to AWS in a browser, as `aws sso login` does; both keep the token in the same place.
    Login {
        /// The profile of `~/.aws/config`; that of `AWS_PROFILE` when left out.
        profile: Option<String>,
    },
    /// Look whether everything that qd needs is there and works.
    Doctor,
    /// Print a commented configuration for what is found on this machine.
    Init,
    /// Print one frame of a screen.
    Screen(Screen),
    /// Print the keys in force.
    Keys(Keys),
    /// List the themes.
    Themes,
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page.
    Man,
}

/// How the simulated fleet is made.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct Demo {
    /// The same seed gives the same fleet.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(super) seed: u64,
    /// Hosts beside the five systems.
    #[arg(long, value_name = "N")]
    pub(super) hosts: Option<u32>,
    /// Containers on each of those hosts.
    #[arg(long, value_name = "M")]
    pub(super) containers: Option<u32>,
}

/// Show one thing.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Inspect {
    /// Its name or the beginning of its id; `KIND/NAME` where several kinds share a name.
    pub(super) name: String,
    /// Show secret values instead of masking them.
    #[arg(long)]
    pub(super) reveal: bool,
}

/// Show what differs between two revisions of task definitions, in what they mean.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Diff {
    /// The one before: `FAMILY:REVISION`.
    pub(super) before: String,
    /// The one after.
    pub(super) after: String,
}

/// Run a program in a workload.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Exec {
    /// The workload.
    pub(super) name: String,
    /// As this user.
    #[arg(short, long)]
    pub(super) user: Option<String>,
    /// The program and its arguments; a shell where none is given.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) command: Vec<String>,
}

/// A change.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Change {
    /// What to do, and to what.
    #[command(subcommand)]
    pub(super) runbook: Runbook,
}

/// The runbooks.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Runbook {
    /// Start workloads.
    Start {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Stop workloads.
    Stop {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
        /// Seconds between SIGTERM and SIGKILL.
        #[arg(long, value_name = "SECONDS")]
        grace: Option<u32>,
    },
    /// Restart workloads.
    Restart {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
        /// Seconds between SIGTERM and SIGKILL.
        #[arg(long, value_name = "SECONDS")]
        grace: Option<u32>,
    },
    /// Freeze workloads.
    Pause {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Let frozen workloads go on.
    Unpause {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Send workloads a signal.
    Kill {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
        /// The signal.
        #[arg(long, default_value = "SIGTERM")]
        signal: String,
    },
    /// Give a workload another name.
    Rename {
        /// Which.
        name: String,
        /// The new name.
        to: String,
    },
    /// Change what workloads may use.
    Limits {
        /// Which.
        #[arg(required = true)]
        names: Vec<String>,
        /// Memory: `512m`, `2g`; 0 is no limit.
        #[arg(long)]
        memory: Option<String>,
        /// Processors: `1.5`; 0 is no limit.
        #[arg(long)]
        cpus: Option<f64>,
        /// Processes and threads; 0 is no limit.
        #[arg(long)]
        pids: Option<u64>,
        /// The restart policy: no, always, unless-stopped, on-failure.
        #[arg(long)]
        restart: Option<String>,
    },
    /// Remove workloads, images, volumes or networks.
    Remove {
        /// Which: a name, or `KIND/NAME`.
        #[arg(required = true)]
        names: Vec<String>,
        /// Workloads: their anonymous volumes, too.
        #[arg(long)]
        volumes: bool,
        /// Even if it runs or is in use.
        #[arg(long)]
        force: bool,
    },
    /// Remove what nobody uses.
    Prune {
        /// What: containers, dangling-images, unused-images, volumes, networks, build-cache.
        #[arg(required = true)]
        what: Vec<String>,
        /// Where, if there are several targets.
        #[arg(long)]
        target: Option<String>,
    },
    /// A plan that `qd plan … --json` has printed into a file; `-` reads it from standard input.
    #[command(name = "file")]
    File {
        /// The file.
        path: PathBuf,
    },
}

/// Make a change.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Run {
    /// What to do, and to what.
    #[command(subcommand)]
    pub(super) runbook: Runbook,
    /// The name of the environment, where a plan must be confirmed by typing it.
    #[arg(long, global = true, value_name = "ENVIRONMENT")]
    pub(super) confirm: Option<String>,
}

/// Earlier runs.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Runs {
    /// What of them; a list where nothing is said.
    #[command(subcommand)]
    pub(super) what: Option<RunsWhat>,
}

/// What of earlier runs.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum RunsWhat {
    /// Show one.
    Show {
        /// Its id.
        id: String,
    },
    /// Do the rest of an interrupted one.
    Resume {
        /// Its id.
        id: String,
        /// The name of the environment, where a plan must be confirmed by typing it.
        #[arg(long, value_name = "ENVIRONMENT")]
        confirm: Option<String>,
    },
    /// Undo what an interrupted one has done.
    Undo {
        /// Its id.
        id: String,
        /// The name of the environment, where a plan must be confirmed by typing it.
        #[arg(long, value_name = "ENVIRONMENT")]
        confirm: Option<String>,
    },
    /// Record that an interrupted one was dealt with.
    SetAside {
        /// Its id.
        id: String,
    },
}

/// The audit log.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Audit {
    /// What of it; all entries where nothing is said.
    #[command(subcommand)]
    pub(super) what: Option<AuditWhat>,
}

/// What of the audit log.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum AuditWhat {
    /// Verify that no line was altered, removed or moved.
    Verify,
}

/// One frame of a screen.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Screen {
    /// Which: a view (`workloads`), optionally with what it is about (`logs web`, `inspect web`), `help` or `welcome`.
    #[arg(required = true)]
    pub(super) view: Vec<String>,
    /// Columns and rows.
    #[arg(long, value_name = "WxH", default_value = "120x36")]
    pub(super) size: String,
    /// The format.
    #[arg(long, value_enum, default_value_t = Picture::Txt)]
    pub(super) format: Picture,
    /// Press these keys before the frame is taken: `x`, `/ w e b enter`.
    #[arg(long, value_name = "KEYS")]
    pub(super) keys: Option<String>,
}

/// The format of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Picture {
    /// Text.
    Txt,
    /// An SVG picture.
    Svg,
    /// A PNG picture.
    Png,
}

/// The keys in force.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Keys {
    /// Only those of this place: table, tree, logs, dialog, menu, actions, input.
    pub(super) context: Option<String>,
}
