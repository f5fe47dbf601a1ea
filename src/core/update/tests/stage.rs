//! A console over a hand-made fleet: two engines, one of them production, a dozen workloads and a bit of everything else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::core::change::{Change, ChangeKind, Weight};
use crate::core::entity::{Entity, Host, Image, Network, Service, Volume, Workload, workload};
use crate::core::environment::{Domain, Environment, Place, Tier};
use crate::core::event::{Envelope, Event, Link};
use crate::core::fault::Fault;
use crate::core::fleet::Fleet;
use crate::core::id::{EntityId, EnvironmentId, Kind, RunId, TargetId};
use crate::core::key::Key;
use crate::core::keymap::{Keymap, bundled_names, load};
use crate::core::model::Model;
use crate::core::msg::{Effect, Msg};
use crate::core::plan::op::Op;
use crate::core::plan::request::Request;
use crate::core::plan::{Phase, Plan, Step, Undo};
use crate::core::preferences::Preferences;
use crate::core::run::{Progress, Run, Verdict};
use crate::core::screen::Screen;
use crate::core::settings::Settings;
use crate::core::source::{Generation, SourceId};
use crate::core::stats::Sample;
use crate::core::subject::Subject;
use crate::core::table::RowId;
use crate::core::target::{Target, Technology};
use crate::core::time::Now;
use crate::core::update::{settle, update};
use crate::core::view::logs::LogState;
use crate::core::view::table::TableState;

/// The engine of production and that of development.
pub(super) const PROD: &str = "prod-1";
pub(super) const DEV: &str = "dev-1";

/// So many seconds after the moment at which all tests begin.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_255_200 + second).unwrap()
}

pub(super) fn target(name: &str) -> TargetId {
    TargetId::new(name)
}

/// The id of a workload: engines make up long ones.
pub(super) fn workload_id(target_name: &str, name: &str) -> EntityId {
    EntityId::new(Kind::Workload, &target(target_name), format!("{name}-{}", "0123456789abcdef".repeat(3)))
}

pub(super) fn workload(target_name: &str, name: &str) -> Workload {
    let project = (target_name == PROD).then(|| Arc::from("shop"));
    Workload {
        id: workload_id(target_name, name),
        name: Arc::from(name),
        state: workload::State::Running,
        health: workload::Health::None,
        exit: None,
        restarts: Some(0),
        created: at(-90_000),
        started: Some(at(-7_500)),
        image: Arc::from("shop/app:1"),
        image_digest: Arc::from("sha256:aaaa"),
        command: Arc::from("/entrypoint.sh serve"),
        ports: Vec::new(),
        service: project.as_ref().map(|_| Arc::from(name.trim_end_matches(['-', '1', '2']))),
        project,
        networks: vec![Arc::from("bridge")],
        mounts: vec![Arc::from("data")],
        labels: BTreeMap::new(),
        host: Arc::from(target_name),
        task: None,
    }
}

pub(super) fn ended(mut of: Workload, code: i64, error: &str) -> Workload {
    of.state = workload::State::Exited;
    let (error, at) = (Arc::from(error), Some(at(-184)));
    of.exit = Some(workload::Exit { code, out_of_memory: false, error, at });
    of
}

fn in_state(mut of: Workload, state: workload::State) -> Workload {
    of.state = state;
    of
}

pub(super) fn sample(second: i64, cpu: f32) -> Sample {
    let passed = (second + 1_000).unsigned_abs();
    Sample {
        at: at(second),
        cpu,
        memory: 100 << 20,
        memory_limit: 2 << 30,
        network: (passed * 12_000, passed * 48_000),
        block: (passed * 4_096, passed * 900),
        pids: 12,
    }
}

pub(super) fn change(second: i64, name: &str, entity: Option<EntityId>) -> Change {
    Change {
        at: at(second),
        target: entity.as_ref().map_or_else(|| target(PROD), |id| id.target.clone()),
        entity,
        name: Arc::from(name),
        project: Some(Arc::from("shop")),
        kind: ChangeKind::Exited,
        weight: Weight::Bad,
        text: Arc::from("exit code 1"),
        death: None,
    }
}

