//! `qd ls`: every list, filtered and sorted as on screen.

use std::process::ExitCode;

use jiff::Timestamp;

use super::args::{Global, ListKind, Ls};
use super::error::{Failure, UNREACHABLE};
use super::world::World;
use super::{collect, output, runs, select};
use crate::config::zone;
use crate::core::database::Databases;
use crate::core::entity::revision::MOST;
use crate::core::event::Event;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};
use crate::core::revision::{family_of, service_of};
use crate::core::run::Run;
use crate::core::subject::Subject;
use crate::core::table::{Derived, Format, Scene, export};
use crate::core::time::Now;
use crate::core::view::kind::TableKind;
use crate::core::view::table::TableState;
use crate::evidence::shelf::Listing;

/// Prints a list.
pub(super) async fn run(global: &Global, ls: Ls) -> Result<ExitCode, Failure> {
    let world = World::open(global, None)?;
    let kind = table_of(ls.kind);
    let (fleet, faults) = if kind == TableKind::Runs {
        (world.fleet(), Vec::new())
    } else {
        let mut collected = collect::fleet(&world, needed(kind)).await;
        measure(&world, kind, ls.stats, &mut collected.fleet).await;
        if matches!(kind, TableKind::Revisions | TableKind::Deployments) {
            let asked = ask_of_service(&world, kind, ls.service.as_deref(), &mut collected.fleet);
            collected.faults.extend(asked.await?);
        }
        if matches!(kind, TableKind::Databases | TableKind::Exposure | TableKind::Images) {
            let around = collected.fleet.targets.values().flat_map(|it| it.lacks_around.iter().cloned());
            collected.faults.extend(around);
        }
        let groups = collected.fleet.targets.values().filter_map(|it| it.lacks_log_groups.clone());
        collected.faults.extend(groups);
        if kind == TableKind::Timeline {
            collected.faults.extend(add_boxes(&world, &mut collected.fleet).await);
        }
        (collected.fleet, collected.faults)
    };
    let earlier = if kind == TableKind::Runs { runs::history(&world)?.runs } else { Vec::new() };
    let mut databases = world.databases();
    databases.find(&fleet);
    print(global, &ls, kind, &fleet, &earlier, &databases)?;
    for fault in &faults {
        output::note(&format!("qd: {fault}"));
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { UNREACHABLE.into() })
}

pub(super) const fn table_of(kind: ListKind) -> TableKind {
    match kind {
        ListKind::Fleet => TableKind::Fleet,
        ListKind::Advice => TableKind::Advice,
        ListKind::Workloads => TableKind::Workloads,
        ListKind::Services => TableKind::Services,
        ListKind::Revisions => TableKind::Revisions,
        ListKind::Deployments => TableKind::Deployments,
        ListKind::Hosts => TableKind::Hosts,
        ListKind::Images => TableKind::Images,
        ListKind::Volumes => TableKind::Volumes,
        ListKind::Networks => TableKind::Networks,
        ListKind::LogGroups => TableKind::LogGroups,
        ListKind::Exposure => TableKind::Exposure,
        ListKind::Calls => TableKind::Calls,
        ListKind::Events => TableKind::Timeline,
        ListKind::Runs => TableKind::Runs,
        ListKind::Databases => TableKind::Databases,
    }
}

/// The lists that one is made of.
const fn needed(kind: TableKind) -> &'static [Kind] {
    match kind {
        TableKind::Services => &[Kind::Service],
        TableKind::Revisions | TableKind::Deployments => &[Kind::Workload, Kind::Service],
        TableKind::Hosts => &[Kind::Host],
        TableKind::Images => &[Kind::Image],
        TableKind::Volumes => &[Kind::Volume],
        TableKind::Networks => &[Kind::Network],
        TableKind::Workloads
        | TableKind::Exposure
        | TableKind::Calls
        | TableKind::Timeline
        | TableKind::Runs => &[Kind::Workload],
        TableKind::Fleet | TableKind::Advice => &[Kind::Workload, Kind::Service, Kind::Host, Kind::Database],
        TableKind::Databases | TableKind::Tunnels => &[Kind::Database],
        TableKind::LogGroups => &[],
    }
}

/// What a list shows beside the standing picture.
async fn measure(world: &World, kind: TableKind, stats: bool, fleet: &mut Fleet) {
    let told = match kind {
        TableKind::Hosts | TableKind::Volumes | TableKind::Images => {
            let subjects = world.targets.keys().map(|id| (id.clone(), Subject::DiskUse)).collect();
            let mut told =
                collect::events(world, subjects, 1, |event| matches!(event, Event::DiskUse(_))).await;
            let far = fleet.targets.values().filter(|it| it.has_machine());
            let subjects = far.map(|it| (it.id.clone(), Subject::Machine)).collect();
            told.extend(
                collect::events(world, subjects, 1, |event| matches!(event, Event::Machine(_))).await,
            );
            told
        }
        TableKind::LogGroups => {
            let subjects = world.targets.keys().map(|id| (id.clone(), Subject::LogGroups)).collect();
            collect::events(world, subjects, 1, |event| matches!(event, Event::LogGroups(_))).await
        }
        TableKind::Workloads if stats => {
            let up = fleet.workloads.iter().filter(|it| it.is_up());
            let subjects = up.map(|it| (it.id.target.clone(), Subject::Stats(it.id.clone()))).collect();
            collect::events(world, subjects, 2, |event| matches!(event, Event::Samples(..))).await
        }
        _ => Vec::new(),
    };
    for (target, subject, event) in told {
        collect::apply(fleet, &target, subject, event);
    }
}

