//! Where engines were looked for, and what came of it: what the first-run screen, `qd doctor` and `qd init` tell. And
//! the fleet of somebody who has described none.

use std::path::{Path, PathBuf};

use super::fleet::Fleet;
use super::targets::{TargetSettings, Targets, Way, name_of, reachable};
use crate::clients::docker::discover::{self, Discovery, Origin};
use crate::clients::docker::{Endpoint, Settings};
use crate::core::environment::{Environment, Place};
use crate::core::fault::Fault;
use crate::core::id::{EnvironmentId, TargetId};

/// One place where an engine was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where: `DOCKER_HOST`, `Docker context lab`, `socket`.
    pub origin: String,
    /// The address: `unix:///var/run/docker.sock`; empty where none could be read.
    pub address: String,
    /// How a target of the configuration names it; `None` where it cannot.
    pub written: Option<String>,
    /// What came of it.
    pub fate: Fate,
}

/// What came of a place where an engine was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is this target. Whether it answers is not known yet.
    Target(TargetId),
    /// It could be a target, but nobody has said that it shall be one.
    Offered,
    /// It cannot be a target as it is.
    Unusable {
        /// Why not.
        cause: String,
        /// What to do about it.
        next: String,
    },
    /// There is nothing.
    Absent,
}

impl Found {
    /// What is wrong with it; `None` where nothing is.
    pub fn fault(&self) -> Option<Fault> {
        match &self.fate {
            Fate::Unusable { cause, next } => Some(Fault::new(&self.origin, cause, next)),
            Fate::Target(_) | Fate::Offered | Fate::Absent => None,
        }
    }

    /// The same in a sentence.
    pub(super) fn complaint(&self) -> Option<String> {
        self.fault().map(|Fault { object, cause, next }| format!("{object}: {cause}; {next}"))
    }
}

/// The fleet of somebody who has described none: each engine that runs here, or that Docker Machine has set up, is an
/// environment of its own.
///
/// Where the operator has chosen an engine for Docker's client and that choice cannot be followed, there is no fleet at
/// all: another engine must never stand in for the one that was meant.
pub(super) fn fleet(discovery: &Discovery, root: &Path) -> Fleet {
    let mut targets = Targets::default();
    if let Ok(chosen) = &discovery.chosen {
        // Who names an engine in the environment means that one, as with Docker's own client.
        let is_named = chosen.origin == Origin::Variable;
        let runs = |origin: &Origin| matches!(origin, Origin::Socket | Origin::Machine(_));
        let here = discovery.others.iter().filter(|other| runs(&other.origin) && !is_named);
        for found in std::iter::once(chosen).chain(here) {
            let docker = settings(found);
            if reachable(&docker).is_ok() {
                targets.add(&name(found, root), Way::Docker(docker));
            } else if found == chosen {
                break;
            }
        }
    }
    let targets = targets.into_list();
    let mut environments: Vec<Environment> = Vec::new();
    for target in &targets {
        let taken = |name: &str| environments.iter().any(|it| it.id.as_str() == name);
        let name = environment_name(target);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let Some(name) = std::iter::once(name.clone()).chain(numbered).find(|name| !taken(name)) else {
            continue;
        };
        environments.push(Environment {
            id: EnvironmentId::new(name),
            tier: None,
            read_only: false,
            places: vec![Place { target: target.id.clone(), project: None }],
        });
    }
    Fleet { environments, targets, databases: Vec::new() }
}

/// The name of the environment that is all of a target: only what the name of an environment may hold.
fn environment_name(target: &TargetSettings) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let id = target.id.as_str();
    let name = id.split_once("://").map_or(id, |(_, rest)| rest);
    let name: String = name.chars().map(|c| if allowed(c) { c } else { '-' }).take(40).collect();
    match name.trim_matches(['-', '.', '_']) {
        "" => "docker".to_owned(),
        name => name.to_owned(),
    }
}

