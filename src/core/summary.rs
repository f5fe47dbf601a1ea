//! One line an environment: how it is doing, added up from what is known of its parts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::advice::Advice;
use super::change::Weight;
use super::entity::Host;
use super::entity::workload::{Health, State};
use super::environment::{Environment, environment_of};
use super::fault::Fault;
use super::fleet::Fleet;
use super::id::TargetId;
use super::stats::History;
use super::time::Now;

/// How an environment is doing.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The environment.
    pub environment: Environment,
    /// Workloads that run.
    pub running: u32,
    /// Workloads that should run: those that do, and those that ended badly or wait to be restarted.
    pub desired: u32,
    /// All workloads.
    pub all: u32,
    /// Workloads that fail their health check.
    pub unhealthy: u32,
    /// Workloads that ended with an error or are being restarted.
    pub failing: u32,
    /// CPU of the workloads that are measured, in percent of one processor; `None` when none is.
    pub cpu: Option<f32>,
    /// Memory of the workloads that are measured, in bytes; `None` when none is.
    pub memory: Option<u64>,
    /// The newest change: when, how bad, and in words.
    pub last_change: Option<(Timestamp, Weight, Arc<str>)>,
    /// When the target that was silent for longest was last heard.
    pub heard: Option<Timestamp>,
    /// Whether what is shown of one of its targets may no longer be true.
    pub is_stale: bool,
    /// Why a target of it cannot be reached.
    pub fault: Option<Fault>,
    /// What is wrong with the machines that it runs on.
    pub alarms: Vec<Arc<str>>,
    /// What should be mended: all of it, and how much of that is urgent.
    pub advice: (u32, u32),
    /// The names of its targets.
    pub targets: Arc<str>,
}

impl Summary {
    fn new(environment: &Environment, fleet: &Fleet, now: Now) -> Self {
        let targets: Vec<_> =
            environment.places.iter().filter_map(|place| fleet.targets.get(&place.target)).collect();
        let fault = targets.iter().find_map(|target| target.link.fault().cloned());
        let mut names: Vec<&str> = environment.places.iter().map(|place| place.target.as_str()).collect();
        names.dedup();
        Self {
            environment: environment.clone(),
            running: 0,
            desired: 0,
            all: 0,
            unhealthy: 0,
            failing: 0,
            cpu: None,
            memory: None,
            last_change: None,
            is_stale: targets.iter().any(|target| target.is_stale(now)),
            heard: targets.iter().map(|target| target.heard).min().flatten(),
            fault,
            alarms: targets
                .iter()
                .flat_map(|target| {
                    let hosts = fleet.hosts.iter().filter(|host| host.id.target == target.id);
                    let of_host = |host: &Host| {
                        let end = host.certificates.and_then(|ends| ends.alarm(now));
                        let alarms = host.alarms().iter().map(|it| format!("{}: {it}", host.name));
                        end.into_iter().chain(alarms).collect::<Vec<_>>()
                    };
                    let machine = target.machine.iter().flat_map(|machine| machine.alarms());
                    // What that is stands below the list.
                    let lacks = target.lacks.first().map(|_| "not all may be read".to_owned());
                    machine.chain(hosts.flat_map(of_host)).chain(lacks).collect::<Vec<_>>()
                })
                .map(Arc::from)
                .collect(),
            advice: (0, 0),
            targets: Arc::from(names.join(" ")),
        }
    }
}

/// The place of the environment that something belongs to among all, looked up once for each project of each target.
struct Places<'a> {
    environments: &'a [Environment],
    known: HashMap<(&'a TargetId, Option<&'a str>), Option<usize>>,
}

impl<'a> Places<'a> {
    fn of(&mut self, target: &'a TargetId, project: Option<&'a str>) -> Option<usize> {
        *self.known.entry((target, project)).or_insert_with(|| {
            let found = environment_of(self.environments, target, project)?;
            self.environments.iter().position(|it| it.id == found.id)
        })
    }
}

/// The summaries of all environments of a fleet, in the order of the configuration.
pub fn summaries(fleet: &Fleet, advice: &[Advice], now: Now) -> Vec<Summary> {
    let mut all: Vec<Summary> = fleet.environments.iter().map(|it| Summary::new(it, fleet, now)).collect();
    let mut places = Places { environments: &fleet.environments, known: HashMap::new() };
    for workload in fleet.workloads.iter() {
        let place = places.of(&workload.id.target, workload.project.as_deref());
        let Some(summary) = place.and_then(|place| all.get_mut(place)) else { continue };
        let ended_badly = workload.exit.as_ref().is_some_and(|exit| !exit.is_clean());
        let failing = workload.state == State::Restarting || (!workload.is_up() && ended_badly);
        let running = workload.state == State::Running;
        summary.all += 1;
        summary.running += u32::from(running);
        summary.failing += u32::from(failing);
        summary.desired += u32::from(workload.is_up() || failing);
        summary.unhealthy += u32::from(running && workload.health == Health::Unhealthy);
        let history = fleet.stats.get(&workload.id).filter(|it| it.is_current(now));
        if let Some(sample) = history.and_then(History::last) {
            *summary.cpu.get_or_insert(0.0) += sample.cpu;
            *summary.memory.get_or_insert(0) += sample.memory;
        }
    }
    for it in advice {
        let entity = &it.id.entity;
        let place = places.of(&entity.target, fleet.project_of(entity));
        let Some(summary) = place.and_then(|place| all.get_mut(place)) else { continue };
        summary.advice.0 += 1;
        summary.advice.1 += u32::from(it.weight == Weight::Bad);
    }
    let mut missing = all.len();
    for entry in fleet.timeline.iter().rev() {
        if missing == 0 {
            break;
        }
        let change = &entry.change;
        let place = places.of(&change.target, change.project.as_deref());
        let Some(summary) = place.and_then(|place| all.get_mut(place)) else { continue };
        if summary.last_change.is_none() {
            let text = Arc::from(format!("{} {}", change.name, change.kind.word()));
            summary.last_change = Some((change.at, change.weight, text));
            missing -= 1;
        }
    }
    all
}
