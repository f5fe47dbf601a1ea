//! From the environments as they are written to environments and targets that hold together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cluster;
use super::database;
use super::environment::{EnvironmentTable, TargetTable};
use super::problem::{Place as Spot, Problem, known_instead, quoted};
use super::targets::{TargetSettings, Targets, Way, name_of, reachable};
use super::value::Said;
use crate::clients::docker::certificates::Certificates;
use crate::clients::docker::context::{self, ContextError, ContextStore};
use crate::clients::docker::machine::{MachineError, MachineStore};
use crate::clients::docker::{Endpoint, Settings};
use crate::core::database::Database;
use crate::core::environment::{Environment, Place};
use crate::core::id::EnvironmentId;
use crate::core::text::clean;

/// What begins the name of a Docker context where an address may stand.
const CONTEXT: &str = "context:";
/// What begins the name of a machine of Docker Machine there.
const MACHINE: &str = "machine:";
/// The longest name of an environment in characters; it is typed to confirm changes.
const LONGEST_NAME: usize = 64;

/// The environments, and the targets that they run on.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    /// In the order of the files.
    pub(super) environments: Vec<Environment>,
    /// In the order in which they are first named.
    pub(super) targets: Vec<TargetSettings>,
    /// Their databases.
    pub(super) databases: Vec<Database>,
}

/// What the addresses of targets are looked up in.
pub(super) struct Directory<'a> {
    /// The contexts of Docker's client.
    pub(super) contexts: Option<&'a ContextStore>,
    /// The machines of Docker Machine.
    pub(super) machines: Option<&'a MachineStore>,
    /// The home folder.
    pub(super) home: Option<&'a Path>,
    /// Where the file system begins.
    pub(super) root: &'a Path,
}

impl Fleet {
    /// What the tables say; what is wrong with them is added to `problems`.
    pub(super) fn of<'a>(
        tables: &'a [Said<EnvironmentTable>],
        directory: &'a Directory<'a>,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let mut builder = Builder { directory, targets: Targets::default(), claims: Vec::new(), problems };
        let mut environments: Vec<(Environment, &Spot)> = Vec::new();
        let mut databases: Vec<Database> = Vec::new();
        for table in tables {
            let name = match name(table, &environments) {
                Ok(name) => name,
                Err(problem) => {
                    builder.problems.push(problem);
                    continue;
                }
            };
            let environment = Environment {
                id: EnvironmentId::new(&name.value),
                tier: table.value.tier,
                read_only: table.value.read_only,
                places: builder.places(table, &name.value),
            };
            for said in table.value.databases.iter().flatten() {
                match database::read(said, &environment.id, environment.tier) {
                    Ok(it) if databases.iter().any(|known: &Database| known.id == it.id) => {
                        let cause = format!("there is another database {} before it", it.id);
                        builder.problems.push(Problem::new(
                            said.place.clone(),
                            cause,
                            "give it another name",
                        ));
                    }
                    Ok(it) => databases.push(it),
                    Err(problem) => builder.problems.push(problem),
                }
            }
            environments.push((environment, &name.place));
        }
        let environments = environments.into_iter().map(|(environment, _)| environment).collect();
        Self { environments, targets: builder.targets.into_list(), databases }
    }

    /// Only the environment called `name`, and the targets that it runs on.
    pub(super) fn only(self, name: &str) -> Result<Self, Problem> {
        let Some(environment) = self.environments.iter().find(|it| it.id.as_str() == name) else {
            let next = known_instead(name, self.environments.iter().map(|it| it.id.as_str()));
            let cause = format!("there is no environment {}", quoted(name));
            return Err(Problem::new(Spot::whole("--env"), cause, next));
        };
        let holds =
            |target: &TargetSettings| environment.places.iter().any(|place| place.target == target.id);
        let targets = self.targets.into_iter().filter(holds).collect();
        let is_its = |it: &Database| it.id.environment == environment.id;
        let databases = self.databases.into_iter().filter(is_its).collect();
        Ok(Self { environments: vec![environment.clone()], targets, databases })
    }
}

