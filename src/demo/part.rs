//! Parts: what a container of the simulated fleet is made of, before there is any container.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::voice::{Topic, Voice};
use crate::core::entity::definition::{Defined, Reach};
use crate::core::entity::workload::Port;
use crate::core::redact::Redactor;

/// One mebibyte, in bytes.
pub(super) const MIB: u64 = 1 << 20;
/// One gibibyte, in bytes.
pub(super) const GIB: u64 = 1 << 30;

/// The template of one container.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The Compose service, or the name of the container in its task definition.
    pub(super) name: Arc<str>,
    /// What the workloads made of it belong to: the Compose service, the ECS service.
    pub(super) service: Option<Arc<str>>,
    /// The Compose project or the ECS cluster.
    pub(super) project: Option<Arc<str>>,
    pub(super) command: Arc<str>,
    pub(super) ports: Vec<Port>,
    pub(super) mounts: Vec<Mount>,
    pub(super) networks: Vec<Arc<str>>,
    pub(super) labels: BTreeMap<Arc<str>, Arc<str>>,
    pub(super) env: Vec<(Arc<str>, Arc<str>)>,
    /// The restart policy, in the engine's word.
    pub(super) policy: &'static str,
    /// Seconds from the start until its health check passes; `None` where it has none.
    pub(super) checked: Option<f64>,
    /// The memory limit in bytes; 0 is none.
    pub(super) limit: u64,
    pub(super) load: Load,
    pub(super) voice: Voice,
    pub(super) topic: Topic,
    /// How many times a minute it says something.
    pub(super) per_minute: f64,
    pub(super) troubles: Vec<Trouble>,
    pub(super) processes: Vec<Arc<str>>,
    pub(super) work: Work,
    /// The CloudWatch log group that its task definition names.
    pub(super) log_group: Option<&'static str>,
}

/// What a container does with its life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Work {
    /// It serves until somebody ends it.
    Serves,
    /// It works for that many seconds and ends with that exit code.
    Job {
        /// How long.
        seconds: f64,
        /// How it ends.
        code: i64,
    },
    /// It takes ever more memory, and runs into its limit after that many seconds.
    Leaks {
        /// How long that takes.
        seconds: f64,
    },
    /// It serves, but its health check never passes.
    Ails,
}

/// What a container takes of its host on an ordinary day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Percent of one processor.
    pub(super) cpu: f64,
    /// Bytes of memory.
    pub(super) memory: u64,
    /// Bytes a second received and sent.
    pub(super) network: (f64, f64),
    /// Bytes a second read and written.
    pub(super) block: (f64, f64),
    /// Processes and threads.
    pub(super) pids: u32,
}

/// A volume or a folder of the host in a container.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    /// The volume's name, or the path on the host where it begins with `/`.
    pub(super) source: Arc<str>,
    pub(super) destination: Arc<str>,
    pub(super) writable: bool,
}

/// A stretch of the story in which a part of all that is done goes wrong.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble {
    /// Seconds after the start of the demo (negative: before) at which it begins.
    pub(super) from: f64,
    /// At which it ends.
    pub(super) to: f64,
    /// Which share goes wrong.
    pub(super) share: f64,
    /// What is then said.
    pub(super) says: &'static str,
}

impl Trouble {
    /// That it never ends.
    pub(super) const ALWAYS: (f64, f64) = (f64::MIN, f64::MAX);
}

/// A topic for what speaks about nothing in particular.
pub(super) const NOTHING: Topic = Topic { domain: "localhost", paths: &["/"], peer: "localhost" };

impl Part {
    /// A part that serves, with the image's own command and nothing else said about it.
    pub(super) fn new(name: impl AsRef<str>, voice: Voice) -> Self {
        Self {
            name: Arc::from(name.as_ref()),
            service: None,
            project: None,
            command: Arc::from(""),
            ports: Vec::new(),
            mounts: Vec::new(),
            networks: Vec::new(),
            labels: BTreeMap::new(),
            env: Vec::new(),
            policy: "no",
            checked: None,
            limit: 0,
            load: Load {
                cpu: 1.0,
                memory: 60 * MIB,
                network: (900.0, 1_400.0),
                block: (0.0, 200.0),
                pids: 8,
            },
            voice,
            topic: NOTHING,
            per_minute: voice.per_minute(),
            troubles: Vec::new(),
            processes: Vec::new(),
            work: Work::Serves,
            log_group: None,
        }
    }

    /// Makes it a service of a Compose project whose file lies in `folder`.
    pub(super) fn compose(mut self, project: &str, folder: &str) -> Self {
        self.service = Some(self.name.clone());
        self.project = Some(Arc::from(project));
        self.networks = vec![Arc::from(format!("{project}_default"))];
        let name = self.name.clone();
        self.label("com.docker.compose.project", project)
            .label("com.docker.compose.service", &name)
            .label("com.docker.compose.project.working_dir", folder)
            .label("com.docker.compose.project.config_files", &format!("{folder}/docker-compose.yml"))
            .label("com.docker.compose.container-number", "1")
            .label("com.docker.compose.oneoff", "False")
            .label("com.docker.compose.version", "2.29.7")
    }

