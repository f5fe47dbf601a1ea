//! A performer that records what it is told to do, has a small world of its own, and misbehaves on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::actions::access::{Permitted, WriteAccess};
use crate::actions::executor::{Executor, Order, Running};
use crate::actions::fixture::{NOW, at, fleet, now};
use crate::actions::operator::Operator;
use crate::actions::performer::{
    ActionError, Outcome, Output, Performer, Session, SessionControl, TerminalSize,
};
use crate::actions::runbook;
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::EntityId;
use crate::core::plan::facts::{Aspect, Facts};
use crate::core::plan::op::{Op, Until};
use crate::core::plan::request::Request;
use crate::core::plan::{Confirmed, Plan};
use crate::core::run::{Run, Verdict};
use crate::core::time::Now;

/// How an operation goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mishap {
    Refused,
    Gone,
    Unclear,
    Panics,
    Hangs,
    HangsAfterwards,
}

#[derive(Default)]
struct World {
    facts: BTreeMap<EntityId, Facts>,
    calls: Vec<String>,
    mishaps: Vec<(String, Mishap)>,
    starts: u32,
}

pub(super) struct Stage {
    world: Mutex<World>,
    hanging: watch::Sender<bool>,
}

impl Stage {
    /// A stage on which the workloads of `fleet` stand.
    pub(super) fn of(fleet: &Fleet) -> Arc<Self> {
        let facts = fleet.workloads.iter().map(|it| (it.id.clone(), Facts::of_workload(it))).collect();
        Arc::new(Self {
            world: Mutex::new(World { facts, ..World::default() }),
            hanging: watch::channel(false).0,
        })
    }

    /// From now on the call that reads like `call` goes wrong.
    pub(super) fn mishap(&self, call: &str, mishap: Mishap) {
        self.world.lock().unwrap().mishaps.push((call.to_owned(), mishap));
    }

    pub(super) fn heal(&self) {
        self.world.lock().unwrap().mishaps.clear();
        self.hanging.send_replace(false);
    }

    /// Somebody else does something.
    pub(super) fn meddle(&self, id: &EntityId, change: impl FnOnce(Facts) -> Option<Facts>) {
        let facts = &mut self.world.lock().unwrap().facts;
        let before = facts.remove(id).unwrap();
        if let Some(after) = change(before) {
            facts.insert(id.clone(), after);
        }
    }

    /// What was called, looks at facts left out.
    pub(super) fn calls(&self) -> Vec<String> {
        self.world.lock().unwrap().calls.clone()
    }

    pub(super) fn changes(&self) -> Vec<String> {
        self.calls().into_iter().filter(|it| !it.starts_with("await ")).collect()
    }

    pub(super) fn state(&self, id: &EntityId) -> String {
        self.world.lock().unwrap().facts[id].get(Aspect::State).unwrap().to_owned()
    }

    pub(super) fn facts_of(&self, id: &EntityId) -> Facts {
        self.world.lock().unwrap().facts[id].clone()
    }

    /// Until some call hangs.
    pub(super) async fn hangs(&self) {
        self.hanging.subscribe().wait_for(|it| *it).await.unwrap();
    }

    async fn act(&self, op: &Op) -> Result<Outcome, ActionError> {
        let call = name_of(op);
        let mishap = {
            let mut world = self.world.lock().unwrap();
            world.calls.push(call.clone());
            world.mishaps.iter().find(|(name, _)| *name == call).map(|it| it.1)
        };
        let fault = |cause: &str| Fault::new(&call, cause, "do something");
        match mishap {
            Some(Mishap::Refused) => return Err(ActionError::NotDone(fault("the engine says no"))),
            Some(Mishap::Gone) => return Err(ActionError::Gone(fault("no such container"))),
            Some(Mishap::Unclear) => return Err(ActionError::Unclear(fault("connection reset"))),
            Some(Mishap::Panics) => panic!("the performer fell over"),
            Some(Mishap::Hangs) => self.hang().await,
            Some(Mishap::HangsAfterwards) | None => {}
        }
        let outcome = self.world.lock().unwrap().apply(op);
        if mishap == Some(Mishap::HangsAfterwards) {
            self.hang().await;
        }
        Ok(outcome)
    }

    async fn hang(&self) {
        self.hanging.send_replace(true);
        std::future::pending::<()>().await;
    }
}

impl World {
    fn apply(&mut self, op: &Op) -> Outcome {
        let Some(id) = op.entity() else { return Outcome::of("pruned") };
        let Some(before) = self.facts.get(id).cloned() else { return Outcome::default() };
        self.starts += 1;
        let started = at(NOW + i64::from(self.starts)).to_string();
        let after = match op {
            Op::Start { .. } | Op::Restart { .. } => {
                before.with(Aspect::State, "running").with(Aspect::Started, started)
            }
            Op::Unpause { .. } => before.with(Aspect::State, "running"),
            Op::Stop { .. } => before.with(Aspect::State, "exited"),
            Op::Pause { .. } => before.with(Aspect::State, "paused"),
            Op::Rename { to, .. } => before.with(Aspect::Name, to),
            Op::Remove { .. } => {
                self.facts.remove(id);
                return Outcome::of("removed");
            }
            _ => before,
        };
        self.facts.insert(id.clone(), after);
        let undo = match op {
            Op::Limits { id, limits } => {
                let restart = Some(Arc::from("no"));
                let limits = crate::core::plan::op::Limits { restart, ..limits.clone() };
                Some(Op::Limits { id: id.clone(), limits })
            }
            _ => None,
        };
        Outcome { text: Arc::from("done"), undo }
    }
}