/// Where engines were looked for, and what came of it, given the targets that there are now.
pub(super) fn report(discovery: &Discovery, targets: &[TargetSettings]) -> Vec<Found> {
    let mut report = Vec::new();
    match &discovery.chosen {
        Ok(chosen) => report.push(entry(chosen, targets)),
        Err(error) => report.push(Found {
            origin: "Docker's client".to_owned(),
            address: String::new(),
            written: None,
            fate: Fate::Unusable {
                cause: error.to_string(),
                next: "mend it, or describe your environments: `qd init` shows how".to_owned(),
            },
        }),
    }
    report.extend(discovery.others.iter().map(|found| entry(found, targets)));
    report.extend(discovery.broken.iter().map(|(origin, error)| Found {
        origin: origin.to_string(),
        address: String::new(),
        written: None,
        fate: Fate::Unusable {
            cause: error.to_string(),
            next: "mend it, or remove the machine from the store".to_owned(),
        },
    }));
    let mentioned = |path: &PathBuf| report.iter().any(|it| it.address == Endpoint::unix(path).to_string());
    let absent: Vec<&PathBuf> = discovery.absent.iter().filter(|path| !mentioned(path)).collect();
    report.extend(absent.into_iter().map(|path| Found {
        origin: Origin::Socket.to_string(),
        address: Endpoint::unix(path).to_string(),
        written: None,
        fate: Fate::Absent,
    }));
    report
}

fn entry(found: &discover::Found, targets: &[TargetSettings]) -> Found {
    let is_it = |way: &Way| matches!(way, Way::Docker(docker) if docker.endpoint == found.endpoint);
    let target = targets.iter().find(|target| is_it(&target.way));
    let fate = match (target, reachable(&settings(found))) {
        (Some(target), _) => Fate::Target(target.id.clone()),
        (None, Ok(())) => Fate::Offered,
        (None, Err((cause, next))) => Fate::Unusable { cause, next: next.to_owned() },
    };
    let written = match &found.origin {
        Origin::Context(name) => format!("context:{name}"),
        Origin::Machine(name) => format!("machine:{name}"),
        Origin::Variable | Origin::Socket => found.endpoint.to_string(),
    };
    Found {
        origin: found.origin.to_string(),
        address: found.endpoint.to_string(),
        written: Some(written),
        fate,
    }
}

fn settings(found: &discover::Found) -> Settings {
    Settings { endpoint: found.endpoint.clone(), insecure: false, certificates: found.certificates.clone() }
}