fn workloads() -> Vec<Workload> {
    let oom = "OCI runtime create failed: unable to start container process: exec: \"/srv/no\": not found";
    vec![
        workload(PROD, "web-1"),
        workload(PROD, "web-2"),
        workload(PROD, "api-1"),
        workload(PROD, "db-1"),
        ended(workload(PROD, "worker-1"), 137, ""),
        workload(DEV, "devweb"),
        workload(DEV, "devapi"),
        workload(DEV, "devdb"),
        in_state(workload(DEV, "frozen"), workload::State::Paused),
        in_state(workload(DEV, "looping"), workload::State::Restarting),
        ended(workload(DEV, "job"), 0, ""),
        ended(workload(DEV, "broken"), 127, oom),
    ]
}

pub(super) fn service(name: &str, desired: u32) -> Service {
    Service {
        id: EntityId::new(Kind::Service, &target(PROD), format!("shop/{name}")),
        name: Arc::from(name),
        project: Arc::from("shop"),
        desired,
        running: desired,
        unhealthy: 0,
        image: Arc::from("shop/app:1"),
        mixed_images: false,
        ports: Arc::from(""),
        origin: Arc::from("/srv/shop"),
        rollout: None,
        definition: None,
    }
}

pub(super) fn host(name: &str) -> Host {
    Host {
        id: EntityId::new(Kind::Host, &target(name), name),
        name: Arc::from(name),
        address: Arc::from("ssh://ops@host"),
        engine: Arc::from("Docker 28.1.1"),
        api: Arc::from("1.49"),
        os: Arc::from("Debian GNU/Linux 13"),
        kernel: Arc::from("6.12.9"),
        architecture: Arc::from("x86_64"),
        cpus: 4,
        memory: 16 << 30,
        containers: (2, 0, 1),
        images: 9,
        storage: Arc::from("overlay2"),
        warnings: Vec::new(),
        clock_ahead: None,
        certificates: None,
        room: None,
    }
}

fn image(name: &str, tag: Option<&str>, users: u32) -> Image {
    Image {
        id: EntityId::new(Kind::Image, &target(DEV), format!("sha256:{name}")),
        tags: tag.into_iter().map(Arc::from).collect(),
        digests: Vec::new(),
        size: 438_000_000,
        created: at(-900_000),
        is_index: false,
        users,
    }
}

pub(super) fn volume(name: &str, users: &[&str]) -> Volume {
    Volume {
        id: EntityId::new(Kind::Volume, &target(DEV), name),
        driver: Arc::from("local"),
        mountpoint: Arc::from("/var/lib/docker/volumes/data/_data"),
        project: None,
        created: Some(at(-9_000_000)),
        size: None,
        users: users.iter().map(|it| Arc::from(*it)).collect(),
    }
}

fn network(name: &str) -> Network {
    Network {
        id: EntityId::new(Kind::Network, &target(DEV), format!("{name}0a1b2c3d4e5f")),
        name: Arc::from(name),
        driver: Arc::from("bridge"),
        scope: Arc::from("local"),
        subnets: vec![Arc::from("172.17.0.0/16")],
        internal: false,
        project: None,
        created: Some(at(-9_000_000)),
        users: vec![Arc::from("devdb")],
    }
}

pub(super) fn entities() -> Vec<Entity> {
    let mut all: Vec<Entity> = workloads().into_iter().map(|it| Entity::Workload(Box::new(it))).collect();
    all.extend([service("web", 2), service("api", 1)].map(|it| Entity::Service(Box::new(it))));
    all.extend([host(PROD), host(DEV)].map(|it| Entity::Host(Box::new(it))));
    let images = [image("aaaa", Some("shop/app:1"), 11), image("bbbb", None, 0)];
    all.extend(images.map(|it| Entity::Image(Box::new(it))));
    all.extend([volume("data", &["devdb"]), volume("old", &[])].map(|it| Entity::Volume(Box::new(it))));
    all.push(Entity::Network(Box::new(network("backend"))));
    all
}

