//! The command line: what is typed → one subcommand → an exit code.
//!
//! Each screen's content and each operation is here too, without a screen; `--json` gives all that is printed in a
//! stable shape.

mod args;
mod ask;
mod audit;
mod blackbox;
mod bundle;
mod change;
mod collect;
mod console;
mod diff;
mod doctor;
mod error;
mod init;
mod inspect;
mod keys;
mod login;
mod logs;
mod ls;
mod manual;
mod output;
mod runs;
mod screen;
mod select;
mod themes;
mod trust;
mod tunnel;
mod world;

use std::ffi::OsString;
use std::process::ExitCode;
use std::{io, thread};

use clap::Parser;

use args::{Args, Command};
use error::Failure;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs the program with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // Help goes to standard output with 0, a mistake to standard error with 2.
            let _ = error.print();
            return if error.use_stderr() { error::USAGE.into() } else { ExitCode::SUCCESS };
        }
    };
    match dispatch(args) {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&failure);
            failure.code().into()
        }
    }
}

fn dispatch(mut args: Args) -> Result<ExitCode, Failure> {
    let command = args.command.take().unwrap_or(Command::Console);
    let global = args.global;
    match command {
        Command::Console => console::run(&global),
        Command::Demo(demo) => console::run(&global.with_demo(demo)),
        Command::Ls(ls) => runtime(ls::run(&global, ls)),
        Command::Inspect(inspect) => runtime(inspect::run(&global, inspect)),
        Command::Diff(diff) => runtime(diff::run(&global, diff)),
        Command::Logs(logs) => runtime(logs::run(&global, logs)),
        Command::Exec(exec) => runtime(change::exec(&global, exec)),
        Command::Plan(plan) => runtime(change::plan(&global, plan)),
        Command::Run(run) => runtime(change::run(&global, run)),
        Command::Runs(runs) => runtime(runs::run(&global, runs)),
        Command::Bundle(it) => runtime(bundle::run(&global, it)),
        Command::Blackbox(it) => runtime(blackbox::run(&global, it)),
        Command::Audit(audit) => audit::run(&global, &audit),
        Command::Trust(it) => runtime(trust::run(&global, it)),
        Command::Tunnel(it) => runtime(tunnel::run(&global, it)),
        Command::Login { profile } => runtime(login::run(&global, profile)),
        Command::Doctor => runtime(doctor::run(&global)),
        Command::Init => init::run(&global),
        Command::Screen(screen) => runtime(screen::run(&global, screen)),
        Command::Keys(keys) => keys::run(&global, &keys),
        Command::Themes => themes::run(&global),
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man => manual::man(),
    }
}

/// Runs `work` on this thread and all tasks that it starts on one other, so that none of them holds it up. Tasks that
/// still wait when it is done do not keep the process.
fn runtime(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let unable = |error: io::Error| {
        Failure::other("the runtime", &error.to_string(), "look at the limits of this user")
    };
    let tasks = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unable)?;
    let handle = tasks.handle().clone();
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    thread::Builder::new()
        .name("tasks".to_owned())
        .spawn(move || {
            // An error says that `done` is gone, which is what is waited for.
            tasks.block_on(ended).ok();
            tasks.shutdown_background();
        })
        .map_err(unable)?;
    let result = handle.block_on(work);
    drop(done);
    result
}
