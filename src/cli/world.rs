//! What the subcommands work on: the configuration and the targets, real or simulated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::args::Global;
use super::ask::Terminal;
use super::error::Failure;
use crate::actions::docker::DockerPerformer;
use crate::actions::ecs::EcsPerformer;
use crate::actions::executor::Executor;
use crate::actions::operator::Operator;
use crate::app::setup::Side;
use crate::clients::aws::{Clouds, EcsCluster};
use crate::clients::docker::{ClientError, Control, Endpoint, Engine, Settings};
use crate::clients::ssh::ask::{Ask, Nobody};
use crate::clients::ssh::{Connector, Local, Pool};
use crate::config::Config;
use crate::config::found::Found;
use crate::config::inputs::Inputs;
use crate::config::targets::Way;
use crate::core::database::Databases;
use crate::core::environment::Environment;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::TargetId;
use crate::core::target::Target;
use crate::demo::{Clock, Demo, Options};
use crate::evidence::recorder::recall;
use crate::evidence::shelf::Shelf;
use crate::sources::docker::DockerReader;
use crate::sources::ecs::{EcsReader, Logs};
use crate::sources::{self, Gateway};

/// The configuration and the targets.
pub(super) struct World {
    /// The configuration.
    pub(super) config: Config,
    /// The environments that are looked at.
    pub(super) environments: Vec<Environment>,
    /// Their targets.
    pub(super) targets: BTreeMap<TargetId, Side>,
    /// Whether they are simulated.
    pub(super) demo: bool,
    /// The SSH connections that all share.
    pub(super) ssh: Pool,
    /// The moment that the simulated fleet stands still at.
    pub(super) frozen: Option<jiff::Timestamp>,
    simulated: Option<Demo>,
    inputs: Inputs,
}

impl World {
    /// What the flags say; `frozen` keeps the simulated fleet at one moment.
    pub(super) fn open(global: &Global, frozen: Option<jiff::Timestamp>) -> Result<Self, Failure> {
        Self::asking(global, frozen, Arc::new(Terminal::default()))
    }

    /// The same for the console, which has the terminal for itself: nobody is asked for passphrases.
    pub(super) fn of_console(global: &Global) -> Result<Self, Failure> {
        Self::asking(global, None, Arc::new(Nobody))
    }

    fn asking(global: &Global, frozen: Option<jiff::Timestamp>, ask: Arc<dyn Ask>) -> Result<Self, Failure> {
        let inputs = Inputs::of_this_process();
        let config = Config::load(&inputs, &global.flags())?;
        let local = Local { file: config.ssh_config.clone(), ..Local::here() };
        let mut world = Self {
            ssh: Pool::new(Connector::new(local, ask)),
            environments: Vec::new(),
            targets: BTreeMap::new(),
            demo: global.demo,
            frozen: frozen.filter(|_| global.demo),
            config,
            simulated: None,
            inputs,
        };
        if global.demo {
            world.simulate(global)?;
        } else {
            world.connect()?;
        }
        Ok(world)
    }

    fn connect(&mut self) -> Result<(), Failure> {
        self.environments.clone_from(&self.config.environments);
        let mut engines = BTreeMap::new();
        for target in &self.config.targets {
            if let Way::Docker(docker) = &target.way {
                let (engine, side) = self.docker(&target.id, docker)?;
                engines.insert(target.id.clone(), engine);
                self.targets.insert(target.id.clone(), side);
            }
        }
        let clouds = Clouds::default();
        let mut accounts = BTreeSet::new();
        for target in &self.config.targets {
            if let Way::Ecs(cluster) = &target.way {
                let cluster = EcsCluster::new(cluster, &clouds);
                // The instances of a cluster are the Docker targets beside it.
                let beside = self.environments.iter().filter(|it| it.runs_on(&target.id));
                let beside =
                    beside.flat_map(|it| &it.places).filter_map(|it| engines.get(&it.target).cloned());
                let logs = Logs {
                    is_live: self.config.logs.live_tail,
                    // Clusters of one account and region see the same log groups: one of them lists them.
                    lists_groups: accounts.insert(cluster.cloud().name().clone()),
                };
                let reader =
                    EcsReader::new(target.id.clone(), cluster, clouds.clone(), beside.collect(), logs);
                let side = Side { reader: Arc::new(reader), performer: Arc::new(EcsPerformer) };
                self.targets.insert(target.id.clone(), side);
            }
        }
        Ok(())
    }

    fn docker(&self, target: &TargetId, docker: &Settings) -> Result<(Engine, Side), Failure> {
        let unreachable = |error: ClientError| Failure::Unreachable(Fault::from(&error));
        let engine = Engine::new(docker, &self.ssh).map_err(unreachable)?;
        let performer = DockerPerformer::new(Control::new(&engine).map_err(unreachable)?);
        let reader = DockerReader::new(target.clone(), engine.clone());
        let reader = match &docker.endpoint {
            Endpoint::Ssh { destination, .. } => reader.on(self.ssh.lane(destination)),
            Endpoint::Unix(_) | Endpoint::Tcp { .. } => reader,
        };
        Ok((engine, Side { reader: Arc::new(reader), performer: Arc::new(performer) }))
    }

