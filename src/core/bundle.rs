//! Incident bundles: which workloads, which stretch of time, and what is known of both already. Reading the rest and
//! writing the file is done elsewhere (`evidence`).

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::change::Change;
use super::entity::Host;
use super::fleet::Fleet;
use super::id::{EntityId, TargetId};
use super::stats::Sample;
use super::table::bytes;

/// The version of the form of a bundle.
pub const VERSION: u32 = 1;
/// How far back a bundle reaches where nobody says how far.
pub const BACK: SignedDuration = SignedDuration::from_hours(1);

/// What shall be in a bundle.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The moment at which it was asked for.
    pub at: Timestamp,
    /// From when on; everything that there is when `None`.
    pub since: Option<Timestamp>,
    /// Up to when; up to now when `None`.
    pub until: Option<Timestamp>,
    /// The workloads.
    pub workloads: Vec<Subject>,
    /// What changed meanwhile on their targets, oldest first.
    pub changes: Vec<Change>,
    /// The engines that they run on.
    pub hosts: Vec<Host>,
}

/// One workload.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its id.
    pub id: EntityId,
    /// Its name.
    pub name: Arc<str>,
    /// Whether it runs.
    pub is_up: bool,
    /// Its resource use, as far as it is held, oldest first.
    pub samples: Vec<Sample>,
}

/// A bundle that was written.
#[derive(Clone, Debug, Serialize)]
pub struct Bundle {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What is in it.
    pub files: Vec<Part>,
    /// What could not be had.
    pub missing: Vec<Lack>,
}

/// A file in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its path below the folder of the bundle.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Something that is not in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl Ask {
    /// What is known of these workloads. One that is gone is named as well as it can be.
    pub fn of(
        fleet: &Fleet,
        ids: &[EntityId],
        at: Timestamp,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Self {
        let targets: BTreeSet<&TargetId> = ids.iter().map(|id| &id.target).collect();
        let is_within = |change: &Change| {
            targets.contains(&change.target)
                && since.is_none_or(|since| change.at >= since)
                && until.is_none_or(|until| change.at <= until)
        };
        let subject = |id: &EntityId| Subject {
            name: name_of(fleet, id),
            is_up: fleet.workloads.get(id).is_some_and(super::entity::Workload::is_up),
            samples: fleet.stats.get(id).map_or_else(Vec::new, |it| it.iter().copied().collect()),
            id: id.clone(),
        };
        Self {
            at,
            since,
            until,
            workloads: ids.iter().map(subject).collect(),
            changes: fleet.timeline.iter().map(|it| &it.change).filter(|it| is_within(it)).cloned().collect(),
            hosts: fleet.hosts.iter().filter(|it| targets.contains(&it.id.target)).cloned().collect(),
        }
    }

    /// The name of the folder in the bundle, and of its file without the ending.
    pub fn stem(&self) -> String {
        format!("qd-bundle-{}", self.at.strftime("%Y%m%dT%H%M%SZ"))
    }
}

/// The name of a workload; that of one that is gone is what the timeline calls it.
fn name_of(fleet: &Fleet, id: &EntityId) -> Arc<str> {
    let told = || fleet.timeline.iter().rev().find(|it| it.change.entity.as_ref() == Some(id));
    let known = fleet.workloads.get(id).map(|it| it.name.clone());
    known.or_else(|| told().map(|it| it.change.name.clone())).unwrap_or_else(|| id.name.clone())
}

impl Bundle {
    /// What it is, in a line.
    pub fn words(&self) -> String {
        let lacks = match self.missing.len() {
            0 => String::new(),
            1 => "; 1 thing is missing, its manifest says which".to_owned(),
            many => format!("; {many} things are missing, its manifest says which"),
        };
        format!("{}: {}, {} files{lacks}", self.path.display(), bytes(self.bytes), self.files.len())
    }
}