/// What the text after `docker =` leads to.
struct Address {
    name: String,
    endpoint: Endpoint,
    certificates: Option<Certificates>,
}

struct Builder<'a> {
    directory: &'a Directory<'a>,
    targets: Targets,
    /// Which places belong to which environment, and where that is said.
    claims: Vec<(Place, &'a str, &'a Spot)>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Builder<'a> {
    fn places(&mut self, table: &'a Said<EnvironmentTable>, environment: &'a str) -> Vec<Place> {
        let targets = table.value.targets.as_deref().unwrap_or_default();
        if targets.is_empty() {
            let cause = format!("the environment {} has no targets", quoted(environment));
            let next = "add targets = [{ docker = \"unix:///var/run/docker.sock\" }]";
            self.problems.push(Problem::new(table.place.clone(), cause, next));
        }
        let mut places = Vec::new();
        for target in targets {
            match self.place(target, environment) {
                Ok(place) => places.push(place),
                Err(problem) => self.problems.push(problem),
            }
        }
        places
    }

    fn place(&mut self, target: &'a Said<TargetTable>, environment: &'a str) -> Result<Place, Problem> {
        let (wanted, way) = match (&target.value.docker, &target.value.ecs) {
            (Some(docker), None) => self.docker(&target.value, docker)?,
            (None, Some(cluster)) => cluster::read(&target.value, cluster)?,
            (Some(_), Some(cluster)) => {
                let cause = "this target has two addresses";
                return Err(Problem::new(cluster.place.clone(), cause, "make two targets of them"));
            }
            (None, None) => {
                let cause = "this target has no address";
                let next = "add docker = \"…\" or ecs = \"…\"";
                return Err(Problem::new(target.place.clone(), cause, next));
            }
        };
        let project = target.value.project.as_ref().map(project).transpose()?;
        let place = Place { target: self.targets.add(&wanted, way), project };
        if let Some((_, owner, first)) = self.claims.iter().find(|(claimed, ..)| *claimed == place) {
            let (cause, next) = if *owner == environment {
                (format!("this target is already listed at {first}"), "remove one of the two")
            } else {
                let cause = format!("this target already belongs to the environment `{owner}` ({first})");
                (cause, "tell them apart with project = \"…\", or remove one")
            };
            return Err(Problem::new(target.place.clone(), cause, next));
        }
        self.claims.push((place.clone(), environment, &target.place));
        Ok(place)
    }

    /// A Docker engine, and what it is called.
    fn docker(&self, table: &TargetTable, docker: &Said<String>) -> Result<(String, Way), Problem> {
        for (key, said) in [("profile", &table.profile), ("region", &table.region)] {
            if let Some(said) = said {
                let cause = format!("{key} means nothing for a Docker engine");
                return Err(Problem::new(said.place.clone(), cause, "remove it"));
            }
        }
        let Address { name, mut endpoint, mut certificates } = self.address(docker)?;
        if let Some(said) = &table.certificates {
            if !matches!(endpoint, Endpoint::Tcp { .. }) {
                let cause = format!("certificates mean nothing for {endpoint}");
                return Err(Problem::new(said.place.clone(), cause, "remove them"));
            }
            certificates = Some(self.certificates(said)?);
            endpoint = endpoint.with_tls();
        }
        let settings = Settings { endpoint, insecure: table.insecure, certificates };
        reachable(&settings).map_err(|(cause, next)| Problem::new(docker.place.clone(), cause, next))?;
        Ok((name, Way::Docker(settings)))
    }

    /// The engine that is written as an address, or by the name of a context or a machine.
    fn address(&self, said: &Said<String>) -> Result<Address, Problem> {
        if let Some(name) = said.value.strip_prefix(CONTEXT) {
            self.context(name, said)
        } else if let Some(name) = said.value.strip_prefix(MACHINE) {
            self.machine(name, said)
        } else {
            match said.value.parse() {
                Ok(endpoint) => {
                    let name = name_of(&endpoint, self.directory.root);
                    Ok(Address { name, endpoint, certificates: None })
                }
                Err(error) => Err(Problem::new(said.place.clone(), error.to_string(), "")),
            }
        }
    }

    fn machine(&self, name: &str, said: &Said<String>) -> Result<Address, Problem> {
        let problem = |cause: String, next: &str| Err(Problem::new(said.place.clone(), cause, next));
        let Some(store) = self.directory.machines else {
            let cause = "the store of Docker Machine lies in the home folder, and there is none".to_owned();
            return problem(cause, "set HOME or MACHINE_STORAGE_PATH, or write the address itself");
        };
        match store.named(name) {
            Ok(it) => {
                Ok(Address { name: it.name, endpoint: it.endpoint, certificates: Some(it.certificates) })
            }
            Err(error @ MachineError::Unknown(..)) => {
                let all = store.all();
                problem(error.to_string(), &known_instead(name, all.iter().map(|(name, _)| &**name)))
            }
            Err(error) => problem(error.to_string(), ""),
        }
    }

    /// The folder of certificates that is said: below the home folder, where it begins with `~`.
    fn certificates(&self, said: &Said<String>) -> Result<Certificates, Problem> {
        let below_home = said.value.strip_prefix("~/").and_then(|rest| Some(self.directory.home?.join(rest)));
        let folder = below_home.unwrap_or_else(|| PathBuf::from(&said.value));
        if !folder.is_absolute() {
            let cause = format!("{} is no whole path", quoted(&said.value));
            return Err(Problem::new(said.place.clone(), cause, "begin it with / or ~/"));
        }
        Ok(Certificates::new(folder))
    }

    fn context(&self, name: &str, said: &Said<String>) -> Result<Address, Problem> {
        let problem = |cause: String, next: &str| Err(Problem::new(said.place.clone(), cause, next));
        if name == context::DEFAULT {
            let cause = "the context `default` is whatever DOCKER_HOST says at the moment".to_owned();
            return problem(cause, "write the address itself: unix:///var/run/docker.sock");
        }
        let Some(store) = self.directory.contexts else {
            let cause = "Docker contexts lie in the home folder, and there is none".to_owned();
            return problem(cause, "set HOME or DOCKER_CONFIG, or write the address itself");
        };
        match store.named(name) {
            Ok(it) => Ok(Address { name: it.name, endpoint: it.endpoint, certificates: it.certificates }),
            Err(ContextError::Unknown { name }) => {
                let all = store.all();
                let next = known_instead(&name, all.iter().map(|context| &*context.name));
                problem(format!("there is no Docker context {}", quoted(&name)), &next)
            }
            Err(error) => problem(error.to_string(), ""),
        }
    }
}

