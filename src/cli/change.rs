//! `qd plan`, `qd run` and `qd exec`: changes without the screen, with the same plan, confirmation and records.

use std::fmt::Write as _;
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::io::AsyncWriteExt;

use super::args::{Change, Exec, Global, Run, Runbook};
use super::error::{Failure, NOT_SUCCEEDED};
use super::world::World;
use super::{collect, output, select};
use crate::actions::access::WriteAccess;
use crate::actions::executor::Order;
use crate::actions::performer::Output;
use crate::actions::runbook;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind, RunId};
use crate::core::plan::op::{Limits, Prunable};
use crate::core::plan::request::Request;
use crate::core::plan::{Confirmed, Phase, Plan};
use crate::core::run::{Progress, StepState, Verdict};
use crate::core::size::parse_bytes;
use crate::core::time::Now;

/// Prints a plan.
pub(super) async fn plan(global: &Global, change: Change) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let plan = make(&world, &change.runbook).await?;
    if global.json {
        output::json(&plan);
    } else {
        output::print(&describe(&plan));
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a change.
pub(super) async fn run(global: &Global, run: Run) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    // What could not be done anyway is refused before anything is asked.
    WriteAccess::grant(world.config.read_only, &world.environments).map_err(Failure::Refused)?;
    let plan = make(&world, &run.runbook).await?;
    apply(global, &world, plan, run.confirm.as_deref(), None).await
}

/// Confirms and runs a plan; `finishes` is the interrupted run that it resumes or undoes.
pub(super) async fn apply(
    global: &Global,
    world: &World,
    plan: Plan,
    confirm: Option<&str>,
    finishes: Option<RunId>,
) -> Result<ExitCode, Failure> {
    if !global.json {
        output::print(&describe(&plan));
    }
    let plan = confirmed(global, plan, confirm)?;
    let order = order(world, plan, finishes)?;
    let mut running = world.executor()?.start(order).await.map_err(Failure::Refused)?;
    let mut run = running.run.clone();
    while let Some(progress) = running.progress.recv().await {
        if !global.json {
            tell(&run.plan, &progress);
        }
        run.apply(progress);
    }
    let verdict = running.verdict.await.unwrap_or(Verdict::Unknown);
    if global.json {
        output::json(&run);
    }
    Ok(if verdict == Verdict::Succeeded { ExitCode::SUCCESS } else { NOT_SUCCEEDED.into() })
}

fn order(world: &World, plan: Confirmed<Plan>, finishes: Option<RunId>) -> Result<Order, Failure> {
    let access = WriteAccess::grant(world.config.read_only, &world.environments).map_err(Failure::Refused)?;
    let target = &plan.get().target;
    let side = world.targets.get(target).ok_or_else(|| {
        Failure::usage(target.as_str(), "it is none of the targets", "look at --env and the configuration")
    })?;
    Ok(Order { plan, access, performer: side.performer.clone(), finishes })
}

/// Asks, where it must be asked.
fn confirmed(global: &Global, plan: Plan, confirm: Option<&str>) -> Result<Confirmed<Plan>, Failure> {
    let now = Now(Timestamp::now());
    let title = plan.title.to_string();
    let refused = |error: crate::core::plan::NotConfirmed| {
        Failure::Refused(Fault::new(&title, error.to_string(), "nothing was changed"))
    };
    if let Some(word) = plan.word_to_type().map(str::to_owned) {
        let typed = match confirm {
            Some(typed) => typed.to_owned(),
            None => ask(&format!("Type {word} to confirm: "), &title, "--confirm ENVIRONMENT")?,
        };
        return plan.confirm(Some(&typed), now).map_err(refused);
    }
    if !global.yes {
        let answer = ask("Do it? [y/N] ", &title, "--yes")?;
        if !matches!(answer.as_str(), "y" | "Y" | "yes") {
            return Err(Failure::Refused(Fault::new(&title, "not confirmed", "nothing was changed")));
        }
    }
    // The plan may have grown old while the question stood there.
    plan.confirm(None, Now(Timestamp::now())).map_err(refused)
}

