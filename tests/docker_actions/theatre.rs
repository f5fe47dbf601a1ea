//! An executor over a real engine, and a fleet that holds nothing but what the test has made.

use std::sync::Arc;

use jiff::Timestamp;
use quarterdeck::actions::access::WriteAccess;
use quarterdeck::actions::docker::DockerPerformer;
use quarterdeck::actions::executor::{Executor, OpenSession, Order, Running};
use quarterdeck::actions::operator::Operator;
use quarterdeck::actions::performer::TerminalSize;
use quarterdeck::actions::runbook;
use quarterdeck::clients::docker::entity::workload::{Place as Here, inspected};
use quarterdeck::clients::docker::entity::{image, network, volume};
use quarterdeck::clients::docker::{Control, Endpoint, Engine as Client, Settings};
use quarterdeck::clients::ssh::Pool;
use quarterdeck::core::environment::{Environment, Place, Tier};
use quarterdeck::core::fault::Fault;
use quarterdeck::core::fleet::Fleet;
use quarterdeck::core::id::{EntityId, EnvironmentId, Kind, TargetId};
use quarterdeck::core::plan::request::Request;
use quarterdeck::core::plan::{Confirmed, Plan};
use quarterdeck::core::run::{Run, Verdict};
use quarterdeck::core::time::Now;
use tempfile::TempDir;

use crate::support::engine::Engine;

pub(crate) struct Theatre {
    pub(crate) engine: Engine,
    pub(crate) client: Client,
    pub(crate) fleet: Fleet,
    pub(crate) executor: Arc<Executor>,
    _folder: TempDir,
}

pub(crate) fn target() -> TargetId {
    TargetId::new("local")
}

pub(crate) fn now() -> Now {
    Now(Timestamp::now())
}

impl Theatre {
    pub(crate) fn on(engine: Engine) -> Self {
        let endpoint = Endpoint::unix(engine.socket());
        let client =
            Client::new(&Settings { endpoint, insecure: false, certificates: None }, &Pool::default())
                .unwrap();
        Self::over(engine, client)
    }

    pub(crate) fn over(engine: Engine, client: Client) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator::new("ada", "bastion", std::process::id(), None);
        let executor = Arc::new(Executor::new(folder.path().join("state"), operator, Timestamp::now));
        let whole = Environment {
            id: EnvironmentId::new("rig"),
            tier: Some(Tier::Production),
            read_only: false,
            places: vec![Place { target: target(), project: None }],
        };
        let fleet = Fleet { environments: vec![whole], ..Fleet::default() };
        Self { engine, client, fleet, executor, _folder: folder }
    }

    /// Takes a container into the fleet as it is now.
    pub(crate) async fn see(&mut self, id: &str) -> EntityId {
        let here = Here { target: target(), host: Arc::from("box") };
        let workload = inspected(&here, &self.client.container(id).await.unwrap());
        let id = workload.id.clone();
        self.fleet.workloads.upsert(workload);
        id
    }

    /// Takes an image, a volume or a network into the fleet, which nothing uses.
    pub(crate) async fn see_unused(&mut self, kind: Kind, name: &str) -> EntityId {
        match kind {
            Kind::Image => {
                let all = self.client.images().await.unwrap();
                let found =
                    all.iter().find(|it| it.tags.iter().any(|tag| tag.starts_with(name)) || it.id == name);
                let found = image::image(&target(), found.unwrap(), 0);
                let id = found.id.clone();
                self.fleet.images.upsert(found);
                id
            }
            Kind::Volume => {
                let all = self.client.volumes().await.unwrap().volumes;
                let found = all.iter().find(|it| it.name == name).unwrap();
                let found = volume::volume(&target(), found, Vec::new());
                let id = found.id.clone();
                self.fleet.volumes.upsert(found);
                id
            }
            Kind::Network => {
                let all = self.client.networks().await.unwrap();
                let found = all.iter().find(|it| it.name == name).unwrap();
                let found = network::network(&target(), found, Vec::new());
                let id = found.id.clone();
                self.fleet.networks.upsert(found);
                id
            }
            Kind::Workload | Kind::Service | Kind::Host | Kind::LogGroup => {
                panic!("a {} is not seen like this", kind.name())
            }
        }
    }

    pub(crate) fn plan(&self, request: &Request) -> Plan {
        runbook::plan(request, &self.fleet, now()).unwrap()
    }

    pub(crate) fn order(&self, plan: Plan) -> Order {
        Order {
            plan: confirmed(plan),
            access: WriteAccess::grant(false, &self.fleet.environments).unwrap(),
            performer: Arc::new(DockerPerformer::new(Control::new(&self.client).unwrap())),
            finishes: None,
        }
    }

    pub(crate) async fn start(&self, plan: Plan) -> Running {
        self.executor.start(self.order(plan)).await.unwrap()
    }

    /// The run of a plan, from begin to end.
    pub(crate) async fn run_plan(&self, plan: Plan) -> Run {
        to_the_end(self.start(plan).await).await
    }

    pub(crate) async fn run(&self, request: &Request) -> Run {
        self.run_plan(self.plan(request)).await
    }

    /// The run of a plan that must succeed.
    pub(crate) async fn succeed(&self, request: &Request) -> Run {
        let run = self.run(request).await;
        assert_eq!(run.verdict, Some(Verdict::Succeeded), "{}: {:?}", run.message, run.steps);
        run
    }

    pub(crate) async fn open(
        &self,
        request: &Request,
        terminal: Option<TerminalSize>,
    ) -> Result<OpenSession, Fault> {
        self.executor.open(self.order(self.plan(request)), terminal).await
    }

    /// One line about a container, as Docker's own client tells it.
    pub(crate) fn inspect(&self, id: &EntityId, template: &str) -> String {
        self.engine
            .docker(&["inspect", "--type", "container", "--format", template, &id.name])
            .trim()
            .to_owned()
    }

    pub(crate) fn exists(&self, kind: &str, name: &str) -> bool {
        self.engine.try_docker(&["inspect", "--type", kind, name]).is_ok()
    }
}

pub(crate) fn confirmed(plan: Plan) -> Confirmed<Plan> {
    let word = plan.word_to_type().map(str::to_owned);
    plan.confirm(word.as_deref(), now()).unwrap()
}

pub(crate) async fn to_the_end(running: Running) -> Run {
    let Running { mut run, mut progress, .. } = running;
    while let Some(told) = progress.recv().await {
        run.apply(told);
    }
    run
}