fn name(found: &discover::Found, root: &Path) -> String {
    match &found.origin {
        Origin::Context(name) | Origin::Machine(name) => name.clone(),
        Origin::Variable | Origin::Socket => name_of(&found.endpoint, root),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::clients::docker::discover::DiscoverError;

    fn engine(address: &str, origin: Origin) -> discover::Found {
        discover::Found { endpoint: address.parse().unwrap(), certificates: None, origin }
    }

    fn discovery(chosen: discover::Found, others: &[discover::Found]) -> Discovery {
        Discovery { chosen: Ok(chosen), others: others.to_vec(), broken: Vec::new(), absent: Vec::new() }
    }

    fn names(fleet: &Fleet) -> Vec<(&str, String)> {
        fleet.environments.iter().map(|it| (it.id.as_str(), it.places[0].target.to_string())).collect()
    }

    #[test]
    fn each_engine_that_runs_here_is_an_environment_of_its_own() {
        let found = discovery(
            engine("unix:///var/run/docker.sock", Origin::Socket),
            &[
                engine("unix:///run/podman/podman.sock", Origin::Socket),
                engine("unix:///run/user/1000/docker.sock", Origin::Socket),
                engine("unix:///srv/lab.sock", Origin::Context("lab".to_owned())),
            ],
        );
        let fleet = fleet(&found, Path::new("/"));
        let pair = |name: &'static str| (name, name.to_owned());
        assert_eq!(names(&fleet), [pair("local"), pair("podman"), pair("rootless")]);
        assert!(fleet.environments.iter().all(|it| it.tier.is_none() && !it.read_only));
        let report = report(&found, &fleet.targets);
        let fates: Vec<_> =
            report.iter().map(|it| (it.written.as_deref().unwrap(), it.fate.clone())).collect();
        let target = |name: &str| Fate::Target(TargetId::new(name));
        assert_eq!(
            fates,
            [
                ("unix:///var/run/docker.sock", target("local")),
                ("unix:///run/podman/podman.sock", target("podman")),
                ("unix:///run/user/1000/docker.sock", target("rootless")),
                ("context:lab", Fate::Offered),
            ]
        );
    }

    #[test]
    fn the_engine_of_a_context_is_called_after_it_and_an_address_gives_an_allowed_name() {
        let lab = engine("unix:///srv/lab.sock", Origin::Context("lab".to_owned()));
        assert_eq!(names(&fleet(&discovery(lab, &[]), Path::new("/"))), [("lab", "lab".to_owned())]);
        let odd = engine("unix:///srv/my engine.sock", Origin::Variable);
        let fleet = fleet(&discovery(odd, &[]), Path::new("/"));
        assert_eq!(names(&fleet), [("srv-my-engine.sock", "unix:///srv/my engine.sock".to_owned())]);
    }

    #[test]
    fn two_engines_with_one_name_get_two_environments() {
        let [one, other] =
            ["unix:///a/b.sock", "unix:///a-b.sock"].map(|address| engine(address, Origin::Socket));
        let fleet = fleet(&discovery(one, std::slice::from_ref(&other)), Path::new("/"));
        let names: Vec<_> = fleet.environments.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(names, ["a-b.sock", "a-b.sock-2"]);
    }

    #[test]
    fn an_engine_that_the_environment_names_is_the_only_one() {
        let other = engine("unix:///var/run/docker.sock", Origin::Socket);
        let named = engine("unix:///srv/mine.sock", Origin::Variable);
        let fleet = fleet(&discovery(named, std::slice::from_ref(&other)), Path::new("/"));
        assert_eq!(names(&fleet), [("srv-mine.sock", "unix:///srv/mine.sock".to_owned())]);
    }

    #[test]
    fn no_engine_stands_in_for_a_choice_that_cannot_be_followed() {
        let local = engine("unix:///var/run/docker.sock", Origin::Socket);
        for address in ["tcp://10.0.0.5:2375", "https://10.0.0.5:2376"] {
            let found = discovery(engine(address, Origin::Variable), std::slice::from_ref(&local));
            assert!(fleet(&found, Path::new("/")).targets.is_empty(), "{address}");
            let complaint = report(&found, &[])[0].complaint().unwrap();
            assert!(complaint.starts_with("DOCKER_HOST: "), "{complaint}");
        }
        let error = DiscoverError::Address {
            origin: Origin::Variable,
            error: "nonsense".parse::<Endpoint>().unwrap_err(),
        };
        let found =
            Discovery { chosen: Err(error), others: vec![local], broken: Vec::new(), absent: Vec::new() };
        assert!(fleet(&found, Path::new("/")).targets.is_empty());
        let complaint = report(&found, &[])[0].complaint().unwrap();
        assert!(complaint.contains("`nonsense` is no address"), "{complaint}");
    }

    #[test]
    fn what_was_not_there_is_told_too_but_not_twice() {
        let mut found = discovery(engine("unix:///var/run/docker.sock", Origin::Socket), &[]);
        found.absent = vec!["/var/run/docker.sock".into(), "/run/podman/podman.sock".into()];
        let report = report(&found, &fleet(&found, Path::new("/")).targets);
        let told: Vec<_> = report.iter().map(|it| (&*it.address, &it.fate)).collect();
        let local = Fate::Target(TargetId::new("local"));
        let expected =
            [("unix:///var/run/docker.sock", &local), ("unix:///run/podman/podman.sock", &Fate::Absent)];
        assert_eq!(told, expected);
    }
}
