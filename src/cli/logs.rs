//! `qd logs`: the logs of workloads on standard output, in one order, fit for pipes.
//!
//! | file | what it holds |
//! |---|---|
//! | `ask` | the words of the command line, understood |
//! | `session` | which logs are open, and when it is done |
//! | `intake` | from the sources of logs to the one task that prints, with room for so much |
//! | `order` | batches → rows in their order |
//! | `printer`, `json` | rows → text or JSON |
//! | `origin` | whose line it is |

mod ask;
mod intake;
mod json;
mod order;
mod origin;
mod printer;
mod session;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use jiff::Timestamp;
use tokio::signal::ctrl_c;
use tokio_util::sync::CancellationToken;

use super::args::{Global, Logs};
use super::collect::Collected;
use super::error::{FAILED, Failure, UNREACHABLE};
use super::world::World;
use super::{collect, output};
use crate::config::zone;
use crate::core::id::Kind;
use crate::core::nearest::did_you_mean;
use crate::core::selector::Selector;
use crate::core::text::clean;
use crate::core::time::Now;
use crate::ui::theme::Depth;
use ask::Ask;
pub(super) use ask::time as moment_of;
use printer::{Form, Paper, Printer};
use session::Session;

/// What a shell says of a process that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// Prints them.
pub(super) async fn run(global: &Global, logs: Logs) -> Result<ExitCode, Failure> {
    if logs.raw && global.json {
        return Err(Failure::usage("--raw", "JSON holds text, not bytes", "leave out --raw or --json"));
    }
    let world = World::open(global, None)?;
    let ask = Ask::of(&logs, &world.config.logs.conditions, Now(Timestamp::now()), &zone())?;
    let collected = collect::fleet(&world, &[Kind::Workload, Kind::Host]).await;
    let selectors = selected_by(&logs.selectors, logs.follow, &collected)?;
    let form = Form {
        json: global.json,
        times: logs.timestamps,
        raw: logs.raw,
        prefix: !logs.no_prefix,
        colours: io::stdout().is_terminal() && world.config.looks.depth != Depth::None,
    };
    let mut veil = collected.fleet.veil();
    if logs.reveal {
        veil.toggle();
    }
    let printer = Printer::new(form, ask.sieve.clone(), veil, ask.merge, Standard);
    let opener = |target: &_, subject: &_| world.targets.get(target)?.reader.open(subject);
    let stop = on_interrupt();
    let session = Session::open(&ask, selectors, collected.fleet, &opener, printer);
    let outcome = session.run(stop.cancelled()).await;
    Ok(if outcome.is_incomplete {
        UNREACHABLE.into()
    } else if logs.picks_lines() && !outcome.has_matched {
        FAILED.into()
    } else {
        ExitCode::SUCCESS
    })
}

/// What was typed, understood. What selects nothing is a mistake, but where new workloads may join.
pub(super) fn selected_by(
    texts: &[String],
    may_come: bool,
    collected: &Collected,
) -> Result<Vec<Selector>, Failure> {
    let fleet = &collected.fleet;
    let mut selectors = Vec::new();
    for text in texts {
        let nothing = |cause: &str| match collected.faults.first() {
            // Maybe it is there, where nobody could look.
            Some(fault) => Failure::Unreachable(fault.clone()),
            None => Failure::usage(&clean(text), cause, "`qd ls workloads` lists what there is"),
        };
        let selector = Selector::read(text, fleet).map_err(|error| nothing(&error.to_string()))?;
        if !fleet.workloads.iter().any(|it| selector.matches(it, fleet)) {
            let cause = format!("it selects no workload{}", did_you_mean(selector.nearest(fleet).as_deref()));
            if !may_come {
                return Err(nothing(&cause));
            }
            output::note(&format!("--- {selector}: {cause} yet"));
        }
        selectors.push(selector);
    }
    Ok(selectors)
}

/// Stops at the first Ctrl-C. The second one ends the process wherever it is: whoever reads what is printed may have
/// stopped reading.
pub(super) fn on_interrupt() -> CancellationToken {
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        while ctrl_c().await.is_ok() {
            if stopping.is_cancelled() {
                std::process::exit(INTERRUPTED);
            }
            stopping.cancel();
        }
    });
    stop
}

/// Standard output and standard error.
struct Standard;

impl Paper for Standard {
    fn lines(&mut self, bytes: &[u8]) -> bool {
        output::bytes(bytes)
    }

    fn remark(&mut self, text: &str) {
        output::note(text);
    }
}
