//! The workloads that a request means, each looked at whether the runbook can work on it.

use crate::core::entity::Workload;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, Kind};

/// Why a runbook cannot work on one workload, and what to do instead.
pub(super) struct Unfit {
    cause: String,
    next: String,
}

impl Unfit {
    pub(super) fn new(cause: impl Into<String>, next: impl Into<String>) -> Self {
        Self { cause: cause.into(), next: next.into() }
    }

    pub(super) fn fault(self, object: &str) -> Fault {
        Fault::new(object, self.cause, self.next)
    }
}

/// The workloads of `ids`. One that is named must fit. A service stands for those of its workloads that do; at least
/// one must.
pub(super) fn workloads<'a>(
    fleet: &'a Fleet,
    ids: &[EntityId],
    fits: impl Fn(&Workload) -> Result<(), Unfit>,
) -> Result<Vec<&'a Workload>, Fault> {
    let mut chosen: Vec<&Workload> = Vec::new();
    for id in ids {
        match id.kind {
            Kind::Workload => {
                let workload = fleet.workloads.get(id).ok_or_else(|| gone(fleet, id))?;
                fits(workload).map_err(|unfit| unfit.fault(&workload.name))?;
                chosen.push(workload);
            }
            Kind::Service => chosen.extend(of_service(fleet, id, &fits)?),
            Kind::Host | Kind::Image | Kind::Volume | Kind::Network | Kind::Database | Kind::LogGroup => {
                return Err(Fault::new(
                    fleet.name_of(id),
                    format!("it is {}, and that works on workloads only", id.kind.one()),
                    "choose workloads or services",
                ));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    chosen.retain(|workload| seen.insert(&workload.id));
    if chosen.is_empty() {
        return Err(Fault::new("nothing", "no workload is chosen", "choose one, or mark several with space"));
    }
    Ok(chosen)
}

fn of_service<'a>(
    fleet: &'a Fleet,
    id: &EntityId,
    fits: impl Fn(&Workload) -> Result<(), Unfit>,
) -> Result<Vec<&'a Workload>, Fault> {
    let service = fleet.services.get(id).ok_or_else(|| gone(fleet, id))?;
    let mut fitting = Vec::new();
    let mut first_unfit = None;
    let members = fleet.workloads.iter().filter(|it| {
        it.id.target == id.target
            && it.project.as_ref() == Some(&service.project)
            && it.service.as_ref() == Some(&service.name)
    });
    for workload in members {
        match fits(workload) {
            Ok(()) => fitting.push(workload),
            Err(unfit) if first_unfit.is_none() => first_unfit = Some(unfit.fault(&workload.name)),
            Err(_) => {}
        }
    }
    match (fitting.is_empty(), first_unfit) {
        (false, _) => Ok(fitting),
        (true, Some(fault)) => Err(fault),
        (true, None) => Err(Fault::new(
            &*service.id.name,
            "the service has no workloads",
            "create them where the service is described: `docker compose up`",
        )),
    }
}

/// What a request means that is no longer there.
pub(super) fn gone(fleet: &Fleet, id: &EntityId) -> Fault {
    Fault::new(
        fleet.name_of(id),
        format!("this {} is not there any more", id.kind.name()),
        "look at the list again: it may have been replaced",
    )
}

/// Up to three names, and how many more: `web, api, db and 2 more`.
pub(super) fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = all.len();
    let shown: Vec<&str> = all.take(3).collect();
    let text = shown.join(", ");
    if count > shown.len() { format!("{text} and {} more", count - shown.len()) } else { text }
}

/// The names of workloads, as [`names`] shortens them.
pub(super) fn names_of(workloads: &[&Workload]) -> String {
    names(workloads.iter().map(|it| &*it.name))
}