fn ask(question: &str, object: &str, flag: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        let cause = "it must be confirmed, and nobody is there to ask";
        return Err(Failure::Refused(Fault::new(object, cause, format!("use {flag}"))));
    }
    let mut err = std::io::stderr();
    let _ = write!(err, "{question}");
    let _ = err.flush();
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    match read {
        Ok(_) => Ok(line.trim_end_matches(['\n', '\r']).to_owned()),
        Err(error) => Err(Failure::other("standard input", &error.to_string(), "")),
    }
}

async fn make(world: &World, runbook: &Runbook) -> Result<Plan, Failure> {
    if let Runbook::File { path } = runbook {
        return saved(path);
    }
    let collected = collect::fleet(world, &Kind::ALL).await;
    let request = request(world, &collected.fleet, runbook).map_err(|error| {
        // A name that is not found may be on the target that did not answer.
        collected.faults.first().map_or(error, |fault| Failure::Unreachable(fault.clone()))
    })?;
    runbook::plan(&request, &collected.fleet, Now(Timestamp::now())).map_err(Failure::Refused)
}

fn saved(path: &std::path::Path) -> Result<Plan, Failure> {
    let name = path.display().to_string();
    let mut text = String::new();
    let read = if name == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|content| text = content)
    };
    read.map_err(|error| {
        Failure::usage(&name, &error.to_string(), "name a file that `qd plan --json` wrote")
    })?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(&name, &format!("it is no plan: {error}"), "make it with `qd plan … --json`")
    })
}

fn request(world: &World, fleet: &Fleet, runbook: &Runbook) -> Result<Request, Failure> {
    let workloads = |names: &[String]| -> Result<Vec<EntityId>, Failure> {
        names.iter().map(|name| select::entity(fleet, name, &[Kind::Workload])).collect()
    };
    Ok(match runbook {
        Runbook::Start { names } => Request::Start { ids: workloads(names)? },
        Runbook::Stop { names, grace } => Request::Stop { ids: workloads(names)?, grace: *grace },
        Runbook::Restart { names, grace } => Request::Restart { ids: workloads(names)?, grace: *grace },
        Runbook::Pause { names } => Request::Pause { ids: workloads(names)? },
        Runbook::Unpause { names } => Request::Unpause { ids: workloads(names)? },
        Runbook::Kill { names, signal } => {
            Request::Kill { ids: workloads(names)?, signal: Arc::from(signal.as_str()) }
        }
        Runbook::Rename { name, to } => Request::Rename {
            id: select::entity(fleet, name, &[Kind::Workload])?,
            to: Arc::from(to.as_str()),
        },
        Runbook::Limits { names, memory, cpus, pids, restart } => {
            let memory = memory.as_deref().map(|text| {
                parse_bytes(text).ok_or_else(|| Failure::usage(text, "it is no size", "write 512m or 2g"))
            });
            let restart = restart.as_deref().map(Arc::from);
            let limits = Limits { memory: memory.transpose()?, cpus: *cpus, pids: *pids, restart };
            Request::Limits { ids: workloads(names)?, limits }
        }
        Runbook::Remove { names, volumes, force } => {
            let kinds = [Kind::Workload, Kind::Image, Kind::Volume, Kind::Network];
            let ids =
                names.iter().map(|name| select::entity(fleet, name, &kinds)).collect::<Result<_, _>>()?;
            Request::Remove { ids, volumes: *volumes, force: *force }
        }
        Runbook::Prune { what, target } => {
            let what = what.iter().map(|word| prunable(word)).collect::<Result<_, _>>()?;
            let mut known =
                world.targets.keys().filter(|id| target.as_ref().is_none_or(|it| id.as_str() == it));
            let (Some(target), None) = (known.next(), known.next()) else {
                let names: Vec<&str> = world.targets.keys().map(crate::core::id::TargetId::as_str).collect();
                let next = format!("say --target, one of {}", names.join(", "));
                return Err(Failure::usage("prune", "it is for exactly one target", &next));
            };
            Request::Prune { target: target.clone(), what }
        }
        Runbook::File { path } => {
            return Err(Failure::usage(&path.display().to_string(), "it is a plan already", ""));
        }
    })
}

fn prunable(word: &str) -> Result<Prunable, Failure> {
    Prunable::ALL.into_iter().find(|it| it.word() == word).ok_or_else(|| {
        let known: Vec<&str> = Prunable::ALL.iter().map(|it| it.word()).collect();
        Failure::usage(word, "it cannot be pruned", &format!("use {}", known.join(", ")))
    })
}