pub(super) fn environments() -> Vec<Environment> {
    let environment = |name, tier, target_name, project: Option<&str>| Environment {
        id: EnvironmentId::new(name),
        tier: Some(tier),
        read_only: false,
        places: vec![Place { target: target(target_name), project: project.map(Arc::from) }],
    };
    vec![
        environment("shop-prod", Tier::Production, PROD, Some("shop")),
        environment("shop-dev", Tier::Development, DEV, None),
    ]
}

pub(super) fn settings() -> Settings {
    Settings {
        theme: "dark".to_owned(),
        themes: vec!["dark".to_owned(), "light".to_owned()],
        mouse: true,
        read_only: false,
        demo: false,
        log_stream_bytes: 4 << 20,
        log_bytes: 8 << 20,
        log_tail: 100,
        log_conditions: [].into(),
        log_timestamps: true,
        found: Vec::new(),
        known_user: true,
        zone: TimeZone::UTC,
        home: TimeZone::UTC,
    }
}

static KEYMAPS: LazyLock<BTreeMap<&str, Arc<Keymap>>> = LazyLock::new(|| {
    bundled_names().into_iter().map(|name| (name, Arc::new(load(name, &[]).unwrap()))).collect()
});

/// A keymap that comes with the program.
pub(super) fn keymap_of(name: &str) -> Arc<Keymap> {
    KEYMAPS[name].clone()
}

/// A console, what it asked of the world, and the sources that the world has open for it.
pub(super) struct Console {
    pub(super) model: Model,
    pub(super) open: BTreeMap<SourceId, Generation>,
    /// Whether the world looks at the records of runs for it.
    pub(super) looks_at_runs: bool,
    effects: Vec<Effect>,
    newest: Generation,
    runs: usize,
}

impl Console {
    /// The list of workloads of the whole fleet.
    pub(super) fn new() -> Self {
        Self::with("default", settings(), environments(), true)
    }

    /// Another console; `full` where its targets have told already what they have.
    pub(super) fn with(keymap: &str, settings: Settings, environments: Vec<Environment>, full: bool) -> Self {
        let mut fleet = Fleet { environments, ..Fleet::default() };
        for name in [PROD, DEV] {
            fleet.targets.insert(target(name), Target::new(target(name), Technology::Docker, "unix:///run"));
        }
        let keymap = keymap_of(keymap);
        let preferences = Preferences { view: Some("workloads".to_owned()), ..Preferences::default() };
        let model = Model::new(fleet, keymap, settings, preferences, Now(at(0)));
        let (open, effects) = (BTreeMap::new(), Vec::new());
        let mut console = Self { model, open, looks_at_runs: false, effects, newest: 0, runs: 0 };
        console.tell(Msg::Resize(120, 30));
        if full {
            for name in [PROD, DEV] {
                console.list(name, &entities());
            }
        }
        console
    }

    /// A target tells all that it has.
    pub(super) fn list(&mut self, target_name: &str, entities: &[Entity]) {
        self.hears(target_name, Event::Link(Link::Live));
        for kind in Kind::ALL {
            self.hears(target_name, Event::Reset(kind));
            for entity in
                entities.iter().filter(|it| it.kind() == kind && it.id().target == target(target_name))
            {
                self.hears(target_name, Event::Item(entity.clone()));
            }
            self.hears(target_name, Event::Ready(kind));
        }
    }

