//! `qd bundle`: one file with everything about an incident.

use std::fmt::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;

use super::args::{Bundle as Args, Global};
use super::collect::Collected;
use super::error::{Failure, UNREACHABLE};
use super::logs::{moment_of, on_interrupt, selected_by};
use super::world::World;
use super::{collect, output};
use crate::config::zone;
use crate::core::bundle::{Ask, BACK, Bundle};
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::selector::Selector;
use crate::core::table::bytes;
use crate::core::time::Now;
use crate::evidence::bundle::{Means, path_in, write};

/// Writes it.
pub(super) async fn run(global: &Global, args: Args) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let (now, zone) = (Now(Timestamp::now()), zone());
    let since = match args.since.as_deref() {
        None => now.0.checked_sub(BACK).ok(),
        Some("all") => None,
        since => moment_of("--since", since, now, &zone)?,
    };
    let until = moment_of("--until", args.until.as_deref(), now, &zone)?;
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(Failure::usage("--until", "it lies before --since", "exchange the two"));
    }
    // The list of hosts tells the versions of the engines.
    let collected = collect::fleet(&world, &[Kind::Workload, Kind::Host]).await;
    let ids = chosen(&args.selectors, &collected)?;
    let Collected { fleet, faults } = collected;
    let ask = Ask::of(&fleet, &ids, now.0, since, until);
    let path =
        args.output.map_or_else(|| path_in(world.directory(), &ask), |path| world.directory().join(path));
    let means = Means {
        readers: world.targets.iter().map(|(id, side)| (id.clone(), side.reader.clone())).collect(),
        shelf: world.boxes(&fleet).await,
        redactor: fleet.redactor.clone(),
        stop: on_interrupt(),
        progress: Box::new(|text| output::note(&format!("--- {text}"))),
    };
    let bundle = write(ask, path, means).await.map_err(Failure::Other)?;
    if global.json {
        output::json(&bundle);
    } else {
        output::print(&words(&bundle));
    }
    for fault in &faults {
        output::note(&format!("qd: {fault}"));
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { UNREACHABLE.into() })
}

/// The workloads that are selected, each once.
fn chosen(texts: &[String], collected: &Collected) -> Result<Vec<EntityId>, Failure> {
    let selectors = selected_by(texts, false, collected)?;
    let fleet: &Fleet = &collected.fleet;
    let is_meant =
        |it: &&crate::core::entity::Workload| selectors.iter().any(|by: &Selector| by.matches(it, fleet));
    Ok(fleet.workloads.iter().filter(is_meant).map(|it| it.id.clone()).collect())
}

fn words(bundle: &Bundle) -> String {
    let mut text = format!("{}, {}\n", bundle.path.display(), bytes(bundle.bytes));
    // Writing into memory cannot fail.
    for file in &bundle.files {
        let _ = writeln!(text, "{:>9}  {}", bytes(file.bytes), file.name);
    }
    for lack in &bundle.missing {
        let _ = writeln!(text, "  missing  {}: {}", lack.what, lack.why);
    }
    text
}