/// A plan as text: exactly what is confirmed.
pub(super) fn describe(plan: &Plan) -> String {
    let mut text = String::new();
    let tier = plan.tier.map_or(String::new(), |tier| format!(" ({})", tier.word()));
    let _ = writeln!(text, "Plan: {}", plan.title);
    let _ = writeln!(text, "  environment  {}{tier}", plan.environment);
    let _ = writeln!(text, "  host         {}", plan.host);
    let _ = writeln!(text, "  expires      {}", plan.expires_at().strftime("%H:%M:%S UTC"));
    for (number, step) in (1..).zip(&plan.steps) {
        let phase = match step.phase {
            Phase::Preflight => "look",
            Phase::Change => "CHANGE",
            Phase::Verify => "verify",
        };
        let _ = writeln!(text, "  {number:>2} {phase:<7} {}", step.title);
    }
    for loss in &plan.losses {
        let _ = writeln!(text, "  LOST         {loss}");
    }
    text
}

fn tell(plan: &Plan, progress: &Progress) {
    match progress {
        Progress::Step { index, state } => {
            let title = plan.steps.get(*index).map_or("", |step| &step.title);
            match state {
                StepState::Done { result, .. } => {
                    let colon = if result.is_empty() { "" } else { ": " };
                    output::print(&format!("done    {title}{colon}{result}\n"));
                }
                StepState::Failed { error, .. } => output::print(&format!("FAILED  {title}: {error}\n")),
                StepState::Skipped => output::print(&format!("skipped {title}\n")),
                StepState::Undone => output::print(&format!("undone  {title}\n")),
                StepState::Waiting | StepState::Running { .. } => {}
            }
        }
        Progress::Ended { verdict, message, .. } => {
            let colon = if message.is_empty() { "" } else { ": " };
            output::print(&format!("{}{colon}{message}\n", verdict.words()));
        }
    }
}

/// Runs a program in a workload, without a terminal of its own: what it writes is printed, its exit code is ours.
pub(super) async fn exec(global: &Global, exec: Exec) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    WriteAccess::grant(world.config.read_only, &world.environments).map_err(Failure::Refused)?;
    let collected = collect::fleet(&world, &[Kind::Workload, Kind::Service]).await;
    let id = match select::workload(&collected.fleet, &exec.name) {
        Ok(id) => id,
        Err(error) => return Err(collected.faults.into_iter().next().map_or(error, Failure::Unreachable)),
    };
    let request = Request::Exec {
        id,
        command: exec.command.iter().map(|it| Arc::from(it.as_str())).collect(),
        user: exec.user.as_deref().map(Arc::from),
    };
    let plan = runbook::plan(&request, &collected.fleet, Now(Timestamp::now())).map_err(Failure::Refused)?;
    // Who types a command for one workload has confirmed it, except where the environment's name must be typed.
    let plan = if plan.word_to_type().is_some() {
        confirmed(global, plan, None)?
    } else {
        confirmed(&Global { yes: true, ..global.clone() }, plan, None)?
    };
    let order = order(&world, plan, None)?;
    let open = world.executor()?.open(order, None).await.map_err(Failure::Refused)?;
    let mut session = open.session;
    let mut input = session.input;
    tokio::spawn(async move {
        let mut stdin = tokio::io::stdin();
        let _ = tokio::io::copy(&mut stdin, &mut input).await;
        let _ = input.shutdown().await;
    });
    while let Some(output) = session.output.next().await {
        match output {
            Ok(Output::Standard(bytes)) => {
                output::bytes(&bytes);
            }
            Ok(Output::Error(bytes)) => {
                let _ = std::io::stderr().write_all(&bytes);
            }
            Err(error) => {
                let fault = error.fault().clone();
                open.end.finish(Err(fault.clone())).await;
                return Err(Failure::Unreachable(fault));
            }
        }
    }
    let exit = session.control.exit_code().await.map_err(|error| error.fault().clone());
    open.end.finish(exit.clone()).await;
    match exit {
        Ok(code) => Ok(ExitCode::from(u8::try_from(code.unwrap_or(0)).unwrap_or(u8::MAX))),
        Err(fault) => Err(Failure::Unreachable(fault)),
    }
}