/// Asks for the revisions of the task definition of a service, or for its deployments; what cannot be read of them is told.
async fn ask_of_service(
    world: &World,
    kind: TableKind,
    service: Option<&str>,
    fleet: &mut Fleet,
) -> Result<Option<Fault>, Failure> {
    let id = meant(fleet, service)?;
    let none = || {
        let name = fleet.name_of(&id);
        Failure::usage(&name, "it is of no service of an ECS cluster", "`qd ls services` lists them")
    };
    let subject = match kind {
        TableKind::Deployments => Subject::Deployments(service_of(fleet, &id).ok_or_else(none)?),
        _ => Subject::Revisions { family: family_of(fleet, &id).ok_or_else(none)?, most: MOST },
    };
    let is_whole = |event: &Event| match event {
        Event::Revisions(family) => family.is_whole,
        event => matches!(event, Event::Deployments(..)),
    };
    match collect::answer(world, &id.target, subject.clone(), is_whole).await {
        Ok(event) => {
            collect::apply(fleet, &id.target, subject, event);
            Ok(None)
        }
        Err(fault) => Ok(Some(fault)),
    }
}

/// The service (or a container of it) that is named or, where none is, the only service of a cluster that there is.
fn meant(fleet: &Fleet, service: Option<&str>) -> Result<EntityId, Failure> {
    if let Some(name) = service {
        return select::entity(fleet, name, &[Kind::Service])
            .or_else(|error| select::entity(fleet, name, &[Kind::Workload]).map_err(|_| error));
    }
    let mut all = fleet.services.iter().filter(|it| it.rollout.is_some());
    match (all.next(), all.count()) {
        (Some(only), 0) => Ok(only.id.clone()),
        (found, _) => {
            let many = if found.is_some() { "there are several services" } else { "there is no service" };
            let cause = format!("{many} of an ECS cluster");
            Err(Failure::usage("--service", &cause, "name one; `qd ls services` lists them"))
        }
    }
}

/// Puts the black boxes into the timeline; what cannot be read of them is told.
async fn add_boxes(world: &World, fleet: &mut Fleet) -> Vec<Fault> {
    let Listing { heads, faults } = world.boxes(fleet).await.list();
    for head in heads.into_iter().filter(|it| fleet.targets.contains_key(&it.target)) {
        fleet.timeline.keep(head.change(), head.id.clone());
    }
    faults
}

fn print(
    global: &Global,
    ls: &Ls,
    kind: TableKind,
    fleet: &Fleet,
    runs: &[Run],
    databases: &Databases,
) -> Result<(), Failure> {
    let now = Now(Timestamp::now());
    let mut derived = Derived::default();
    kind.derive(&mut derived, fleet, now);
    let zone = zone();
    let scene = Scene { fleet, derived: &derived, runs, databases, now, zone: &zone };
    let mut table = TableState::new(kind, None);
    let format = if global.json { Format::Json } else { ls.format.unwrap_or(Format::Text) };
    arrange(&mut table, ls, format)?;
    table.set_filter(&ls.filter.join(" "));
    if let Some(error) = table.filter_error() {
        return Err(Failure::usage(&ls.filter.join(" "), &error.to_string(), "see `qd man` for filters"));
    }
    table.refresh(&scene, usize::MAX);
    let rows: Vec<_> = table.order().iter().filter_map(|id| kind.cells(&scene, id, &table.columns)).collect();
    output::print(&export(format, &table.shown_heads(), &rows));
    Ok(())
}

fn arrange(table: &mut TableState, ls: &Ls, format: Format) -> Result<(), Failure> {
    let heads = table.heads().to_vec();
    let place = |name: &str| {
        heads.iter().position(|head| head.id == name).ok_or_else(|| {
            let known: Vec<&str> = heads.iter().map(|head| head.id).collect();
            Failure::usage(name, "there is no such column", &format!("use {}", known.join(", ")))
        })
    };
    match ls.columns.as_deref() {
        Some("all") => table.columns = (0..heads.len()).collect(),
        Some(names) => {
            table.columns = names.split(',').map(|name| place(name.trim())).collect::<Result<_, _>>()?;
        }
        // A program that reads JSON wants all there is, whatever a person has chosen for the screen.
        None if format == Format::Json => table.columns = (0..heads.len()).collect(),
        None => {}
    }
    if let Some(sort) = &ls.sort {
        let (name, other_way) = sort.strip_prefix('-').map_or((sort.as_str(), false), |name| (name, true));
        let column = place(name)?;
        let greatest_first = heads.get(column).is_some_and(|head| head.greatest_first);
        table.sort = crate::core::view::table::Sort { column, descending: greatest_first != other_way };
    }
    Ok(())
}