    fn simulate(&mut self, global: &Global) -> Result<(), Failure> {
        let clock = match self.frozen {
            Some(moment) => Clock::Frozen(moment),
            None => Clock::Live { start: jiff::Timestamp::now() },
        };
        let demo = Demo::new(Options {
            seed: global.seed,
            hosts: global.hosts,
            containers: global.containers,
            clock,
        });
        self.environments = demo.environments().to_vec();
        let mut performers: BTreeMap<_, _> = demo.performers().into_iter().collect();
        for (id, reader) in demo.readers() {
            if let Some(performer) = performers.remove(&id) {
                self.targets.insert(id, Side { reader, performer });
            }
        }
        if let Some(name) = &global.env {
            self.environments.retain(|it| it.id.as_str() == name);
            if self.environments.is_empty() {
                return Err(Failure::usage(name, "there is no such environment", "see `qd ls fleet --demo`"));
            }
            let places = self.environments.iter().flat_map(|it| &it.places);
            let wanted: Vec<TargetId> = places.map(|it| it.target.clone()).collect();
            self.targets.retain(|id, _| wanted.contains(id));
        }
        self.simulated = Some(demo);
        Ok(())
    }

    /// The databases.
    pub(super) fn databases(&self) -> Databases {
        Databases::new(match &self.simulated {
            Some(demo) => demo.databases().into(),
            None => self.config.databases.clone().into(),
        })
    }

    /// The ways to them.
    pub(super) fn gateway(&self) -> Arc<dyn Gateway> {
        if let Some(demo) = &self.simulated {
            return demo.gateway();
        }
        Arc::new(sources::databases::Databases::new(self.ssh.clone()))
    }

    /// Why there is no target at all; nothing where there are some.
    pub(super) fn why_no_targets(&self) -> Vec<Fault> {
        if !self.targets.is_empty() {
            return Vec::new();
        }
        let faults: Vec<Fault> = self.config.found.iter().filter_map(Found::fault).collect();
        if faults.is_empty() {
            return vec![Fault::new(
                "targets",
                "no engine was found",
                "`qd doctor` says where it was looked for",
            )];
        }
        faults
    }

    /// A fleet of which the environments and targets are known and nothing else yet.
    pub(super) fn fleet(&self) -> Fleet {
        let targets = self.targets.iter().map(|(id, side)| {
            (id.clone(), Target::new(id.clone(), side.reader.technology(), side.reader.address()))
        });
        let redactor = Arc::new(self.config.redact.redactor());
        Fleet {
            environments: self.environments.clone(),
            targets: targets.collect(),
            redactor,
            ..Fleet::default()
        }
    }

    /// What performs plans. Its records of a simulated fleet are apart from the real ones.
    pub(super) fn executor(&self) -> Result<Arc<Executor>, Failure> {
        let state = &self.config.state;
        state.create().map_err(Failure::Other)?;
        let folder = if self.demo { state.path().join("demo") } else { state.path().to_path_buf() };
        Ok(Arc::new(Executor::new(folder, self.operator(), jiff::Timestamp::now)))
    }

    /// Where black boxes are kept. Those of a simulated fleet are gone with it.
    pub(super) fn shelf(&self) -> Arc<Shelf> {
        let limits = self.config.blackbox.limits();
        Arc::new(if self.demo {
            Shelf::in_memory(limits)
        } else {
            Shelf::in_folder(self.config.state.blackbox(), limits)
        })
    }

    /// The black boxes that there are; of a simulated fleet, those of the deaths that its story has told so far.
    pub(super) async fn boxes(&self, fleet: &Fleet) -> Arc<Shelf> {
        let boxes = self.shelf();
        if self.demo {
            let readers = self.targets.iter().map(|(id, side)| (id.clone(), side.reader.clone()));
            recall(fleet, &readers.collect(), &boxes).await;
        }
        boxes
    }

    fn operator(&self) -> Operator {
        let user = self
            .inputs
            .variable("USER")
            .or_else(|| self.inputs.variable("LOGNAME"))
            .map_or_else(|| format!("uid {}", rustix::process::geteuid().as_raw()), str::to_owned);
        let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Operator::new(&user, &machine, std::process::id(), self.inputs.variable("SSH_CONNECTION"))
    }

    /// The value of an environment variable.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.inputs.variable(name)
    }

    /// The folder that the program was started in.
    pub(super) fn directory(&self) -> &std::path::Path {
        &self.inputs.directory
    }
}