    /// One message, and the frame after it.
    pub(super) fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.took(effects);
        let effects = settle(&mut self.model);
        self.took(effects);
        self.check();
    }

    fn took(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match &effect {
                Effect::Watch(source, generation) => {
                    assert!(*generation > self.newest, "a generation is used twice");
                    self.newest = *generation;
                    let before = self.open.insert(source.clone(), *generation);
                    assert_eq!(before, None, "{source:?} is opened twice");
                }
                Effect::Unwatch(source) => {
                    assert!(self.open.remove(source).is_some(), "{source:?} is closed but not open");
                }
                Effect::Records(on) => {
                    assert_ne!(self.looks_at_runs, *on, "it is asked for once");
                    self.looks_at_runs = *on;
                }
                _ => {}
            }
            self.effects.push(effect);
        }
    }

    /// What holds at any time.
    fn check(&self) {
        let model = &self.model;
        assert!(!model.stack.is_empty(), "there is always a screen");
        assert_eq!(self.open, model.watched, "what is open is what is watched");
        let wanted: BTreeSet<_> = super::super::watch::wanted(model);
        assert!(self.open.keys().eq(wanted.iter()), "what is open is what is wanted");
        if let Some(table) = model.table_in_sight() {
            assert!(table.cursor() < table.order().len().max(1), "the selection is in the list");
            let page = model.page().max(1);
            let sight = table.offset..table.offset + page;
            assert!(table.order().is_empty() || sight.contains(&table.cursor()), "the selection is in sight");
            assert!(!table.columns.is_empty());
        }
    }

    /// Time goes on.
    pub(super) fn wait(&mut self, millis: i64) {
        let now = self.model.now.0.checked_add(SignedDuration::from_millis(millis)).unwrap();
        self.tell(Msg::Tick(Now(now)));
    }

    /// Nothing happens until all that was put off is done.
    pub(super) fn rest(&mut self) {
        while self.model.is_reading() {
            self.model.go_on();
        }
        self.wait(0);
    }

    /// Keys, as a keymap writes them: `j j enter`; a tenth of a second each.
    pub(super) fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.wait(100);
            let key: Key = key.parse().unwrap();
            self.tell(Msg::Key(key));
        }
    }

    /// Letters.
    pub(super) fn types(&mut self, text: &str) {
        for letter in text.chars() {
            self.wait(100);
            self.tell(Msg::Key(Key::char(letter)));
        }
    }

    /// Runs a command of the palette.
    pub(super) fn command(&mut self, line: &str) {
        self.press(":");
        self.types(line);
        self.press("enter");
    }

    /// A source tells something, just now.
    pub(super) fn hears_on(&mut self, target_name: &str, subject: Subject, event: Event) {
        let source = SourceId { target: target(target_name), subject };
        let generation = *self.open.get(&source).unwrap_or_else(|| panic!("{source:?} is not open"));
        let envelope = Envelope { source, generation, at: self.model.now.0, event };
        self.tell(Msg::Event(Box::new(envelope)));
    }

    /// The standing picture of a target changes.
    pub(super) fn hears(&mut self, target_name: &str, event: Event) {
        self.hears_on(target_name, Subject::Entities, event);
    }

    pub(super) fn upsert(&mut self, workload: Workload) {
        let name = workload.id.target.as_str().to_owned();
        self.hears(&name, Event::Upsert(Entity::Workload(Box::new(workload))));
    }

    /// Makes one of its targets a cluster.
    pub(super) fn is_cluster(&mut self, target_name: &str) {
        if let Some(it) = self.model.fleet.targets.get_mut(&target(target_name)) {
            it.technology = Technology::Ecs;
        }
    }

    pub(super) fn remove(&mut self, id: EntityId) {
        let name = id.target.as_str().to_owned();
        self.hears(&name, Event::Remove(id));
    }

    pub(super) fn lose(&mut self, target_name: &str) {
        let fault = Fault::new(target_name, "connection refused", "start the engine");
        let retry_at = self.model.now.0.checked_add(SignedDuration::from_secs(5)).unwrap();
        self.hears(target_name, Event::Link(Link::Lost { fault, retry_at }));
    }

    /// What was asked of the world since this was asked last, watches and what is saved left out.
    pub(super) fn effects(&mut self) -> Vec<Effect> {
        let quiet = |it: &Effect| {
            matches!(it, Effect::Watch(..) | Effect::Unwatch(_) | Effect::Save(_) | Effect::Records(_))
        };
        std::mem::take(&mut self.effects).into_iter().filter(|it| !quiet(it)).collect()
    }

    /// The one plan that was asked for since then.
    pub(super) fn asked(&mut self) -> Request {
        match &*self.effects() {
            [Effect::Plan(request)] => request.clone(),
            other => panic!("not one plan: {other:?}"),
        }
    }

    /// Answers it with a plan.
    pub(super) fn plan(&mut self) -> Arc<Plan> {
        let request = self.asked();
        let plan = Arc::new(plan_of(&self.model, &request));
        self.tell(Msg::Planned(Ok(plan.clone())));
        plan
    }

    /// The one confirmed plan since then begins to run.
    pub(super) fn start(&mut self) -> RunId {
        let plan = match &*self.effects() {
            [Effect::Start(plan)] => Arc::new(plan.get().clone()),
            other => panic!("not one start: {other:?}"),
        };
        self.runs += 1;
        let id = RunId::new(format!("run-{}", self.runs));
        let run = Run::new(id.clone(), plan, "ops", self.model.now.0);
        self.tell(Msg::Started(Box::new(run)));
        id
    }

    pub(super) fn end(&mut self, run: &RunId, verdict: Verdict) {
        let ended = Progress::Ended { at: self.model.now.0, verdict, message: Arc::from("") };
        self.tell(Msg::Progress(run.clone(), ended));
    }

    /// Does the searches that are asked for, until none is.
    pub(super) fn search(&mut self) {
        loop {
            let mut due = Vec::new();
            self.effects.retain(|it| match it {
                Effect::Work(work) => {
                    due.push((**work).clone());
                    false
                }
                _ => true,
            });
            if due.is_empty() {
                return;
            }
            for work in due {
                let done = work.done(&std::sync::atomic::AtomicBool::new(false));
                self.tell(Msg::Worked(Box::new(done)));
            }
        }
    }

    pub(super) fn table(&self) -> &TableState {
        self.model.table_in_sight().expect("a list is in sight")
    }

    pub(super) fn log(&self) -> &LogState {
        match self.model.screen() {
            Screen::Logs(logs) => logs,
            other => panic!("no log is in sight: {other:?}"),
        }
    }

    fn name_of(&self, row: &RowId) -> String {
        match row {
            RowId::Entity(id) => self.model.fleet.name_of(id).to_string(),
            RowId::Change(number) => self
                .model
                .fleet
                .timeline
                .get(*number)
                .map_or_else(String::new, |it| it.change.name.to_string()),
            other => other.to_string(),
        }
    }

    /// The names of the rows that are shown.
    pub(super) fn names(&self) -> Vec<String> {
        self.table().order().iter().map(|it| self.name_of(it)).collect()
    }

    /// The name of the selected row.
    pub(super) fn selected(&self) -> String {
        self.table().selected().map_or_else(String::new, |it| self.name_of(it))
    }

    /// The names of the marked rows.
    pub(super) fn marked(&self) -> Vec<String> {
        self.table().marked().into_iter().map(|it| self.name_of(it)).collect()
    }

    /// The line of breadcrumbs.
    pub(super) fn crumbs(&self) -> String {
        let titles: Vec<String> = self.model.stack.iter().map(|it| it.title(&self.model.runs)).collect();
        titles.join(" > ")
    }

    /// What was said last.
    pub(super) fn said(&self) -> String {
        self.model.messages.iter().next_back().map_or_else(String::new, |it| it.text.to_string())
    }

    /// The ids of what is watched beside the standing pictures.
    pub(super) fn watches(&self) -> Vec<&Subject> {
        self.open.keys().map(|it| &it.subject).filter(|it| **it != Subject::Entities).collect()
    }
}

/// A plan for a request, as a runbook might make it.
pub(super) fn plan_of(model: &Model, request: &Request) -> Plan {
    let fleet = &model.fleet;
    let first = request.entities().first().expect("a request is about something");
    let domain = Domain::of_entity(&fleet.environments, first, fleet.project_of(first));
    let step = |id: &EntityId| Step {
        phase: Phase::Change,
        title: Arc::from(format!("{} {}", request.runbook(), fleet.name_of(id))),
        op: Op::Restart { id: id.clone(), grace: None },
        precondition: None,
        undo: Undo::Nothing,
    };
    Plan {
        runbook: Arc::from(request.runbook()),
        title: Arc::from(format!("{} {}", request.runbook(), fleet.name_of(first))),
        environment: domain.id,
        tier: domain.tier,
        target: first.target.clone(),
        host: Arc::from(first.target.as_str()),
        steps: request.entities().iter().map(step).collect(),
        losses: Vec::new(),
        made_at: model.now.0,
    }
}

/// A file was written.
pub(super) fn written(path: &str) -> Msg {
    Msg::Exported(Ok(PathBuf::from(path)))
}