/// The name of an environment, unless it is missing, impossible or taken by one of the `known` ones.
fn name<'t>(
    table: &'t Said<EnvironmentTable>,
    known: &[(Environment, &Spot)],
) -> Result<&'t Said<String>, Problem> {
    let Some(name) = &table.value.name else {
        let cause = "this environment has no name";
        return Err(Problem::new(table.place.clone(), cause, "add name = \"…\""));
    };
    let problem = |cause: String, next: &str| Err(Problem::new(name.place.clone(), cause, next));
    if !is_name(&name.value) {
        let next = format!(
            "use at most {LONGEST_NAME} letters, digits, and . _ - between them: it is typed to confirm changes"
        );
        return problem(format!("{} can't be the name of an environment", quoted(&name.value)), &next);
    }
    // Names that only differ in their case would be confused exactly when it matters.
    let twin = known.iter().find(|(other, _)| other.id.as_str().eq_ignore_ascii_case(&name.value));
    if let Some((_, first)) = twin {
        let cause = format!("the environment {} is already described at {first}", quoted(&name.value));
        return problem(cause, "rename one or remove one");
    }
    Ok(name)
}

fn project(said: &Said<String>) -> Result<Arc<str>, Problem> {
    if said.value.trim().is_empty() || clean(&said.value) != said.value {
        let cause = format!("{} can't be the name of a Compose project", quoted(&said.value));
        let next = "write the name that `docker compose ls` shows";
        return Err(Problem::new(said.place.clone(), cause, next));
    }
    Ok(Arc::from(&*said.value))
}

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}