impl Performer for Stage {
    fn facts<'a>(&'a self, id: &'a EntityId) -> BoxFuture<'a, Result<Option<Facts>, ActionError>> {
        async move {
            let world = self.world.lock().unwrap();
            let call = format!("facts {}", short(id));
            match world.mishaps.iter().find(|(name, _)| *name == call) {
                Some((_, Mishap::Panics)) => {
                    drop(world);
                    panic!("the performer fell over")
                }
                Some(_) => Err(ActionError::Unclear(Fault::new(&call, "connection reset", ""))),
                None => Ok(world.facts.get(id).cloned()),
            }
        }
        .boxed()
    }

    fn perform<'a>(&'a self, op: Permitted<'a>) -> BoxFuture<'a, Result<Outcome, ActionError>> {
        self.act(op.op()).boxed()
    }

    fn session<'a>(
        &'a self,
        op: Permitted<'a>,
        _terminal: Option<TerminalSize>,
    ) -> BoxFuture<'a, Result<Session, ActionError>> {
        async move {
            self.act(op.op()).await?;
            Ok(Session {
                output: stream::iter([Ok(Output::Standard(b"hello".to_vec()))]).boxed(),
                input: Box::pin(tokio::io::sink()),
                control: Arc::new(Silent),
            })
        }
        .boxed()
    }
}

struct Silent;

impl SessionControl for Silent {
    fn resize(&self, _size: TerminalSize) -> BoxFuture<'_, Result<(), ActionError>> {
        async { Ok(()) }.boxed()
    }

    fn exit_code(&self) -> BoxFuture<'_, Result<Option<i64>, ActionError>> {
        async { Ok(Some(0)) }.boxed()
    }
}

fn short(id: &EntityId) -> &str {
    id.name.strip_suffix("-0123456789abcdef").unwrap_or(&id.name)
}

/// `stop web-1`, `await web-1 stopped`.
fn name_of(op: &Op) -> String {
    let value = serde_json::to_value(op).unwrap();
    let entity = op.entity().map_or("", short);
    let until = match op {
        Op::Await { until: Until::Healthy, .. } => " healthy",
        Op::Await { until: Until::Stopped, .. } => " stopped",
        Op::Await { until: Until::Gone, .. } => " gone",
        _ => "",
    };
    format!("{} {entity}{until}", value["op"].as_str().unwrap()).trim_end().to_owned()
}

/// An executor with a state folder of its own, on the fleet of `fixture`.
pub(super) struct Theatre {
    pub(super) folder: TempDir,
    pub(super) executor: Arc<Executor>,
    pub(super) stage: Arc<Stage>,
    pub(super) fleet: Fleet,
}

impl Theatre {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator::new("ada", "bastion", 7, Some("203.0.113.9 1 10.0.0.1 22"));
        let executor = Arc::new(Executor::new(folder.path(), operator, || at(NOW + 60)));
        let fleet = fleet();
        Self { folder, executor, stage: Stage::of(&fleet), fleet }
    }

    pub(super) fn plan(&self, request: &Request) -> Plan {
        runbook::plan(request, &self.fleet, now()).unwrap()
    }

    pub(super) fn order(&self, plan: Plan) -> Order {
        Order {
            plan: confirmed(plan),
            access: WriteAccess::grant(false, &self.fleet.environments).unwrap(),
            performer: self.stage.clone(),
            finishes: None,
        }
    }

    pub(super) async fn start(&self, request: &Request) -> Result<Running, Fault> {
        self.executor.start(self.order(self.plan(request))).await
    }

    /// The run from begin to end.
    pub(super) async fn run(&self, request: &Request) -> Run {
        to_the_end(self.start(request).await.unwrap()).await
    }
}

pub(super) fn confirmed(plan: Plan) -> Confirmed<Plan> {
    let word = plan.word_to_type().map(str::to_owned);
    let at = Now(plan.made_at);
    plan.confirm(word.as_deref(), at).unwrap()
}

pub(super) async fn to_the_end(running: Running) -> Run {
    let Running { mut run, mut progress, verdict, .. } = running;
    while let Some(told) = progress.recv().await {
        run.apply(told);
    }
    assert_eq!(run.verdict, Some(verdict.await.unwrap()));
    run
}

pub(super) fn verdict(run: &Run) -> Verdict {
    run.verdict.unwrap()
}