    /// Makes it a container of the tasks of an ECS service.
    pub(super) fn ecs(mut self, cluster: &str, service: &str, family: &str, revision: u32) -> Self {
        self.service = Some(Arc::from(service));
        self.project = Some(Arc::from(cluster));
        let name = self.name.clone();
        self.label("com.amazonaws.ecs.cluster", cluster)
            .label("com.amazonaws.ecs.container-name", &name)
            .label("com.amazonaws.ecs.task-definition-family", family)
            .label("com.amazonaws.ecs.task-definition-version", &revision.to_string())
    }

    /// The family and the number of the revision that its tasks are made from.
    pub(super) fn revision(&self) -> Option<(&str, u32)> {
        let label = |name: &str| self.labels.get(&*format!("com.amazonaws.ecs.task-definition-{name}"));
        Some((label("family")?, label("version")?.parse().ok()?))
    }

    /// What the task definition says of it.
    pub(super) fn defined(&self, image: Arc<str>) -> Defined {
        let redactor = Redactor::built_in();
        let clear = self.env.iter().filter(|(name, value)| redactor.is_clear(name, value));
        Defined {
            name: Arc::clone(&self.name),
            image,
            log_driver: self.log_group.map(|_| Arc::from("awslogs")),
            secrets_in_clear: clear.map(|(name, _)| Arc::clone(name)).collect(),
            reaches: self.env.iter().filter_map(|(name, value)| Reach::of(name, value)).collect(),
            host_ports: self.ports.iter().filter_map(|it| Some(it.public.as_ref()?.1)).collect(),
        }
    }

    pub(super) fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(Arc::from(key), Arc::from(value));
        self
    }

    pub(super) fn command(mut self, command: &str) -> Self {
        self.command = Arc::from(command);
        if self.processes.is_empty() {
            self.processes = vec![self.command.clone()];
        }
        self
    }

    pub(super) fn env(mut self, pairs: &[(&str, &str)]) -> Self {
        self.env.extend(pairs.iter().map(|(key, value)| (Arc::from(*key), Arc::from(*value))));
        self
    }

    /// A port that only its networks see.
    pub(super) fn exposed(mut self, private: u16) -> Self {
        self.ports.push(Port { private, public: None, protocol: Arc::from("tcp") });
        self
    }

    /// A port that is published on `address` of the host.
    pub(super) fn published(mut self, address: &str, public: u16, private: u16) -> Self {
        let public = Some((Arc::from(address), public));
        self.ports.push(Port { private, public, protocol: Arc::from("tcp") });
        self
    }

    pub(super) fn mount(mut self, source: &str, destination: &str, writable: bool) -> Self {
        let (source, destination) = (Arc::from(source), Arc::from(destination));
        self.mounts.push(Mount { source, destination, writable });
        self
    }

    pub(super) fn networks(mut self, names: &[&str]) -> Self {
        self.networks = names.iter().map(|it| Arc::from(*it)).collect();
        self
    }

    pub(super) const fn policy(mut self, policy: &'static str) -> Self {
        self.policy = policy;
        self
    }

    /// With a health check that passes that many seconds after a start.
    pub(super) const fn checked(mut self, seconds: f64) -> Self {
        self.checked = Some(seconds);
        self
    }

    pub(super) const fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Percent of one processor, bytes of memory, bytes a second in and out, processes.
    pub(super) const fn load(mut self, cpu: f64, memory: u64, network: (f64, f64), pids: u32) -> Self {
        self.load = Load { cpu, memory, network, block: self.load.block, pids };
        self
    }

    /// Bytes a second read from and written to disk.
    pub(super) const fn block(mut self, read: f64, written: f64) -> Self {
        self.load.block = (read, written);
        self
    }

    pub(super) const fn about(mut self, topic: Topic) -> Self {
        self.topic = topic;
        self
    }

    pub(super) const fn per_minute(mut self, lines: f64) -> Self {
        self.per_minute = lines;
        self
    }

    pub(super) fn trouble(mut self, (from, to): (f64, f64), share: f64, says: &'static str) -> Self {
        self.troubles.push(Trouble { from, to, share, says });
        self
    }

    pub(super) fn processes(mut self, commands: &[&str]) -> Self {
        self.processes = commands.iter().map(|it| Arc::from(*it)).collect();
        self
    }

    pub(super) const fn work(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    pub(super) const fn log_group(mut self, name: &'static str) -> Self {
        self.log_group = Some(name);
        self
    }

    /// What is wrong that many seconds after the start of the demo.
    pub(super) fn trouble_at(&self, seconds: f64) -> Option<&Trouble> {
        self.troubles
            .iter()
            .filter(|it| (it.from..it.to).contains(&seconds))
            .max_by(|a, b| a.share.total_cmp(&b.share))
    }
}
